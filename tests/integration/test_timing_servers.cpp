#include "app/http/DynamicValues.h"
#include "app/http/HttpClient.h"
#include "tests/support/CallWatcher.h"
#include "tests/support/CoreFixture.h"
#include "tests/support/ServerProcess.h"
#include "tests/support/TestCertificates.h"
#include "ui/console/RepeatRun.h"

#include <QFile>
#include <QSet>
#include <QSignalSpy>
#include <QSslConfiguration>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace keydesk;
using test::CallWatcher;
using test::ServerProcess;
using Phase = HopTiming::Phase;

namespace {

QList<Phase> phasesOf(const HopTiming &timing)
{
    QList<Phase> phases;
    for (const HopTiming::Span &span : timing.spans)
        phases.append(span.phase);
    return phases;
}

std::chrono::microseconds lengthOf(const HopTiming &timing, Phase phase)
{
    for (const HopTiming::Span &span : timing.spans) {
        if (span.phase == phase)
            return span.length;
    }
    return std::chrono::microseconds(-1);
}

PreparedRequest get(const QString &url)
{
    PreparedRequest prepared;
    prepared.url = QUrl(url);
    return prepared;
}

} // namespace

/// Times, many calls and rate limits against servers that nobody here wrote.
class TestTimingServers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void phasesAreThereAndInOrder();
    void redirectsAreTimedHopByHop();
    void tlsIsTimedWithItsConnection();
    void http2IsTimedOnOneConnection();
    void repeatsAsOftenAsAskedAtTheServersSide();
    void obeysALimitOfTheServer();
    void stopsWhatIsOnItsWay();

private:
    void startNginx();
    [[nodiscard]] QStringList accessLog(const QString &word) const;
    bool run(RepeatRun &run);
    RepeatRun *repeat(const QString &path, const RepeatPlan &plan);

    const test::TestCertificates m_certificates;
    ServerProcess m_httpbin;
    ServerProcess m_nginx;
    ServerProcess m_nghttpx;
    quint16 m_httpbinPort = 0;
    quint16 m_plainPort = 0;
    quint16 m_tlsPort = 0;
    quint16 m_http2Port = 0;
    std::unique_ptr<test::CoreFixture> m_core;
};

void TestTimingServers::initTestCase()
{
    m_httpbinPort = ServerProcess::freePort();
    QVERIFY2(m_httpbin.startHttpbin(m_httpbinPort), m_httpbin.output().constData());
    startNginx();
    m_http2Port = ServerProcess::freePort();
    QVERIFY2(m_nghttpx.startNghttpx(m_http2Port, m_plainPort, m_certificates.file(u"good.pem"_s), m_certificates.file(u"good.key"_s)),
             m_nghttpx.output().constData());
    m_core = std::make_unique<test::CoreFixture>();
}

void TestTimingServers::startNginx()
{
    m_plainPort = ServerProcess::freePort();
    m_tlsPort = ServerProcess::freePort();
    QSslConfiguration trusting = QSslConfiguration::defaultConfiguration();
    trusting.setCaCertificates({m_certificates.authority()});
    QSslConfiguration::setDefaultConfiguration(trusting);

    QByteArray http = R"(
  client_max_body_size 100m;
  log_format line '$request_uri $status $connection';
  limit_req_zone $binary_remote_addr zone=few:1m rate=3r/s;
  limit_req_status 429;
  server {
    listen 127.0.0.1:PLAIN;
    access_log access.log line;
    location /count { return 200 "counted"; }
    location /few { limit_req zone=few; error_page 429 = @enough; alias ./; }
    location @enough { internal; add_header Retry-After 1 always; add_header X-RateLimit-Limit 3 always; add_header X-RateLimit-Remaining 0 always; return 429 "enough"; }
    location / { proxy_pass http://127.0.0.1:HTTPBIN; }
  }
  server {
    listen 127.0.0.1:TLS ssl;
    ssl_certificate CERTIFICATE; ssl_certificate_key KEY;
    location / { proxy_pass http://127.0.0.1:HTTPBIN; }
  })";
    http.replace("PLAIN", QByteArray::number(m_plainPort))
        .replace("HTTPBIN", QByteArray::number(m_httpbinPort))
        .replace("TLS", QByteArray::number(m_tlsPort))
        .replace("CERTIFICATE", m_certificates.file(u"good.pem"_s).toUtf8())
        .replace("KEY", m_certificates.file(u"good.key"_s).toUtf8());
    QVERIFY2(m_nginx.startNginx(m_tlsPort, http), m_nginx.output().constData());
}

QStringList TestTimingServers::accessLog(const QString &word) const
{
    QFile file(m_nginx.path(u"access.log"_s));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return QString::fromUtf8(file.readAll()).split(u'\n', Qt::SkipEmptyParts).filter(word);
}

RepeatRun *TestTimingServers::repeat(const QString &path, const RepeatPlan &plan)
{
    RequestSpec request;
    request.url = u"http://127.0.0.1:%1%2"_s.arg(m_plainPort).arg(path);
    CallContext context;
    context.sources.dynamic = std::make_shared<const DynamicValues>();
    return new RepeatRun(**m_core, request, context, plan, this);
}

bool TestTimingServers::run(RepeatRun &run)
{
    QSignalSpy finished(&run, &RepeatRun::finished);
    run.start();
    return !finished.isEmpty() || finished.wait(60'000);
}

void TestTimingServers::phasesAreThereAndInOrder()
{
    HttpClient &client = *(*m_core)->http;
    CallWatcher drip(client.send(get(u"http://localhost:%1/drip?delay=1&duration=1&numbytes=4"_s.arg(m_httpbinPort))));
    QVERIFY(drip.wait());
    QVERIFY(drip.isValue());
    const HopTiming timing = drip.trace.timings.value(0);
    QCOMPARE(phasesOf(timing), (QList<Phase>{Phase::Lookup, Phase::Connect, Phase::Send, Phase::Wait, Phase::Download}));
    // The server's own clock says so much; how much more it was is this machine's affair.
    QVERIFY(lengthOf(timing, Phase::Wait) >= std::chrono::milliseconds(900));
    QVERIFY(lengthOf(timing, Phase::Download) >= std::chrono::milliseconds(500));
    QVERIFY(timing.total() <= drip.trace.elapsed);
    QVERIFY(drip.trace.elapsed - timing.total() < drip.trace.elapsed / 10); // they add up to the call

    CallWatcher delayed(client.send(get(u"http://localhost:%1/delay/1"_s.arg(m_httpbinPort))));
    QVERIFY(delayed.wait());
    const HopTiming second = delayed.trace.timings.value(0);
    QVERIFY(second.isReused);
    QCOMPARE(phasesOf(second), (QList<Phase>{Phase::Queue, Phase::Send, Phase::Wait, Phase::Download}));
    QVERIFY(lengthOf(second, Phase::Wait) >= std::chrono::milliseconds(900));
    QVERIFY(lengthOf(second, Phase::Download) < lengthOf(second, Phase::Wait));

    PreparedRequest post = get(u"http://127.0.0.1:%1/post"_s.arg(m_plainPort));
    post.method = "POST";
    post.headers = {{"Content-Type", "application/octet-stream"}};
    post.body = UploadBody(QByteArray(1'000'000, 'x'));
    CallWatcher uploaded(client.send(post));
    QVERIFY(uploaded.wait());
    QVERIFY2(uploaded.isValue() && uploaded.response().status == 200, qPrintable(uploaded.isValue() ? QString::number(uploaded.response().status) : uploaded.error().message));
    QVERIFY(lengthOf(uploaded.trace.timings.value(0), Phase::Send) > std::chrono::microseconds(0));
}

void TestTimingServers::redirectsAreTimedHopByHop()
{
    CallWatcher call((*m_core)->http->send(get(u"http://127.0.0.1:%1/redirect/3"_s.arg(m_httpbinPort))));
    QVERIFY(call.wait());
    QVERIFY(call.isValue());
    QCOMPARE(call.trace.timings.size(), 4);
    for (int hop = 0; hop < 4; ++hop) {
        const HopTiming &timing = call.trace.timings.at(hop);
        QCOMPARE(timing.status, hop < 3 ? 302 : 200);
        QCOMPARE(timing.url, call.trace.sent.at(hop).url);
        QVERIFY(timing.isWhole);
        QCOMPARE(timing.isReused, hop > 0);
    }
}

void TestTimingServers::tlsIsTimedWithItsConnection()
{
    HttpClient &client = *(*m_core)->http;
    CallWatcher first(client.send(get(u"https://127.0.0.1:%1/get"_s.arg(m_tlsPort))));
    QVERIFY(first.wait());
    QVERIFY2(first.isValue(), qPrintable(first.outcome && !*first.outcome ? first.error().message : QString()));
    const HopTiming timing = first.trace.timings.value(0);
    QCOMPARE(phasesOf(timing), (QList<Phase>{Phase::Queue, Phase::ConnectAndTls, Phase::Send, Phase::Wait, Phase::Download}));
    QVERIFY(lengthOf(timing, Phase::ConnectAndTls) > std::chrono::microseconds(0));
    CallWatcher second(client.send(get(u"https://127.0.0.1:%1/get"_s.arg(m_tlsPort))));
    QVERIFY(second.wait());
    QVERIFY(second.trace.timings.value(0).isReused);
}

void TestTimingServers::http2IsTimedOnOneConnection()
{
    HttpClient &client = *(*m_core)->http;
    const QString url = u"https://127.0.0.1:%1/count"_s.arg(m_http2Port);
    CallWatcher first(client.send(get(url)));
    QVERIFY(first.wait());
    QVERIFY2(first.isValue(), qPrintable(first.outcome && !*first.outcome ? first.error().message : QString()));
    QCOMPARE(first.response().protocol, "HTTP/2");
    QCOMPARE(phasesOf(first.trace.timings.value(0)), (QList<Phase>{Phase::Queue, Phase::ConnectAndTls, Phase::Send, Phase::Wait, Phase::Download}));
    CallWatcher second(client.send(get(url)));
    QVERIFY(second.wait());
    QCOMPARE(phasesOf(second.trace.timings.value(0)), (QList<Phase>{Phase::Queue, Phase::Send, Phase::Wait, Phase::Download}));
    QVERIFY(second.trace.timings.value(0).isReused);
}

void TestTimingServers::repeatsAsOftenAsAskedAtTheServersSide()
{
    RepeatRun *run = repeat(u"/count?run={{$guid}}"_s, {.times = 100, .atOnce = 4});
    QVERIFY(this->run(*run));
    QCOMPARE(run->calls().size(), 100);
    QTRY_COMPARE(accessLog(u"/count?run="_s).size(), 100);
    QSet<QString> different;
    QSet<QString> connections;
    for (const QString &line : accessLog(u"/count?run="_s)) {
        different.insert(line.section(u' ', 0, 0));
        connections.insert(line.section(u' ', 2, 2));
        QCOMPARE(line.section(u' ', 1, 1), u"200"_s);
    }
    QCOMPARE(different.size(), 100); // each was resolved anew
    QVERIFY2(connections.size() <= 6, qPrintable(QStringList(connections.values()).join(u' ')));
    const auto latency = latencyOf(run->calls());
    QVERIFY(latency && latency->least <= latency->p50 && latency->p50 <= latency->p99 && latency->p99 <= latency->most);
    delete run;
}

void TestTimingServers::obeysALimitOfTheServer()
{
    RepeatRun *run = repeat(u"/few/nginx.conf?stops"_s, {.times = 20});
    QVERIFY(this->run(*run));
    QVERIFY(!run->ending().isEmpty());
    QCOMPARE(run->calls().last().status, 429);
    QTRY_COMPARE(accessLog(u"?stops"_s).size(), run->calls().size());
    QVERIFY(run->calls().size() < 20);
    delete run;

    run = repeat(u"/few/nginx.conf?waits"_s, {.times = 6, .waitsWhenTold = true});
    QVERIFY(this->run(*run));
    QVERIFY2(run->ending().isEmpty(), qPrintable(run->ending()));
    QCOMPARE(run->calls().size(), 6);
    QTRY_COMPARE(accessLog(u"?waits"_s).size(), 6);
    delete run;
}

void TestTimingServers::stopsWhatIsOnItsWay()
{
    RepeatRun *run = repeat(u"/delay/10"_s, {.times = 50, .atOnce = 3});
    QSignalSpy finished(run, &RepeatRun::finished);
    run->start();
    QTRY_COMPARE((*m_core)->http->findChildren<HttpCall *>().size(), 3);
    run->stop();
    QVERIFY(finished.wait(5'000));
    QVERIFY(run->calls().isEmpty());
    QCOMPARE(finished.size(), 1);
    QTRY_VERIFY((*m_core)->http->findChildren<HttpCall *>().isEmpty());
    QVERIFY(accessLog(u"/delay/10"_s).size() <= 3);
    delete run;
}

QTEST_MAIN(TestTimingServers)
#include "test_timing_servers.moc"
