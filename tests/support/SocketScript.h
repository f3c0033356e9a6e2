#pragma once

#include "tests/support/HttpTestServer.h"

#include <QCryptographicHash>

namespace keydesk::test {

/// The answer that opens a WebSocket (RFC 6455 section 4.2.2), with `frames` behind it.
inline QByteArray openedSocket(const ReceivedRequest &request, const QByteArray &frames = {}, const Headers &headers = {})
{
    const QByteArray key = request.header("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    QByteArray bytes = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
                       QCryptographicHash::hash(key, QCryptographicHash::Sha1).toBase64() + "\r\n";
    for (const auto &[name, value] : headers)
        bytes += name + ": " + value + "\r\n";
    return bytes + "\r\n" + frames;
}

/// A frame as servers send them: without a mask. `first`: FIN and the opcode, 0x81 for a whole text.
inline QByteArray socketFrame(int first, const QByteArray &payload)
{
    QByteArray frame(1, static_cast<char>(first));
    if (payload.size() < 126) {
        frame += static_cast<char>(payload.size());
    } else {
        const int bytes = payload.size() < 65'536 ? 2 : 8;
        frame += static_cast<char>(bytes == 2 ? 126 : 127);
        for (int i = bytes - 1; i >= 0; --i)
            frame += static_cast<char>((static_cast<quint64>(payload.size()) >> (8 * i)) & 0xFF);
    }
    return frame + payload;
}

} // namespace keydesk::test
