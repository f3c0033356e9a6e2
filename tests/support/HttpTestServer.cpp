#include "tests/support/HttpTestServer.h"

#include "app/http/HttpResponse.h"

#include <QSslServer>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTimer>

#include <algorithm>

namespace keydesk::test {

namespace {

/// The first request of `input`, taken out of it; nothing if it is not whole yet.
std::optional<ReceivedRequest> takeRequest(QByteArray &input)
{
    const qsizetype end = input.indexOf("\r\n\r\n");
    if (end < 0)
        return {};
    ReceivedRequest request;
    const QList<QByteArray> lines = input.left(end).split('\n');
    const QList<QByteArray> start = lines.first().trimmed().split(' ');
    request.method = start.value(0);
    request.target = start.value(1);
    for (const QByteArray &line : lines.mid(1)) {
        const qsizetype colon = line.indexOf(':');
        request.headers.append({line.left(colon), line.mid(colon + 1).trimmed()});
    }
    const qsizetype size = request.header("Content-Length").toLongLong();
    if (input.size() < end + 4 + size)
        return {};
    request.body = input.mid(end + 4, size);
    request.raw = input.left(end + 4 + size);
    input.remove(0, end + 4 + size);
    return request;
}

} // namespace

QByteArray ReceivedRequest::header(const QByteArray &name) const
{
    for (const auto &[candidate, value] : headers) {
        if (candidate.compare(name, Qt::CaseInsensitive) == 0)
            return value;
    }
    return {};
}

bool ReceivedRequest::has(const QByteArray &name) const
{
    return std::ranges::any_of(
        headers, [&](const auto &header) { return header.first.compare(name, Qt::CaseInsensitive) == 0; });
}

QByteArray response(int status, const Headers &headers, const QByteArray &body)
{
    QByteArray bytes = "HTTP/1.1 " + QByteArray::number(status) + ' ' + reasonPhrase(status) + "\r\n";
    for (const auto &[name, value] : headers)
        bytes += name + ": " + value + "\r\n";
    return bytes + "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
}

HttpTestServer::HttpTestServer(const std::optional<QSslConfiguration> &tls)
    : m_tls(tls.has_value())
{
    if (tls) {
        auto server = std::make_unique<QSslServer>();
        server->setSslConfiguration(*tls);
        m_server = std::move(server);
    } else {
        m_server = std::make_unique<QTcpServer>();
    }
    connect(m_server.get(), &QTcpServer::pendingConnectionAvailable, this, &HttpTestServer::accept);
    if (!m_server->listen(QHostAddress::LocalHost))
        qFatal("no port on loopback: %s", qPrintable(m_server->errorString()));
    answer(response(200));
}

HttpTestServer::~HttpTestServer()
{
    closeAll();
}

void HttpTestServer::answer(const QByteArray &bytes, Answer::Then then)
{
    handle([bytes, then](const ReceivedRequest &) { return Answer{bytes, then, {}, false}; });
}

void HttpTestServer::handle(const Handler &handler)
{
    m_handler = handler;
}

void HttpTestServer::handle(const QByteArray &path, const Handler &handler)
{
    m_handlers.insert(path, handler);
}

void HttpTestServer::hang()
{
    answer({});
}

QUrl HttpTestServer::url(const QString &pathAndQuery) const
{
    return QUrl(QStringLiteral("%1://127.0.0.1:%2%3")
                    .arg(m_tls ? QStringLiteral("https") : QStringLiteral("http"))
                    .arg(port())
                    .arg(pathAndQuery));
}

Origin HttpTestServer::origin() const
{
    return *Origin::fromUrl(url());
}

int HttpTestServer::port() const
{
    return m_server->serverPort();
}

void HttpTestServer::closeAll()
{
    const QList<QTcpSocket *> sockets = m_open.keys();
    m_open.clear();
    for (QTcpSocket *socket : sockets) {
        socket->disconnect(this);
        socket->abort();
        socket->deleteLater();
    }
}

void HttpTestServer::accept()
{
    while (QTcpSocket *socket = m_server->nextPendingConnection()) {
        ++m_connections;
        m_open.insert(socket, {});
        connect(socket, &QTcpSocket::readyRead, this, [this, socket] { read(socket); });
        connect(socket, &QTcpSocket::bytesWritten, this, [this, socket] { sendMore(socket); });
        connect(socket, &QTcpSocket::disconnected, this, [this, socket] {
            m_open.remove(socket);
            socket->deleteLater();
        });
        read(socket);
    }
}

void HttpTestServer::read(QTcpSocket *socket)
{
    const QByteArray bytes = socket->readAll();
    m_received += bytes;
    m_open[socket].input += bytes;
    while (m_open.contains(socket)) {
        const auto request = takeRequest(m_open[socket].input);
        if (!request)
            return;
        m_requests.append(*request);
        reply(socket, *request);
        Q_EMIT requested();
    }
}

void HttpTestServer::reply(QTcpSocket *socket, const ReceivedRequest &request)
{
    const Handler handler = m_handlers.value(request.target.split('?').first(), m_handler);
    Connection &connection = m_open[socket];
    connection.answer = handler(request);
    connection.sent = 0;
    connection.answering = true;
    sendMore(socket);
}

/// A little at a time, so that neither this side nor the kernel holds more than a few pieces.
void HttpTestServer::sendMore(QTcpSocket *socket)
{
    const auto found = m_open.find(socket);
    if (found == m_open.end() || !found->answering || socket->bytesToWrite() > 0)
        return;
    Connection &connection = *found;
    Answer &answer = connection.answer;
    if (connection.sent < answer.bytes.size()) {
        const QByteArray piece = answer.bytes.mid(connection.sent, answer.oneByOne ? 1 : 256 * 1024);
        connection.sent += piece.size();
        m_bytesSent += piece.size();
        socket->write(piece);
        return;
    }
    if (!answer.endless.isEmpty()) {
        m_bytesSent += answer.endless.size();
        const QByteArray piece = answer.endless;
        if (answer.times > 0 && --answer.times == 0)
            answer.endless.clear();
        socket->write(piece);
        return;
    }
    connection.answering = false;
    if (answer.then == Answer::Then::Close)
        socket->disconnectFromHost();
    else if (answer.then == Answer::Then::Reset)
        socket->abort();
}

} // namespace keydesk::test
