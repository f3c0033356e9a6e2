#include "app/sandbox/TryOut.h"

#include "app/sandbox/StopSignal.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk::sandbox {

namespace {

constexpr int mostSeconds = 60;
constexpr int mostMegabytes = 256;
constexpr qint64 recordSize = 128;
constexpr qint64 pieceSize = 256 * 1024;

/// A whole number from the query, `fallback` if there is none; nothing if it is out of range.
std::optional<int> number(const Request &request, const QString &name, int fallback, int least, int most)
{
    const std::optional<QString> text = request.queryValue(name);
    if (!text)
        return fallback;
    bool isNumber = false;
    const int value = text->toInt(&isNumber);
    return isNumber && value >= least && value <= most ? std::optional(value) : std::nullopt;
}

Reply outOfRange(const QString &name, int least, int most)
{
    return jsonReply(
        400, {{u"error"_s, u"%1 must be a whole number from %2 to %3."_s.arg(name).arg(least).arg(most)}});
}

QByteArray record(qint64 index)
{
    const QByteArray number = QByteArray::number(index).rightJustified(9, '0');
    QByteArray text = "{\"id\":\"item_" + number + "\",\"index\":" + QByteArray::number(index) +
                      ",\"active\":" + (index % 3 == 0 ? "true" : "false") + ",\"text\":\"";
    text += QByteArray(recordSize - 3 - text.size(), 'x') + "\"},";
    return text;
}

Reply page(const Request &request)
{
    const std::optional<int> status = number(request, u"status"_s, 200, 200, 599);
    if (!status)
        return outOfRange(u"status"_s, 200, 599);
    return htmlReply(*status, "<!doctype html>\n<html lang=\"en\"><head><title>A web page</title></head>\n"
                              "<body><h1>A web page</h1><p>This is HTML where JSON was expected, as a proxy, "
                              "a sign-in page or a wrong path would send it.</p></body></html>\n");
}

} // namespace

QByteArray largeJson(qint64 size, qint64 offset, qint64 length)
{
    // head, then records of equal size, then a last one without comma that fills up what is left.
    static const QByteArray head = QByteArray("{\"items\":[").leftJustified(recordSize, ' ');
    const qint64 records = size / recordSize - 3;
    const qint64 tailStart = (records + 1) * recordSize;
    QByteArray tail = "{\"id\":\"last\",\"text\":\"";
    tail += QByteArray(size - tailStart - tail.size() - 4, 'x') + "\"}]}";

    QByteArray piece;
    const qint64 end = std::min(size, offset + length);
    for (qint64 at = offset; at < end; at = offset + piece.size()) {
        if (at < recordSize)
            piece += head.mid(at, end - at);
        else if (at < tailStart)
            piece += record(at / recordSize - 1).mid(at % recordSize, end - at);
        else
            piece += tail.mid(at - tailStart, end - at);
    }
    return piece;
}

TryOut::TryOut(const StopSignal &stop)
    : m_stop(stop)
{
    m_routes.add("GET", u"/sandbox/slow"_s,
                 [this](const Request &request, const QStringList &) { return slow(request); });
    m_routes.add("GET", u"/sandbox/html"_s,
                 [](const Request &request, const QStringList &) { return page(request); });
    m_routes.add("GET", u"/sandbox/large"_s,
                 [this](const Request &request, const QStringList &) { return large(request); });
}

Reply TryOut::slow(const Request &request) const
{
    const std::optional<int> seconds = number(request, u"seconds"_s, 5, 0, mostSeconds);
    if (!seconds)
        return outOfRange(u"seconds"_s, 0, mostSeconds);
    if (!m_stop.sleepFor(std::chrono::seconds(*seconds)))
        return jsonReply(503, {{u"error"_s, u"The sandbox is stopping."_s}});
    return jsonReply(200, {{u"success"_s, true}, {u"waited_seconds"_s, *seconds}});
}

Reply TryOut::large(const Request &request) const
{
    const std::optional<int> megabytes = number(request, u"megabytes"_s, 10, 1, mostMegabytes);
    if (!megabytes)
        return outOfRange(u"megabytes"_s, 1, mostMegabytes);
    const qint64 size = qint64{*megabytes} * 1024 * 1024;
    const auto read = [this, size](qint64 offset, qint64 length) {
        return m_stop.isRaised() ? QByteArray() : largeJson(size, offset, std::min(length, pieceSize));
    };
    Reply reply{200, "application/json", {}, {}, std::make_shared<BodyStream>(BodyStream{size, read})};
    return reply;
}

} // namespace keydesk::sandbox
