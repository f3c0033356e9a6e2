#include "app/base/Redactor.h"
#include "app/http/CookieJars.h"
#include "app/http/HttpClient.h"
#include "app/http/RedactedRequest.h"
#include "tests/support/CallWatcher.h"
#include "tests/support/FakeTokens.h"
#include "tests/support/HttpTestServer.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace keydesk;
using namespace keydesk::test;

/// Which cookies are kept, where they go, and where they do not (SECURITY S2): rules first, then calls over the wire.
class TestCookies : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void keepsWhatMayBeKept_data();
    void keepsWhatMayBeKept();
    void goesWhereItBelongs_data();
    void goesWhereItBelongs();
    void anExpiryInThePastDeletes();
    void maxAgeWinsOverExpires();
    void hostileLinesAreLeftOut();
    void limitsHold();
    void longerPathsComeFirst();
    void draftsAreCheckedPartByPart_data();
    void draftsAreCheckedPartByPart();
    void aDraftGivesBackItsCookie();
    void wordsAreNoSecrets_data();
    void wordsAreNoSecrets();

    void aCallSendsWhatItsEnvironmentWasGiven();
    void callsThatDoNotAskTakeNoPart();
    void anotherEnvironmentGetsNone();
    void aTypedHeaderGoesInstead();
    void aRedirectAtHomeTakesThemAlong();
    void aRedirectToAStrangerTakesNone();
    void aStrangersRedirectDoesNotSpendThem();
    void anotherPortGetsNone();
    void anotherSchemeGetsNone();
    void secureOnesGoToLoopback();
    void theTraceHoldsNoValue();
    void anEchoedValueIsKnown();
    void aFloodOfCookiesIsTakenInPart();

private:
    PreparedRequest request(const QUrl &url) const;
    CallTrace call(const PreparedRequest &request);
    static HttpTestServer::Handler setting(const QByteArray &cookie);

    std::unique_ptr<FakeTokens> m_tokens;
    std::unique_ptr<Redactor> m_redactor;
    std::unique_ptr<HttpClient> m_client;
    std::unique_ptr<HttpTestServer> m_home;
    std::unique_ptr<HttpTestServer> m_stranger;
    const QUuid m_environment = QUuid::createUuid();
};

namespace {

const QByteArray session = "s3ss10nCanary0123456789abcdef";

Headers setCookie(const QByteArray &line)
{
    return {{"Set-Cookie", line}};
}

QList<QByteArray> names(const QList<Cookie> &cookies)
{
    QList<QByteArray> all;
    for (const Cookie &cookie : cookies)
        all.append(cookie.data.name());
    return all;
}

} // namespace

void TestCookies::init()
{
    m_tokens = std::make_unique<FakeTokens>();
    m_redactor = std::make_unique<Redactor>();
    m_client = std::make_unique<HttpClient>(*m_tokens, *m_redactor);
    m_client->setOptions({20s, 1'000'000, QNetworkProxy::NoProxy});
    m_home = std::make_unique<HttpTestServer>();
    m_stranger = std::make_unique<HttpTestServer>();
}

void TestCookies::cleanup()
{
    m_client.reset();
    m_home.reset();
    m_stranger.reset();
}

PreparedRequest TestCookies::request(const QUrl &url) const
{
    PreparedRequest request;
    request.url = url;
    request.usesCookies = true;
    request.environmentId = m_environment;
    return request;
}

CallTrace TestCookies::call(const PreparedRequest &request)
{
    CallWatcher watcher(m_client->send(request));
    if (!watcher.wait() || !watcher.isValue())
        qFatal("the call failed");
    return watcher.trace;
}

HttpTestServer::Handler TestCookies::setting(const QByteArray &cookie)
{
    return [cookie](const ReceivedRequest &) { return Answer{response(200, setCookie(cookie), "ok")}; };
}

void TestCookies::keepsWhatMayBeKept_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<bool>("kept");
    const auto row = [](const char *name, const QString &url, const QByteArray &line, bool kept) {
        QTest::newRow(name) << url << line << kept;
    };
    const QString api = u"https://api.example.com/v1/login"_s;
    row("plain", api, "a=1", true);
    row("empty value", api, "a=", true);
    row("equals in the value", api, "a=b=c==", true);
    row("unknown attribute", api, "a=1; Priority=High; Partitioned", true);
    row("no name", api, "=1", false);
    row("nothing", api, "", false);
    row("attributes alone", api, "; Path=/; Secure", false);
    row("own domain", api, "a=1; Domain=api.example.com", true);
    row("parent domain", api, "a=1; Domain=example.com", true);
    row("parent with a dot", api, "a=1; Domain=.example.com", true);
    row("case of the domain", api, "a=1; Domain=EXAMPLE.com", true);
    row("child domain", api, "a=1; Domain=x.api.example.com", false);
    row("another domain", api, "a=1; Domain=example.org", false);
    row("look-alike", u"https://notexample.com/"_s, "a=1; Domain=example.com", false);
    row("public suffix", api, "a=1; Domain=com", false);
    row("two-part suffix", u"https://shop.co.uk/"_s, "a=1; Domain=co.uk", false);
    row("private suffix", u"https://me.github.io/"_s, "a=1; Domain=github.io", false);
    row("address", u"https://127.0.0.1/"_s, "a=1; Domain=127.0.0.1", true);
    row("end of an address", u"https://127.0.0.1/"_s, "a=1; Domain=0.0.1", false);
    row("secure over https", api, "a=1; Secure", true);
    row("secure over http", u"http://api.example.com/"_s, "a=1; Secure", false);
    row("secure over loopback", u"http://localhost:8080/"_s, "a=1; Secure", true);
    row("__Secure-", api, "__Secure-a=1; Secure", true);
    row("__Secure- without it", api, "__Secure-a=1", false);
    row("__Host-", api, "__Host-a=1; Secure; Path=/", true);
    row("__Host- with a domain", api, "__Host-a=1; Secure; Path=/; Domain=api.example.com", false);
    row("__Host- with a path", api, "__Host-a=1; Secure; Path=/v1", false);
    row("__Host- in another case", api, "__hOST-a=1; Path=/", false);
    row("largest", api, "a=" + QByteArray(Cookie::largest - 1, 'x'), true);
    row("too large", api, "a=" + QByteArray(Cookie::largest, 'x'), false);
    row("NUL", api, QByteArray("a=1\0; Path=/", 12), false);
    row("escape", api, "a=\x1b[31m1", false);
    row("line break", api, "a=1\r\nb=2", false);
}

void TestCookies::keepsWhatMayBeKept()
{
    QFETCH(QString, url);
    QFETCH(QByteArray, line);
    QFETCH(bool, kept);
    QCOMPARE(!cookiesSetBy(QUrl(url), setCookie(line)).isEmpty(), kept);
}

void TestCookies::goesWhereItBelongs_data()
{
    QTest::addColumn<QString>("from");
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QString>("to");
    QTest::addColumn<bool>("goes");
    const auto row = [](const char *name, const QString &from, const QByteArray &line, const QString &to, bool goes) {
        QTest::newRow(name) << from << line << to << goes;
    };
    const QString api = u"https://api.example.com/v1/login"_s;
    row("same place", api, "a=1", api, true);
    row("default path", api, "a=1", u"https://api.example.com/v1"_s, true);
    row("beside", api, "a=1", u"https://api.example.com/v1/agents"_s, true);
    row("above", api, "a=1", u"https://api.example.com/"_s, false);
    row("begins alike", api, "a=1", u"https://api.example.com/v11"_s, false);
    row("root", api, "a=1; Path=/", u"https://api.example.com/"_s, true);
    row("path without a slash", api, "a=1; Path=v2", u"https://api.example.com/v1/x"_s, true);
    row("subdomain", api, "a=1; Path=/", u"https://x.api.example.com/"_s, false);
    row("subdomain by domain", api, "a=1; Path=/; Domain=example.com", u"https://x.example.com/"_s, true);
    row("the domain itself", api, "a=1; Path=/; Domain=example.com", u"https://example.com/"_s, true);
    row("look-alike", api, "a=1; Path=/; Domain=example.com", u"https://badexample.com/"_s, false);
    row("suffix trick", api, "a=1; Path=/", u"https://api.example.com.evil.test/"_s, false);
    row("case of the host", api, "a=1; Path=/", u"https://API.Example.COM/"_s, true);
    row("default port", api, "a=1; Path=/", u"https://api.example.com:443/"_s, true);
    row("another port", api, "a=1; Path=/", u"https://api.example.com:8443/"_s, false);
    row("another scheme", api, "a=1; Path=/", u"http://api.example.com/"_s, false);
    row("http to http", u"http://api.example.com/"_s, "a=1; Path=/", u"http://api.example.com/"_s, true);
    row("http to https", u"http://api.example.com/"_s, "a=1; Path=/", u"https://api.example.com/"_s, false);
    row("umlauts", u"https://bücher.de/"_s, "a=1; Domain=bücher.de", u"https://xn--bcher-kva.de/"_s, true);
    row("host that is a suffix", u"https://github.io/"_s, "a=1; Domain=github.io", u"https://evil.github.io/"_s, false);
    row("localhost", u"http://localhost:80/"_s, "a=1; Domain=localhost", u"http://evil.localhost:80/"_s, false);
    row("IPv6", u"http://[::1]:8080/"_s, "a=1", u"http://[::1]:8080/"_s, true);
}

void TestCookies::goesWhereItBelongs()
{
    QFETCH(QString, from);
    QFETCH(QByteArray, line);
    QFETCH(QString, to);
    QFETCH(bool, goes);
    const QList<Cookie> cookies = cookiesSetBy(QUrl(from), setCookie(line));
    QCOMPARE(cookies.size(), 1);
    QCOMPARE(cookieHeader(cookies, QUrl(to)), goes ? "a=1"_ba : QByteArray());
}

void TestCookies::anExpiryInThePastDeletes()
{
    CookieJars jars(*m_redactor);
    const QUrl url(u"https://api.example.com/"_s);
    QSignalSpy changed(&jars, &CookieJars::changed);
    jars.take(m_environment, url, {{"Set-Cookie", "a=1; Path=/"}, {"set-cookie", "b=2; Path=/; Max-Age=3600"}});
    QCOMPARE(jars.header(m_environment, url), "a=1; b=2"_ba);
    QCOMPARE(changed.size(), 1);
    jars.take(m_environment, url, setCookie("a=x; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT"));
    QCOMPARE(jars.header(m_environment, url), "b=2"_ba);
    jars.take(m_environment, url, setCookie("b=; Path=/; Max-Age=0"));
    QCOMPARE(jars.cookies(m_environment).size(), 0);
    QCOMPARE(changed.size(), 3);
    jars.take(m_environment, url, setCookie("c=; Max-Age=-1"));
    QCOMPARE(changed.size(), 3); // there was nothing to delete
}

void TestCookies::maxAgeWinsOverExpires()
{
    const QUrl url(u"https://api.example.com/"_s);
    for (const QByteArray &line : {"a=1; Max-Age=3600; Expires=Thu, 01 Jan 1970 00:00:00 GMT"_ba,
                                   "a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=3600"_ba}) {
        const QList<Cookie> cookies = cookiesSetBy(url, setCookie(line));
        QCOMPARE(cookies.size(), 1);
        QVERIFY2(!cookies.first().isExpired(), line.constData());
    }
}

void TestCookies::hostileLinesAreLeftOut()
{
    const QUrl url(u"https://api.example.com/"_s);
    Headers answer{{"Set-Cookie", "big=" + QByteArray(1024 * 1024, 'x')},
                   {"Set-Cookie", "a=1; Path=/" + QByteArray(1024 * 1024, 'x')},
                   {"Set-Cookie", QByteArray(100'000, ';')},
                   {"Set-Cookie", "dates=1; Expires=" + QByteArray(8000, '9')},
                   {"Set-Cookie", "\xff\xfe=\xc3\x28; Domain=\xff.example.com"}};
    for (int i = 0; i < 5000; ++i)
        answer.append({"Set-Cookie", "n" + QByteArray::number(i) + "=1"});
    const QList<Cookie> cookies = cookiesSetBy(url, answer);
    QVERIFY(cookies.size() <= mostSetCookies);
    QVERIFY(!names(cookies).contains("big"));
    QVERIFY(!names(cookies).contains("a"));
    QVERIFY(names(cookies).contains("n0"));
}

void TestCookies::limitsHold()
{
    CookieJars jars(*m_redactor);
    for (int host = 0; host < 100; ++host) {
        const QUrl url(u"https://host%1.example.com/"_s.arg(host));
        Headers answer;
        for (int i = 0; i < CookieJars::mostOfHost + 10; ++i)
            answer.append({"Set-Cookie", "n" + QByteArray::number(i) + "=1; Path=/"});
        jars.take(m_environment, url, answer);
        const QByteArray sent = jars.header(m_environment, url);
        QCOMPARE(sent.count('='), CookieJars::mostOfHost);
        QVERIFY(!sent.contains("n9="));
        QVERIFY(sent.contains("n59="));
    }
    QCOMPARE(jars.cookies(m_environment).size(), CookieJars::mostInJar);
    QVERIFY(jars.header(m_environment, QUrl(u"https://host0.example.com/"_s)).isEmpty()); // the oldest went
}

void TestCookies::longerPathsComeFirst()
{
    const QUrl url(u"https://api.example.com/v1/agents"_s);
    const QList<Cookie> cookies =
        cookiesSetBy(url, {{"Set-Cookie", "a=1; Path=/"}, {"Set-Cookie", "b=2; Path=/v1/agents"}, {"Set-Cookie", "c=3; Path=/v1"}});
    QCOMPARE(cookieHeader(cookies, url), "b=2; c=3; a=1"_ba);
}

void TestCookies::draftsAreCheckedPartByPart_data()
{
    QTest::addColumn<CookieDraft>("draft");
    QTest::addColumn<int>("wrong"); // a Field, or -1
    using Field = CookieDraft::Field;
    const auto row = [](const char *name, int wrong, const std::function<void(CookieDraft &)> &change) {
        CookieDraft draft;
        draft.origin = u"https://api.example.com"_s;
        draft.name = u"sid"_s;
        draft.value = "1";
        change(draft);
        QTest::newRow(name) << draft << wrong;
    };
    const auto field = [](Field wrong) { return static_cast<int>(wrong); };
    row("right", -1, [](CookieDraft &) {});
    row("empty value", -1, [](CookieDraft &draft) { draft.value.clear(); });
    row("subdomains", -1, [](CookieDraft &draft) { draft.subdomains = true; });
    row("no origin", field(Field::Origin), [](CookieDraft &draft) { draft.origin.clear(); });
    row("host alone", field(Field::Origin), [](CookieDraft &draft) { draft.origin = u"api.example.com"_s; });
    row("secure over http", field(Field::Origin), [](CookieDraft &draft) { draft.origin = u"http://api.example.com"_s; });
    row("secure over loopback", -1, [](CookieDraft &draft) { draft.origin = u"http://127.0.0.1:8080"_s; });
    row("below an address", field(Field::Origin), [](CookieDraft &draft) {
        draft.origin = u"https://127.0.0.1"_s;
        draft.subdomains = true;
    });
    row("below a suffix", field(Field::Origin), [](CookieDraft &draft) {
        draft.origin = u"https://github.io"_s;
        draft.subdomains = true;
    });
    row("path", field(Field::Path), [](CookieDraft &draft) { draft.path = u"v1"_s; });
    row("path with a semicolon", field(Field::Path), [](CookieDraft &draft) { draft.path = u"/v1;x"_s; });
    row("no name", field(Field::Name), [](CookieDraft &draft) { draft.name.clear(); });
    row("name with a space", field(Field::Name), [](CookieDraft &draft) { draft.name = u"a b"_s; });
    row("too large", field(Field::Name), [](CookieDraft &draft) { draft.value = QByteArray(Cookie::largest, 'x'); });
    row("__Host- for subdomains", field(Field::Name), [](CookieDraft &draft) {
        draft.name = u"__Host-sid"_s;
        draft.subdomains = true;
    });
    row("value that ends early", field(Field::Value), [](CookieDraft &draft) { draft.value = "1; Secure"; });
    row("value in two lines", field(Field::Value), [](CookieDraft &draft) { draft.value = "1\r\nX-Evil: 1"; });
    row("value with a space", field(Field::Value), [](CookieDraft &draft) { draft.value = " 1"; });
    row("past", field(Field::Expires), [](CookieDraft &draft) { draft.expires = QDateTime::fromSecsSinceEpoch(0); });
}

void TestCookies::draftsAreCheckedPartByPart()
{
    using Field = CookieDraft::Field;
    QFETCH(CookieDraft, draft);
    QFETCH(int, wrong);
    QCOMPARE(draft.make().has_value(), wrong == -1);
    for (const Field field : {Field::Origin, Field::Path, Field::Name, Field::Value, Field::Expires})
        QCOMPARE(!draft.problem(field).isEmpty(), wrong == static_cast<int>(field));
}

void TestCookies::aDraftGivesBackItsCookie()
{
    const QUrl url(u"https://api.example.com:8443/v1/x"_s);
    const QList<Cookie> cookies =
        cookiesSetBy(url, setCookie("sid=abc; Domain=example.com; Path=/v1; Secure; HttpOnly; SameSite=Strict; Max-Age=600"));
    QCOMPARE(cookies.size(), 1);
    const auto made = CookieDraft::of(cookies.first()).make();
    QVERIFY(made);
    QCOMPARE(*made, cookies.first());
    QVERIFY(made->goesTo(QUrl(u"https://x.example.com:8443/v1"_s)));
}

void TestCookies::wordsAreNoSecrets_data()
{
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<bool>("secret");
    QTest::newRow("one") << "1"_ba << false;
    QTest::newRow("word") << "light-mode-of-the-desktop"_ba << false;
    QTest::newRow("number") << "12345678901234567890"_ba << false;
    QTest::newRow("URL") << "https://api2.example.com/v1"_ba << false;
    QTest::newRow("host") << "api2.eu-west1.example.com"_ba << false;
    QTest::newRow("session") << session << true;
    QTest::newRow("UUID") << "6f9619ff-8b86-d011-b42d-00c04fc964ff"_ba << true;
    QTest::newRow("JWT") << "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOjF9.abc"_ba << true;
    QTest::newRow("signed") << "s%3Aj4Xk9pQ2.Zr8T%2Fmm0"_ba << true;
}

void TestCookies::wordsAreNoSecrets()
{
    QFETCH(QByteArray, value);
    QFETCH(bool, secret);
    QCOMPARE(looksSecret(value), secret);
}

void TestCookies::aCallSendsWhatItsEnvironmentWasGiven()
{
    m_home->handle("/login", setting("sid=" + session + "; Path=/; HttpOnly"));
    call(request(m_home->url(u"/login"_s)));
    QVERIFY(!m_home->requests().last().has("Cookie"));
    call(request(m_home->url(u"/me"_s)));
    QCOMPARE(m_home->requests().last().header("Cookie"), "sid=" + session);
}

void TestCookies::callsThatDoNotAskTakeNoPart()
{
    m_home->handle("/login", setting("sid=1; Path=/"));
    PreparedRequest sent = request(m_home->url(u"/login"_s));
    sent.usesCookies = false;
    call(sent);
    QVERIFY(m_client->cookies().cookies(m_environment).isEmpty());
    call(request(m_home->url(u"/login"_s)));
    sent.url = m_home->url(u"/me"_s);
    call(sent);
    QVERIFY(!m_home->requests().last().has("Cookie"));
}

void TestCookies::anotherEnvironmentGetsNone()
{
    m_home->handle("/login", setting("sid=1; Path=/"));
    call(request(m_home->url(u"/login"_s)));
    PreparedRequest other = request(m_home->url(u"/me"_s));
    for (const auto &environment : {std::optional(QUuid::createUuid()), std::optional<QUuid>()}) {
        other.environmentId = environment;
        call(other);
        QVERIFY(!m_home->requests().last().has("Cookie"));
    }
    m_client->cookies().clear(m_environment);
    call(request(m_home->url(u"/me"_s)));
    QVERIFY(!m_home->requests().last().has("Cookie"));
}

void TestCookies::aTypedHeaderGoesInstead()
{
    m_home->handle("/login", setting("sid=1; Path=/"));
    call(request(m_home->url(u"/login"_s)));
    PreparedRequest sent = request(m_home->url(u"/me"_s));
    sent.headers = {{"cookie", "mine=2"}};
    call(sent);
    QCOMPARE(m_home->requests().last().header("Cookie"), "mine=2"_ba);
    sent.headers = {{"Cookie", ""}}; // none, on purpose
    call(sent);
    QCOMPARE(m_home->requests().last().header("Cookie"), ""_ba);
}

void TestCookies::aRedirectAtHomeTakesThemAlong()
{
    m_home->handle("/login", [this](const ReceivedRequest &) {
        return Answer{response(302, {{"Location", m_home->url(u"/me"_s).toEncoded()}, {"Set-Cookie", "sid=1; Path=/"}})};
    });
    const CallTrace trace = call(request(m_home->url(u"/login"_s)));
    QCOMPARE(m_home->requests().last().target, "/me"_ba);
    QCOMPARE(m_home->requests().last().header("Cookie"), "sid=1"_ba);
    QVERIFY(trace.hops.first().droppedHeaders.isEmpty());
}

void TestCookies::aRedirectToAStrangerTakesNone()
{
    m_stranger->handle("/login", setting("theirs=" + session + "; Path=/"));
    call(request(m_stranger->url(u"/login"_s)));
    m_home->handle("/login", setting("mine=1; Path=/"));
    call(request(m_home->url(u"/login"_s)));
    const auto before = m_stranger->requests().size();
    m_home->handle("/out", [this](const ReceivedRequest &) {
        return Answer{response(302, {{"Location", m_stranger->url(u"/in"_s).toEncoded()}})};
    });
    const CallTrace trace = call(request(m_home->url(u"/out"_s)));
    QCOMPARE(m_stranger->requests().size(), before + 1);
    QVERIFY(!m_stranger->requests().last().has("Cookie"));
    QCOMPARE(trace.hops.first().droppedHeaders, QList<QByteArray>{"Cookie"});
}

/// A stranger could make a call with the user's session that the user did not ask for.
void TestCookies::aStrangersRedirectDoesNotSpendThem()
{
    m_home->handle("/login", setting("sid=1; Path=/"));
    call(request(m_home->url(u"/login"_s)));
    m_stranger->handle([this](const ReceivedRequest &) {
        return Answer{response(302, {{"Location", m_home->url(u"/delete-all"_s).toEncoded()}})};
    });
    const CallTrace trace = call(request(m_stranger->url()));
    QCOMPARE(m_home->requests().last().target, "/delete-all"_ba);
    QVERIFY(!m_home->requests().last().has("Cookie"));
    QCOMPARE(trace.hops.first().droppedHeaders, QList<QByteArray>{"Cookie"});
}

void TestCookies::anotherPortGetsNone()
{
    m_home->handle("/login", setting("sid=1; Path=/"));
    call(request(m_home->url(u"/login"_s)));
    call(request(m_stranger->url())); // the same host
    QVERIFY(!m_stranger->requests().last().has("Cookie"));
}

void TestCookies::anotherSchemeGetsNone()
{
    CookieJars jars(*m_redactor);
    jars.take(m_environment, QUrl(u"https://localhost:8443/"_s), setCookie("sid=1; Path=/"));
    QVERIFY(jars.header(m_environment, QUrl(u"http://localhost:8443/"_s)).isEmpty());
    QCOMPARE(jars.header(m_environment, QUrl(u"https://localhost:8443/"_s)), "sid=1"_ba);
}

void TestCookies::secureOnesGoToLoopback()
{
    m_home->handle("/login", setting("__Host-sid=1; Path=/; Secure"));
    call(request(m_home->url(u"/login"_s)));
    call(request(m_home->url(u"/me"_s)));
    QCOMPARE(m_home->requests().last().header("Cookie"), "__Host-sid=1"_ba);
}

void TestCookies::theTraceHoldsNoValue()
{
    m_home->handle("/login", setting("sid=" + session + "; Path=/"));
    call(request(m_home->url(u"/login"_s)));
    CallWatcher watcher(m_client->send(request(m_home->url(u"/me?again="_s + QString::fromLatin1(session)))));
    QVERIFY(watcher.wait());
    QVERIFY(sentText(watcher.trace).contains(u"Cookie: ••••"_s));
    QVERIFY(!sentText(watcher.trace).contains(QString::fromLatin1(session)));
    QVERIFY(!watcher.response().url.toEncoded().contains(session));
}

void TestCookies::anEchoedValueIsKnown()
{
    m_home->handle("/login", setting("sid=" + session + "; Path=/"));
    call(request(m_home->url(u"/login"_s)));
    QCOMPARE(m_redactor->redact("{\"cookie\":\"" + session + "\"}").hits, 1);
    QCOMPARE(m_redactor->redact("it is 1").hits, 0);
}

void TestCookies::aFloodOfCookiesIsTakenInPart()
{
    Headers flood;
    for (int i = 0; i < 90; ++i) // as many as the network layer lets through
        flood.append({"Set-Cookie", "n" + QByteArray::number(i) + "=" + QByteArray::number(i) + session + "; Path=/"});
    m_home->handle([&](const ReceivedRequest &) { return Answer{response(200, flood)}; });
    call(request(m_home->url()));
    QCOMPARE(m_client->cookies().cookies(m_environment).size(), CookieJars::mostOfHost);
    call(request(m_home->url()));
    QCOMPARE(m_home->requests().last().header("Cookie").count('='), CookieJars::mostOfHost);
}

QTEST_GUILESS_MAIN(TestCookies)

#include "test_cookies.moc"
