#include "app/http/HttpClientCall.h"

#include <QHostAddress>
#include <QNetworkReply>

namespace keydesk {

namespace {

using Phase = HopTiming::Phase;

} // namespace

/// Before the request is handed to the network layer.
void HttpClient::Call::enterNetwork()
{
    m_hop.enter(QHostAddress(m_origin.host()).isNull() ? Phase::Lookup : Phase::Queue);
}

/// By the signals that come anyway: nothing is asked for and nothing waits because of them. readHead begins the download.
void HttpClient::Call::watchPhases()
{
    connect(m_reply, &QNetworkReply::socketStartedConnecting, this,
            [this] { m_hop.enter(m_request.url.scheme() == QLatin1String("https") ? Phase::ConnectAndTls : Phase::Connect); });
    connect(m_reply, &QNetworkReply::requestSent, this, [this] {
        m_hop.enter(Phase::Send);
        if (m_request.body.isEmpty())
            m_hop.enter(Phase::Wait);
    });
    if (m_request.body.isEmpty())
        return;
    connect(m_reply, &QNetworkReply::uploadProgress, this, [this](qint64 sent) {
        if (sent > 0)
            m_hop.enter(Phase::Send);
        if (sent >= m_uploadSize)
            m_hop.enter(Phase::Wait);
    });
}

/// While the reply and what was sent are there.
void HttpClient::Call::keepTiming(bool isWhole)
{
    if (!m_hop.isRunning())
        return;
    HopTiming timing = m_hop.take(isWhole);
    timing.method = m_request.method;
    timing.url = hasStarted() ? m_trace.sent.last().url : redactedUrl(m_request.url, m_client.m_redactor);
    timing.status = hasStarted() ? m_response.status : 0;
    m_trace.timings.append(std::move(timing));
}

} // namespace keydesk
