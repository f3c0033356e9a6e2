#pragma once

#include <QByteArray>
#include <QString>
#include <QUrl>

#include <optional>

namespace keydesk {

/// What an answer that goes on consists of.
enum class StreamKind {
    None,     ///< it is one body, as most are
    Events,   ///< server-sent events (text/event-stream)
    Lines,    ///< JSON, a value a line
    Messages, ///< of a WebSocket
};

/// By the value of Content-Type. JSON that only turns out to be lines is None here: see `isLinesOfJson`.
StreamKind streamKind(const QByteArray &contentType);
/// Whether a body whose type is plain JSON is a value a line, from how it begins: the first line is an object or
/// array of its own, and another one begins behind it. Nothing while that cannot be told yet.
std::optional<bool> isLinesOfJson(const QByteArray &begin);

/// Its scheme is ws or wss.
bool isWebSocket(const QUrl &url);
/// A request as it is written opens a WebSocket: by its URL ("wss://…"), or by its method ("WEBSOCKET", as .http files of
/// JetBrains have it).
bool opensWebSocket(const QString &method, const QString &url);
/// ws for http and wss for https, and back: a WebSocket's origin is that of its handshake, which is HTTP (RFC 6455
/// section 4.1). Other schemes are left.
QUrl webSocketUrl(QUrl url);
QUrl handshakeUrl(QUrl url);

} // namespace keydesk
