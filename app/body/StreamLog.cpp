#include "app/body/StreamLog.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

StreamEntry::Kind kindOf(const SocketMessage &message)
{
    switch (message.kind) {
    case SocketMessage::Kind::Text:
        return message.sent ? StreamEntry::Kind::SentText : StreamEntry::Kind::ReceivedText;
    case SocketMessage::Kind::Binary:
        return message.sent ? StreamEntry::Kind::SentBinary : StreamEntry::Kind::ReceivedBinary;
    case SocketMessage::Kind::Ping:
        return StreamEntry::Kind::Ping;
    case SocketMessage::Kind::Pong:
        break;
    }
    return StreamEntry::Kind::Pong;
}

/// As it is kept, in bytes. A hostile server says little and names much.
qint64 sizeOf(const StreamEntry &entry)
{
    return entry.data.size() + entry.type.size() + entry.id.size();
}

} // namespace

StreamLog::StreamLog(StreamKind kind, const QByteArray &contentType, Redact redact)
    : m_kind(kind)
    , m_redact(std::move(redact))
    , m_lines(contentType == "application/json-seq" ? JsonLines::recordSeparator : '\n')
{
}

void StreamLog::feed(const QByteArray &piece)
{
    // In slices: 16 MB of empty lines would be many times that much when they are taken apart at once.
    constexpr qsizetype slice = 64 * 1024;
    for (qsizetype at = 0; at < piece.size(); at += slice)
        take(piece.mid(at, slice));
}

void StreamLog::take(const QByteArray &piece)
{
    if (m_kind == StreamKind::Lines) {
        takeLines(m_lines.feed(piece));
        return;
    }
    const QDateTime now = QDateTime::currentDateTimeUtc();
    for (ServerEvent &event : m_events.feed(piece))
        append({0, now, StreamEntry::Kind::Event, std::move(event.type), std::move(event.id), std::move(event.data), event.size});
}

void StreamLog::takeLines(const QList<JsonLine> &lines)
{
    const QDateTime now = QDateTime::currentDateTimeUtc();
    for (const JsonLine &line : lines)
        append({0, now, StreamEntry::Kind::Line, {}, {}, line.text, line.size});
}

void StreamLog::add(const SocketMessage &message)
{
    StreamEntry entry{0, QDateTime::currentDateTimeUtc(), kindOf(message), {}, {}, message.data.left(largestData), message.data.size()};
    if (message.kind == SocketMessage::Kind::Pong && message.data.isEmpty())
        entry.data = tr("after %1 ms").arg(message.after.count()).toUtf8();
    append(std::move(entry));
}

void StreamLog::append(StreamEntry entry)
{
    entry.number = ++m_count;
    m_sent += entry.isSent() ? 1 : 0;
    m_isWhole = m_isWhole && entry.size <= entry.data.size();
    m_bytes += sizeOf(entry);
    m_entries.push_back(std::move(entry));
    while (m_entries.size() > mostEntries || m_bytes > mostBytes) {
        m_bytes -= sizeOf(m_entries.front());
        m_entries.pop_front();
        m_isWhole = false;
    }
    Q_EMIT grew();
}

void StreamLog::end(const QString &how)
{
    if (isEnded())
        return;
    if (m_kind == StreamKind::Lines)
        takeLines(m_lines.finish());
    m_how = how;
    Q_EMIT ended();
}

QByteArray StreamLog::text(qsizetype limit) const
{
    if (m_kind == StreamKind::Messages)
        return tr("%1 sent, %2 received. %3")
            .arg(tr("%n message(s)", nullptr, static_cast<int>(m_sent)), tr("%n message(s)", nullptr, static_cast<int>(m_count - m_sent)), m_how)
            .toUtf8();
    QList<QByteArray> newest;
    qsizetype size = 0;
    for (auto entry = m_entries.rbegin(); entry != m_entries.rend(); ++entry) {
        const QByteArray text = entryText(*entry);
        size += text.size();
        if (size > limit && !newest.isEmpty())
            break;
        newest.append(text);
    }
    std::reverse(newest.begin(), newest.end());
    return newest.join();
}

QByteArray entryText(const StreamEntry &entry)
{
    if (entry.kind == StreamEntry::Kind::Line)
        return entry.data + '\n';
    if (entry.kind != StreamEntry::Kind::Event)
        return entry.data;
    QByteArray text;
    if (entry.type != "message")
        text += "event: " + entry.type + '\n';
    if (!entry.id.isEmpty())
        text += "id: " + entry.id + '\n';
    for (const QByteArray &line : entry.data.split('\n'))
        text += "data: " + line + '\n';
    return text + '\n';
}

} // namespace keydesk
