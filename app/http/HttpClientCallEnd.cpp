#include "app/http/HttpClientCall.h"

#include "app/base/Guarded.h"
#include "app/base/Redactor.h"
#include "app/http/BodyText.h"

#include <QNetworkReply>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

/// What is shown and stored as it is. The body and the headers are redacted by whoever shows or stores them.
Result<HttpResponse> redactedWords(Result<HttpResponse> outcome, const Redactor &redactor)
{
    if (outcome) {
        outcome->reason = redactor.redact(outcome->reason).bytes;
        outcome->brokenOff = redactor.redactText(outcome->brokenOff);
    } else {
        outcome.error().message = redactor.redactText(outcome.error().message);
        outcome.error().detail = redactor.redactText(outcome.error().detail);
    }
    return outcome;
}

} // namespace

/// `sent` tells what has left this machine. Where that is not known, it tells more rather than less.
void HttpClient::Call::forgetUnsentHop()
{
    if (hasStarted() && !hasLeft())
        m_trace.sent.removeLast();
}

/// Before the reply is let go of, so that no hop is told twice.
void HttpClient::Call::tellUse(bool stopped)
{
    if (!hasStarted() || !hasLeft())
        return;
    QList<QUuid> used = m_request.secrets;
    if (isKeyOnTheWay() && !m_request.oneTimeToken && m_request.keyId)
        used.prepend(*m_request.keyId);
    const int status = m_response.status;
    const bool failed = status == 0 ? !stopped : status >= 400;
    for (const QUuid &key : std::as_const(used))
        Q_EMIT m_client.keyUsed({key, m_origin, m_request.environmentId, status, failed, QDateTime::currentDateTimeUtc()});
}

Error HttpClient::Call::replyError() const
{
    const QString detail = m_client.m_redactor.redactText(m_reply->errorString());
    const bool lost = m_reply->error() == QNetworkReply::RemoteHostClosedError ||
                      m_reply->error() == QNetworkReply::ContentReSendError ||
                      m_reply->error() == QNetworkReply::UnknownNetworkError;
    // QNetworkAccessManager does not read an answer before the body is out: a 413 that comes with the end of the connection is lost.
    if (lost && m_response.status == 0 && m_uploaded > 0 && m_uploaded < m_uploadSize)
        return {Error::Kind::ConnectionLost,
                tr("%1 ended the connection when it had taken %2 of %3 of the body. It may not accept a body of this size.")
                    .arg(m_origin.toString(), sizeText(m_uploaded), sizeText(m_uploadSize)),
                detail};
    return connectionError();
}

Error HttpClient::Call::timeoutError() const
{
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(m_silence.intervalAsDuration()).count();
    const QString place = m_origin.toString();
    if (m_waitsForProxy)
        return {Error::Kind::ProxyFailed,
                tr("This system's proxy settings did not say within %1 seconds which proxy leads to %2. Choose the proxy, or none, in the "
                   "Preferences.")
                    .arg(seconds)
                    .arg(place),
                u"the lookup of the system's proxy did not return"_s};
    if (m_request.connectionTimeout && !m_left && m_silence.intervalAsDuration() == *m_request.connectionTimeout)
        return {Error::Kind::TimedOut,
                tr("No connection to %1 within %L2 s, which is the limit that the request's file sets.")
                    .arg(place)
                    .arg(std::chrono::duration<double>(m_silence.intervalAsDuration()).count()),
                {}};
    if (m_network && m_response.status == 0 && !m_left && m_uploaded == 0 && m_network->proxies().isProxied(m_origin))
        return {Error::Kind::ProxyFailed,
                ownProxy().isEmpty()
                    ? tr("The proxy made no connection to %1 within %2 seconds.").arg(place).arg(seconds)
                    : tr("The proxy %1 made no connection to %2 within %3 seconds. Check the proxy in the connection settings of this environment.")
                          .arg(ownProxy(), place)
                          .arg(seconds),
                {}};
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
    if (m_socket) {
        m_socket->disconnect(this);
        m_socket->deleteLater(); // whoever hears `finished` may still look at it
        m_socket = nullptr;
    }
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
    keepTiming(*m_outcome && !(*m_outcome)->truncated);
    // After the last phase: together they are never longer than the call.
    m_trace.elapsed = std::chrono::microseconds(m_clock.nsecsElapsed() / 1000);
    forgetUnsentHop();
    tellUse(!*m_outcome && m_outcome->error().kind == Error::Kind::Cancelled);
    releaseReply();
    m_token = Secret();
    m_secrets.clear();
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
