#include "app/interchange/ImportRun.h"

#include "app/environments/EnvironmentStore.h"
#include "app/keys/KeyService.h"
#include "tests/support/CoreFixture.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace keydesk;
using What = ImportOutcome::What;

namespace {

KeyCandidate candidate(const QString &name, std::string_view token, const EnvironmentChoice &environment = {})
{
    KeyCandidate made;
    made.variable = name;
    made.name = name;
    made.token = std::make_shared<const Secret>(token);
    made.providerId = u"talkover"_s;
    made.kindId = u"environment"_s;
    made.environment = environment;
    made.line = 3;
    return made;
}

const EnvironmentChoice staging{{}, u"Staging"_s, u"https://staging.talkover.test"_s};

} // namespace

class TestImportRun : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void storesOneAfterAnother();
    void makesAnEnvironmentOnce();
    void reportsWhatCouldNotBeStored();
    void removesAnEnvironmentThatHasNoKey();
    void canBeStopped();
};

void TestImportRun::storesOneAfterAnother()
{
    test::CoreFixture core;
    ImportRun run({{4, candidate(u"A"_s, "talq_aaaaaaaaaaaaaaaa1111"), u".env"_s},
                   {7, candidate(u"B"_s, "talq_bbbbbbbbbbbbbbbb2222"), {}}},
                  *core->keyService, *core->environments, core->providers);
    QSignalSpy finished(&run, &ImportRun::finished);
    QSignalSpy progress(&run, &ImportRun::progress);
    run.start();
    QVERIFY(finished.isEmpty());
    QVERIFY(finished.wait());
    QCOMPARE(run.outcomes().size(), 2);
    QCOMPARE(run.outcomes().at(0).row, 4);
    QCOMPARE(run.outcomes().at(1).row, 7);
    QCOMPARE(progress.size(), 2);
    QCOMPARE(progress.at(1), (QVariantList{1, 2, u"B"_s}));
    for (const ImportOutcome &outcome : run.outcomes())
        QCOMPARE(outcome.what, What::Added);
    QCOMPARE(core->keys->all().size(), 2);
    const auto note = [&](int at) {
        for (const AuditEntry &entry : core->keys->events(run.outcomes().at(at).keyId)) {
            if (entry.action == KeyAction::Imported)
                return entry.what;
        }
        return QString();
    };
    QCOMPARE(note(0), u"Imported from .env, line 3"_s);
    QCOMPARE(note(1), u"Imported from a pasted text"_s);
}

void TestImportRun::makesAnEnvironmentOnce()
{
    test::CoreFixture core;
    const qsizetype before = core->environments->all().size();
    KeyCandidate other = candidate(u"B"_s, "18|bbbbbbbbbbbbbbbb2222", staging);
    other.kindId = u"user"_s;
    ImportRun run({{0, candidate(u"A"_s, "talq_aaaaaaaaaaaaaaaa1111", staging), {}}, {1, other, {}}},
                  *core->keyService, *core->environments, core->providers);
    QSignalSpy finished(&run, &ImportRun::finished);
    run.start();
    QVERIFY(finished.wait());
    QCOMPARE(core->environments->all().size(), before + 1);
    const Environment made = core->environments->all().last();
    QCOMPARE(made.name, u"Staging"_s);
    QCOMPARE(made.baseUrl, u"https://staging.talkover.test"_s);
    QCOMPARE(made.keys.value(u"environment"_s), run.outcomes().at(0).keyId);
    QCOMPARE(made.keys.value(u"user"_s), run.outcomes().at(1).keyId);
    QCOMPARE(core->keys->find(run.outcomes().at(0).keyId)->origins.first().toString(),
             u"https://staging.talkover.test"_s);
}

void TestImportRun::reportsWhatCouldNotBeStored()
{
    test::CoreFixture core;
    ImportRun run({{0, candidate(u"A"_s, "talq_aaaaaaaaaaaaaaaa1111"), {}},
                   {1, candidate(u"Again"_s, "talq_aaaaaaaaaaaaaaaa1111"), {}},
                   {2, candidate(u" "_s, "talq_cccccccccccccccc3333"), {}},
                   {3, candidate(u"D"_s, "talq_dddddddddddddddd4444"), {}}},
                  *core->keyService, *core->environments, core->providers);
    QSignalSpy finished(&run, &ImportRun::finished);
    run.start();
    QVERIFY(finished.wait());
    QCOMPARE(run.outcomes().at(0).what, What::Added);
    QCOMPARE(run.outcomes().at(1).what, What::Duplicate);
    QVERIFY(run.outcomes().at(1).text.contains(u"“A”"_s));
    QCOMPARE(run.outcomes().at(2).what, What::Failed);
    QVERIFY(!run.outcomes().at(2).text.isEmpty());
    QCOMPARE(run.outcomes().at(3).what, What::Added);
}

void TestImportRun::removesAnEnvironmentThatHasNoKey()
{
    test::CoreFixture core;
    const qsizetype before = core->environments->all().size();
    ImportRun run({{0, candidate(u" "_s, "talq_aaaaaaaaaaaaaaaa1111", staging), {}}}, *core->keyService,
                  *core->environments, core->providers);
    QSignalSpy finished(&run, &ImportRun::finished);
    run.start();
    QVERIFY(finished.wait());
    QCOMPARE(run.outcomes().first().what, What::Failed);
    QCOMPARE(core->environments->all().size(), before);
}

void TestImportRun::canBeStopped()
{
    test::CoreFixture core;
    ImportRun run({{0, candidate(u"A"_s, "talq_aaaaaaaaaaaaaaaa1111"), {}},
                   {1, candidate(u"B"_s, "talq_bbbbbbbbbbbbbbbb2222"), {}},
                   {2, candidate(u"C"_s, "talq_cccccccccccccccc3333"), {}}},
                  *core->keyService, *core->environments, core->providers);
    QSignalSpy finished(&run, &ImportRun::finished);
    connect(&run, &ImportRun::progress, &run, [&run](int done) {
        if (done == 1)
            run.cancel();
    });
    run.start();
    QVERIFY(finished.wait());
    QCOMPARE(run.outcomes().size(), 3);
    QCOMPARE(run.outcomes().at(0).what, What::Added);
    QCOMPARE(run.outcomes().at(2).what, What::Stopped);
    QVERIFY(core->keys->all().size() <= 2);
    QVERIFY(finished.size() == 1);
}

QTEST_GUILESS_MAIN(TestImportRun)
#include "test_import_run.moc"
