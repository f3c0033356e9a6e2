#include "app/http/WebSocket.h"

#include "app/base/Guarded.h"

#include <QNetworkProxy>
#include <QRegularExpression>
#include <QWebSocket>
#include <QWebSocketHandshakeOptions>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace keydesk {

namespace {

constexpr auto patienceWithClose = 3s;
constexpr qsizetype longestReason = 123;

QNetworkReply::NetworkError networkErrorOf(QAbstractSocket::SocketError error)
{
    switch (error) {
    case QAbstractSocket::ConnectionRefusedError:
        return QNetworkReply::ConnectionRefusedError;
    case QAbstractSocket::RemoteHostClosedError:
        return QNetworkReply::RemoteHostClosedError;
    case QAbstractSocket::HostNotFoundError:
        return QNetworkReply::HostNotFoundError;
    case QAbstractSocket::SocketTimeoutError:
        return QNetworkReply::TimeoutError;
    case QAbstractSocket::SslHandshakeFailedError:
    case QAbstractSocket::SslInternalError:
    case QAbstractSocket::SslInvalidUserDataError:
        return QNetworkReply::SslHandshakeFailedError;
    case QAbstractSocket::ProxyAuthenticationRequiredError:
        return QNetworkReply::ProxyAuthenticationRequiredError;
    case QAbstractSocket::ProxyConnectionRefusedError:
        return QNetworkReply::ProxyConnectionRefusedError;
    case QAbstractSocket::ProxyConnectionClosedError:
        return QNetworkReply::ProxyConnectionClosedError;
    case QAbstractSocket::ProxyConnectionTimeoutError:
        return QNetworkReply::ProxyTimeoutError;
    case QAbstractSocket::ProxyNotFoundError:
        return QNetworkReply::ProxyNotFoundError;
    case QAbstractSocket::ProxyProtocolError:
        return QNetworkReply::UnknownProxyError;
    default:
        return QNetworkReply::UnknownNetworkError;
    }
}

/// QWebSocket (6.4) keeps the answer to a refused handshake to itself. All that it tells of it stands in the text of
/// its error: "… Unhandled http status code: 401 (Unauthorized)."
void readRefusal(SocketEnd &end, const QString &errorText)
{
    static const QRegularExpression status(u"status code: ([1-5][0-9][0-9]) \\((.*)\\)"_s, QRegularExpression::DotMatchesEverythingOption);
    const auto match = status.match(errorText.left(4096));
    if (!match.hasMatch())
        return;
    end.refusedWith = match.captured(1).toInt();
    end.refusedReason = match.captured(2).toUtf8();
}

} // namespace

WebSocket::WebSocket(QObject *parent)
    : QObject(parent)
    , m_socket(std::make_unique<QWebSocket>())
{
    m_socket->setMaxAllowedIncomingMessageSize(largestMessage);
    m_socket->setMaxAllowedIncomingFrameSize(largestMessage);
    // A frame is read when all of it is there. What does not fit waits in the kernel, an endless header of the answer too.
    m_socket->setReadBufferSize(largestMessage + 64 * 1024);
    m_closing.setSingleShot(true);
    connect(&m_closing, &QTimer::timeout, this, [this] { m_socket->abort(); });

    connect(m_socket.get(), &QWebSocket::bytesWritten, this, [this] {
        if (!m_end.wasOpen)
            Q_EMIT left();
    });
    connect(m_socket.get(), &QWebSocket::connected, this, [this] {
        m_end.wasOpen = true;
        Q_EMIT opened();
    });
    connect(m_socket.get(), &QWebSocket::textMessageReceived, this,
            [this](const QString &text) { Q_EMIT message({SocketMessage::Kind::Text, false, text.toUtf8()}); });
    connect(m_socket.get(), &QWebSocket::binaryMessageReceived, this,
            [this](const QByteArray &bytes) { Q_EMIT message({SocketMessage::Kind::Binary, false, bytes}); });
    connect(m_socket.get(), &QWebSocket::pong, this, [this](quint64 elapsed, const QByteArray &payload) {
        Q_EMIT message({SocketMessage::Kind::Pong, false, payload, std::chrono::milliseconds(elapsed)});
    });
    connect(m_socket.get(), &QWebSocket::sslErrors, this, &WebSocket::tlsFailed);
    connect(m_socket.get(), qOverload<QAbstractSocket::SocketError>(&QWebSocket::error), this,
            [this](QAbstractSocket::SocketError error) { fail(networkErrorOf(error)); });
    connect(m_socket.get(), &QWebSocket::aboutToClose, this, [this] {
        // It tells so of a connection that is given up, too.
        m_isClosing = m_isClosing || (m_end.wasOpen && m_end.error == QNetworkReply::NoError);
    });
    connect(m_socket.get(), &QWebSocket::disconnected, this, &WebSocket::tellEnd);
}

WebSocket::~WebSocket()
{
    m_socket->disconnect(this);
    m_socket->abort();
}

void WebSocket::open(const QNetworkRequest &request, const QStringList &subprotocols, const QNetworkProxy &proxy)
{
    QNetworkProxy used = proxy;
    if (used.type() == QNetworkProxy::HttpCachingProxy) // what systems name for web pages: as a tunnel it is the same one
        used.setType(QNetworkProxy::HttpProxy);
    m_socket->setProxy(used);
    m_socket->setSslConfiguration(request.sslConfiguration());
    QWebSocketHandshakeOptions options;
    options.setSubprotocols(subprotocols);
    m_socket->open(request, options);
}

void WebSocket::tolerate(const QList<QSslError> &errors)
{
    m_socket->ignoreSslErrors(errors);
}

QSslConfiguration WebSocket::tls() const
{
    return m_socket->sslConfiguration();
}

QString WebSocket::subprotocol() const
{
    return m_socket->subprotocol();
}

Result<void> WebSocket::checkSend(qsizetype size) const
{
    if (!isOpen())
        return failure(Error::Kind::InvalidInput, tr("Nothing was sent: the connection is closed."));
    if (size + m_socket->bytesToWrite() > largestMessage)
        return failure(Error::Kind::TooLarge, size > largestMessage ? tr("Nothing was sent: a message can have up to 16 MB.")
                                                                    : tr("Nothing was sent: the server does not take what was sent before. Wait until it does."));
    return {};
}

Result<void> WebSocket::sendText(const QString &text)
{
    const QByteArray bytes = text.toUtf8();
    return checkSend(bytes.size()).map([&] {
        m_socket->sendTextMessage(text);
        Q_EMIT message({SocketMessage::Kind::Text, true, bytes});
    });
}

Result<void> WebSocket::sendBinary(const QByteArray &bytes)
{
    return checkSend(bytes.size()).map([&] {
        m_socket->sendBinaryMessage(bytes);
        Q_EMIT message({SocketMessage::Kind::Binary, true, bytes});
    });
}

Result<void> WebSocket::ping()
{
    return checkSend(0).map([&] {
        m_socket->ping();
        Q_EMIT message({SocketMessage::Kind::Ping, true, {}});
    });
}

Result<void> WebSocket::close(int code, const QString &reason)
{
    if (code != 1000 && (code < 3000 || code > 4999))
        return failure(Error::Kind::InvalidInput, tr("A client may close with 1000 or with a code from 3000 to 4999."));
    if (reason.toUtf8().size() > longestReason)
        return failure(Error::Kind::InvalidInput, tr("The reason is too long: it can have up to 123 bytes."));
    return checkSend(0).map([&] {
        m_end.closedHere = true;
        m_end.closeCode = code;
        m_end.closeReason = reason;
        m_closing.start(patienceWithClose);
        m_socket->close(static_cast<QWebSocketProtocol::CloseCode>(code), reason);
    });
}

void WebSocket::fail(QNetworkReply::NetworkError error)
{
    if (m_end.error != QNetworkReply::NoError) // one follows the other
        return;
    m_end.detail = m_socket->errorString();
    m_end.error = error;
    if (!m_end.wasOpen)
        readRefusal(m_end, m_end.detail);
    // Of a handshake that failed, `disconnected` does not always follow.
    later(this, [this] {
        if (m_told)
            return;
        m_socket->abort();
        tellEnd();
    });
}

void WebSocket::tellEnd()
{
    if (std::exchange(m_told, true))
        return;
    m_closing.stop();
    // Later, also because the error of a connection that ended may follow its end.
    later(this, [this] {
        if (m_end.wasOpen && !m_end.closedHere) { // without a frame, QWebSocket says 1000
            m_end.closeCode = m_isClosing ? m_socket->closeCode() : QWebSocketProtocol::CloseCodeAbnormalDisconnection;
            m_end.closeReason = m_socket->closeReason();
        }
        if (m_isClosing)
            m_end.error = QNetworkReply::NoError;
        else if (m_end.error == QNetworkReply::NoError)
            m_end.error = QNetworkReply::RemoteHostClosedError;
        Q_EMIT ended(m_end);
    });
}

QString closeCodeText(int code)
{
    const auto text = [code]() -> QString {
        switch (code) {
        case 1000:
            return WebSocket::tr("normal closure");
        case 1001:
            return WebSocket::tr("going away");
        case 1002:
            return WebSocket::tr("protocol error");
        case 1003:
            return WebSocket::tr("kind of data not accepted");
        case 1005:
            return WebSocket::tr("no code given");
        case 1006:
            return WebSocket::tr("connection lost, no closing frame");
        case 1007:
            return WebSocket::tr("text that is not valid UTF-8");
        case 1008:
            return WebSocket::tr("against the server's rules");
        case 1009:
            return WebSocket::tr("message too large");
        case 1010:
            return WebSocket::tr("an extension is missing");
        case 1011:
            return WebSocket::tr("the server failed");
        case 1012:
            return WebSocket::tr("the server restarts");
        case 1013:
            return WebSocket::tr("try again later");
        case 1014:
            return WebSocket::tr("bad gateway");
        case 1015:
            return WebSocket::tr("TLS failed");
        default:
            return code >= 4000 ? WebSocket::tr("a code of the application") : code >= 3000 ? WebSocket::tr("a registered code") : WebSocket::tr("unknown code");
        }
    };
    return WebSocket::tr("%1, %2").arg(code).arg(text());
}

} // namespace keydesk
