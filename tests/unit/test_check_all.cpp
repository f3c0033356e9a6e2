#include "app/keys/CheckAllJob.h"
#include "tests/support/CoreFixture.h"
#include "tests/support/HttpTestServer.h"

#include <QElapsedTimer>

using namespace Qt::StringLiterals;
using namespace keydesk;

class TestCheckAll : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_core = std::make_unique<test::CoreFixture>(); }
    void cleanup() { m_core.reset(); }

    void checksEveryKeyOnceForEachEnvironment()
    {
        test::HttpTestServer good;
        good.answer(test::response(200));
        test::HttpTestServer bad;
        bad.answer(test::response(401));
        const QUuid one = environment(good);
        const QUuid two = environment(bad);
        const ApiKey key = this->key(one, u"one"_s);
        QVERIFY(core().environments->addIdentity(one, u"again"_s));
        QVERIFY(core().environments->setKey(one, u"api-key"_s, key.id, u"again"_s)); // the same key there
        this->key(two, u"two"_s);
        const auto summary = run(places());
        QCOMPARE(summary.works, 1);
        QCOMPARE(summary.refused, 1);
        QCOMPARE(summary.unanswered + summary.notTried, 0);
        QCOMPARE(good.requests().size(), 1);
        QCOMPARE(core().keys->find(key.id)->status, ApiKey::Status::Works);
    }

    void staysWithinItsBounds()
    {
        std::vector<std::unique_ptr<test::HttpTestServer>> servers;
        int asked = 0;
        for (int i = 0; i < 3; ++i) {
            servers.push_back(std::make_unique<test::HttpTestServer>());
            servers.back()->hang();
            connect(servers.back().get(), &test::HttpTestServer::requested, this, [&asked] { ++asked; });
            for (int k = 0; k < 3; ++k)
                this->key(environment(*servers.back()), u"key%1%2"_s.arg(i).arg(k));
        }
        auto *job = new CheckAllJob(*core().keyService, *core().environments, places(), core().keyService.get());
        QSignalSpy finished(job, &CheckAllJob::finished);
        QTRY_COMPARE(asked, CheckAllJob::atOnce);
        for (const auto &server : servers)
            QVERIFY(server->requests().size() <= CheckAllJob::atOnceForOrigin);
        job->cancel();
        QVERIFY(finished.wait());
        const auto summary = finished.at(0).at(0).value<CheckAllJob::Summary>();
        QVERIFY(summary.cancelled);
        QCOMPARE(summary.notTried, 9);
        QCOMPARE(asked, CheckAllJob::atOnce); // nothing was begun after that
        QCOMPARE(finished.size(), 1);
    }

    void waitsAsLongAsItIsAskedTo()
    {
        test::HttpTestServer server;
        QElapsedTimer clock;
        qint64 secondAt = 0;
        server.handle([&](const test::ReceivedRequest &) {
            if (server.requests().size() < 2) {
                clock.start();
                return test::Answer{test::response(429, {{"Retry-After", "1"}})};
            }
            secondAt = clock.elapsed();
            return test::Answer{test::response(200)};
        });
        key(environment(server), u"one"_s);
        QStringList said;
        const auto summary = run(places(), &said);
        QCOMPARE(summary.works, 1);
        QCOMPARE(server.requests().size(), 2);
        QVERIFY2(secondAt >= 990, qPrintable(QString::number(secondAt)));
        QVERIFY(said.filter(u"asks to wait 1 second"_s).size() == 1);
    }

    void leavesAnOriginAloneThatAsksForLong()
    {
        test::HttpTestServer server;
        server.answer(test::response(429, {{"Retry-After", "3600"}}));
        test::HttpTestServer other;
        other.answer(test::response(200));
        const QUuid limited = environment(server);
        for (int i = 0; i < 5; ++i) {
            const ApiKey made = key(limited, u"key%1"_s.arg(i));
            QVERIFY(core().environments->addIdentity(limited, made.name));
            QVERIFY(core().environments->setKey(limited, u"api-key"_s, made.id, made.name));
        }
        key(environment(other), u"other"_s);
        const auto summary = run(places());
        QCOMPARE(summary.works, 1);
        QVERIFY(server.requests().size() <= CheckAllJob::atOnceForOrigin);
        QCOMPARE(summary.unanswered + summary.notTried, 5);
        QVERIFY(summary.firstError);
        QVERIFY(summary.firstError->message.contains(u"takes no more calls"_s));
    }

    void tellsWhatItDidNotTry()
    {
        test::HttpTestServer server;
        server.answer(test::response(200));
        const ApiKey key = this->key(environment(server), u"one"_s);
        QVERIFY(core().keyService->unbindOrigin(key.id, server.origin()));
        const auto summary = run(places());
        QCOMPARE(summary.notTried, 1);
        QVERIFY(server.requests().isEmpty());
        QCOMPARE(summary.firstError->kind, Error::Kind::OriginNotBound);
        QCOMPARE(run({}), CheckAllJob::Summary());
    }

private:
    Core &core() { return **m_core; }

    QList<KeyPlace> places() { return allKeyPlaces(*core().environments); }

    QUuid environment(const test::HttpTestServer &server)
    {
        Environment made;
        made.name = u"Environment %1"_s.arg(core().environments->all().size());
        made.providerId = u"custom"_s;
        made.baseUrl = server.url().toString();
        const auto added = core().environments->add(made);
        return added ? added->id : QUuid();
    }

    ApiKey key(const QUuid &environmentId, const QString &name)
    {
        NewKey draft;
        draft.name = name;
        draft.providerId = u"custom"_s;
        draft.kindId = core().providers.find(u"custom"_s)->kinds.first().id;
        draft.environmentId = environmentId;
        return m_core->addKey(draft, "token-of-" + name.toStdString());
    }

    CheckAllJob::Summary run(const QList<KeyPlace> &places, QStringList *said = nullptr)
    {
        auto *job = new CheckAllJob(*core().keyService, *core().environments, places, core().keyService.get());
        if (said)
            connect(job, &CheckAllJob::progress, this, [said](int, int, const QString &what) { said->append(what); });
        QSignalSpy finished(job, &CheckAllJob::finished);
        return finished.wait(20'000) ? finished.at(0).at(0).value<CheckAllJob::Summary>() : CheckAllJob::Summary();
    }

    std::unique_ptr<test::CoreFixture> m_core;
};

QTEST_GUILESS_MAIN(TestCheckAll)
#include "test_check_all.moc"
