#include "app/keys/EnvironmentTrail.h"
#include "tests/support/CoreFixture.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace keydesk;

namespace {

const QUuid one = QUuid::fromString(u"11111111-1111-4111-8111-111111111111"_s);
const QUuid two = QUuid::fromString(u"22222222-2222-4222-8222-222222222222"_s);

Environment production(const QHash<QString, QUuid> &keys = {}, const QList<Identity> &identities = {})
{
    Environment environment;
    environment.name = u"Production"_s;
    environment.providerId = u"talkover"_s;
    environment.baseUrl = u"https://app.talkover.ai"_s;
    environment.keys = keys;
    environment.identities = identities;
    return environment;
}

QStringList words(const Environment &before, const Environment &after)
{
    QStringList all;
    for (const EnvironmentUse &use : environmentUses(before, after))
        all << u"%1: %2"_s.arg(use.keyId == one ? u"one"_s : u"two"_s, use.what);
    return all;
}

} // namespace

/// The trail of a key says which environments use it and no longer do.
class TestEnvironmentTrail : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void saysWhatAChangeMeans();
    void anotherNameMeansNothing();
    void aKeyThatStaysIsNotNamed();

    void aKeyThatIsAddedForAnEnvironment();
    void anotherKeyThatIsChosen();
    void anEnvironmentThatGoesAndComesBack();
    void aRefusedChangeIsNotNoted();
    void aDeletedKeyEndsWithThat();
    void whatAnotherProcessDidIsNotedOnce();

private:
    static ApiKey add(test::CoreFixture &core, std::string_view token,
                      const std::optional<QUuid> &environment = {});
    /// Newest first, those about environments only.
    static QStringList trailOf(Core &core, const QUuid &key);
};

void TestEnvironmentTrail::saysWhatAChangeMeans()
{
    QCOMPARE(words(production(), production({{u"environment"_s, one}})),
             QStringList{u"one: Used by the environment “Production”"_s});
    QCOMPARE(words(production({{u"environment"_s, one}}), production({{u"environment"_s, two}})),
             (QStringList{u"one: No longer used by the environment “Production”"_s,
                          u"two: Used by the environment “Production”"_s}));
    const Environment both =
        production({{u"environment"_s, one}}, {{u"reader"_s, {{u"environment"_s, two}}}});
    QCOMPARE(words(production({{u"environment"_s, one}}), both),
             QStringList{u"two: Used by the environment “Production” as “reader”"_s});
    QCOMPARE(words(both, production({{u"environment"_s, one}})),
             QStringList{u"two: No longer used by the environment “Production” as “reader”"_s});
    const QList<EnvironmentUse> uses = environmentUses(both, production({{u"environment"_s, two}}));
    QCOMPARE(uses.size(), 3);
    QCOMPARE(uses.first(),
             (EnvironmentUse{one, KeyAction::Unbound, u"No longer used by the environment “Production”"_s}));
    QCOMPARE(uses.last(), (EnvironmentUse{two, KeyAction::Bound, u"Used by the environment “Production”"_s}));
}

void TestEnvironmentTrail::anotherNameMeansNothing()
{
    const Environment before = production({{u"environment"_s, one}}, {{u"a"_s, {{u"environment"_s, one}}},
                                                                      {u"b"_s, {{u"environment"_s, two}}}});
    Environment after = before;
    after.name = u"Live"_s;
    after.identities[1].name = u"c"_s;
    QCOMPARE(words(before, after), QStringList());
    after = before;
    after.identities.swapItemsAt(0, 1);
    QCOMPARE(words(before, after), QStringList());
    after = before;
    after.identities[1] = {u"c"_s, {{u"environment"_s, one}}};
    QCOMPARE(words(before, after),
             (QStringList{u"two: No longer used by the environment “Production” as “b”"_s,
                          u"one: Used by the environment “Production” as “c”"_s}));
}

void TestEnvironmentTrail::aKeyThatStaysIsNotNamed()
{
    const Environment before = production({{u"environment"_s, one}, {u"user"_s, one}});
    QVERIFY(environmentUses(before, production({{u"user"_s, one}})).isEmpty());
    QCOMPARE(words(before, production()),
             QStringList{u"one: No longer used by the environment “Production”"_s});
}

// --- Through the stores
// --------------------------------------------------------------------------------------------------

ApiKey TestEnvironmentTrail::add(test::CoreFixture &core, std::string_view token,
                                 const std::optional<QUuid> &environment)
{
    NewKey draft;
    draft.name = u"CI"_s;
    draft.providerId = u"talkover"_s;
    draft.kindId = u"environment"_s;
    draft.environmentId = environment;
    return core.addKey(draft, token);
}

QStringList TestEnvironmentTrail::trailOf(Core &core, const QUuid &key)
{
    QStringList all;
    for (const AuditEntry &entry : core.keys->events(key)) {
        if (entry.action == KeyAction::Bound || entry.action == KeyAction::Unbound)
            all << entry.what;
    }
    return all;
}

void TestEnvironmentTrail::aKeyThatIsAddedForAnEnvironment()
{
    test::CoreFixture core;
    const Environment environment = *core->environments->add(production());
    const ApiKey key = add(core, "talq_0123456789abcdef3f9a", environment.id);
    const QList<AuditEntry> events = core->keys->events(key.id);
    QCOMPARE(events.size(), 2);
    QCOMPARE(events.at(0).action, KeyAction::Bound);
    QCOMPARE(events.at(0).what, u"Used by the environment “Production”"_s);
    QCOMPARE(events.at(1).action, KeyAction::Added);
}

void TestEnvironmentTrail::anotherKeyThatIsChosen()
{
    test::CoreFixture core;
    const Environment environment = *core->environments->add(production());
    const ApiKey old = add(core, "talq_0123456789abcdef3f9a", environment.id);
    const ApiKey next = add(core, "talq_abcdef01234567893f9b");
    QVERIFY(core->environments->setKey(environment.id, u"environment"_s, next.id));
    QVERIFY(core->environments->setKey(environment.id, u"environment"_s, next.id)); // which changes nothing
    QCOMPARE(trailOf(*core, old.id), (QStringList{u"No longer used by the environment “Production”"_s,
                                                  u"Used by the environment “Production”"_s}));
    QCOMPARE(trailOf(*core, next.id), QStringList{u"Used by the environment “Production”"_s});

    QVERIFY(core->environments->addIdentity(environment.id, u"reader"_s));
    QVERIFY(core->environments->setKey(environment.id, u"environment"_s, old.id, u"reader"_s));
    QVERIFY(core->environments->renameIdentity(environment.id, u"reader"_s, u"guest"_s));
    QVERIFY(core->environments->setIdentity(environment.id, u"guest"_s));
    QVERIFY(core->environments->removeIdentity(environment.id, u"guest"_s));
    QCOMPARE(trailOf(*core, old.id).mid(0, 2),
             (QStringList{u"No longer used by the environment “Production” as “guest”"_s,
                          u"Used by the environment “Production” as “reader”"_s}));
    QCOMPARE(trailOf(*core, next.id).size(), 1);
}

void TestEnvironmentTrail::anEnvironmentThatGoesAndComesBack()
{
    test::CoreFixture core;
    const QUuid id = core->environments->add(production())->id;
    const ApiKey key = add(core, "talq_0123456789abcdef3f9a", id);
    const Environment environment = *core->environments->find(id);
    QVERIFY(core->environments->duplicate(id)); // without its keys
    QVERIFY(core->environments->remove(id));
    QVERIFY(core->environments->restore(environment, 0));
    QCOMPARE(trailOf(*core, key.id), (QStringList{u"Used by the environment “Production”"_s,
                                                  u"No longer used by the environment “Production”"_s,
                                                  u"Used by the environment “Production”"_s}));
}

void TestEnvironmentTrail::aRefusedChangeIsNotNoted()
{
    test::CoreFixture core;
    const QUuid id = core->environments->add(production())->id;
    const ApiKey key = add(core, "talq_0123456789abcdef3f9a");
    const auto other = Database::openConnection(core->database->path());
    QVERIFY(other && (*other)->run(u"BEGIN IMMEDIATE"_s));
    QVERIFY(!core->environments->setKey(id, u"environment"_s, key.id));
    QVERIFY((*other)->run(u"COMMIT"_s));
    QVERIFY(trailOf(*core, key.id).isEmpty());
}

void TestEnvironmentTrail::aDeletedKeyEndsWithThat()
{
    test::CoreFixture core;
    const QUuid id = core->environments->add(production())->id;
    const ApiKey key = add(core, "talq_0123456789abcdef3f9a", id);
    QVERIFY(core->keyService->remove(key.id));
    QVERIFY(core->environments->find(id)->keys.isEmpty());
    QCOMPARE(core->keys->events(key.id).first().action, KeyAction::Deleted);
}

void TestEnvironmentTrail::whatAnotherProcessDidIsNotedOnce()
{
    test::CoreFixture core;
    const QUuid id = core->environments->add(production())->id;
    const ApiKey key = add(core, "talq_0123456789abcdef3f9a");
    const auto database = Database::openConnection(core->database->path());
    QVERIFY(database);
    EnvironmentStore theirs(**database, *core->settings);
    KeyStore theirKeys(**database);
    QVERIFY(theirKeys.load() && theirs.load());
    const EnvironmentTrail trail(theirs, theirKeys);
    QVERIFY(theirs.setKey(id, u"environment"_s, key.id));
    QVERIFY(core->environments->refresh());
    QCOMPARE(core->environments->find(id)->keys.value(u"environment"_s), key.id);
    QCOMPARE(trailOf(*core, key.id), QStringList{u"Used by the environment “Production”"_s});
}

QTEST_GUILESS_MAIN(TestEnvironmentTrail)
#include "test_environment_trail.moc"
