#include "app/sandbox/HttpServer.h"

#include "app/sandbox/Connections.h"
#include "app/sandbox/Guard.h"
#include "app/sandbox/RequestHook.h"
#include "app/sandbox/ServerModule.h"
#include "app/sandbox/TaskPool.h"
#include "app/sandbox/server/SocketStream.h"

#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>

using namespace Qt::StringLiterals;

namespace keydesk::sandbox {

namespace {

using namespace std::chrono_literals;

constexpr auto keepAlive = 10s;
constexpr int mostRequests = 1000; // on one connection
constexpr int backlog = 256;

/// cpp-httplib makes one for each server and deletes it; the threads are those of the shared pool.
class SharedQueue : public httplib::TaskQueue
{
public:
    explicit SharedQueue(TaskPool &pool)
        : m_pool(pool)
    {
    }

    // The result is void in cpp-httplib 0.11 (Debian 12) and bool from 0.14 on (Ubuntu 24.04).
    using Taken = decltype(std::declval<httplib::TaskQueue &>().enqueue(std::function<void()>()));
    Taken enqueue(std::function<void()> task) override
    {
        m_pool.enqueue(std::move(task));
        return Taken(true);
    }
    void shutdown() override {} // the Sandbox ends the pool when all servers have stopped

private:
    TaskPool &m_pool;
};

QByteArray bytesOf(const std::string &text)
{
    return {text.data(), static_cast<qsizetype>(text.size())};
}

QList<QByteArray> valuesOf(const httplib::Request &raw, const char *name)
{
    QList<QByteArray> values;
    const auto [first, last] = raw.headers.equal_range(name);
    for (auto header = first; header != last; ++header)
        values << bytesOf(header->second).trimmed();
    return values;
}

QByteArray mediaType(const httplib::Request &raw)
{
    const QByteArray type = bytesOf(raw.get_header_value("Content-Type"));
    return type.split(';').first().trimmed().toLower();
}

Head headOf(const httplib::Request &raw)
{
    return {bytesOf(raw.method),
            static_cast<qsizetype>(raw.target.size()),
            valuesOf(raw, "Host"),
            valuesOf(raw, "Origin"),
            valuesOf(raw, "Content-Length"),
            valuesOf(raw, "Transfer-Encoding"),
            mediaType(raw)};
}

Request requestOf(const httplib::Request &raw)
{
    const QByteArray target = bytesOf(raw.target);
    const qsizetype mark = target.indexOf('?');
    return {bytesOf(raw.method),
            QString::fromUtf8(bytesOf(raw.path)),
            mark < 0 ? QList<QPair<QString, QString>>() : parseForm(target.mid(mark + 1)),
            valuesOf(raw, "Authorization"),
            mediaType(raw),
            {}};
}

void write(const Reply &reply, httplib::Response &response)
{
    if (reply.status == noReply) {
        // The library must believe in a reply; the stream sees to it that nobody gets it.
        response.status = 500;
        response.set_header(SocketStream::dropHeader, "1");
        response.set_content("-", "text/plain");
        return;
    }
    response.status = reply.status;
    for (const auto &[name, value] : reply.headers)
        response.set_header(name.toStdString(), value.toStdString());
    const std::string type = reply.contentType.toStdString();
    if (reply.stream) {
        response.set_content_provider(
            static_cast<size_t>(reply.stream->size), type,
            [stream = reply.stream](size_t offset, size_t length, httplib::DataSink &sink) {
                const QByteArray piece =
                    stream->read(static_cast<qint64>(offset), static_cast<qint64>(length));
                return !piece.isEmpty() && sink.write(piece.constData(), static_cast<size_t>(piece.size()));
            });
    } else if (!reply.body.isEmpty()) {
        response.set_content(reply.body.constData(), static_cast<size_t>(reply.body.size()), type);
    }
}

QString reasonOf(int status)
{
    switch (status) {
    case 413:
        return u"The body is larger than 1 MB."_s;
    case 414:
        return u"The address is too long."_s;
    case 416:
        return u"The Range header cannot be used."_s;
    default:
        return status < 500 ? u"The request is not valid HTTP."_s : u"The sandbox could not answer."_s;
    }
}

class Library : public httplib::Server
{
public:
    Library(RequestHandler &handler, TaskPool &pool, Connections &connections);

    /// The library lets only 5 connections wait to be accepted; the kernel drops what comes beyond, and
    /// clients then wait for seconds. Listening again only changes that number.
    void lengthenBacklog() const { ::listen(svr_sock_, backlog); }

    int port = 0;
    std::thread thread;
    std::atomic_bool hasEnded = false;

    using httplib::Server::process_request; // for processRequest

private:
    bool process_and_close_socket(socket_t socket) override;
    HandlerResponse answerHead(const httplib::Request &raw, httplib::Response &response);
    void answerWithBody(const httplib::Request &raw, httplib::Response &response,
                        const httplib::ContentReader &read);
    void refuse(int status, const QString &message, httplib::Response &response);

    RequestHandler &m_handler;
    TaskPool &m_pool;
    Connections &m_connections;
};

Library::Library(RequestHandler &handler, TaskPool &pool, Connections &connections)
    : m_handler(handler)
    , m_pool(pool)
    , m_connections(connections)
{
    new_task_queue = [&pool] { return new SharedQueue(pool); };
    // The library's own options set SO_REUSEPORT, with which a second Keydesk would silently share the port.
    set_socket_options([](socket_t socket) {
        const int yes = 1;
        ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
        ::fcntl(socket, F_SETFD, FD_CLOEXEC);
    });
    set_keep_alive_max_count(mostRequests);
    set_keep_alive_timeout(std::chrono::seconds(keepAlive).count());
    set_payload_max_length(static_cast<size_t>(mostBodyBytes));
    set_default_headers({{"Server", "Keydesk-Sandbox"}, {"Cache-Control", "no-store"}});

    set_pre_routing_handler([this](const httplib::Request &raw, httplib::Response &response) {
        return answerHead(raw, response);
    });
    const auto withBody = [this](const httplib::Request &raw, httplib::Response &response,
                                 const httplib::ContentReader &read) { answerWithBody(raw, response, read); };
    Post(".*", withBody);
    Put(".*", withBody);
    Patch(".*", withBody);
    Delete(".*", withBody);
    set_logger([this](const httplib::Request &raw, const httplib::Response &response) {
        const int status = response.has_header(SocketStream::dropHeader) ? noReply : response.status;
        m_handler.answered(bytesOf(raw.method), QString::fromUtf8(bytesOf(raw.path)), status);
    });
    // What the library refuses by itself has no body yet.
    set_error_handler(HandlerWithResponse([this](const httplib::Request &, httplib::Response &response) {
        if (response.body.empty() && !response.has_header("Content-Type"))
            refuse(response.status, reasonOf(response.status), response);
        return HandlerResponse::Handled;
    }));
    set_exception_handler([this](const httplib::Request &, httplib::Response &response, std::exception_ptr) {
        refuse(500, reasonOf(500), response);
    });
}

void Library::refuse(int status, const QString &message, httplib::Response &response)
{
    Reply reply = m_handler.error(status, message);
    // What follows on the connection may be the rest of what was refused.
    reply.addHeader("Connection", "close");
    write(reply, response);
}

/// Answers everything that has no body, and what must not be read.
Library::HandlerResponse Library::answerHead(const httplib::Request &raw, httplib::Response &response)
{
    const Head head = headOf(raw);
    if (const std::optional<Refusal> refusal = refusalOf(head, port)) {
        refuse(refusal->status, refusal->message, response);
        return HandlerResponse::Handled;
    }
    // A DELETE is read by the library only if it has a Content-Length.
    const bool reads = head.method == "POST" || head.method == "PUT" || head.method == "PATCH" ||
                       (head.method == "DELETE" && head.encodings.isEmpty());
    if (head.hasBody() && reads)
        return HandlerResponse::Unhandled;
    Reply reply = m_handler.handle(requestOf(raw));
    if (head.hasBody())
        reply.addHeader("Connection", "close");
    write(reply, response);
    return HandlerResponse::Handled;
}

void Library::answerWithBody(const httplib::Request &raw, httplib::Response &response,
                             const httplib::ContentReader &read)
{
    Request request = requestOf(raw);
    bool tooLarge = false;
    // Counted here: the library's own limit does not see chunked and compressed bodies.
    const bool complete = read([&](const char *bytes, size_t count) {
        tooLarge = static_cast<size_t>(request.body.size()) + count > static_cast<size_t>(mostBodyBytes);
        if (!tooLarge)
            request.body.append(bytes, static_cast<qsizetype>(count));
        return !tooLarge;
    });
    if (tooLarge)
        return refuse(413, reasonOf(413), response);
    if (!complete) {
        const int status = response.status >= 400 && response.status < 500 ? response.status : 400;
        return refuse(status, u"The body could not be read as its headers describe it."_s, response);
    }
    write(m_handler.handle(request), response);
}

bool Library::process_and_close_socket(socket_t socket)
{
    const int yes = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes); // head and body are two writes
    ::fcntl(socket, F_SETFD, FD_CLOEXEC);
    bool fine = m_connections.add(socket);
    if (fine) {
        SocketStream stream(socket);
        try {
            for (int left = mostRequests; fine && left > 0; --left) {
                if (!stream.waitForRequest(keepAlive, [this] { return m_pool.isCrowded(); }))
                    break;
                bool closing = false;
                const auto ignoreRanges = [](httplib::Request &raw) { raw.ranges.clear(); };
                fine = processRequest(*this, stream, left == 1, closing, ignoreRanges);
                if (stream.saidClose() && stream.refused())
                    stream.linger(); // the rest of the request may still be on its way
                if (closing || stream.saidClose())
                    break;
            }
        } catch (const std::exception &) {
            // std::bad_alloc, or std::regex on a header: this connection ends, the server goes on.
            fine = false;
        }
    }
    m_connections.remove(socket);
    ::close(socket);
    return fine;
}

class LibraryServer final : public HttpServer
{
public:
    LibraryServer(RequestHandler &handler, TaskPool &pool, Connections &connections)
        : m_library(handler, pool, connections)
    {
    }
    ~LibraryServer() override { end(); }

    int bind(int port) override;
    void listen() override;
    void stop() override { end(); }

private:
    void end();

    Library m_library;
};

int LibraryServer::bind(int port)
{
    static const std::string host = "127.0.0.1";
    if (port == 0)
        m_library.port = std::max(m_library.bind_to_any_port(host), 0);
    else
        m_library.port = m_library.bind_to_port(host, port) ? port : 0;
    if (m_library.port != 0)
        m_library.lengthenBacklog();
    return m_library.port;
}

void LibraryServer::listen()
{
    m_library.thread = std::thread([this] {
        m_library.listen_after_bind();
        m_library.hasEnded = true;
    });
}

void LibraryServer::end()
{
    if (m_library.port == 0)
        return;
    if (!m_library.thread.joinable())
        LibraryServer::listen(); // the library closes the port only at the end of its loop
    // Before the thread has come to its loop there is nothing that could be stopped.
    while (!m_library.is_running() && !m_library.hasEnded)
        std::this_thread::sleep_for(1ms);
    m_library.stop();
    m_library.thread.join();
    m_library.port = 0;
}

} // namespace

} // namespace keydesk::sandbox

extern "C" __attribute__((visibility("default"))) keydesk::sandbox::HttpServer *
keydesk_make_http_server(keydesk::sandbox::RequestHandler &handler, keydesk::sandbox::TaskPool &pool,
                         keydesk::sandbox::Connections &connections)
{
    return new keydesk::sandbox::LibraryServer(handler, pool, connections);
}

// The two names of the one function, and the types that the application calls it by.
static_assert(std::is_same_v<decltype(&keydesk_make_http_server), keydesk::sandbox::ServerModule::Make>);
