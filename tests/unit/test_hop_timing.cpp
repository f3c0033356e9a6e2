#include "app/http/HopClock.h"
#include "app/models/TimingModel.h"
#include "tests/support/CallWatcher.h"
#include "tests/support/HttpTestServer.h"
#include "tests/support/ScriptedSecretStore.h"

#include "app/base/Redactor.h"
#include "app/http/HttpClient.h"

#include <QAbstractItemModelTester>
#include <QJsonArray>
#include <QJsonObject>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace keydesk;
using test::CallWatcher;
using test::HttpTestServer;
using Phase = HopTiming::Phase;
using std::chrono::microseconds;

namespace {

/// Gives its token when it is told to.
class SlowTokens : public TokenSource
{
public:
    [[nodiscard]] std::optional<KeyBinding> binding(const QUuid &) const override { return KeyBinding{u"Slow"_s, {}, origins}; }
    void readToken(const QUuid &, QObject *, Done done) override { waiting = std::move(done); }

    QList<Origin> origins;
    Done waiting;
};

QList<Phase> phasesOf(const HopTiming &timing)
{
    QList<Phase> phases;
    for (const HopTiming::Span &span : timing.spans)
        phases.append(span.phase);
    return phases;
}

HopTiming example()
{
    return {"GET", QUrl(u"https://api.example/a?token=secret&b=1"_s), 200, {{Phase::Lookup, microseconds(1500)}, {Phase::ConnectAndTls, microseconds(20'000)}, {Phase::Send, microseconds(0)}, {Phase::Wait, microseconds(300'000)}, {Phase::Download, microseconds(40)}}, false, true};
}

} // namespace

/// Where the time of a hop goes.
class TestHopTiming : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_client = std::make_unique<HttpClient>(m_tokens, m_redactor); }
    void cleanup() { m_client.reset(); }

    void passesPhasesInOrderAndOnce();
    void tellsTheFirstCallFromTheNextOnTheSameConnection();
    void timesEachHopOfARedirect();
    void timesTheBodyThatGoesOut();
    void givesTheKeychainItsOwnTime();
    void keepsWhatIsKnownOfACallThatFailed();
    void writesAndReadsJson();
    void readsOnlyWhatFits();
    void writesText();
    void isATable();

private:
    PreparedRequest request(const QUrl &url) const
    {
        PreparedRequest prepared;
        prepared.url = url;
        return prepared;
    }

    SlowTokens m_tokens;
    Redactor m_redactor;
    std::unique_ptr<HttpClient> m_client;
};

void TestHopTiming::passesPhasesInOrderAndOnce()
{
    HopClock clock;
    clock.enter(Phase::Lookup);
    clock.enter(Phase::Connect);
    clock.enter(Phase::Send);
    clock.enter(Phase::Connect); // a second attempt of the network layer: what was passed does not come back
    clock.enter(Phase::Download);
    const HopTiming timing = clock.take(true);
    QCOMPARE(phasesOf(timing), (QList<Phase>{Phase::Lookup, Phase::Connect, Phase::Send, Phase::Download}));
    QVERIFY(!timing.isReused);
    QVERIFY(!clock.isRunning());

    clock.enter(Phase::Lookup);
    clock.enter(Phase::Wait);
    QCOMPARE(phasesOf(clock.take(true)), (QList<Phase>{Phase::Queue, Phase::Wait})); // nothing was looked up for it
}

void TestHopTiming::tellsTheFirstCallFromTheNextOnTheSameConnection()
{
    HttpTestServer server;
    server.answer(test::response(200, {}, "fine"));
    CallWatcher first(m_client->send(request(server.url())));
    QVERIFY(first.wait());
    QCOMPARE(first.trace.timings.size(), 1);
    const HopTiming &opened = first.trace.timings.first();
    QCOMPARE(phasesOf(opened), (QList<Phase>{Phase::Queue, Phase::Connect, Phase::Send, Phase::Wait, Phase::Download}));
    QVERIFY(!opened.isReused);
    QVERIFY(opened.isWhole);
    QCOMPARE(opened.status, 200);
    QCOMPARE(opened.method, "GET");
    QCOMPARE(opened.url, server.url());

    CallWatcher second(m_client->send(request(server.url())));
    QVERIFY(second.wait());
    const HopTiming &reused = second.trace.timings.first();
    QCOMPARE(phasesOf(reused), (QList<Phase>{Phase::Queue, Phase::Send, Phase::Wait, Phase::Download}));
    QVERIFY(reused.isReused);
    QCOMPARE(server.connections(), 1);
    QVERIFY(timingNotes(reused).join(u' ').contains(u"open already"_s));
    QVERIFY(reused.total() <= second.trace.elapsed);
}

void TestHopTiming::timesEachHopOfARedirect()
{
    HttpTestServer server;
    server.answer(test::response(200, {}, "there"));
    server.handle("/a", [&](const test::ReceivedRequest &) { return test::Answer{test::response(302, {{"Location", "/b"}})}; });
    CallWatcher call(m_client->send(request(server.url(u"/a"_s))));
    QVERIFY(call.wait());
    QCOMPARE(call.trace.timings.size(), 2);
    QCOMPARE(call.trace.timings.size(), call.trace.sent.size());
    QCOMPARE(call.trace.timings.at(0).status, 302);
    QCOMPARE(call.trace.timings.at(0).url.path(), u"/a"_s);
    QVERIFY(call.trace.timings.at(0).isWhole);
    QCOMPARE(call.trace.timings.at(1).status, 200);
    QCOMPARE(call.trace.timings.at(1).url.path(), u"/b"_s);
    QVERIFY(call.trace.timings.at(0).total() + call.trace.timings.at(1).total() <= call.trace.elapsed);
}

void TestHopTiming::timesTheBodyThatGoesOut()
{
    HttpTestServer server;
    server.answer(test::response(200, {}, "taken"));
    PreparedRequest post = request(server.url());
    post.method = "POST";
    post.body = UploadBody(QByteArray(3'000'000, 'x'));
    CallWatcher call(m_client->send(post));
    QVERIFY(call.wait());
    const HopTiming &timing = call.trace.timings.first();
    QCOMPARE(phasesOf(timing), (QList<Phase>{Phase::Queue, Phase::Connect, Phase::Send, Phase::Wait, Phase::Download}));
    QVERIFY(timing.spans.at(2).length > microseconds(0));
}

void TestHopTiming::givesTheKeychainItsOwnTime()
{
    HttpTestServer server;
    server.answer(test::response(200, {}, "fine"));
    m_tokens.origins = {server.origin()};
    PreparedRequest named = request(server.url());
    named.keyId = QUuid::createUuid();
    HttpCall *sent = m_client->send(named);
    QSignalSpy waits(sent, &HttpCall::waitingForToken);
    CallWatcher call(sent);
    QVERIFY(waits.wait()); // it shows that it waits, so it has waited
    m_tokens.waiting(Secret("talq_canarycanarycanary3f9a"));
    QVERIFY(call.wait());
    const HopTiming &timing = call.trace.timings.first();
    QCOMPARE(timing.spans.first().phase, Phase::Keychain);
    QVERIFY(timing.spans.first().length > std::chrono::milliseconds(50));
    QVERIFY(timing.total() - timing.spans.first().length <= call.trace.elapsed); // nothing of it is the server's

    // A keychain that refuses is all that there is to tell.
    CallWatcher refused(m_client->send(named));
    m_tokens.waiting(failure(Error::Kind::KeychainDenied, u"No."_s));
    QVERIFY(refused.wait());
    QVERIFY(refused.trace.sent.isEmpty());
    QCOMPARE(refused.trace.timings.size(), 1);
    QCOMPARE(phasesOf(refused.trace.timings.first()), QList<Phase>{Phase::Keychain});
    QVERIFY(!refused.trace.timings.first().isWhole);
}

void TestHopTiming::keepsWhatIsKnownOfACallThatFailed()
{
    quint16 closed = 0;
    {
        const HttpTestServer gone;
        closed = static_cast<quint16>(gone.port());
    }
    CallWatcher refused(m_client->send(request(QUrl(u"http://127.0.0.1:%1/"_s.arg(closed)))));
    QVERIFY(refused.wait());
    QVERIFY(!refused.isValue());
    QCOMPARE(refused.trace.timings.size(), 1);
    QCOMPARE(phasesOf(refused.trace.timings.first()), (QList<Phase>{Phase::Queue, Phase::Connect}));
    QCOMPARE(refused.trace.timings.first().status, 0);
    QVERIFY(timingNotes(refused.trace.timings.first()).contains(u"The call ended during “Connect”."_s));

    HttpTestServer silent;
    silent.hang();
    HttpCall *sent = m_client->send(request(silent.url()));
    CallWatcher cancelled(sent);
    QSignalSpy asked(&silent, &HttpTestServer::requested);
    QVERIFY(asked.wait());
    sent->cancel();
    QVERIFY(cancelled.wait());
    QVERIFY(!cancelled.trace.timings.first().isWhole);

    // Who asks the system for its proxy waits for that first; then for the name, which nobody has.
    HttpClient asking(m_tokens, m_redactor, [](const QNetworkProxyQuery &) { return QList<QNetworkProxy>{QNetworkProxy::NoProxy}; });
    CallWatcher nowhere(asking.send(request(QUrl(u"http://nosuchhost.invalid/"_s))));
    QVERIFY(nowhere.wait());
    QCOMPARE(phasesOf(nowhere.trace.timings.first()), (QList<Phase>{Phase::ProxySettings, Phase::Lookup}));
}

void TestHopTiming::writesAndReadsJson()
{
    HopTiming masked = example();
    masked.url = QUrl(u"https://api.example/a?token=••••&b=1"_s);
    HopTiming failed{"POST", QUrl(u"http://127.0.0.1:9/"_s), 0, {{Phase::Keychain, microseconds(7)}, {Phase::Queue, microseconds(8)}}, true, false};
    const QJsonArray json = timingsToJson({example(), failed});
    QCOMPARE(timingsFromJson(json), (QList<HopTiming>{masked, failed}));
}

void TestHopTiming::readsOnlyWhatFits()
{
    QVERIFY(timingsFromJson({}).isEmpty());
    QVERIFY(timingsFromJson(QJsonArray{1, u"a"_s, QJsonArray(), QJsonObject()}).isEmpty());
    const QJsonArray spans{QJsonArray{u"wait"_s, 5}, QJsonArray{u"wait"_s, 5}, QJsonArray{u"lookup"_s, 5}, QJsonArray{u"download"_s, -5}, QJsonArray{u"tea"_s, 5}, QJsonArray{u"download"_s}, 7};
    const auto read = timingsFromJson(QJsonArray{QJsonObject{{u"spans"_s, spans}}});
    QCOMPARE(read.size(), 1);
    QCOMPARE(read.first().spans, (QList<HopTiming::Span>{{Phase::Wait, microseconds(5)}}));
    QJsonArray many;
    for (int i = 0; i < 1000; ++i)
        many.append(QJsonObject{{u"spans"_s, spans}});
    QVERIFY(timingsFromJson(many).size() < 100);
}

void TestHopTiming::writesText()
{
    const QString text = timingText({example()});
    QVERIFY2(text.startsWith(u"GET https://api.example/a?token="_s), qPrintable(text));
    QVERIFY2(!text.contains(u"secret"_s), qPrintable(text));
    for (const QString &part : {u"→ 200"_s, u"Name lookup"_s, u"1.5 ms"_s, u"Connect and TLS"_s, u"20.0 ms"_s, u"300 ms"_s, u"Total"_s, u"322 ms"_s, u"does not tell"_s})
        QVERIFY2(text.contains(part), qPrintable(text));
    QVERIFY(timingText({}).isEmpty());
}

void TestHopTiming::isATable()
{
    TimingModel model;
    const QAbstractItemModelTester tester(&model);
    HopTiming second = example();
    second.spans = {{Phase::Queue, microseconds(100)}, {Phase::Wait, microseconds(900)}};
    model.setTimings({example(), second});
    QCOMPARE(model.rowCount(), 6 + 3);
    QCOMPARE(model.total(), microseconds(322'540));
    QVERIFY(model.index(0, TimingModel::What).data().toString().startsWith(u"GET https://api.example/"_s));
    QVERIFY(!model.index(0, TimingModel::What).data().toString().contains(u"secret"_s));
    QCOMPARE(model.index(1, TimingModel::What).data().toString(), u"Name lookup"_s);
    QCOMPARE(model.index(1, TimingModel::Time).data().toString(), u"1.5 ms"_s);
    QCOMPARE(model.index(2, TimingModel::Picture).data(Qt::AccessibleTextRole).toString(), u"begins after 1.5 ms"_s);
    // The next hop begins where the first one ended.
    QCOMPARE(model.index(6, 0).data(TimingModel::StartRole).toLongLong(), 321'540);
    QCOMPARE(model.index(8, 0).data(TimingModel::StartRole).toLongLong(), 321'640);
}

QTEST_GUILESS_MAIN(TestHopTiming)
#include "test_hop_timing.moc"
