#include "app/http/WireRequest.h"

#include "app/base/Redactor.h"
#include "app/http/ContentDecoder.h"
#include "app/http/HeaderRules.h"
#include "app/http/SecretMarkers.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

bool startsWithOneWordTwice(const QByteArray &value)
{
    const QList<QByteArray> words = value.simplified().split(' ');
    return words.size() > 2 && isSameHeader(words.at(0), words.at(1));
}

/// Methods that are safe to send again, and that have no body unless one is given. The others say
/// Content-Length: 0.
bool canGoWithoutLength(const QByteArray &method)
{
    static const QList<QByteArray> methods{"GET", "HEAD", "OPTIONS", "TRACE", "DELETE"};
    return methods.contains(method);
}

/// What HTTP/2 has no place for (RFC 9113 section 8.2.2) and a Host other than the URL's: the network layer
/// leaves it out there.
bool needsHttp1(const Headers &headers)
{
    return std::ranges::any_of(headers, [](const auto &header) {
        const auto isHeader = [&header](QByteArrayView name) { return isSameHeader(header.first, name); };
        return !isEmptyDefault(header.first, header.second) &&
               (isHeader("Host") || isHeader("Connection") || isHeader("Keep-Alive") ||
                isHeader("Proxy-Connection") || isHeader("Upgrade") || isHeader("TE"));
    });
}

Headers typedAndDefaultHeaders(const PreparedRequest &request, bool hasUpload)
{
    Headers headers = request.headers;
    headers.removeIf([](const auto &header) { return isEmptyDefault(header.first, header.second); });
    if (hasUpload)
        setDefaultHeader(headers, "Content-Length", QByteArray::number(request.body.size()));
    setDefaultHeader(headers, "User-Agent", "Keydesk/" KEYDESK_VERSION);
    setDefaultHeader(headers, "Accept", "*/*");
    setDefaultHeader(headers, "Accept-Encoding", ContentDecoder::accepted());
    // "Any": left out, the network layer would tell the server which language this desktop speaks.
    setDefaultHeader(headers, "Accept-Language", "*");
    return headers;
}

QByteArray hostHeader(const QUrl &url)
{
    const QString port = url.port() == -1 ? QString() : u':' + QString::number(url.port());
    const QString host = url.host(QUrl::FullyEncoded);
    return (host.contains(u':') ? u'[' + host + u']' : host).toLatin1() + port.toLatin1();
}

QNetworkRequest baseRequest(const QUrl &url)
{
    QNetworkRequest request(url);
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    request.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    request.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    request.setAttribute(QNetworkRequest::CacheSaveControlAttribute, false);
    // Also keeps it from answering a Negotiate challenge with the user's Kerberos ticket.
    request.setAttribute(QNetworkRequest::AuthenticationReuseAttribute, QNetworkRequest::Manual);
    // Needed for an upload device that is read once.
    request.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, true);
    return request;
}

const QByteArray &hidden()
{
    static const QByteArray bullets = "\xE2\x80\xA2\xE2\x80\xA2\xE2\x80\xA2\xE2\x80\xA2"_ba;
    return bullets;
}

/// As it may be shown. A header of any name hides its token, known to the redactor or not.
QByteArray shownCredential(const KeyForm &form, const QByteArray &value, const Redactor &redactor)
{
    return Redactor::isCredentialHeader(form.name) ? redactor.redactHeader(form.name, value)
                                                   : form.prefix + hidden();
}

void addCredential(WireRequest &wire, const Credential &credential, const Redactor &redactor)
{
    const KeyForm &form = credential.form;
    const Secret secret = valueOf(form, *credential.token);
    QByteArray value(secret.reveal().data(), secret.size());
    // From here on the network layer's copies are out of reach; they end with the reply.
    if (form.placement == KeyPlacement::Query) {
        wire.request.setUrl(withQueryItem(wire.request.url(), form.name, value));
        wire.sent.url = withQueryItem(wire.sent.url, form.name, hidden().toPercentEncoding());
    } else {
        wire.doubledScheme = wire.doubledScheme || startsWithOneWordTwice(value);
        wire.request.setRawHeader(form.name, value);
        wire.sent.headers.append({form.name, shownCredential(form, value, redactor)});
    }
    wipe(value);
    wire.sent.keySent = true;
}

} // namespace

QUrl redactedUrl(const QUrl &marked, const Redactor &redactor)
{
    const QByteArray encoded = marked.toEncoded();
    const bool hasMarker = hasSecretMarker(encoded);
    const auto redacted = redactor.redact(hasMarker ? maskedMarkers(encoded) : encoded);
    return redacted.hits == 0 && !hasMarker ? marked : QUrl(QString::fromUtf8(redacted.bytes));
}

WireRequest makeWireRequest(const PreparedRequest &request, const PreparedRequest &filled, const Credential *credential,
                            const Redactor &redactor)
{
    WireRequest wire;
    wire.request = baseRequest(filled.url);
    wire.request.setAttribute(QNetworkRequest::Http2AllowedAttribute,
                              request.url.scheme() == "https"_L1 && !needsHttp1(request.headers));
    wire.hasUpload = !request.body.isEmpty() || !canGoWithoutLength(request.method);
    wire.sent.method = request.method;
    wire.sent.url = redactedUrl(request.url, redactor);
    wire.sent.body = request.body.shown(redactor);

    const Headers headers = typedAndDefaultHeaders(filled, wire.hasUpload);
    if (!findHeader(headers, "Host"))
        wire.sent.headers.append({"Host", hostHeader(request.url)});
    for (const auto &[name, value] : headers) {
        // Not null: that would remove the header instead of sending it empty.
        wire.request.setRawHeader(name, value.isNull() ? ""_ba : value);
        const QByteArray *typed = findHeader(request.headers, name);
        wire.sent.headers.append({name, redactor.redactHeader(name, typed && hasSecretMarker(*typed) ? maskedMarkers(*typed) : value)});
        if (Redactor::isCredentialHeader(name))
            wire.doubledScheme = wire.doubledScheme || startsWithOneWordTwice(value);
    }
    if (credential)
        addCredential(wire, *credential, redactor);
    if (!findHeader(headers, "Connection"))
        wire.sent.headers.append({"Connection"_ba, "Keep-Alive"_ba});
    return wire;
}

void showAsHttp2(SentRequest &sent)
{
    for (auto &[name, value] : sent.headers)
        name = name.toLower();
    sent.headers.removeIf([](const auto &header) { return header.first == "connection"; });
}

} // namespace keydesk
