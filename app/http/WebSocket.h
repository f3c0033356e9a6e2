#pragma once

#include "app/base/Error.h"

#include <QByteArray>
#include <QNetworkReply>
#include <QObject>
#include <QSslConfiguration>
#include <QSslError>
#include <QTimer>

#include <chrono>
#include <memory>

class QNetworkProxy;
class QNetworkRequest;
class QWebSocket;

namespace keydesk {

/// A message of a WebSocket, or a sign of life.
struct SocketMessage
{
    enum class Kind { Text, Binary, Ping, Pong };

    Kind kind = Kind::Text;
    bool sent = false; ///< by us; else received
    QByteArray data;   ///< text as UTF-8
    std::chrono::milliseconds after{0}; ///< Pong: since the ping
};

/// How a WebSocket ended.
struct SocketEnd
{
    bool wasOpen = false;
    int refusedWith = 0; ///< the HTTP status that came instead of 101; 0: none
    QByteArray refusedReason;
    int closeCode = 0; ///< RFC 6455 section 7.4; 1006: without a closing frame
    QString closeReason; ///< the server's words, or ours
    bool closedHere = false;
    QNetworkReply::NetworkError error = QNetworkReply::NoError; ///< what the connection ended of; NoError after a closing frame
    QString detail; ///< Qt's words
};

/// One WebSocket connection: the only place that owns a QWebSocket. Redirects are not followed, certificates are
/// verified as the request's configuration says, nothing is compressed. Messages are bounded in both directions. Ends exactly once, never inside a call of
/// one of these functions. UI thread.
class WebSocket : public QObject
{
    Q_OBJECT

public:
    /// Of a message in either direction, and of a frame, in bytes. A server that sends more is cut off with 1009.
    static constexpr qsizetype largestMessage = 16 * 1024 * 1024;
    /// Of what a ping carries, in bytes (RFC 6455 section 5.5).
    static constexpr qsizetype largestPing = 125;

    explicit WebSocket(QObject *parent = nullptr);
    ~WebSocket() override;

    /// `request`: the handshake's URL (ws or wss) and headers; those of the protocol itself must not be among them.
    void open(const QNetworkRequest &request, const QStringList &subprotocols, const QNetworkProxy &proxy);
    /// Only inside `tlsFailed`: goes on in spite of these.
    void tolerate(const QList<QSslError> &errors);
    [[nodiscard]] QSslConfiguration tls() const;
    /// The one that the server chose; empty if none.
    [[nodiscard]] QString subprotocol() const;
    [[nodiscard]] bool isOpen() const { return m_end.wasOpen && !m_told && !m_closing.isActive(); }

    /// TooLarge, or InvalidInput when it is not open, with nothing sent. `message` follows.
    Result<void> sendText(const QString &text);
    Result<void> sendBinary(const QByteArray &bytes);
    Result<void> ping();
    /// 1000, 3000 to 4999; the reason at most 123 bytes of UTF-8 (RFC 6455 section 5.5.1). InvalidInput otherwise.
    Result<void> close(int code, const QString &reason);

Q_SIGNALS:
    void left(); ///< the first bytes have; with wss those of the TLS handshake
    void opened();
    void message(const keydesk::SocketMessage &message);
    void tlsFailed(const QList<QSslError> &errors);
    void ended(const keydesk::SocketEnd &end);

private:
    Result<void> checkSend(qsizetype size) const;
    void fail(QNetworkReply::NetworkError error);
    void tellEnd();

    std::unique_ptr<QWebSocket> m_socket;
    SocketEnd m_end;
    bool m_isClosing = false; // a closing frame has come or gone
    QTimer m_closing; // a server that does not answer our closing frame is not waited for
    bool m_told = false;
};

/// "1000, normal closure": what a close code means (the IANA registry's words, shortened).
QString closeCodeText(int code);

} // namespace keydesk
