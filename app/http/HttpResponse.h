#pragma once

#include "app/body/FileBytes.h"
#include "app/http/ConnectionFacts.h"
#include "app/http/HopTiming.h"
#include "app/http/PreparedRequest.h"

#include <QDateTime>

#include <chrono>
#include <memory>

namespace keydesk {

/// What went out in one hop, as it may be shown and stored: the token is redacted, everything else is exact.
struct SentRequest
{
    QByteArray method;
    QUrl url;
    Headers headers; ///< including those the network layer adds (Host, Connection, Accept-Encoding …); values redacted
    QByteArray body; ///< redacted; a file in it as its name and size
    bool keySent = false;
};

/// One redirect that was followed (or stopped at).
struct RedirectHop
{
    int status = 0;
    QUrl from;
    QUrl to;
    QByteArray methodBefore;
    QByteArray methodAfter;
    QList<QByteArray> droppedHeaders; ///< credential headers that the next origin does not get
    bool keyDropped = false;
    bool bodyDropped = false;
    QString stopped; ///< why it was not followed, a sentence; empty if it was
};

/// The facts of one call, complete at any outcome.
struct CallTrace
{
    QDateTime startedAt; ///< UTC
    std::chrono::microseconds elapsed{0};
    QList<SentRequest> sent;    ///< one an hop, first first; empty if nothing left this machine
    QList<RedirectHop> hops;
    QList<HopTiming> timings; ///< of each hop that was tried, also where nothing left; `elapsed` is without the keychain
    QList<ConnectionFacts> connections; ///< one a hop that reached a server, or failed to; first first
    std::optional<QUuid> keyId; ///< the key that the request named
    QString keyWithheld;        ///< why the key did not go out although named; empty if it did or none was named
    bool doubledScheme = false; ///< the credential header went out as "Bearer Bearer …"
};

struct HttpResponse
{
    int status = 0;
    QByteArray reason;
    QByteArray protocol; ///< "HTTP/1.1", "HTTP/2"
    Headers headers;
    QByteArray body;      ///< decoded (gzip, deflate, br)
    qint64 wireBytes = 0; ///< as far as known; body.size() otherwise
    bool truncated = false; ///< the size limit stopped the transfer; `body`, or `spool`, is what arrived
    QUrl url; ///< after redirects
    QString brokenOff{}; ///< of an answer that streams, or is shown (PreparedRequest::spools): why it ended
                         ///< before its end, a sentence; empty if it did not
    /// Of a body that is too large for memory: all of it, with known secrets masked; grows while it arrives.
    /// `body` is its first part. Null for others.
    std::shared_ptr<const FileBytes> spool{};
    bool hasMasked = false; ///< a known secret was in what `spool` has
    int unreadKeys = 0; ///< stored keys whose tokens could not be read: they are masked in `spool` where they
                        ///< were recognised

    bool operator==(const HttpResponse &) const = default;

    [[nodiscard]] QByteArray header(QByteArrayView name) const; ///< first of that name, case-insensitive; empty if none
    [[nodiscard]] QByteArray contentType() const;               ///< lower case, without parameters
    /// Decoded bytes that arrived.
    [[nodiscard]] qint64 bodySize() const { return spool ? spool->size() : body.size(); }
    /// Something of the body is missing in `body`.
    [[nodiscard]] bool hasOnlyBegin() const { return spool || truncated; }
    /// With the whole body in memory, up to so many bytes of a spooled one; else as it is. Reads the disk: not on the UI thread.
    [[nodiscard]] HttpResponse withBody(qint64 most) const;
    [[nodiscard]] bool isOk() const { return status >= 200 && status < 300; }
};

/// "Not Found" for 404 and so on; empty for an unknown status. From the IANA HTTP status code registry.
QByteArray reasonPhrase(int status);
/// The time in a Date or Retry-After header (RFC 9110 5.6.7), UTC; null if it is none.
QDateTime httpDate(const QByteArray &text);

} // namespace keydesk
