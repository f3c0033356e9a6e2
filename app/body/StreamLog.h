#pragma once

#include "app/body/EventStream.h"
#include "app/body/JsonLines.h"
#include "app/http/StreamKind.h"
#include "app/http/WebSocket.h"

#include <QDateTime>
#include <QObject>

#include <deque>
#include <functional>

namespace keydesk {

/// One line of what an answer that goes on has brought.
struct StreamEntry
{
    enum class Kind { Event, Line, SentText, SentBinary, ReceivedText, ReceivedBinary, Ping, Pong };

    quint64 number = 0; ///< from 1, without gaps
    QDateTime at;       ///< UTC
    Kind kind = Kind::Line;
    QByteArray type{}; ///< of an Event
    QByteArray id{};   ///< of an Event
    QByteArray data{}; ///< as it came, not redacted; at most StreamLog::largestData bytes
    qint64 size = 0;   ///< of the whole data, in bytes

    [[nodiscard]] bool isSent() const { return kind == Kind::SentText || kind == Kind::SentBinary || kind == Kind::Ping; }
    [[nodiscard]] bool isBinary() const { return kind == Kind::SentBinary || kind == Kind::ReceivedBinary; }
};

/// What an answer that goes on has brought so far: the newest of it. Outlives its call. UI thread.
class StreamLog : public QObject
{
    Q_OBJECT

public:
    static constexpr std::size_t mostEntries = 10'000;
    static constexpr qint64 mostBytes = 8LL * 1024 * 1024; ///< of data, types and ids, in all
    static constexpr qsizetype largestData = 1024 * 1024;  ///< of one entry; the rest is dropped

    /// Makes bytes fit to be shown, stored or copied: known tokens are replaced.
    using Redact = std::function<QByteArray(const QByteArray &)>;

    /// `contentType` of the answer; not used for Messages.
    StreamLog(StreamKind kind, const QByteArray &contentType, Redact redact);

    /// The next bytes of a body.
    void feed(const QByteArray &piece);
    void add(const SocketMessage &message);
    /// `how` it ended, a sentence. Nothing is added any more.
    void end(const QString &how);

    [[nodiscard]] StreamKind kind() const { return m_kind; }
    [[nodiscard]] const std::deque<StreamEntry> &entries() const { return m_entries; }
    [[nodiscard]] quint64 count() const { return m_count; } ///< of all that came, those that are not kept any more included
    [[nodiscard]] quint64 sentCount() const { return m_sent; }
    [[nodiscard]] bool isWhole() const { return m_isWhole; } ///< nothing was dropped
    [[nodiscard]] bool isEnded() const { return !m_how.isEmpty(); }
    [[nodiscard]] const QString &how() const { return m_how; }
    [[nodiscard]] const QByteArray &lastEventId() const { return m_events.lastEventId(); }
    [[nodiscard]] std::optional<qint64> retry() const { return m_events.retry(); } ///< ms
    [[nodiscard]] QByteArray redacted(const QByteArray &bytes) const { return m_redact(bytes); }

    /// The newest entries in the form that they came in, at most `limit` bytes (but one entry at least); not redacted. Of
    /// messages a summary: they are not kept beyond this.
    [[nodiscard]] QByteArray text(qsizetype limit) const;

Q_SIGNALS:
    void grew();
    void ended();

private:
    void take(const QByteArray &piece);
    void append(StreamEntry entry);
    void takeLines(const QList<JsonLine> &lines);

    const StreamKind m_kind;
    const Redact m_redact;
    EventStream m_events;
    JsonLines m_lines;
    std::deque<StreamEntry> m_entries;
    qint64 m_bytes = 0;
    quint64 m_count = 0;
    quint64 m_sent = 0;
    bool m_isWhole = true;
    QString m_how;
};

/// An entry as the form that it came in has it: "event: …", "data: …" and an empty line; a line of JSON; a message as it is.
QByteArray entryText(const StreamEntry &entry);

} // namespace keydesk
