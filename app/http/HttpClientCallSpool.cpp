#include "app/http/HttpClientCall.h"

#include "app/http/HeaderRules.h"
#include "app/http/Redirect.h"

#include <QNetworkReply>

namespace keydesk {

/// Somebody looks at it. What redirects along is read and forgotten, and a 407 is the proxy's.
bool HttpClient::Call::isShown() const
{
    return m_request.spools && !m_request.wipeAnswer && m_response.status != 0 && m_response.status != 407 &&
           !(isRedirect(m_response.status) && findHeader(m_response.headers, "Location"));
}

bool HttpClient::Call::mayBeSpooled() const
{
    return isShown() && !m_options.spoolFolder.isEmpty() && m_options.spoolLimit > spooledFrom;
}

/// The tokens of stored keys are known before anything is written. What arrives meanwhile stays with the
/// server.
void HttpClient::Call::prepareSpool()
{
    m_stream = Stream::No;
    if (!m_client.m_makeTokensKnown) {
        beginSpool({});
        return;
    }
    m_waitsForTokens = true;
    m_silence.stop(); // it is not the server that one waits for
    sayIfKeychainWaits();
    m_client.m_makeTokensKnown(this, [this](int unread, const BodySpool::Learn &learn) {
        if (m_outcome)
            return;
        m_waitsForTokens = false;
        m_response.unreadKeys = unread;
        beginSpool(learn);
        if (m_outcome)
            return;
        if (m_reply->isFinished())
            hopFinished();
        else
            readToSpool();
    });
}

/// Nothing of it is written.
void HttpClient::Call::keepBegin(const QString &why)
{
    m_response.truncated = true;
    m_response.brokenOff = why;
    finish(std::move(m_response));
}

void HttpClient::Call::beginSpool(const BodySpool::Learn &learn)
{
    BodySpool::Limits limits;
    limits.size = m_options.spoolLimit;
    const Result<BodySpool *> spool =
        BodySpool::create(m_options.spoolFolder, m_client.m_redactor, limits, this);
    if (!spool) {
        keepBegin(spool.error().message);
        return;
    }
    m_spool = *spool;
    m_isArriving = true;
    m_response.spool = m_spool->bytes();
    connect(m_spool, &BodySpool::grew, this, &Call::spoolGrew);
    connect(m_spool, &BodySpool::drained, this, &Call::readToSpool);
    connect(m_spool, &BodySpool::ended, this, &Call::spoolEnded);
    Q_EMIT spooling(m_response);
    m_spool->start(std::move(m_decoder), m_response.body, m_response.wireBytes, learn);
}

/// What the disk does not keep up with stays with the server.
void HttpClient::Call::readToSpool()
{
    const bool isLast = m_reply && m_reply->isFinished(); // there may be some left, but not much
    if (!m_isArriving || !m_reply || (m_spool->isFull() && !isLast))
        return;
    const QByteArray arrived = m_reply->readAll();
    m_response.wireBytes += arrived.size();
    m_spool->feed(arrived);
    if (m_spool->isFull())
        m_silence.stop(); // it is not the server that one waits for
    else
        stirred();
}

void HttpClient::Call::endSpool(const QString &why)
{
    m_isArriving = false;
    m_silence.stop();
    if (m_response.brokenOff.isEmpty())
        m_response.brokenOff = why;
    m_spool->end();
}

void HttpClient::Call::stopSpool()
{
    endSpool(tr("The transfer was stopped."));
    m_spool->stop();
    if (m_reply->isRunning()) {
        disconnect(m_reply, nullptr, this, nullptr);
        m_reply->abort();
    }
}

void HttpClient::Call::spoolGrew()
{
    bool known = false;
    const qint64 length = m_response.header("Content-Length").toLongLong(&known);
    const bool coded = !m_response.header("Content-Encoding").isEmpty();
    const qint64 received = m_response.spool->size();
    Q_EMIT progress(received, known && !coded && length >= received ? length : -1);
}

void HttpClient::Call::spoolEnded()
{
    m_response.truncated = m_spool->isTruncated();
    m_response.hasMasked = m_spool->hasMasked();
    if (const auto error = m_spool->error())
        m_response.brokenOff = m_response.brokenOff.isEmpty()
                                   ? error->message
                                   : m_response.brokenOff + QLatin1Char(' ') + error->message;
    if (!m_response.brokenOff.isEmpty() && m_response.spool->size() < m_response.body.size()) {
        m_response.spool.reset(); // there is more of it in memory
        m_response.truncated = true;
    }
    finish(std::move(m_response));
}

} // namespace keydesk
