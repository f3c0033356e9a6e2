#include "app/body/EventStream.h"

#include <algorithm>

namespace keydesk {

namespace {

// "data: " stands in front of the data.
constexpr qsizetype longestLine = EventStream::largestData + 64;

bool isDigits(QByteArrayView text)
{
    return !text.isEmpty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

} // namespace

QList<ServerEvent> EventStream::feed(const QByteArray &piece)
{
    QList<ServerEvent> events;
    const char *at = piece.constData();
    const char *const end = at + piece.size();
    while (at != end) {
        if (m_afterCr && *at == '\n') {
            m_afterCr = false;
            ++at;
            continue;
        }
        m_afterCr = false;
        const char *lineEnd = std::find_if(at, end, [](char c) { return c == '\n' || c == '\r'; });
        addToLine(at, lineEnd - at);
        if (lineEnd == end)
            break;
        m_afterCr = *lineEnd == '\r';
        endLine(events);
        at = lineEnd + 1;
    }
    return events;
}

void EventStream::addToLine(const char *begin, qsizetype size)
{
    const qsizetype kept = std::min(size, longestLine - m_line.size());
    m_line.append(begin, kept);
    m_dropped += size - kept;
}

void EventStream::endLine(QList<ServerEvent> &events)
{
    QByteArrayView line(m_line);
    if (m_isFirstLine && line.startsWith("\xEF\xBB\xBF"))
        line = line.sliced(3);
    m_isFirstLine = false;
    const qsizetype colon = line.indexOf(':');
    if (line.isEmpty() && m_dropped == 0) {
        dispatch(events);
    } else if (colon < 0) {
        takeField(line, {}, m_dropped);
    } else if (colon > 0) { // a line that begins with one is a comment
        const qsizetype blank = colon + 1 < line.size() && line.at(colon + 1) == ' ' ? 1 : 0;
        takeField(line.first(colon), line.sliced(colon + 1 + blank), m_dropped);
    }
    m_line.resize(0); // keeps the memory for the next one
    m_dropped = 0;
}

void EventStream::takeField(QByteArrayView name, QByteArrayView value, qint64 dropped)
{
    if (name == "data") {
        takeData(value, dropped);
    } else if (name == "event") {
        m_type = value.first(std::min(value.size(), longestName)).toByteArray();
    } else if (name == "id") {
        if (!value.contains('\0') && value.size() <= longestName && dropped == 0)
            m_id = value.toByteArray();
    } else if (name == "retry") {
        bool fits = false;
        const qint64 retry = isDigits(value) ? value.toByteArray().toLongLong(&fits) : 0;
        if (fits)
            m_retry = retry;
    }
}

void EventStream::takeData(QByteArrayView value, qint64 dropped)
{
    const bool isFirst = m_dataSize < 0;
    m_dataSize += value.size() + dropped + 1; // the line end, which the -1 takes off the first one
    if (!isFirst && m_data.size() < largestData)
        m_data.append('\n');
    const qsizetype room = largestData - m_data.size();
    m_data.append(value.first(std::min(value.size(), room)));
}

void EventStream::dispatch(QList<ServerEvent> &events)
{
    m_lastId = m_id;
    if (m_dataSize >= 0)
        events.append({m_type.isEmpty() ? QByteArray("message") : m_type, m_lastId, m_data, m_dataSize});
    m_type.clear();
    m_data.clear();
    m_dataSize = -1;
}

} // namespace keydesk
