#pragma once

#include "app/http/PreparedRequest.h"

namespace keydesk {

/// RFC 9110 section 5.6.2: what a method and a header name consist of.
bool isToken(QByteArrayView text);
/// RFC 9110 section 5.5: no control characters but the tab.
bool isHeaderValue(QByteArrayView text);
/// Header names are case-insensitive (RFC 9110 section 5.1).
bool isSameHeader(QByteArrayView one, QByteArrayView other);
/// Null if there is none of that name.
const QByteArray *findHeader(const Headers &headers, QByteArrayView name);
/// Puts a header in only if none of that name is there.
void setDefaultHeader(Headers &headers, const QByteArray &name, const QByteArray &value);

/// The network layer puts its own value in where one of these is empty, so an empty one asks for the default.
bool isEmptyDefault(QByteArrayView name, QByteArrayView value);

/// Whether a request with a body of `bodySize` bytes can be sent with these headers, exactly as they are. The
/// Error names the header.
Result<void> checkHeaders(const Headers &headers, qint64 bodySize);

/// Whether a WebSocket can be opened with these: GET without a body, and no header that the handshake itself sets (RFC 6455 section 4.1).
Result<void> checkHandshake(const QByteArray &method, const Headers &headers, qint64 bodySize);

/// One line a name: repeated ones are joined as RFC 9110 section 5.3 says, in the place of the first, because
/// QNetworkRequest keeps one value a name. Fails for a repeated header that is no list (Authorization,
/// Content-Type …).
Result<Headers> combineHeaders(const Headers &headers);

} // namespace keydesk
