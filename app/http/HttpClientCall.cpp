#include "app/http/HttpClientCall.h"

#include "app/base/Redactor.h"
#include "app/http/HeaderRules.h"
#include "app/http/NetworkErrors.h"
#include "app/http/SecretMarkers.h"
#include "app/http/StreamKind.h"
#include "app/http/UploadOnce.h"

#include <QNetworkAccessManager>
#include <QNetworkReply>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr qsizetype mostRedirects = 20;
// How far the network thread may run ahead of this one. Everything there is read at each readyRead: less
// would stall the transfer.
constexpr qint64 readBuffer = 256LL * 1024;

Headers responseHeaders(const QNetworkReply &reply)
{
    Headers headers;
    for (const auto &[name, value] : reply.rawHeaderPairs()) {
        // QNetworkReply joins repeated headers, Set-Cookie with line breaks because its values have commas.
        if (!isSameHeader(name, "Set-Cookie")) {
            headers.append({name, value});
            continue;
        }
        for (const QByteArray &line : value.split('\n'))
            headers.append({name, line});
    }
    return headers;
}

} // namespace

HttpClient::Call::Call(HttpClient &client, const PreparedRequest &request)
    : HttpCall(&client)
    , m_client(client)
    , m_options(client.m_options)
    , m_request(request)
    , m_connection(client.connectionOf(request))
{
    if (request.timeout)
        m_options.timeout = *request.timeout;
    m_trace.startedAt = QDateTime::currentDateTimeUtc();
    m_trace.keyId = request.keyId;
    m_clock.start();
    m_silence.setSingleShot(true);
    connect(&m_silence, &QTimer::timeout, this, [this] { breakOff(timeoutError()); });
}

HttpClient::Call::~Call()
{
    tellUse(true);
    releaseReply();
}

void HttpClient::Call::start()
{
    auto ready = checkRequest().and_then([this] { return findCredential(); });
    if (ready && m_named) {
        ready = checkOrigins(m_origin, *m_named);
        if (!ready)
            m_trace.keyWithheld = ready.error().message;
    }
    if (ready)
        ready = checkSecrets();
    if (ready && !m_request.secretInBody.isEmpty())
        ready = checkTransport(m_origin, m_request.secretInBody);
    if (!ready)
        finish(tl::unexpected(ready.error()));
    else
        connectNetwork();
}

void HttpClient::Call::cancel()
{
    if (m_told || ((m_stream == Stream::Yes || m_spool) && m_outcome))
        return;
    if (m_spool)
        stopSpool();
    else if (m_waitsForTokens)
        keepBegin(tr("The transfer was stopped."));
    else if (m_socket && m_socket->isOpen())
        std::ignore = m_socket->close(1000, {}); // `socketEnded` follows
    else if (m_stream == Stream::Yes)
        finish(std::move(m_response));
    else
        finish(failure(Error::Kind::Cancelled, tr("The call was cancelled.")));
}

/// Whoever made the request, nothing that could split it in two or go elsewhere than the URL says passes
/// here.
Result<void> HttpClient::Call::checkRequest()
{
    const auto origin = Origin::fromUrl(m_request.streams ? handshakeUrl(m_request.url) : m_request.url);
    if (!origin)
        return tl::unexpected(origin.error());
    m_origin = *origin;
    m_request.url.setHost(m_origin.host(), QUrl::StrictMode);
    if (m_origin.isDefaultPort())
        m_request.url.setPort(-1);
    m_request.url.setFragment({});
    if (!isToken(m_request.method) || m_request.method == "CONNECT" ||
        (m_request.method == "HEAD" && !m_request.body.isEmpty()))
        return failure(Error::Kind::InvalidInput,
                       tr("A request cannot be sent with the method %1 like this.")
                           .arg(QString::fromUtf8(m_request.method).left(80).simplified()));
    auto headers = combineHeaders(m_request.headers);
    if (!headers)
        return tl::unexpected(headers.error());
    m_request.headers = *headers;
    if (isWebSocket(m_request.url)) {
        if (const auto checked = checkHandshake(m_request.method, m_request.headers, m_request.body.size()); !checked)
            return checked;
    }
    return checkHeaders(m_request.headers, m_request.body.size()).and_then([this] {
        return m_request.body.checkFiles();
    });
}

void HttpClient::Call::sendHop()
{
    m_waitsForProxy = true;
    stirred();
    m_network->proxies().find(m_origin, handshakeUrl(m_request.url), this, [this] {
        m_waitsForProxy = false;
        if (!m_outcome)
            findAddress();
    });
    if (m_waitsForProxy)
        m_hop.enter(HopTiming::Phase::ProxySettings);
}

void HttpClient::Call::sendFound()
{
    std::optional<Credential> credential;
    if (isKeyOnTheWay())
        credential = Credential{m_named->form, &token()};
    const PreparedRequest hop = withCookies();
    // Not longer than it takes to hand them over.
    const Result<PreparedRequest> filled = hop.secrets.isEmpty() ? hop : withSecrets(hop, m_secrets);
    if (!filled) {
        finish(tl::unexpected(filled.error()));
        return;
    }
    WireRequest wire = makeWireRequest(hop, *filled, credential ? &*credential : nullptr, m_client.m_redactor);
    prepareWay(wire);
    m_uploadSize = filled->body.size();
    m_trace.doubledScheme = m_trace.doubledScheme || wire.doubledScheme;
    if (m_trace.sent.isEmpty())
        m_clock.start(); // the time that the keychain took is not the server's
    enterNetwork();
    m_trace.sent.append(wire.sent);
    m_left = false;
    m_uploaded = 0;
    m_mayHaveLeft = wire.hasUpload && m_uploadSize == 0;
    m_tlsErrors.clear();
    m_response = HttpResponse();
    if (isWebSocket(m_request.url)) {
        openSocket(wire);
        return;
    }

    QNetworkAccessManager &network = m_network->manager();
    if (wire.hasUpload) {
        auto *body = new UploadOnce(filled->body, this);
        // The reply waits for bytes that do not come: nothing else ends it. Later, because it is reading.
        connect(
            body, &UploadOnce::failed, this,
            [this, body = QPointer(body)](const Error &error) {
                if (body && body->parent() == m_reply)
                    finish(tl::unexpected(error));
            },
            Qt::QueuedConnection);
        m_reply = network.sendCustomRequest(wire.request, m_request.method, body);
        body->setParent(m_reply); // it must last as long as the reply
    } else if (m_request.method == "GET") {
        m_reply = network.get(wire.request);
    } else if (m_request.method == "HEAD") {
        m_reply = network.head(wire.request); // as a custom method it would wait for a body
    } else {
        m_reply = network.sendCustomRequest(wire.request, m_request.method);
    }
    connectReply();
    if (m_request.connectionTimeout)
        m_silence.start(*m_request.connectionTimeout); // `stirred` goes on with the other one
    else
        stirred();
}

void HttpClient::Call::connectReply()
{
    m_reply->setReadBufferSize(readBuffer);
    watchPhases();
    const auto left = [this] {
        m_left = true;
        stirred();
    };
    connect(m_reply, &QNetworkReply::requestSent, this, left);
    connect(m_reply, &QNetworkReply::uploadProgress, this, [this, left](qint64 sent) {
        if (sent <= 0)
            return;
        left();
        m_uploaded = qMin(sent, m_uploadSize);
        Q_EMIT uploaded(m_uploaded, m_uploadSize);
    });
    connect(m_reply, &QNetworkReply::encrypted, this, &Call::noteHandshake);
    connect(m_reply, &QNetworkReply::sslErrors, this, &Call::takeTlsErrors);
    connect(m_reply, &QNetworkReply::metaDataChanged, this, &Call::readHead);
    connect(m_reply, &QNetworkReply::readyRead, this, &Call::readBody);
    connect(m_reply, &QNetworkReply::finished, this, &Call::hopFinished);
}

void HttpClient::Call::stirred()
{
    if (m_options.timeout.count() > 0 && m_stream != Stream::Yes && !m_mayBeSilent && !m_waitsForTokens)
        m_silence.start(m_options.timeout);
}

void HttpClient::Call::readHead()
{
    stirred();
    m_hop.enter(HopTiming::Phase::Download);
    m_left = true;
    m_response.status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    m_response.reason = m_reply->attribute(QNetworkRequest::HttpReasonPhraseAttribute).toByteArray();
    if (m_response.reason.isEmpty())
        m_response.reason = reasonPhrase(m_response.status);
    const bool http2 = m_reply->attribute(QNetworkRequest::Http2WasUsedAttribute).toBool();
    m_response.protocol = http2 ? "HTTP/2" : "HTTP/1.1";
    if (http2)
        showAsHttp2(m_trace.sent.last());
    noteConnection(true);
    m_response.headers = responseHeaders(*m_reply);
    m_response.url = redactedUrl(m_request.url, m_client.m_redactor);
    takeCookies();
    m_decoder.start(m_response.header("Content-Encoding"));
    if (m_request.streams)
        findStream();
    m_mayBeSilent = mayBeSilent();
    if (m_mayBeSilent)
        m_silence.stop();
}

void HttpClient::Call::readBody()
{
    if (m_waitsForTokens)
        return;
    if (m_spool) {
        readToSpool();
        return;
    }
    stirred();
    if (m_response.status == 0)
        readHead();
    if (m_stream != Stream::Yes && tellsPieces()) {
        readPieces();
        return;
    }
    const QByteArray arrived = m_reply->readAll();
    m_response.wireBytes += arrived.size();
    if (m_stream == Stream::Yes) {
        readStream(arrived);
        return;
    }
    const bool spools = mayBeSpooled();
    switch (m_decoder.feed(arrived, m_response.body, spools ? spooledFrom : m_options.responseLimit)) {
    case ContentDecoder::State::More:
        break;
    case ContentDecoder::State::Full:
        if (spools) {
            prepareSpool();
            return;
        }
        m_response.truncated = true;
        finish(std::move(m_response));
        return;
    case ContentDecoder::State::Broken:
        breakOff({Error::Kind::BadResponse,
                  tr("The body of the answer cannot be read: it is not what its header Content-Encoding (%1) "
                     "says.")
                      .arg(QString::fromUtf8(m_response.header("Content-Encoding")).left(80).simplified()),
                  {}});
        return;
    }
    if (arrived.isEmpty())
        return;
    if (m_stream == Stream::Perhaps)
        findStream();
    if (m_stream == Stream::Yes)
        return;
    bool known = false;
    const qint64 length = m_response.header("Content-Length").toLongLong(&known);
    const bool coded = !m_response.header("Content-Encoding").isEmpty();
    Q_EMIT progress(m_response.body.size(),
                    known && !coded && length >= m_response.body.size() ? length : -1);
}

void HttpClient::Call::hopFinished()
{
    if (m_waitsForTokens)
        return; // it is called again
    const auto error = m_reply->error();
    const int status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    const bool proxyRefused =
        error == QNetworkReply::ProxyAuthenticationRequiredError && m_network->proxies().isProxied(m_origin);
    // Once the answer is whole, the network layer rewinds the body for a 307 or 308, redirects of its own or
    // not, which UploadOnce refuses.
    const bool rewound = error == QNetworkReply::ContentReSendError && (status == 307 || status == 308);
    const bool answered =
        rewound || error == QNetworkReply::ProxyAuthenticationRequiredError || !isTransportError(error);
    if (status == 0 || proxyRefused || !answered) {
        if (status == 0)
            noteConnection(false);
        m_mayHaveLeft = m_mayHaveLeft && !meansNothingSent(error);
        if (m_stream == Stream::Yes || m_spool || isShown())
            readBody(); // what came before
        if (!m_outcome && !m_waitsForTokens)
            breakOff(replyError());
        return;
    }
    readBody();
    if (m_outcome || m_waitsForTokens)
        return;
    if (m_spool) {
        endSpool({});
        return;
    }
    if (!m_decoder.isComplete()) {
        breakOff({Error::Kind::BadResponse,
                  tr("The body of the answer ends too early: its compressed data is not whole."), {}});
        return;
    }
    if (follow())
        return;
    if (m_request.tellsPieces)
        tellWhole();
    if (!m_outcome)
        finish(std::move(m_response));
}

/// False if the response is to be shown as it is.
bool HttpClient::Call::follow()
{
    const QByteArray *location = findHeader(m_response.headers, "Location");
    if (!isRedirect(m_response.status) || !location)
        return false;
    const Redactor &redactor = m_client.m_redactor;
    Redirect redirect = planRedirect(m_request, isKeyOnTheWay() ? &m_named->form : nullptr,
                                     m_response.status, *location, redactor);
    if (!m_request.followRedirects)
        redirect.hop.stopped = tr("It was not followed: the request says so.");
    else if (!m_connection.settings.followRedirects)
        redirect.hop.stopped = tr("It was not followed: the connection settings of this environment say so.");
    if (redirect.hop.stopped.isEmpty() && m_trace.hops.size() == mostRedirects) {
        finish(failure(Error::Kind::TooManyRedirects,
                       tr("The server redirected %1 times, and once more to %2. Redirects that never end are "
                          "a fault of the server.")
                           .arg(mostRedirects)
                           .arg(redactor.redactText(redirect.hop.to.toDisplayString()))));
        return true;
    }
    redirect.hop.from = redactedUrl(redirect.hop.from, redactor);
    redirect.hop.to = redactedUrl(redirect.hop.to, redactor);
    redirect.hop.stopped = redactor.redactText(redirect.hop.stopped); // may quote the server's Location
    if (redirect.hop.stopped.isEmpty() && !redirect.sameOrigin)
        tellDroppedCookies(redirect);
    m_trace.hops.append(redirect.hop);
    if (!redirect.hop.stopped.isEmpty())
        return false;
    // A hop back to an origin that the key is bound to does not bring it back: who sent us there is not who
    // it was given to. Whatever held a secret is gone from the next request.
    tellUse(false);
    if (!redirect.sameOrigin)
        redirect.next.secrets.clear();
    m_keyDropped = m_keyDropped || !redirect.sameOrigin;
    keepTiming(true);
    releaseReply();
    m_request = std::move(redirect.next);
    m_origin = *Origin::fromUrl(m_request.url);
    sendHop();
    return true;
}

} // namespace keydesk
