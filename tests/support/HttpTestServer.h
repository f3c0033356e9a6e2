#pragma once

#include "app/http/PreparedRequest.h"

#include <QByteArray>
#include <QHash>
#include <QList>
#include <QObject>
#include <QSslConfiguration>
#include <QUrl>

#include <functional>
#include <memory>
#include <optional>

class QTcpServer;
class QTcpSocket;

namespace keydesk::test {

/// A request as it came over the wire.
struct ReceivedRequest
{
    QByteArray raw; ///< every byte of it
    QByteArray method;
    QByteArray target;
    Headers headers; ///< in order, names as sent
    QByteArray body;

    [[nodiscard]] QByteArray header(const QByteArray &name) const;
    [[nodiscard]] bool has(const QByteArray &name) const;
};

/// What the server does with a request.
struct Answer
{
    enum class Then { KeepOpen, Close, Reset };

    QByteArray bytes{};
    Then then = Then::KeepOpen;
    QByteArray endless{};  ///< sent again and again after `bytes`
    bool oneByOne = false; ///< a byte at a time
    int times = 0;         ///< how often `endless` is sent; 0: for ever
};

/// A complete response with its Content-Length.
QByteArray response(int status, const Headers &headers = {}, const QByteArray &body = {});

/// A server on loopback, on a port of its own, that plays a script and keeps what it was sent as bytes. It
/// understands just enough HTTP to know where a request ends.
class HttpTestServer : public QObject
{
    Q_OBJECT

public:
    using Handler = std::function<Answer(const ReceivedRequest &)>;

    /// Speaks TLS if `tls` is there.
    explicit HttpTestServer(const std::optional<QSslConfiguration> &tls = {});
    ~HttpTestServer() override;

    /// The same answer for every request.
    void answer(const QByteArray &bytes, Answer::Then then = Answer::Then::KeepOpen);
    /// For every request without a handler of its own.
    void handle(const Handler &handler);
    void handle(const QByteArray &path, const Handler &handler);
    /// Takes requests and never answers.
    void hang();

    [[nodiscard]] QUrl url(const QString &pathAndQuery = QStringLiteral("/")) const;
    [[nodiscard]] Origin origin() const;
    [[nodiscard]] int port() const;
    [[nodiscard]] const QList<ReceivedRequest> &requests() const { return m_requests; }
    [[nodiscard]] int connections() const { return m_connections; }
    /// Every byte that came in, of requests and of what was none.
    [[nodiscard]] const QByteArray &received() const { return m_received; }
    [[nodiscard]] qint64 bytesSent() const { return m_bytesSent; }
    void closeAll();
    void forget() { m_requests.clear(); } ///< what it was sent

Q_SIGNALS:
    void requested();

private:
    void accept();
    void read(QTcpSocket *socket);
    void reply(QTcpSocket *socket, const ReceivedRequest &request);
    void sendMore(QTcpSocket *socket);

    struct Connection
    {
        QByteArray input;
        Answer answer;
        qsizetype sent = 0;
        bool answering = false;
    };

    std::unique_ptr<QTcpServer> m_server;
    bool m_tls = false;
    Handler m_handler;
    QHash<QByteArray, Handler> m_handlers;
    QHash<QTcpSocket *, Connection> m_open;
    QList<ReceivedRequest> m_requests;
    QByteArray m_received;
    qint64 m_bytesSent = 0;
    int m_connections = 0;
};

} // namespace keydesk::test
