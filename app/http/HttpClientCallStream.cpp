#include "app/http/HttpClientCall.h"

#include "app/base/Redactor.h"
#include "app/http/BodyText.h"
#include "app/http/HeaderRules.h"
#include "app/http/NetworkErrors.h"
#include "app/http/Redirect.h"
#include "app/http/StreamKind.h"

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

// What a piece of an answer may unpack to, in bytes: more is a bomb.
constexpr qint64 mostAtOnce = 16LL * 1024 * 1024;
constexpr qint64 mostRead = 128LL * 1024;

/// As QWebSocket writes them: its own first, in this order. Its key is random and nobody's secret.
Headers handshakeHeaders(const Headers &wire)
{
    Headers headers;
    if (const QByteArray *host = findHeader(wire, "Host"))
        headers.append({"Host", *host});
    headers.append({"Upgrade"_ba, "websocket"_ba});
    headers.append({"Connection"_ba, "Upgrade"_ba});
    headers.append({"Sec-WebSocket-Key"_ba, "(random)"_ba});
    headers.append({"Sec-WebSocket-Version"_ba, "13"_ba});
    if (const QByteArray *protocols = findHeader(wire, "Sec-WebSocket-Protocol"))
        headers.append({"Sec-WebSocket-Protocol", *protocols});
    for (const auto &header : wire) {
        const auto is = [&header](QByteArrayView name) { return isSameHeader(header.first, name); };
        if (!is("Host") && !is("Connection") && !is("Sec-WebSocket-Protocol"))
            headers.append(header);
    }
    return headers;
}

/// Takes out of the request what the options carry.
QStringList takeSubprotocols(QNetworkRequest &request)
{
    const QString joined = QString::fromLatin1(request.rawHeader("Sec-WebSocket-Protocol"));
    request.setRawHeader("Sec-WebSocket-Protocol", {}); // null: takes it out
    QStringList protocols;
    for (const QString &each : joined.split(u',', Qt::SkipEmptyParts))
        protocols.append(each.trimmed());
    return protocols;
}

} // namespace

/// Whether the answer goes on, as far as its head or the beginning of its body tell.
void HttpClient::Call::findStream()
{
    if (m_stream == Stream::No) {
        if (m_response.status < 200 || m_response.status > 299 || m_request.method == "HEAD")
            return;
        if (streamKind(m_response.header("Content-Type")) != StreamKind::None)
            beginStream();
        else if (m_response.contentType() == "application/json" && m_response.header("Content-Length").isEmpty())
            m_stream = Stream::Perhaps;
        return;
    }
    const auto isLines = isLinesOfJson(m_response.body);
    if (!isLines)
        return;
    m_stream = Stream::No;
    if (!*isLines)
        return;
    const QByteArray begin = std::exchange(m_response.body, {});
    beginStream();
    if (!m_outcome)
        Q_EMIT arrived(begin);
}

void HttpClient::Call::beginStream()
{
    m_stream = Stream::Yes;
    m_silence.stop(); // it may be silent for as long as it likes
    Q_EMIT streaming(m_response);
}

void HttpClient::Call::readStream(const QByteArray &arrivedBytes)
{
    QByteArray piece;
    const auto state = m_decoder.feed(arrivedBytes, piece, mostAtOnce);
    if (!piece.isEmpty())
        Q_EMIT arrived(piece);
    if (m_outcome || state == ContentDecoder::State::More)
        return;
    breakOff({Error::Kind::BadResponse,
              state == ContentDecoder::State::Full
                  ? tr("The answer was broken off: a few bytes of it unpack to more than %1.").arg(sizeText(mostAtOnce))
                  : tr("The answer was broken off: it is not compressed as its header Content-Encoding says."),
              {}});
}

/// A redirect may be followed: its body is told only once it is known that it is not.
bool HttpClient::Call::tellsPieces() const
{
    return m_request.tellsPieces && !(isRedirect(m_response.status) && findHeader(m_response.headers, "Location"));
}

/// Whoever asked for a time of its own gets that.
bool HttpClient::Call::mayBeSilent() const
{
    return m_request.tellsPieces && !m_request.timeout && m_response.isOk() &&
           streamKind(m_response.header("Content-Type")) != StreamKind::None;
}

/// Always into the same memory: new pages for each piece would take longer than all else that is done with
/// it.
void HttpClient::Call::readPieces()
{
    do {
        m_piece.resize(mostRead);
        m_piece.resize(std::max<qint64>(0, m_reply->read(m_piece.data(), mostRead)));
        m_response.wireBytes += m_piece.size();
        tellPiece(m_piece);
    } while (!m_outcome && m_reply->bytesAvailable() > 0);
}

void HttpClient::Call::tellPiece(const QByteArray &arrivedBytes)
{
    QByteArray unpacked;
    const bool isPlain = m_decoder.isPlain();
    const auto state =
        isPlain ? ContentDecoder::State::More : m_decoder.feed(arrivedBytes, unpacked, mostAtOnce);
    const QByteArray &piece = isPlain ? arrivedBytes : unpacked;
    if (!std::exchange(m_headTold, true))
        Q_EMIT answered(m_response);
    if (!piece.isEmpty() && !m_outcome) {
        const qint64 room = std::max<qint64>(0, m_options.responseLimit - m_response.body.size());
        m_response.truncated = m_response.truncated || piece.size() > room;
        if (m_response.body.isEmpty()) // growing would copy it again and again
            m_response.body.reserve(std::min(room, m_response.header("Content-Length").toLongLong()));
        m_response.body += QByteArrayView(piece).first(std::min<qint64>(room, piece.size()));
        Q_EMIT arrived(piece);
    }
    if (!m_outcome && state == ContentDecoder::State::Full)
        finish(failure(Error::Kind::BadResponse,
                       tr("The answer was broken off: a few bytes of it unpack to more than %1.").arg(sizeText(mostAtOnce))));
    else if (!m_outcome && state == ContentDecoder::State::Broken)
        finish(failure(Error::Kind::BadResponse, tr("The answer was broken off: it is not compressed as its header Content-Encoding says.")));
}

/// What has not been told yet when the answer is whole.
void HttpClient::Call::tellWhole()
{
    if (std::exchange(m_headTold, true))
        return;
    Q_EMIT answered(m_response);
    if (!m_response.body.isEmpty() && !m_outcome)
        Q_EMIT arrived(m_response.body);
}

/// Of an answer that goes on, goes to disk, or is shown, what came is the answer.
void HttpClient::Call::breakOff(const Error &error)
{
    if (m_spool) {
        endSpool(error.message);
        return;
    }
    if (m_stream != Stream::Yes && (!isShown() || m_response.body.isEmpty())) {
        finish(tl::unexpected(error));
        return;
    }
    m_response.brokenOff = error.message;
    finish(std::move(m_response));
}

void HttpClient::Call::openSocket(const WireRequest &wire)
{
    SentRequest &sent = m_trace.sent.last();
    sent.headers = handshakeHeaders(sent.headers);
    m_mayHaveLeft = false;
    m_hop.enter(m_origin.scheme() == "https"_L1 ? HopTiming::Phase::ConnectAndTls : HopTiming::Phase::Connect);
    m_socket = new WebSocket(this);
    connect(m_socket, &WebSocket::left, this, [this] {
        m_mayHaveLeft = true;
        stirred();
    });
    connect(m_socket, &WebSocket::tlsFailed, this, &Call::takeTlsErrors);
    connect(m_socket, &WebSocket::opened, this, &Call::socketOpened);
    connect(m_socket, &WebSocket::ended, this, &Call::socketEnded);
    QNetworkRequest request = wire.request;
    const QStringList subprotocols = takeSubprotocols(request);
    m_socket->open(request, subprotocols, m_proxy);
    stirred();
}

void HttpClient::Call::socketOpened()
{
    m_left = true;
    m_hop.enter(HopTiming::Phase::Download);
    noteConnection(true);
    m_response.status = 101;
    m_response.reason = reasonPhrase(101);
    m_response.protocol = "WebSocket";
    m_response.url = m_trace.sent.last().url;
    if (const QString chosen = m_socket->subprotocol(); !chosen.isEmpty())
        m_response.headers.append({"Sec-WebSocket-Protocol", chosen.toUtf8()});
    beginStream();
}

void HttpClient::Call::socketEnded(const SocketEnd &end)
{
    const QString detail = m_client.m_redactor.redactText(end.detail);
    if (!end.wasOpen)
        noteConnection(end.refusedWith > 0);
    const auto lost = [&] {
        return networkError(end.error, detail, m_origin, m_tlsErrors, m_response.status > 0, 0);
    };
    if (end.wasOpen) {
        if (end.error != QNetworkReply::NoError)
            m_response.brokenOff = lost().message;
        finish(std::move(m_response));
    } else if (end.refusedWith > 0) {
        m_response.status = end.refusedWith;
        m_response.reason = end.refusedReason.isEmpty() ? reasonPhrase(end.refusedWith) : end.refusedReason;
        m_response.protocol = "HTTP/1.1";
        m_response.url = m_trace.sent.last().url;
        finish(std::move(m_response));
    } else if (m_mayHaveLeft && end.error == QNetworkReply::ConnectionRefusedError) { // what QWebSocket calls any other answer
        finish(failure(Error::Kind::BadResponse,
                       tr("%1 answered, but did not open a WebSocket at this address. Send the same URL with %2:// to read what it says.")
                           .arg(m_origin.toString(), m_origin.scheme()),
                       detail));
    } else {
        m_mayHaveLeft = m_mayHaveLeft && !meansNothingSent(end.error);
        finish(tl::unexpected(lost()));
    }
}

} // namespace keydesk
