#pragma once

#include <QHash>
#include <QObject>
#include <QSslConfiguration>
#include <QUrl>

#include <memory>

class QSslServer;
class QTcpSocket;

namespace keydesk::test {

/// The least of HTTP/2 (RFC 9113) that a client can be answered with: every request gets 200 and "over
/// HTTP/2". Headers are not decoded.
class Http2TestServer : public QObject
{
    Q_OBJECT

public:
    explicit Http2TestServer(QSslConfiguration tls);
    ~Http2TestServer() override;

    /// Takes requests and never answers.
    void hang() { m_hangs = true; }
    [[nodiscard]] QUrl url(const QString &pathAndQuery = QStringLiteral("/")) const;
    [[nodiscard]] bool spokeHttp2() const { return m_requests > 0; }
    [[nodiscard]] qint64 bodyBytes() const { return m_bodyBytes; }

private:
    void accept();
    void read(QTcpSocket *socket);
    void handleFrame(QTcpSocket *socket, char type, char flags, quint32 stream, const QByteArray &payload);
    void answer(QTcpSocket *socket, quint32 stream);

    std::unique_ptr<QSslServer> m_server;
    QHash<QTcpSocket *, QByteArray> m_input;
    bool m_hangs = false;
    int m_requests = 0;
    qint64 m_bodyBytes = 0;
};

} // namespace keydesk::test
