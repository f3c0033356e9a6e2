#include "app/http/HttpClientCall.h"

#include "app/base/Guarded.h"
#include "app/base/Redactor.h"
#include "app/http/BodyText.h"
#include "app/http/HeaderRules.h"
#include "app/http/NetworkErrors.h"
#include "app/http/UploadOnce.h"

#include <QNetworkAccessManager>
#include <QNetworkReply>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr qsizetype mostHops = 20;
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

QUrl redactedUrl(const QUrl &url, const Redactor &redactor)
{
    const auto redacted = redactor.redact(url.toEncoded());
    return redacted.hits == 0 ? url : QUrl(QString::fromUtf8(redacted.bytes));
}

/// What is shown and stored as it is. The body and the headers are redacted by whoever shows or stores them.
Result<HttpResponse> redactedWords(Result<HttpResponse> outcome, const Redactor &redactor)
{
    if (outcome) {
        outcome->reason = redactor.redact(outcome->reason).bytes;
    } else {
        outcome.error().message = redactor.redactText(outcome.error().message);
        outcome.error().detail = redactor.redactText(outcome.error().detail);
    }
    return outcome;
}

} // namespace

HttpClient::Call::Call(HttpClient &client, const PreparedRequest &request)
    : HttpCall(&client)
    , m_client(client)
    , m_options(client.m_options)
    , m_request(request)
{
    if (request.timeout)
        m_options.timeout = *request.timeout;
    m_trace.startedAt = QDateTime::currentDateTimeUtc();
    m_trace.keyId = request.keyId;
    m_clock.start();
    m_silence.setSingleShot(true);
    connect(&m_silence, &QTimer::timeout, this, [this] { finish(tl::unexpected(timeoutError())); });
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
        ready = checkOrigins(m_origin);
        if (!ready)
            m_trace.keyWithheld = ready.error().message;
    }
    if (!ready)
        finish(tl::unexpected(ready.error()));
    else if (m_named)
        readToken();
    else
        sendHop();
}

void HttpClient::Call::cancel()
{
    if (!m_told)
        finish(failure(Error::Kind::Cancelled, tr("The call was cancelled.")));
}

/// Whoever made the request, nothing that could split it in two or go elsewhere than the URL says passes
/// here.
Result<void> HttpClient::Call::checkRequest()
{
    const auto origin = Origin::fromUrl(m_request.url);
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
    return checkHeaders(m_request.headers, m_request.body.size()).and_then([this] {
        return m_request.body.checkFiles();
    });
}

void HttpClient::Call::sendHop()
{
    m_waitsForProxy = true;
    stirred();
    m_client.m_proxies->find(m_request.url, this, [this] {
        m_waitsForProxy = false;
        if (!m_outcome)
            sendFound();
    });
}

void HttpClient::Call::sendFound()
{
    std::optional<Credential> credential;
    if (isKeyOnTheWay())
        credential = Credential{m_named->form, &token()};
    const WireRequest wire =
        makeWireRequest(m_request, credential ? &*credential : nullptr, m_client.m_redactor);
    m_trace.doubledScheme = m_trace.doubledScheme || wire.doubledScheme;
    if (m_trace.sent.isEmpty())
        m_clock.start(); // the time that the keychain took is not the server's
    m_trace.sent.append(wire.sent);
    m_left = false;
    m_uploaded = 0;
    m_mayHaveLeft = wire.hasUpload && m_request.body.isEmpty();
    m_tlsErrors.clear();
    m_response = HttpResponse();

    QNetworkAccessManager &network = *m_client.m_network;
    if (wire.hasUpload) {
        auto *body = new UploadOnce(m_request.body, this);
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
    stirred();
}

void HttpClient::Call::connectReply()
{
    m_reply->setReadBufferSize(readBuffer);
    const auto left = [this] {
        m_left = true;
        stirred();
    };
    connect(m_reply, &QNetworkReply::requestSent, this, left);
    connect(m_reply, &QNetworkReply::uploadProgress, this, [this, left](qint64 sent) {
        if (sent <= 0)
            return;
        left();
        m_uploaded = qMin(sent, m_request.body.size());
        Q_EMIT uploaded(m_uploaded, m_request.body.size());
    });
    connect(m_reply, &QNetworkReply::encrypted, this, &Call::stirred);
    connect(m_reply, &QNetworkReply::sslErrors, this,
            [this](const QList<QSslError> &errors) { m_tlsErrors += errors; });
    connect(m_reply, &QNetworkReply::metaDataChanged, this, &Call::readHead);
    connect(m_reply, &QNetworkReply::readyRead, this, &Call::readBody);
    connect(m_reply, &QNetworkReply::finished, this, &Call::hopFinished);
}

void HttpClient::Call::stirred()
{
    if (m_options.timeout.count() > 0)
        m_silence.start(m_options.timeout);
}

void HttpClient::Call::readHead()
{
    stirred();
    m_left = true;
    m_response.status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    m_response.reason = m_reply->attribute(QNetworkRequest::HttpReasonPhraseAttribute).toByteArray();
    if (m_response.reason.isEmpty())
        m_response.reason = reasonPhrase(m_response.status);
    const bool http2 = m_reply->attribute(QNetworkRequest::Http2WasUsedAttribute).toBool();
    m_response.protocol = http2 ? "HTTP/2" : "HTTP/1.1";
    if (http2)
        showAsHttp2(m_trace.sent.last());
    m_response.headers = responseHeaders(*m_reply);
    m_response.url = redactedUrl(m_request.url, m_client.m_redactor);
    m_decoder.start(m_response.header("Content-Encoding"));
}

void HttpClient::Call::readBody()
{
    stirred();
    if (m_response.status == 0)
        readHead();
    const QByteArray arrived = m_reply->readAll();
    m_response.wireBytes += arrived.size();
    switch (m_decoder.feed(arrived, m_response.body, m_options.responseLimit)) {
    case ContentDecoder::State::More:
        break;
    case ContentDecoder::State::Full:
        m_response.truncated = true;
        finish(std::move(m_response));
        return;
    case ContentDecoder::State::Broken:
        finish(failure(
            Error::Kind::BadResponse,
            tr("The body of the answer cannot be read: it is not what its header Content-Encoding (%1) says.")
                .arg(QString::fromUtf8(m_response.header("Content-Encoding")).left(80).simplified())));
        return;
    }
    if (arrived.isEmpty())
        return;
    bool known = false;
    const qint64 length = m_response.header("Content-Length").toLongLong(&known);
    const bool coded = !m_response.header("Content-Encoding").isEmpty();
    Q_EMIT progress(m_response.body.size(),
                    known && !coded && length >= m_response.body.size() ? length : -1);
}

void HttpClient::Call::hopFinished()
{
    const auto error = m_reply->error();
    const int status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    const bool proxyRefused =
        error == QNetworkReply::ProxyAuthenticationRequiredError && m_client.isProxied(m_origin);
    // Once the answer is whole, the network layer rewinds the body for a 307 or 308, redirects of its own or
    // not, which UploadOnce refuses.
    const bool rewound = error == QNetworkReply::ContentReSendError && (status == 307 || status == 308);
    const bool answered =
        rewound || error == QNetworkReply::ProxyAuthenticationRequiredError || !isTransportError(error);
    if (status == 0 || proxyRefused || !answered) {
        m_mayHaveLeft = m_mayHaveLeft && !meansNothingSent(error);
        finish(tl::unexpected(replyError()));
        return;
    }
    readBody();
    if (m_outcome)
        return;
    if (!m_decoder.isComplete()) {
        finish(failure(Error::Kind::BadResponse,
                       tr("The body of the answer ends too early: its compressed data is not whole.")));
        return;
    }
    if (!m_request.followRedirects || !follow())
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
    if (redirect.hop.stopped.isEmpty() && m_trace.hops.size() == mostHops) {
        finish(failure(Error::Kind::TooManyRedirects,
                       tr("The server redirected %1 times, and once more to %2. Redirects that never end are "
                          "a fault of the server.")
                           .arg(mostHops)
                           .arg(redactor.redactText(redirect.hop.to.toDisplayString()))));
        return true;
    }
    redirect.hop.from = redactedUrl(redirect.hop.from, redactor);
    redirect.hop.to = redactedUrl(redirect.hop.to, redactor);
    redirect.hop.stopped = redactor.redactText(redirect.hop.stopped); // may quote the server's Location
    m_trace.hops.append(redirect.hop);
    if (!redirect.hop.stopped.isEmpty())
        return false;
    // A hop back to an origin that the key is bound to does not bring it back: who sent us there is not who
    // it was given to.
    tellUse(false);
    m_keyDropped = m_keyDropped || !redirect.sameOrigin;
    releaseReply();
    m_request = std::move(redirect.next);
    m_origin = *Origin::fromUrl(m_request.url);
    sendHop();
    return true;
}

/// `sent` tells what has left this machine. Where that is not known, it tells more rather than less.
void HttpClient::Call::forgetUnsentHop()
{
    if (m_reply && !hasLeft())
        m_trace.sent.removeLast();
}

/// Before the reply is let go of, so that no hop is told twice.
void HttpClient::Call::tellUse(bool stopped)
{
    if (!m_reply || !hasLeft() || !isKeyOnTheWay() || m_request.oneTimeToken || !m_request.keyId)
        return;
    const int status = m_response.status;
    const bool failed = status == 0 ? !stopped : status >= 400;
    Q_EMIT m_client.keyUsed({*m_request.keyId, m_origin, m_request.environmentId, status, failed, QDateTime::currentDateTimeUtc()});
}

Error HttpClient::Call::replyError() const
{
    const QString detail = m_client.m_redactor.redactText(m_reply->errorString());
    const bool lost = m_reply->error() == QNetworkReply::RemoteHostClosedError ||
                      m_reply->error() == QNetworkReply::ContentReSendError ||
                      m_reply->error() == QNetworkReply::UnknownNetworkError;
    // QNetworkAccessManager does not read an answer before the body is out: a 413 that comes with the end of the connection is lost.
    if (lost && m_response.status == 0 && m_uploaded > 0 && m_uploaded < m_request.body.size())
        return {Error::Kind::ConnectionLost,
                tr("%1 ended the connection when it had taken %2 of %3 of the body. It may not accept a body of this size.")
                    .arg(m_origin.toString(), sizeText(m_uploaded), sizeText(m_request.body.size())),
                detail};
    // QNetworkReply has no error of its own for a proxy that refuses the tunnel.
    const bool tunnel =
        m_reply->error() == QNetworkReply::UnknownNetworkError && !m_left && m_client.isProxied(m_origin);
    return networkError(tunnel ? QNetworkReply::UnknownProxyError : m_reply->error(), detail, m_origin,
                        m_tlsErrors, m_response.status > 0, m_response.body.size());
}

Error HttpClient::Call::timeoutError() const
{
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(m_options.timeout).count();
    const QString place = m_origin.toString();
    if (m_waitsForProxy)
        return {Error::Kind::ProxyFailed,
                tr("This system's proxy settings did not say within %1 seconds which proxy leads to %2. Choose the proxy, or none, in the "
                   "Preferences.")
                    .arg(seconds)
                    .arg(place),
                u"the lookup of the system's proxy did not return"_s};
    return {Error::Kind::TimedOut,
            m_response.status > 0
                ? tr("%1 stopped in the middle of its answer and sent nothing for %2 seconds.")
                      .arg(place)
                      .arg(seconds)
                : tr("%1 did not answer within %2 seconds.").arg(place).arg(seconds),
            {}};
}

void HttpClient::Call::releaseReply()
{
    if (!m_reply)
        return;
    disconnect(m_reply, nullptr, this, nullptr);
    if (m_reply->isRunning())
        m_reply->abort();
    m_reply->deleteLater();
    m_reply.clear();
}

void HttpClient::Call::finish(Result<HttpResponse> outcome)
{
    const bool first = !m_outcome;
    m_outcome = redactedWords(std::move(outcome), m_client.m_redactor);
    if (!first)
        return;
    m_silence.stop();
    m_trace.elapsed = std::chrono::microseconds(m_clock.nsecsElapsed() / 1000);
    forgetUnsentHop();
    tellUse(!*m_outcome && m_outcome->error().kind == Error::Kind::Cancelled);
    releaseReply();
    m_token = Secret();
    m_oneTimeToken.reset();
    m_request.oneTimeToken.reset();
    // Later: never inside send(), and not inside a signal of the reply, so that whoever hears it may delete
    // the HttpClient.
    later(this, [this] {
        m_told = true;
        deleteLater();
        Result<HttpResponse> told = std::move(*m_outcome);
        const bool wipes = m_request.wipeAnswer;
        if (wipes)
            m_response.body.clear(); // so that `told` is the last owner of the bytes
        Q_EMIT finished(told);       // this may be gone afterwards
        if (told && wipes)
            wipe(told->body);
    });
}

} // namespace keydesk
