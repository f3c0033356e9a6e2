#include "app/body/JsonLines.h"

#include <algorithm>

namespace keydesk {

QList<JsonLine> JsonLines::feed(const QByteArray &piece)
{
    QList<JsonLine> lines;
    const char *at = piece.constData();
    const char *const end = at + piece.size();
    while (at != end) {
        const char *lineEnd = std::find(at, end, m_separator);
        m_line.append(at, std::min<qsizetype>(lineEnd - at, longestLine - m_line.size()));
        m_size += lineEnd - at;
        if (lineEnd == end)
            break;
        endLine(lines);
        at = lineEnd + 1;
    }
    return lines;
}

QList<JsonLine> JsonLines::finish()
{
    QList<JsonLine> lines;
    endLine(lines);
    return lines;
}

void JsonLines::endLine(QList<JsonLine> &lines)
{
    const QByteArray text = m_line.trimmed();
    const bool isCut = m_size > m_line.size();
    if (!text.isEmpty() || isCut)
        lines.append({text, isCut ? m_size : text.size()});
    m_line.resize(0);
    m_size = 0;
}

} // namespace keydesk
