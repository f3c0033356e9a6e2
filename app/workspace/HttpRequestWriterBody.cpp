#include "app/workspace/HttpRequestWriter.h"

#include <QCoreApplication>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;
using Kind = HttpLine::Kind;

namespace {

struct HttpRequestWriterBodyText
{
    Q_DECLARE_TR_FUNCTIONS(HttpRequestWriter)
};

} // namespace

void HttpRequestWriter::newBody(const QByteArrayList &lines)
{
    QByteArrayList all = lines;
    if (!isOfKind(m_block.headersEnd, Kind::Blank)) {
        all.prepend(QByteArray());
        if (m_block.headersEnd < static_cast<int>(m_file.lines().size()))
            all.append(QByteArray());
        m_edits.insertLines(m_block.headersEnd, all);
        return;
    }
    const int place = m_block.headersEnd + 1;
    const bool isAtEnd = place >= static_cast<int>(m_file.lines().size());
    if (!isAtEnd && !isOfKind(place, Kind::Blank))
        all.append(QByteArray());
    m_edits.insertLines(place, all);
}

/// In an exact body nothing can be told from the body: what stands there beside it would become part of it.
bool HttpRequestWriter::checkExact()
{
    for (int line = m_block.headersEnd; line < m_block.lastLine; ++line) {
        const HttpLine &at = m_file.lines().at(static_cast<std::size_t>(line));
        const bool isBody = at.kind == Kind::Body || at.kind == Kind::Include || at.kind == Kind::Blank ||
                            httpAnnotation(m_file.bytes(at)).name.startsWith("disabled");
        if (isBody)
            continue;
        m_error = Error{Error::Kind::InvalidInput,
                        HttpRequestWriterBodyText::tr(
                            "The body has lines that look like comments or scripts, and line %1 of the "
                            "file is one, which could "
                            "not be told from them. Put the body into a file of its own.")
                            .arg(line + 1),
                        {}};
        return false;
    }
    return true;
}

/// Equal lines at the beginning and at the end stay, comments between them too.
void HttpRequestWriter::body(const QStringList &lines)
{
    const QByteArrayList wanted = encode(lines);
    if (!m_block.hasBody()) {
        if (needsExactBody(lines) && !m_block.exactBody && !checkExact())
            return;
        if (!wanted.isEmpty())
            newBody(wanted);
        return;
    }
    if (wanted.isEmpty()) {
        m_edits.replaceLines(m_block.bodyBegin,
                             m_block.bodyEnd + (isOfKind(m_block.bodyEnd, Kind::Blank) ? 1 : 0), {});
        return;
    }
    const bool becomesExact = !m_block.exactBody && needsExactBody(lines);
    if (becomesExact && !checkExact())
        return;
    QList<int> places;
    QByteArrayList before;
    for (int line = m_block.bodyBegin; line < m_block.bodyEnd; ++line) {
        const HttpLine &at = m_file.lines().at(static_cast<std::size_t>(line));
        const bool isOurs = httpAnnotation(m_file.bytes(at)).name.startsWith("disabled");
        const bool isComment =
            (at.kind == Kind::Comment || at.kind == Kind::Annotation) && !isOurs && !m_block.exactBody;
        if (isComment && !becomesExact)
            continue;
        places.append(line);
        before.append(m_file.bytes(at).toByteArray());
    }
    qsizetype begin = 0;
    while (begin < std::min(before.size(), wanted.size()) && before.at(begin) == wanted.at(begin))
        ++begin;
    qsizetype tail = 0;
    while (tail < std::min(before.size(), wanted.size()) - begin &&
           before.at(before.size() - 1 - tail) == wanted.at(wanted.size() - 1 - tail))
        ++tail;
    const int first = begin > 0 ? places.at(begin - 1) + 1 : m_block.bodyBegin;
    const int last = tail > 0 ? places.at(places.size() - tail) : m_block.bodyEnd;
    QByteArrayList replacement;
    for (int line = first; line < last; ++line) {
        if (!std::ranges::binary_search(places, line))
            replacement.append(m_file.bytes(m_file.lines().at(static_cast<std::size_t>(line))).toByteArray());
    }
    replacement += wanted.sliced(begin, wanted.size() - tail - begin);
    m_edits.replaceLines(first, last, replacement);
    if (!becomesExact)
        return;
    // Nothing may stand between the headers and an exact body but one empty line, nor more than that behind
    // it.
    m_edits.replaceLines(m_block.headersEnd + 1, m_block.bodyBegin, {});
    const bool isLast = m_block.lastLine == static_cast<int>(m_file.lines().size());
    const int kept = isLast ? m_block.bodyEnd : std::min(m_block.lastLine, m_block.bodyEnd + 1);
    if (kept < m_block.lastLine)
        m_edits.replaceLines(kept, m_block.lastLine, {});
}

} // namespace keydesk
