#pragma once

#include <QByteArray>
#include <QList>

#include <optional>

namespace keydesk {

/// One event of a text/event-stream.
struct ServerEvent
{
    QByteArray type; ///< "message" if it names none
    QByteArray id;   ///< the last event id when it came; may be of an event before
    QByteArray data; ///< lines joined by "\n", as they came: perhaps no valid UTF-8; at most EventStream::largestData bytes
    qint64 size = 0; ///< of the whole data, in bytes; more than `data` has if it was cut

    bool operator==(const ServerEvent &) const = default;
};

/// Reads text/event-stream as it arrives, by the rules of the HTML standard (section 9.2.6, "Interpreting an event
/// stream"). However the bytes are cut into pieces, the events are the same. An event that is not ended by an empty
/// line is not one. Bounded: what a line or an event has beyond the limits is counted and dropped.
class EventStream
{
public:
    static constexpr qsizetype largestData = 1024 * 1024;
    /// A type is cut there; an id that is longer is ignored, because a cut one would be another.
    static constexpr qsizetype longestName = 4096;

    QList<ServerEvent> feed(const QByteArray &piece);

    /// What a reconnection sends as Last-Event-ID; empty if the server gave none.
    [[nodiscard]] const QByteArray &lastEventId() const { return m_lastId; }
    /// How long the server wants clients to wait before they connect again, in milliseconds.
    [[nodiscard]] std::optional<qint64> retry() const { return m_retry; }

private:
    void addToLine(const char *begin, qsizetype size);
    void endLine(QList<ServerEvent> &events);
    void takeField(QByteArrayView name, QByteArrayView value, qint64 dropped);
    void takeData(QByteArrayView value, qint64 dropped);
    void dispatch(QList<ServerEvent> &events);

    QByteArray m_line;     // begun
    qint64 m_dropped = 0;  // of this line, beyond the limit
    bool m_afterCr = false;
    bool m_isFirstLine = true;
    QByteArray m_type;
    QByteArray m_id; // of the event that is being read
    QByteArray m_lastId;
    QByteArray m_data;
    qint64 m_dataSize = -1; // with the line ends between; -1: no data yet
    std::optional<qint64> m_retry;
};

} // namespace keydesk
