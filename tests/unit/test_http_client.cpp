#include "app/base/Redactor.h"
#include "app/http/HttpClient.h"
#include "tests/support/CallWatcher.h"
#include "tests/support/FakeTokens.h"
#include "tests/support/HttpTestServer.h"

#include <QSignalSpy>
#include <QTcpServer>
#include <QTest>
#include <QThread>

#include <algorithm>
#include <atomic>
#include <future>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace keydesk;
using namespace keydesk::test;

/// What HttpClient promises, against a server that keeps every byte.
class TestHttpClient : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void theTraceIsWhatIsOnTheWire_data();
    void theTraceIsWhatIsOnTheWire();
    void theResponseIsWhole();
    void repeatedResponseHeadersAreKeptApart();
    void everyStatusIsAValue_data();
    void everyStatusIsAValue();
    void authenticationIsNeverAnsweredByItself();
    void cookiesAreNotKept();
    void connectionsAreKeptOpen();
    void aPostIsNeverSentTwice();
    void headNeedsNoBody();
    void redirectsChangeTheMethod_data();
    void redirectsChangeTheMethod();
    void redirectsAreFollowedAtMostTwentyTimes();
    void redirectsCanBeLeftAlone();
    void redirectsToNowhereAreShown_data();
    void redirectsToNowhereAreShown();
    void timeoutIsNotCancel();
    void anAnswerThatGoesOnMayBeSilent();
    void piecesThatWereToldStayAsTheyAre();
    void connectingHasALimitOfItsOwn();
    void aServerThatKeepsTalkingDoesNotTimeOut();
    void cancelBeforeAnythingHappens();
    void cancelAfterTheEndDoesNothing();
    void cancelWhileWaitingForTheKeychain();
    void waitingForTheKeychainIsTold();
    void theKeychainsErrorIsTheCallsError();
    void theClientMayGoFirst();
    void theClientMayBeDeletedByWhoHearsTheEnd();
    void progressCountsUp();
    void aRefusedConnectionIsSaid();
    void anUnknownNameIsSaid();
    void proxies();
    void asksTheSystemForTheProxyAside();
    void givesUpOnASystemThatDoesNotSayTheProxy();
    void badRequestsAreNotSent_data();
    void badRequestsAreNotSent();
    void reasonPhrases();

private:
    PreparedRequest request(const QString &path = u"/"_s, const QByteArray &method = "GET") const;

    std::unique_ptr<FakeTokens> m_tokens;
    std::unique_ptr<Redactor> m_redactor;
    std::unique_ptr<HttpClient> m_client;
    std::unique_ptr<HttpTestServer> m_server;
};

void TestHttpClient::init()
{
    m_tokens = std::make_unique<FakeTokens>();
    m_redactor = std::make_unique<Redactor>();
    m_client = std::make_unique<HttpClient>(*m_tokens, *m_redactor);
    m_server = std::make_unique<HttpTestServer>();
}

void TestHttpClient::cleanup()
{
    m_client.reset();
    m_server.reset();
}

PreparedRequest TestHttpClient::request(const QString &path, const QByteArray &method) const
{
    PreparedRequest request;
    request.method = method;
    request.url = m_server->url(path);
    return request;
}

void TestHttpClient::theTraceIsWhatIsOnTheWire_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<Headers>("headers");
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("GET") << "GET"_ba << Headers() << ""_ba;
    QTest::newRow("GET with a body") << "GET"_ba << Headers() << "{}"_ba;
    QTest::newRow("lower case") << "get"_ba << Headers() << ""_ba;
    QTest::newRow("HEAD") << "HEAD"_ba << Headers() << ""_ba;
    QTest::newRow("OPTIONS") << "OPTIONS"_ba << Headers() << ""_ba;
    QTest::newRow("POST") << "POST"_ba
                          << Headers{{"Content-Type", "application/json"}, {"x-Trace", "\xC3\xBC"}}
                          << "{\"a\":1}"_ba;
    QTest::newRow("POST without a body") << "POST"_ba << Headers() << ""_ba;
    QTest::newRow("PUT") << "PUT"_ba << Headers() << QByteArray(300'000, 'x');
    QTest::newRow("PATCH") << "PATCH"_ba << Headers() << "a\0b\r\n\r\n"_ba;
    QTest::newRow("DELETE") << "DELETE"_ba << Headers() << ""_ba;
    QTest::newRow("DELETE with a body") << "DELETE"_ba << Headers() << "x"_ba;
    QTest::newRow("own method") << "M-SEARCH"_ba << Headers() << ""_ba;
    QTest::newRow("own defaults")
        << "GET"_ba
        << Headers{{"user-agent", "me"},      {"ACCEPT", "a/b"},       {"accept-encoding", "identity"},
                   {"accept-language", "de"}, {"connection", "close"}, {"host", "other.test:81"}}
        << ""_ba;
    QTest::newRow("emptied defaults")
        << "GET"_ba << Headers{{"User-Agent", ""}, {"Connection", ""}, {"X-Empty", ""}} << ""_ba;
    QTest::newRow("right length by hand") << "POST"_ba << Headers{{"content-length", "3"}} << "abc"_ba;
    QTest::newRow("repeated") << "GET"_ba << Headers{{"Accept", "a/b"}, {"X", "1"}, {"accept", "c/d"}}
                              << ""_ba;
}

void TestHttpClient::theTraceIsWhatIsOnTheWire()
{
    QFETCH(QByteArray, method);
    QFETCH(Headers, headers);
    QFETCH(QByteArray, body);
    PreparedRequest sent = request(u"/a%20b?c=%26"_s, method);
    sent.headers = headers;
    sent.body = body;
    CallWatcher call(m_client->send(sent));
    QVERIFY(call.wait());
    QVERIFY2(call.isValue(), call.isValue() ? "" : qPrintable(call.error().message));

    QCOMPARE(call.trace.sent.size(), 1);
    const SentRequest &traced = call.trace.sent.first();
    QCOMPARE(m_server->requests().size(), 1);
    QByteArray bytes = traced.method + ' ' +
                       traced.url.toEncoded(QUrl::RemoveScheme | QUrl::RemoveAuthority) + " HTTP/1.1\r\n";
    for (const auto &[name, value] : traced.headers)
        bytes += name + ": " + value + "\r\n";
    bytes += "\r\n" + traced.body;
    // The network layer decides on the order of lines; there are the same lines, byte by byte.
    const auto lines = [](QByteArray text) {
        const qsizetype end = text.indexOf("\r\n\r\n");
        QList<QByteArray> head = text.left(end).split('\n');
        for (QByteArray &line : head)
            line = line.trimmed();
        const QByteArray start = head.takeFirst();
        std::sort(head.begin(), head.end());
        head.prepend(start);
        head.append(text.mid(end + 4));
        return head;
    };
    QCOMPARE(lines(bytes), lines(m_server->received()));
    QVERIFY(!traced.keySent);
    QVERIFY(call.trace.hops.isEmpty());
    QVERIFY(call.trace.elapsed.count() > 0);
    QCOMPARE(call.trace.startedAt.timeSpec(), Qt::UTC);
}

void TestHttpClient::theResponseIsWhole()
{
    m_server->answer("HTTP/1.1 201 Made here\r\nContent-Type: Application/JSON; charset=utf-8\r\nX-Odd:  v "
                     "\r\nContent-Length: 5\r\n\r\n\xFF{}\r\n");
    CallWatcher call(m_client->send(request(u"/x#fragment"_s)));
    QVERIFY(call.wait());
    const HttpResponse &response = call.response();
    QCOMPARE(response.status, 201);
    QCOMPARE(response.reason, "Made here"_ba);
    QCOMPARE(response.protocol, "HTTP/1.1"_ba);
    QCOMPARE(response.header("x-odd"), "v"_ba);
    QCOMPARE(response.header("missing"), ""_ba);
    QCOMPARE(response.contentType(), "application/json"_ba);
    QCOMPARE(response.body, "\xFF{}\r\n"_ba);
    QCOMPARE(response.wireBytes, 5);
    QCOMPARE(response.url, m_server->url(u"/x"_s));
    QVERIFY(response.isOk());
    QVERIFY(!response.truncated);
}

void TestHttpClient::repeatedResponseHeadersAreKeptApart()
{
    m_server->answer(response(200, {{"Set-Cookie", "a=1; Expires=Thu, 01 Jan 2026 00:00:00 GMT"},
                                    {"X", "1"},
                                    {"Set-Cookie", "b=2"},
                                    {"x", "2"}}));
    CallWatcher call(m_client->send(request()));
    QVERIFY(call.wait());
    QList<QByteArray> cookies;
    for (const auto &[name, value] : call.response().headers) {
        if (name == "Set-Cookie")
            cookies << value;
    }
    QCOMPARE(cookies, (QList<QByteArray>{"a=1; Expires=Thu, 01 Jan 2026 00:00:00 GMT", "b=2"}));
    QCOMPARE(call.response().header("X"), "1, 2"_ba);
}

void TestHttpClient::everyStatusIsAValue_data()
{
    QTest::addColumn<int>("status");
    for (const int status : {200, 204, 299, 300, 304, 305, 400, 401, 402, 403, 404, 405,
                             407, 409, 410, 418, 422, 429, 499, 500, 501, 502, 503, 599})
        QTest::addRow("%d", status) << status;
}

void TestHttpClient::everyStatusIsAValue()
{
    QFETCH(int, status);
    const QByteArray body = status == 204 || status == 304 ? QByteArray() : "{\"error\":\"x\"}"_ba;
    m_server->answer("HTTP/1.1 " + QByteArray::number(status) +
                     "\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
    for (const char *method : {"GET", "POST"}) {
        CallWatcher call(m_client->send(request(u"/"_s, method)));
        QVERIFY(call.wait());
        QVERIFY2(call.isValue(), call.isValue() ? "" : qPrintable(call.error().message));
        QCOMPARE(call.response().status, status);
        QCOMPARE(call.response().body, body);
        QCOMPARE(call.response().reason, reasonPhrase(status));
    }
    QCOMPARE(m_server->requests().size(), 2);
}

void TestHttpClient::authenticationIsNeverAnsweredByItself()
{
    for (const char *scheme : {"Basic realm=\"x\"", "Digest realm=\"x\", nonce=\"1\"", "Negotiate", "NTLM"}) {
        m_server->answer(response(401, {{"WWW-Authenticate", scheme}}, "no"));
        PreparedRequest post = request(u"/"_s, "POST");
        post.body = "body";
        CallWatcher call(m_client->send(post));
        QVERIFY(call.wait());
        QCOMPARE(call.response().status, 401);
        QCOMPARE(call.response().body, "no"_ba);
        QCOMPARE(call.response().header("WWW-Authenticate"), QByteArray(scheme));
    }
    QCOMPARE(m_server->requests().size(), 4);
    for (const auto &got : m_server->requests())
        QVERIFY(!got.has("Authorization"));
}

void TestHttpClient::cookiesAreNotKept()
{
    m_server->answer(response(200, {{"Set-Cookie", "a=1; Path=/"}}));
    for (int i = 0; i < 2; ++i) {
        CallWatcher call(m_client->send(request()));
        QVERIFY(call.wait());
        QVERIFY(!m_server->requests().last().has("Cookie"));
    }
}

void TestHttpClient::connectionsAreKeptOpen()
{
    for (int i = 0; i < 3; ++i) {
        CallWatcher call(m_client->send(request(u"/"_s, i == 1 ? "POST" : "GET")));
        QVERIFY(call.wait());
    }
    QCOMPARE(m_server->requests().size(), 3);
    QCOMPARE(m_server->connections(), 1);
}

void TestHttpClient::aPostIsNeverSentTwice()
{
    m_server->answer({}, Answer::Then::Close);
    for (const auto &[method, body] : {std::pair("POST"_ba, "order"_ba), std::pair("POST"_ba, ""_ba),
                                       std::pair("PATCH"_ba, "x"_ba), std::pair("PLACE"_ba, ""_ba)}) {
        const qsizetype before = m_server->requests().size();
        PreparedRequest order = request(u"/orders"_s, method);
        order.body = body;
        CallWatcher call(m_client->send(order));
        QVERIFY(call.wait());
        QVERIFY(call.failedWith(Error::Kind::ConnectionLost));
        QCOMPARE(call.trace.sent.size(), 1);
        QCOMPARE(m_server->requests().size(), before + 1);
    }
}

void TestHttpClient::headNeedsNoBody()
{
    m_server->answer("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nContent-Encoding: gzip\r\n\r\n");
    CallWatcher call(m_client->send(request(u"/"_s, "HEAD")));
    QVERIFY(call.wait());
    QCOMPARE(call.response().status, 200);
    QCOMPARE(call.response().header("Content-Length"), "1000"_ba);
    QVERIFY(call.response().body.isEmpty());
}

void TestHttpClient::redirectsChangeTheMethod_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<QByteArray>("after");
    // https://fetch.spec.whatwg.org/#http-redirect-fetch
    for (const int status : {301, 302}) {
        QTest::addRow("%d POST", status) << status << "POST"_ba
                                         << "GET"_ba;
        QTest::addRow("%d PUT", status) << status << "PUT"_ba
                                        << "PUT"_ba;
        QTest::addRow("%d GET", status) << status << "GET"_ba
                                        << "GET"_ba;
        QTest::addRow("%d HEAD", status) << status << "HEAD"_ba
                                         << "HEAD"_ba;
    }
    QTest::newRow("303 POST") << 303 << "POST"_ba
                              << "GET"_ba;
    QTest::newRow("303 PUT") << 303 << "PUT"_ba
                             << "GET"_ba;
    QTest::newRow("303 HEAD") << 303 << "HEAD"_ba
                              << "HEAD"_ba;
    for (const int status : {307, 308}) {
        QTest::addRow("%d POST", status) << status << "POST"_ba
                                         << "POST"_ba;
        QTest::addRow("%d DELETE", status) << status << "DELETE"_ba
                                           << "DELETE"_ba;
    }
}

void TestHttpClient::redirectsChangeTheMethod()
{
    QFETCH(int, status);
    QFETCH(QByteArray, before);
    QFETCH(QByteArray, after);
    m_server->handle("/from", [status](const ReceivedRequest &) {
        return Answer{response(status, {{"Location", "to?x=1#y"}}, "moved")};
    });
    m_server->handle("/to", [](const ReceivedRequest &got) {
        return Answer{response(200, {}, got.method == "HEAD" ? ""_ba : "there"_ba)};
    });
    PreparedRequest sent = request(u"/from"_s, before);
    sent.headers = {{"Content-Type", "text/plain"}, {"X-Trace", "1"}};
    sent.body = before == "POST" || before == "PUT" ? "body"_ba : ""_ba;
    CallWatcher call(m_client->send(sent));
    QVERIFY(call.wait());
    QVERIFY2(call.isValue(), call.isValue() ? "" : qPrintable(call.error().message));
    QCOMPARE(call.response().status, 200);
    QCOMPARE(call.response().url, m_server->url(u"/to?x=1"_s));

    const bool keepsBody = before == after;
    const auto &got = m_server->requests().last();
    QCOMPARE(m_server->requests().size(), 2);
    QCOMPARE(got.method, after);
    QCOMPARE(got.target, "/to?x=1"_ba);
    QCOMPARE(got.body, keepsBody ? sent.body : ""_ba);
    QCOMPARE(got.has("Content-Type"), keepsBody);
    QCOMPARE(got.header("X-Trace"), "1"_ba);
    QCOMPARE(call.trace.sent.size(), 2);
    QCOMPARE(call.trace.hops.size(), 1);
    const RedirectHop &hop = call.trace.hops.first();
    QCOMPARE(hop.status, status);
    QCOMPARE(hop.from, m_server->url(u"/from"_s));
    QCOMPARE(hop.to, m_server->url(u"/to?x=1"_s));
    QCOMPARE(hop.methodBefore, before);
    QCOMPARE(hop.methodAfter, after);
    QCOMPARE(hop.bodyDropped, !keepsBody && !sent.body.isEmpty());
    QVERIFY(hop.droppedHeaders.isEmpty());
    QVERIFY(hop.stopped.isEmpty());
}

void TestHttpClient::redirectsAreFollowedAtMostTwentyTimes()
{
    int hops = 0;
    m_server->handle([&hops](const ReceivedRequest &got) {
        const int n = got.target.mid(1).toInt();
        return n == hops ? Answer{response(200)}
                         : Answer{response(302, {{"Location", "/" + QByteArray::number(n + 1)}})};
    });
    hops = 20;
    CallWatcher twenty(m_client->send(request(u"/0"_s)));
    QVERIFY(twenty.wait());
    QCOMPARE(twenty.response().status, 200);
    QCOMPARE(twenty.trace.hops.size(), 20);
    QCOMPARE(twenty.trace.sent.size(), 21);
    hops = -1;
    CallWatcher endless(m_client->send(request(u"/0"_s)));
    QVERIFY(endless.wait());
    QVERIFY(endless.failedWith(Error::Kind::TooManyRedirects));
    QCOMPARE(endless.trace.hops.size(), 20);
    QCOMPARE(endless.trace.sent.size(), 21);
}

void TestHttpClient::redirectsCanBeLeftAlone()
{
    m_server->answer(response(302, {{"Location", "/elsewhere"}}, "moved"));
    PreparedRequest sent = request();
    sent.followRedirects = false;
    CallWatcher call(m_client->send(sent));
    QVERIFY(call.wait());
    QCOMPARE(call.response().status, 302);
    QCOMPARE(call.response().body, "moved"_ba);
    QCOMPARE(m_server->requests().size(), 1);
}

void TestHttpClient::redirectsToNowhereAreShown_data()
{
    QTest::addColumn<QByteArray>("location");
    QTest::newRow("file") << "file:///etc/passwd"_ba;
    QTest::newRow("javascript") << "javascript:alert(1)"_ba;
    QTest::newRow("data") << "data:text/html,x"_ba;
    QTest::newRow("ftp") << "ftp://127.0.0.1/x"_ba;
    QTest::newRow("user info") << "http://user:pass@127.0.0.1:1/"_ba;
    QTest::newRow("no host") << "http:///x"_ba;
    QTest::newRow("bad port") << "http://127.0.0.1:99999/"_ba;
    QTest::newRow("control character") << "/a\x01"
                                          "b"_ba;
}

void TestHttpClient::redirectsToNowhereAreShown()
{
    QFETCH(QByteArray, location);
    m_server->answer(response(302, {{"Location", location}}, "moved"));
    CallWatcher call(m_client->send(request()));
    QVERIFY(call.wait());
    QCOMPARE(call.response().status, 302);
    QCOMPARE(call.response().body, "moved"_ba);
    QCOMPARE(call.trace.hops.size(), 1);
    QVERIFY(!call.trace.hops.first().stopped.isEmpty());
    QVERIFY(!call.trace.hops.first().to.toEncoded().contains("pass@"));
    QCOMPARE(m_server->requests().size(), 1);
}

void TestHttpClient::timeoutIsNotCancel()
{
    m_server->hang();
    m_client->setOptions({200ms, 1000, QNetworkProxy::NoProxy});
    for (const char *method : {"GET", "POST"}) {
        CallWatcher call(m_client->send(request(u"/"_s, method)));
        QVERIFY(call.wait());
        QVERIFY(call.failedWith(Error::Kind::TimedOut));
        QCOMPARE(call.trace.sent.size(), 1);
        QVERIFY(call.trace.elapsed >= 190ms);
    }
    m_client->setOptions({20s, 1000, QNetworkProxy::NoProxy});
    QSignalSpy requested(m_server.get(), &HttpTestServer::requested);
    HttpCall *handle = m_client->send(request());
    CallWatcher call(handle);
    QVERIFY(requested.wait());
    handle->cancel();
    QCOMPARE(call.finishedCount, 0);
    handle->cancel();
    QVERIFY(call.wait());
    QVERIFY(call.failedWith(Error::Kind::Cancelled));
}

void TestHttpClient::anAnswerThatGoesOnMayBeSilent()
{
    m_server->handle([](const ReceivedRequest &request) {
        return request.target == "/events"
                   ? Answer{"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n"}
                   : Answer{};
    });
    m_client->setOptions({200ms, 1000, QNetworkProxy::NoProxy});
    PreparedRequest events = request(u"/events"_s);
    events.tellsPieces = true;
    HttpCall *handle = m_client->send(events);
    CallWatcher call(handle);
    QSignalSpy arrived(handle, &HttpCall::arrived);
    QVERIFY(arrived.wait());
    // As long as it takes another call to be given up, twice.
    for (int i = 0; i < 2; ++i) {
        CallWatcher silent(m_client->send(request(u"/silent"_s)));
        QVERIFY(silent.wait());
        QVERIFY(silent.failedWith(Error::Kind::TimedOut));
    }
    QCOMPARE(call.finishedCount, 0);
    handle->cancel();
    QVERIFY(call.wait());
    QVERIFY(call.failedWith(Error::Kind::Cancelled));

    // Whoever names a time means it.
    events.timeout = 200ms;
    CallWatcher limited(m_client->send(events));
    QVERIFY(limited.wait());
    QVERIFY(limited.failedWith(Error::Kind::TimedOut));
}

void TestHttpClient::piecesThatWereToldStayAsTheyAre()
{
    QByteArray body;
    while (body.size() < 3'000'000)
        body += QByteArray::number(body.size()) + ' ';
    const qint64 limit = 2'000'000;
    m_server->answer(response(200, {}, body));
    m_client->setOptions({20s, limit, QNetworkProxy::NoProxy});
    PreparedRequest told = request();
    told.tellsPieces = true;
    HttpCall *handle = m_client->send(told);
    CallWatcher call(handle);
    QSignalSpy arrived(handle, &HttpCall::arrived);
    QVERIFY(call.wait() && call.isValue());
    QByteArray joined;
    for (const QList<QVariant> &piece : std::as_const(arrived))
        joined += piece.first().toByteArray();
    QVERIFY(arrived.count() > 1);
    QVERIFY(joined == body);
    QVERIFY(call.response().truncated && call.response().body == body.first(limit));
    QCOMPARE(call.response().wireBytes, body.size());
}

void TestHttpClient::connectingHasALimitOfItsOwn()
{
    m_server->hang();
    // TLS is never begun there: the request does not go out.
    PreparedRequest sent = request();
    sent.url.setScheme(u"https"_s);
    sent.connectionTimeout = 200ms;
    CallWatcher connecting(m_client->send(sent));
    QVERIFY(connecting.wait());
    QVERIFY(connecting.failedWith(Error::Kind::TimedOut));
    QVERIFY2(connecting.error().message.contains(u"within 0.2 s"_s), qPrintable(connecting.error().message));
    // Once it has gone out, the other limit counts, also where it is the longer one.
    sent = request();
    sent.connectionTimeout = 200ms;
    sent.timeout = 1s;
    CallWatcher waiting(m_client->send(sent));
    QVERIFY(waiting.wait());
    QVERIFY(waiting.failedWith(Error::Kind::TimedOut));
    QVERIFY2(waiting.error().message.contains(u"did not answer within 1 seconds"_s), qPrintable(waiting.error().message));
}

void TestHttpClient::aServerThatKeepsTalkingDoesNotTimeOut()
{
    Answer slow{response(200, {}, "0123456789"), Answer::Then::KeepOpen, {}, true};
    m_server->handle([slow](const ReceivedRequest &) { return slow; });
    m_client->setOptions({2s, 1000, QNetworkProxy::NoProxy});
    CallWatcher call(m_client->send(request()));
    QVERIFY(call.wait());
    QCOMPARE(call.response().body, "0123456789"_ba);

    m_server->answer("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
    m_client->setOptions({200ms, 1000, QNetworkProxy::NoProxy});
    CallWatcher half(m_client->send(request()));
    QVERIFY(half.wait());
    QVERIFY(half.failedWith(Error::Kind::TimedOut));
    QCOMPARE(half.trace.sent.size(), 1);
}

void TestHttpClient::cancelBeforeAnythingHappens()
{
    HttpCall *handle = m_client->send(request());
    CallWatcher call(handle);
    handle->cancel();
    QCOMPARE(call.finishedCount, 0);
    QVERIFY(call.wait());
    QVERIFY(call.failedWith(Error::Kind::Cancelled));
    QVERIFY(call.trace.sent.isEmpty());
}

void TestHttpClient::cancelAfterTheEndDoesNothing()
{
    HttpCall *handle = m_client->send(request());
    CallWatcher call(handle);
    connect(handle, &HttpCall::finished, handle, [handle] { handle->cancel(); });
    QVERIFY(call.wait());
    QVERIFY(call.isValue());
}

void TestHttpClient::cancelWhileWaitingForTheKeychain()
{
    m_tokens->speed = FakeTokens::Speed::Never;
    PreparedRequest sent = request();
    sent.keyId = m_tokens->add("secret-token", {m_server->origin()});
    HttpCall *handle = m_client->send(sent);
    CallWatcher call(handle);
    QTRY_COMPARE(call.waitedForToken, 1);
    handle->cancel();
    QVERIFY(call.wait());
    QVERIFY(call.failedWith(Error::Kind::Cancelled));
    QVERIFY(call.trace.sent.isEmpty());
    QCOMPARE(m_server->connections(), 0);
    m_tokens->answerNow(); // nobody is there any more
    QCoreApplication::processEvents();
}

void TestHttpClient::waitingForTheKeychainIsTold()
{
    PreparedRequest sent = request();
    sent.keyId = m_tokens->add("secret-token", {m_server->origin()});
    CallWatcher quick(m_client->send(sent));
    QVERIFY(quick.wait());
    QCOMPARE(quick.waitedForToken, 0);
    m_tokens->speed = FakeTokens::Speed::Never;
    m_client->setOptions({50ms, 1000, QNetworkProxy::NoProxy});
    CallWatcher impatient(m_client->send(sent));
    QTRY_COMPARE(impatient.waitedForToken, 1);
    QCOMPARE(impatient.finishedCount, 0); // it does not count while the keychain asks the user
    m_tokens->answerNow();
    QVERIFY(impatient.wait()); // how it ends depends on what else the machine does
    m_client->setOptions({20s, 1000, QNetworkProxy::NoProxy});
    CallWatcher slow(m_client->send(sent));
    QTRY_COMPARE(slow.waitedForToken, 1);
    m_tokens->answerNow();
    QVERIFY(slow.wait());
    QVERIFY(slow.isValue());
    QCOMPARE(m_server->requests().last().header("Authorization"), "Bearer secret-token"_ba);
}

void TestHttpClient::theKeychainsErrorIsTheCallsError()
{
    PreparedRequest sent = request();
    sent.keyId = m_tokens->add("secret-token", {m_server->origin()});
    m_tokens->error = Error{Error::Kind::KeychainLocked, u"The keychain is locked."_s, {}};
    CallWatcher call(m_client->send(sent));
    QVERIFY(call.wait());
    QVERIFY(call.failedWith(Error::Kind::KeychainLocked));
    QCOMPARE(call.trace.keyWithheld, u"The keychain is locked."_s);
    QCOMPARE(call.trace.keyId, sent.keyId);
    QVERIFY(call.trace.sent.isEmpty());
    QCOMPARE(m_server->connections(), 0);
}

void TestHttpClient::theClientMayGoFirst()
{
    m_server->hang();
    PreparedRequest waiting = request();
    waiting.keyId = m_tokens->add("secret-token", {m_server->origin()});
    m_tokens->speed = FakeTokens::Speed::Never;
    QSignalSpy requested(m_server.get(), &HttpTestServer::requested);
    CallWatcher inFlight(m_client->send(request(u"/"_s, "POST")));
    CallWatcher atTheKeychain(m_client->send(waiting));
    QVERIFY(requested.wait());
    CallWatcher justSent(m_client->send(request()));
    m_client.reset();
    QVERIFY(inFlight.gone && atTheKeychain.gone && justSent.gone);
    QCOMPARE(inFlight.finishedCount + atTheKeychain.finishedCount + justSent.finishedCount, 0);
    m_tokens->answerNow();
    QCoreApplication::processEvents();
}

void TestHttpClient::theClientMayBeDeletedByWhoHearsTheEnd()
{
    HttpCall *handle = m_client->send(request());
    CallWatcher call(handle);
    connect(handle, &HttpCall::finished, this, [this] { m_client.reset(); });
    QTRY_VERIFY(call.gone);
    QCOMPARE(call.finishedCount, 1);
}

void TestHttpClient::progressCountsUp()
{
    m_server->answer(response(200, {}, QByteArray(3'000'000, 'x')));
    CallWatcher call(m_client->send(request()));
    QVERIFY(call.wait());
    QVERIFY(call.progress.size() > 1);
    qint64 last = 0;
    for (const auto &[received, total] : std::as_const(call.progress)) {
        QVERIFY(received > last);
        QCOMPARE(total, 3'000'000);
        last = received;
    }
    QCOMPARE(last, 3'000'000);
}

void TestHttpClient::aRefusedConnectionIsSaid()
{
    QTcpServer taken;
    QVERIFY(taken.listen(QHostAddress::LocalHost));
    PreparedRequest sent;
    sent.url = QUrl(u"http://127.0.0.1:%1/"_s.arg(taken.serverPort()));
    taken.close();
    for (const char *method : {"GET", "POST"}) {
        sent.method = method;
        CallWatcher call(m_client->send(sent));
        QVERIFY(call.wait());
        QVERIFY(call.failedWith(Error::Kind::ConnectionRefused));
        QVERIFY(call.error().message.contains(u"127.0.0.1"_s));
        QVERIFY(call.trace.sent.isEmpty());
    }
}

void TestHttpClient::anUnknownNameIsSaid()
{
    PreparedRequest sent;
    sent.url = QUrl(u"http://does-not-exist.invalid/"_s); // RFC 2606: never resolves
    m_client->setOptions({20s, 1000, QNetworkProxy::NoProxy});
    CallWatcher call(m_client->send(sent));
    QVERIFY(call.wait());
    QVERIFY(call.failedWith(Error::Kind::NameNotResolved));
    QVERIFY(call.error().message.contains(u"does-not-exist.invalid"_s));
    QVERIFY(call.trace.sent.isEmpty());
}

void TestHttpClient::proxies()
{
    HttpTestServer proxy;
    proxy.answer(response(200, {}, "proxied"));
    m_client->setOptions(
        {20s, 1000,
         QNetworkProxy(QNetworkProxy::HttpProxy, u"127.0.0.1"_s, static_cast<quint16>(proxy.port()))});
    PreparedRequest far;
    far.url = QUrl(u"http://far.invalid/x?y"_s);
    CallWatcher through(m_client->send(far));
    QVERIFY(through.wait());
    QCOMPARE(through.response().body, "proxied"_ba);
    QCOMPARE(proxy.requests().first().target, "http://far.invalid/x?y"_ba);
    Headers got = proxy.requests().first().headers;
    Headers traced = through.trace.sent.first().headers;
    std::sort(got.begin(), got.end());
    std::sort(traced.begin(), traced.end());
    QCOMPARE(got, traced);

    CallWatcher loopback(m_client->send(request()));
    QVERIFY(loopback.wait());
    QCOMPARE(m_server->requests().size(), 1);
    QCOMPARE(proxy.requests().size(), 1);

    proxy.answer(response(407, {{"Proxy-Authenticate", "Basic realm=\"p\""}}));
    CallWatcher refused(m_client->send(far));
    QVERIFY(refused.wait());
    QVERIFY(refused.failedWith(Error::Kind::ProxyFailed));

    far.url = QUrl(u"https://far.invalid/"_s);
    proxy.answer(response(502), Answer::Then::Close);
    CallWatcher tunnel(m_client->send(far));
    QVERIFY(tunnel.wait());
    QVERIFY(tunnel.failedWith(Error::Kind::ProxyFailed));
    QVERIFY(tunnel.trace.sent.isEmpty());
}

void TestHttpClient::asksTheSystemForTheProxyAside()
{
    HttpTestServer proxy;
    proxy.answer(response(200, {}, "proxied"));
    std::atomic_int asked = 0;
    std::promise<void> mayAnswer;
    const QThread *here = QThread::currentThread();
    HttpClient client(*m_tokens, *m_redactor, [&, gate = mayAnswer.get_future().share()](const QNetworkProxyQuery &) {
        ++asked;
        gate.wait();
        const bool isAside = QThread::currentThread() != here;
        return QList{QNetworkProxy(isAside ? QNetworkProxy::HttpProxy : QNetworkProxy::NoProxy, u"127.0.0.1"_s,
                                   static_cast<quint16>(proxy.port()))};
    });
    PreparedRequest far;
    far.url = QUrl(u"http://far.invalid/"_s);
    CallWatcher first(client.send(far));
    CallWatcher second(client.send(far));
    CallWatcher near(client.send(request())); // loopback waits for nobody
    QVERIFY(near.wait());
    QCOMPARE(m_server->requests().size(), 1);
    QCOMPARE(proxy.requests().size(), 0);
    mayAnswer.set_value();
    QVERIFY(first.wait());
    QVERIFY(second.wait());
    QCOMPARE(first.response().body, "proxied"_ba);
    QCOMPARE(second.response().body, "proxied"_ba);
    CallWatcher third(client.send(far));
    QVERIFY(third.wait());
    QCOMPARE(proxy.requests().size(), 3);
    QCOMPARE(asked.load(), 1);
}

void TestHttpClient::givesUpOnASystemThatDoesNotSayTheProxy()
{
    const auto gate = std::make_shared<std::promise<void>>();
    auto client = std::make_unique<HttpClient>(
        *m_tokens, *m_redactor, [gate, opened = gate->get_future().share()](const QNetworkProxyQuery &) {
            opened.wait();
            return QList<QNetworkProxy>{QNetworkProxy::NoProxy};
        });
    client->setOptions({200ms, 1000, QNetworkProxy::DefaultProxy});
    PreparedRequest far;
    far.url = QUrl(u"http://far.invalid/"_s);
    CallWatcher slow(client->send(far));
    QVERIFY(slow.wait());
    QVERIFY(slow.failedWith(Error::Kind::ProxyFailed));
    QVERIFY2(slow.error().message.contains(u"http://far.invalid"_s), qPrintable(slow.error().message));
    QVERIFY(slow.trace.sent.isEmpty());

    client->setOptions({20s, 1000, QNetworkProxy::DefaultProxy});
    HttpCall *running = client->send(far);
    CallWatcher cancelled(running);
    running->cancel();
    QVERIFY(cancelled.wait());
    QVERIFY(cancelled.failedWith(Error::Kind::Cancelled));
    client.reset(); // does not wait for the lookup
    gate->set_value();
}

void TestHttpClient::badRequestsAreNotSent_data()
{
    QTest::addColumn<PreparedRequest>("bad");
    const auto row = [](const char *name, const QByteArray &method, const QString &url,
                        const Headers &headers, const QByteArray &body) {
        PreparedRequest request;
        request.method = method;
        request.url = QUrl(url);
        request.headers = headers;
        request.body = body;
        QTest::newRow(name) << request;
    };
    const QString url = u"http://127.0.0.1:1/"_s;
    row("relative URL", "GET", u"/x"_s, {}, {});
    row("file", "GET", u"file:///etc/passwd"_s, {}, {});
    row("user info", "GET", u"http://user:pass@127.0.0.1:1/"_s, {}, {});
    row("method", "GET / HTTP/1.1\r\nX: y", url, {}, {});
    row("header name", "GET", url, {{"X: y\r\nZ", "1"}}, {});
    row("header value", "GET", url, {{"X", "1\r\nY: 2"}}, {});
    row("chunked", "POST", url, {{"Transfer-Encoding", "chunked"}}, "x");
    row("length", "POST", url, {{"Content-Length", "0"}}, "x");
    row("two lengths", "POST", url, {{"Content-Length", "1"}, {"Content-Length", "1"}}, "x");
    row("HEAD with a body", "HEAD", url, {}, "x");
    row("tunnel", "CONNECT", url, {}, {});
}

void TestHttpClient::badRequestsAreNotSent()
{
    QFETCH(PreparedRequest, bad);
    CallWatcher call(m_client->send(bad));
    QCOMPARE(call.finishedCount, 0);
    QVERIFY(call.wait());
    QVERIFY(call.failedWith(Error::Kind::InvalidInput));
    QVERIFY(!call.error().message.isEmpty());
    QVERIFY(call.trace.sent.isEmpty());
}

void TestHttpClient::reasonPhrases()
{
    QCOMPARE(reasonPhrase(100), "Continue"_ba);
    QCOMPARE(reasonPhrase(404), "Not Found"_ba);
    QCOMPARE(reasonPhrase(511), "Network Authentication Required"_ba);
    QCOMPARE(reasonPhrase(299), ""_ba);
    QCOMPARE(reasonPhrase(0), ""_ba);
    QCOMPARE(reasonPhrase(-1), ""_ba);
}

QTEST_GUILESS_MAIN(TestHttpClient)
#include "test_http_client.moc"
