#include "app/http/StreamKind.h"

#include <QJsonDocument>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

// A first line that is longer is not waited for, in bytes.
constexpr qsizetype longestFirstLine = 64 * 1024;

bool isSpace(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

} // namespace

StreamKind streamKind(const QByteArray &contentType)
{
    const QByteArray type = contentType.split(';').constFirst().trimmed().toLower();
    if (type == "text/event-stream")
        return StreamKind::Events;
    for (const char *lines : {"application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonl", "application/jsonlines",
                              "application/x-jsonlines", "application/stream+json", "application/json-seq", "application/x-json-stream"}) {
        if (type == lines)
            return StreamKind::Lines;
    }
    return StreamKind::None;
}

std::optional<bool> isLinesOfJson(const QByteArray &begin)
{
    const auto first = std::find_if_not(begin.begin(), begin.end(), isSpace);
    if (first == begin.end())
        return std::nullopt;
    if (*first != '{' && *first != '[')
        return false;
    const qsizetype from = first - begin.begin();
    const qsizetype end = begin.indexOf('\n', from);
    if (end < 0 || end - from > longestFirstLine)
        return begin.size() - from > longestFirstLine ? std::optional(false) : std::nullopt;
    const auto second = std::find_if_not(begin.begin() + end, begin.end(), isSpace);
    if (second == begin.end())
        return std::nullopt;
    if (*second != '{' && *second != '[')
        return false;
    QJsonParseError error;
    QJsonDocument::fromJson(begin.mid(from, end - from), &error);
    return error.error == QJsonParseError::NoError;
}

bool isWebSocket(const QUrl &url)
{
    return url.scheme() == "ws"_L1 || url.scheme() == "wss"_L1;
}

bool opensWebSocket(const QString &method, const QString &url)
{
    return method.trimmed().compare("WEBSOCKET"_L1, Qt::CaseInsensitive) == 0 || isWebSocket(QUrl(url.trimmed().section(u'/', 0, 1)));
}

QUrl webSocketUrl(QUrl url)
{
    if (url.scheme() == "http"_L1)
        url.setScheme(u"ws"_s);
    else if (url.scheme() == "https"_L1)
        url.setScheme(u"wss"_s);
    return url;
}

QUrl handshakeUrl(QUrl url)
{
    if (url.scheme() == "ws"_L1)
        url.setScheme(u"http"_s);
    else if (url.scheme() == "wss"_L1)
        url.setScheme(u"https"_s);
    return url;
}

} // namespace keydesk
