#include "tests/support/Http2TestServer.h"

#include <QSslServer>
#include <QTcpSocket>
#include <QtEndian>

using namespace Qt::StringLiterals;

namespace keydesk::test {

namespace {

const QByteArray preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"_ba;

// RFC 9113 section 6.
constexpr char data = 0;
constexpr char headers = 1;
constexpr char settings = 4;
constexpr char ping = 6;
constexpr char windowUpdate = 8;
constexpr char endStream = 1;
constexpr char ack = 1;
constexpr char endHeaders = 4;

QByteArray frame(char type, char flags, quint32 stream, const QByteArray &payload = {})
{
    QByteArray bytes(9, '\0');
    bytes[0] = static_cast<char>(payload.size() >> 16);
    bytes[1] = static_cast<char>(payload.size() >> 8);
    bytes[2] = static_cast<char>(payload.size());
    bytes[3] = type;
    bytes[4] = flags;
    qToBigEndian(stream, bytes.data() + 5);
    return bytes + payload;
}

QByteArray number(quint32 value)
{
    QByteArray bytes(4, '\0');
    qToBigEndian(value, bytes.data());
    return bytes;
}

} // namespace

Http2TestServer::Http2TestServer(QSslConfiguration tls)
    : m_server(std::make_unique<QSslServer>())
{
    tls.setAllowedNextProtocols({QSslConfiguration::ALPNProtocolHTTP2});
    m_server->setSslConfiguration(tls);
    connect(m_server.get(), &QTcpServer::pendingConnectionAvailable, this, &Http2TestServer::accept);
    if (!m_server->listen(QHostAddress::LocalHost))
        qFatal("no port on loopback: %s", qPrintable(m_server->errorString()));
}

Http2TestServer::~Http2TestServer()
{
    const QList<QTcpSocket *> sockets = m_input.keys();
    for (QTcpSocket *socket : sockets)
        socket->disconnect(this);
}

QUrl Http2TestServer::url(const QString &pathAndQuery) const
{
    return QUrl(u"https://127.0.0.1:%1%2"_s.arg(m_server->serverPort()).arg(pathAndQuery));
}

void Http2TestServer::accept()
{
    while (QTcpSocket *socket = m_server->nextPendingConnection()) {
        m_input.insert(socket, {});
        connect(socket, &QTcpSocket::readyRead, this, [this, socket] { read(socket); });
        connect(socket, &QTcpSocket::disconnected, this, [this, socket] {
            m_input.remove(socket);
            socket->deleteLater();
        });
        socket->write(frame(settings, 0, 0));
        read(socket);
    }
}

void Http2TestServer::read(QTcpSocket *socket)
{
    QByteArray &input = m_input[socket];
    input += socket->readAll();
    if (input.startsWith(preface))
        input.remove(0, preface.size());
    while (input.size() >= 9 && !preface.startsWith(input.left(preface.size()))) {
        const auto byte = [&input](int at) { return static_cast<unsigned char>(input.at(at)); };
        const qsizetype size = byte(0) << 16 | byte(1) << 8 | byte(2);
        if (input.size() < 9 + size)
            return;
        const QByteArray whole = input.left(9 + size);
        input.remove(0, 9 + size);
        handleFrame(socket, whole.at(3), whole.at(4), qFromBigEndian<quint32>(whole.constData() + 5),
                    whole.mid(9));
    }
}

void Http2TestServer::handleFrame(QTcpSocket *socket, char type, char flags, quint32 stream,
                                  const QByteArray &payload)
{
    if (type == settings && !(flags & ack))
        socket->write(frame(settings, ack, 0));
    if (type == ping && !(flags & ack))
        socket->write(frame(ping, ack, 0, payload));
    if (type == headers)
        ++m_requests;
    if (type == data && !payload.isEmpty()) {
        m_bodyBytes += payload.size();
        const QByteArray room = number(static_cast<quint32>(payload.size()));
        socket->write(frame(windowUpdate, 0, 0, room) + frame(windowUpdate, 0, stream, room));
    }
    if ((type == headers || type == data) && (flags & endStream) && !m_hangs)
        answer(socket, stream);
}

void Http2TestServer::answer(QTcpSocket *socket, quint32 stream)
{
    const QByteArray status(
        1, static_cast<char>(0x88)); // ":status: 200" of HPACK's static table (RFC 7541 appendix A)
    socket->write(frame(headers, endHeaders, stream, status) + frame(data, endStream, stream, "over HTTP/2"));
}

} // namespace keydesk::test
