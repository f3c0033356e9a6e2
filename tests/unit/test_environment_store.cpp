#include "app/environments/EnvironmentStore.h"
#include "app/storage/Database.h"
#include "app/storage/Settings.h"
#include "tests/support/TempHome.h"

#include <QSignalSpy>
#include <QSqlQuery>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace keydesk;

namespace {

Environment production()
{
    Environment environment;
    environment.name = u"Production"_s;
    environment.providerId = u"talkover"_s;
    environment.baseUrl = u"https://app.talkover.ai/api"_s;
    environment.colour = u"red"_s;
    environment.isProtected = true;
    environment.variables = {{u"agent"_s, u"ä {{other}} \"\n"_s, true}, {u"off"_s, u"1"_s, false}};
    return environment;
}

Environment named(const QString &name)
{
    Environment environment = production();
    environment.name = name;
    return environment;
}

QStringList names(const EnvironmentStore &store)
{
    QStringList all;
    for (const Environment &environment : store.all())
        all.append(environment.name);
    return all;
}

} // namespace

class TestEnvironmentStore : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_home = std::make_unique<test::TempHome>();
        auto database = Database::open(m_home->path(u"keydesk.db"_s));
        QVERIFY(database);
        m_database = std::move(*database);
        m_settings = std::make_unique<Settings>(m_home->path(u"settings.ini"_s));
        restart();
    }

    void cleanup()
    {
        m_store.reset();
        m_settings.reset();
        m_database.reset();
        m_home.reset();
    }

    void callsAsAnotherIdentity()
    {
        const QUuid id = m_store->add(production())->id;
        const QUuid everybody = addKey();
        const QUuid reader = addKey();
        QVERIFY(m_store->setKey(id, u"environment"_s, everybody));
        QVERIFY(m_store->setKey(id, u"user"_s, everybody));
        QVERIFY(m_store->addIdentity(id, u" read only "_s));
        QVERIFY(m_store->setKey(id, u"user"_s, reader, u"read only"_s));
        QCOMPARE(m_store->find(id)->keyOf(u"user"_s), everybody);
        QVERIFY(m_store->setIdentity(id, u"read only"_s));
        for (int round = 0; round < 2; ++round) {
            const Environment now = *m_store->find(id);
            QCOMPARE(now.keyOf(u"user"_s), reader);
            QCOMPARE(now.keyOf(u"environment"_s), everybody); // it has none of its own
            QCOMPARE(now.keyOf(u"user"_s, u""_s), everybody);
            QCOMPARE(now.keyOf(u"nothing"_s), std::nullopt);
            QCOMPARE(now.allKeys().size(), 2);
            QCOMPARE(m_store->usedBy(reader).size(), 1);
            restart();
        }
        QVERIFY(m_store->renameIdentity(id, u"read only"_s, u"reader"_s));
        QCOMPARE(m_store->find(id)->identity, u"reader"_s);
        QCOMPARE(m_store->find(id)->keyOf(u"user"_s), reader);
        restart();
        QCOMPARE(m_store->find(id)->keyOf(u"user"_s), reader);
        QVERIFY(m_store->removeIdentity(id, u"reader"_s));
        QCOMPARE(m_store->find(id)->keyOf(u"user"_s), everybody);
        QVERIFY(m_store->usedBy(reader).isEmpty());
    }

    void refusesAnIdentityThatCannotBe()
    {
        const QUuid id = m_store->add(production())->id;
        QVERIFY(m_store->addIdentity(id, u"admin"_s));
        QCOMPARE(m_store->addIdentity(id, u"Admin"_s).error().kind, Error::Kind::Duplicate);
        QCOMPARE(m_store->addIdentity(id, u"  "_s).error().kind, Error::Kind::InvalidInput);
        QCOMPARE(m_store->setIdentity(id, u"nobody"_s).error().kind, Error::Kind::NotFound);
        QCOMPARE(m_store->setKey(id, u"user"_s, addKey(), u"nobody"_s).error().kind, Error::Kind::NotFound);
        QCOMPARE(m_store->removeIdentity(id, u"nobody"_s).error().kind, Error::Kind::NotFound);
        QCOMPARE(m_store->find(id)->identities.size(), 1);
    }

    void keepsTwoProcessesFromUndoingEachOther()
    {
        const QUuid id = m_store->add(production())->id;
        auto database = Database::open(m_home->path(u"keydesk.db"_s));
        QVERIFY(database);
        EnvironmentStore other(**database, *m_settings);
        QVERIFY(other.load());
        Environment renamed = *m_store->find(id);
        renamed.name = u"Renamed here"_s;
        QVERIFY(m_store->update(renamed));
        const QUuid key = addKey();
        QVERIFY(other.setKey(id, u"environment"_s, key)); // of the same environment, by one who has not seen that
        QTRY_COMPARE(other.find(id)->name, renamed.name);
        QVERIFY(m_store->refresh());
        QCOMPARE(m_store->find(id)->keyOf(u"environment"_s), key);
        QCOMPARE(m_store->find(id)->name, renamed.name);

        Environment mine = *m_store->find(id);
        mine.colour = u"blue"_s;
        QVERIFY(m_store->update(mine));
        Environment theirs = *other.find(id);
        theirs.colour = u"green"_s;
        QCOMPARE(other.update(theirs).error().kind, Error::Kind::Conflict);
        QCOMPARE(other.find(id)->colour, u"blue"_s);
    }

    void hasNothingAtFirst()
    {
        QVERIFY(m_store->all().isEmpty());
        QVERIFY(!m_store->current());
    }

    void keepsAnEnvironmentAcrossARestart()
    {
        const auto added = m_store->add(production());
        QVERIFY(added);
        QVERIFY(!added->id.isNull());
        const QUuid key = addKey();
        QVERIFY(m_store->setKey(added->id, u"environment"_s, key));
        restart();
        QCOMPARE(m_store->all().size(), 1);
        Environment expected = *added;
        expected.keys = {{u"environment"_s, key}};
        QVERIFY(m_store->all().first() == expected);
        QVERIFY(m_store->find(added->id) == expected);
        QVERIFY(!m_store->find(QUuid::createUuid()));
    }

    void makesTheFirstOneCurrentAndRemembersTheChoice()
    {
        QSignalSpy current(m_store.get(), &EnvironmentStore::currentChanged);
        const auto first = m_store->add(named(u"A"_s));
        QCOMPARE(current.size(), 1);
        QCOMPARE(m_store->current()->id, first->id);
        const auto second = m_store->add(named(u"B"_s));
        QCOMPARE(current.size(), 1);
        m_store->setCurrent(second->id);
        QCOMPARE(current.size(), 2);
        m_store->setCurrent(second->id);
        m_store->setCurrent(QUuid::createUuid());
        QCOMPARE(current.size(), 2);
        restart();
        QCOMPARE(m_store->current()->id, second->id);
    }

    void fallsBackToTheFirstIfTheRememberedOneIsGone()
    {
        QVERIFY(m_store->add(named(u"A"_s)));
        m_settings->remember(u"environment/current"_s, u"nonsense"_s);
        restart();
        QCOMPARE(m_store->current()->name, u"A"_s);
    }

    void storesWhatItNormalised()
    {
        Environment environment = production();
        environment.name = u"  Production \n"_s;
        environment.baseUrl = u" HTTPS://App.Talkover.AI/api/v1// "_s;
        environment.colour = u"ultraviolet"_s;
        const auto added = m_store->add(environment);
        QVERIFY(added);
        QCOMPARE(added->name, u"Production"_s);
        QCOMPARE(added->baseUrl, u"https://app.talkover.ai/api/v1"_s);
        QCOMPARE(added->colour, u"grey"_s);
        QVERIFY(m_store->all().first() == *added);
    }

    void refusesNames_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<bool>("good");
        QTest::newRow("empty") << QString() << false;
        QTest::newRow("spaces") << u" \t\n "_s << false;
        QTest::newRow("255") << QString(255, u'n') << true;
        QTest::newRow("256") << QString(256, u'n') << false;
        QTest::newRow("1 MB") << QString(1024 * 1024, u'n') << false;
        QTest::newRow("NUL") << u"a"_s + QChar(0) + u'b' << false;
        QTest::newRow("newline inside") << u"a\nb"_s << false;
        QTest::newRow("binary") << QString::fromLatin1(QByteArray::fromHex("80ff00017f")) << false;
        QTest::newRow("bidi override") << u"safe\u202Eexe"_s << false;
        QTest::newRow("half a surrogate") << u"a"_s + QChar(0xd800) + u'b' << false;
        QTest::newRow("emoji") << u"Prod 🚀"_s << true;
        QTest::newRow("quotes") << u"it's; DROP TABLE \"keys\" --"_s << true;
    }

    void refusesNames()
    {
        QFETCH(QString, name);
        QFETCH(bool, good);
        const auto added = m_store->add(named(name));
        QCOMPARE(added.has_value(), good);
        if (!good) {
            QCOMPARE(added.error().kind, Error::Kind::InvalidInput);
            QVERIFY(!added.error().message.isEmpty() && added.error().message.size() < 200);
            QVERIFY(m_store->all().isEmpty());
        }
        restart();
        QCOMPARE(m_store->all().size(), good ? 1 : 0);
        if (good)
            QCOMPARE(m_store->all().first().name, name);
    }

    void checksBaseUrls_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("url"); // empty: refused
        QTest::newRow("https") << u"https://a.test"_s << u"https://a.test"_s;
        QTest::newRow("slash") << u"https://a.test/"_s << u"https://a.test"_s;
        QTest::newRow("path") << u"https://a.test:8443/v1/x%2Fy/"_s << u"https://a.test:8443/v1/x%2Fy"_s;
        QTest::newRow("dots") << u"https://a.test/a/../b"_s << u"https://a.test/b"_s;
        QTest::newRow("loopback http") << u"http://127.0.0.1:4010/api"_s << u"http://127.0.0.1:4010/api"_s;
        QTest::newRow("loopback IPv6") << u"http://[::1]:4010"_s << u"http://[::1]:4010"_s;
        QTest::newRow("localhost") << u"http://localhost"_s << u"http://localhost"_s;
        QTest::newRow("IDN") << u"https://bücher.test"_s << u"https://xn--bcher-kva.test"_s;
        QTest::newRow("empty") << QString() << QString();
        QTest::newRow("no scheme") << u"a.test/api"_s << QString();
        QTest::newRow("scheme alone") << u"https://"_s << QString();
        QTest::newRow("no host") << u"https:///api"_s << QString();
        QTest::newRow("ftp") << u"ftp://a.test"_s << QString();
        QTest::newRow("javascript") << u"javascript:alert(1)"_s << QString();
        QTest::newRow("file") << u"file:///etc/passwd"_s << QString();
        QTest::newRow("user") << u"https://me@a.test"_s << QString();
        QTest::newRow("password") << u"https://me:pw@a.test"_s << QString();
        QTest::newRow("empty user") << u"https://@a.test"_s << QString();
        QTest::newRow("query") << u"https://a.test/?x=1"_s << QString();
        QTest::newRow("empty query") << u"https://a.test/?"_s << QString();
        QTest::newRow("fragment") << u"https://a.test/#x"_s << QString();
        QTest::newRow("http elsewhere") << u"http://a.test"_s << QString();
        QTest::newRow("http look-alike") << u"http://localhost.evil.test"_s << QString();
        QTest::newRow("http 127.evil") << u"http://127.0.0.1.evil.test"_s << QString();
        QTest::newRow("part left") << u"https://{domain}/api"_s << QString();
        QTest::newRow("variable") << u"https://{{host}}/api"_s << QString();
        QTest::newRow("space inside") << u"https://a.test/a b"_s << QString();
        QTest::newRow("newline inside") << u"https://a.test/\napi"_s << QString();
        QTest::newRow("bad port") << u"https://a.test:99999"_s << QString();
        QTest::newRow("1 MB") << u"https://a.test/"_s + QString(1024 * 1024, u'a') << QString();
        QTest::newRow("binary") << u"https://"_s + QString::fromLatin1(QByteArray::fromHex("00ff80"))
                                << QString();
    }

    void checksBaseUrls()
    {
        QFETCH(QString, text);
        QFETCH(QString, url);
        const auto checked = checkBaseUrl(text);
        QCOMPARE(checked.has_value(), !url.isEmpty());
        if (checked) {
            QCOMPARE(checked->toString(QUrl::FullyEncoded), url);
            QCOMPARE(checkBaseUrl(url)->toString(QUrl::FullyEncoded), url);
        } else {
            QCOMPARE(checked.error().kind, Error::Kind::InvalidInput);
            QVERIFY(!checked.error().message.isEmpty() && checked.error().message.size() < 300);
            QVERIFY(!checked.error().message.contains(u"pw"_s));
            Environment environment = production();
            environment.baseUrl = text;
            QVERIFY(!m_store->add(environment));
        }
    }

    void updatesAndTellsOfIt()
    {
        Environment environment = *m_store->add(production());
        QSignalSpy changed(m_store.get(), &EnvironmentStore::changed);
        QVERIFY(m_store->update(environment));
        QCOMPARE(changed.size(), 0);
        environment.baseUrl = u"https://b.test"_s;
        environment.variables.append({u"x"_s, u"y"_s, true});
        QVERIFY(m_store->update(environment));
        QCOMPARE(changed.size(), 1);
        environment.name.clear();
        const auto refused = m_store->update(environment);
        QVERIFY(!refused);
        QCOMPARE(refused.error().kind, Error::Kind::InvalidInput);
        restart();
        QCOMPARE(m_store->all().first().baseUrl, u"https://b.test"_s);
        QCOMPARE(m_store->all().first().variables.size(), 3);
        QCOMPARE(m_store->all().first().name, u"Production"_s);
        environment.id = QUuid::createUuid();
        QCOMPARE(m_store->update(environment).error().kind, Error::Kind::NotFound);
    }

    void givesNoKeyAnotherOriginWhenTheBaseUrlChanges()
    {
        Environment environment = *m_store->add(production());
        const QUuid key = addKey();
        QVERIFY(
            m_database->run(u"INSERT INTO key_origins VALUES (?, 'https://app.talkover.ai')"_s, {text(key)}));
        QVERIFY(m_store->setKey(environment.id, u"environment"_s, key));
        environment = *m_store->find(environment.id);
        environment.baseUrl = u"https://evil.test"_s;
        QVERIFY(m_store->update(environment));
        QCOMPARE(m_store->find(environment.id)->keys.value(u"environment"_s), key);
        auto origins = m_database->run(u"SELECT group_concat(origin) FROM key_origins"_s);
        QVERIFY(origins && origins->next());
        QCOMPARE(origins->value(0).toString(), u"https://app.talkover.ai"_s);
    }

    void duplicatesWithoutKeys()
    {
        const Environment environment = *m_store->add(production());
        QVERIFY(m_store->add(named(u"Last"_s)));
        QVERIFY(m_store->setKey(environment.id, u"environment"_s, addKey()));
        const auto copy = m_store->duplicate(environment.id);
        QVERIFY(copy);
        QCOMPARE(copy->name, u"Production copy"_s);
        QVERIFY(copy->keys.isEmpty());
        QVERIFY(copy->id != environment.id);
        QCOMPARE(copy->variables, environment.variables);
        QCOMPARE(names(*m_store), QStringList({u"Production"_s, u"Production copy"_s, u"Last"_s}));
        restart();
        QCOMPARE(names(*m_store), QStringList({u"Production"_s, u"Production copy"_s, u"Last"_s}));
        QVERIFY(!m_store->duplicate(QUuid::createUuid()));
    }

    void duplicatesTheLongestName()
    {
        const Environment environment = *m_store->add(named(QString(251, u'n') + u"🚀🚀"_s));
        const auto copy = m_store->duplicate(environment.id);
        QVERIFY(copy);
        QVERIFY(copy->name.size() <= 255 && copy->name.isValidUtf16());
    }

    void removesAndRestores()
    {
        const Environment a = *m_store->add(named(u"A"_s));
        Environment b = *m_store->add(named(u"B"_s));
        const Environment c = *m_store->add(named(u"C"_s));
        const QUuid kept = addKey();
        const QUuid lost = addKey();
        QVERIFY(m_store->setKey(b.id, u"environment"_s, kept));
        QVERIFY(m_store->setKey(b.id, u"user"_s, lost));
        b = *m_store->find(b.id);
        m_store->setCurrent(b.id);
        QStringList order;
        connect(m_store.get(), &EnvironmentStore::aboutToRemove, this, [&](int at) {
            order.append(u"before %1 of %2"_s.arg(at).arg(m_store->all().size()));
            QVERIFY(m_store->current());
        });
        connect(m_store.get(), &EnvironmentStore::removed, this, [&](int at) {
            order.append(u"after %1 of %2"_s.arg(at).arg(m_store->all().size()));
            QVERIFY(m_store->current());
        });
        QVERIFY(m_store->remove(b.id));
        QCOMPARE(order, QStringList({u"before 1 of 3"_s, u"after 1 of 2"_s}));
        QCOMPARE(m_store->current()->id, c.id);
        QVERIFY(m_store->usedBy(kept).isEmpty());
        QVERIFY(!m_store->remove(b.id));

        QVERIFY(m_database->run(u"DELETE FROM keys WHERE id = ?"_s, {text(lost)}));
        QVERIFY(m_store->restore(b, 1));
        QCOMPARE(names(*m_store), QStringList({u"A"_s, u"B"_s, u"C"_s}));
        QCOMPARE(m_store->current()->id, b.id);
        QCOMPARE(m_store->restore(b, 1).error().kind, Error::Kind::Duplicate);
        restart();
        QCOMPARE(names(*m_store), QStringList({u"A"_s, u"B"_s, u"C"_s}));
        QCOMPARE(m_store->find(b.id)->keys, (QHash<QString, QUuid>{{u"environment"_s, kept}}));
        QCOMPARE(m_store->find(b.id)->variables, b.variables);
        Q_UNUSED(a)
    }

    void hasNoCurrentOnceAllAreGone()
    {
        const Environment a = *m_store->add(named(u"A"_s));
        QVERIFY(m_store->remove(a.id));
        QVERIFY(!m_store->current());
        QVERIFY(m_store->restore(a, 7));
        QCOMPARE(m_store->current()->id, a.id);
    }

    void movesAndKeepsTheOrder()
    {
        for (const QString &name : {u"A"_s, u"B"_s, u"C"_s, u"D"_s})
            QVERIFY(m_store->add(named(name)));
        QSignalSpy moved(m_store.get(), &EnvironmentStore::moved);
        QVERIFY(m_store->move(0, 2));
        QCOMPARE(names(*m_store).join(QString()), u"BCAD"_s);
        QVERIFY(m_store->move(3, 0));
        QCOMPARE(names(*m_store).join(QString()), u"DBCA"_s);
        QCOMPARE(moved.size(), 2);
        QVERIFY(m_store->move(1, 1));
        QCOMPARE(moved.size(), 2);
        QVERIFY(!m_store->move(0, 4));
        QVERIFY(!m_store->move(-1, 0));
        restart();
        QCOMPARE(names(*m_store).join(QString()), u"DBCA"_s);
    }

    void assignsKeys()
    {
        const Environment a = *m_store->add(named(u"A"_s));
        const Environment b = *m_store->add(named(u"B"_s));
        const QUuid key = addKey();
        QSignalSpy changed(m_store.get(), &EnvironmentStore::changed);
        QVERIFY(m_store->setKey(a.id, u"environment"_s, key));
        QVERIFY(m_store->setKey(a.id, u"environment"_s, key));
        QVERIFY(m_store->setKey(b.id, u"user"_s, key));
        QCOMPARE(changed.size(), 2);
        QCOMPARE(m_store->usedBy(key).size(), 2);
        QVERIFY(m_store->setKey(b.id, u"user"_s, std::nullopt));
        QCOMPARE(m_store->usedBy(key).size(), 1);
        QCOMPARE(m_store->usedBy(key).first().id, a.id);

        const auto unknown = m_store->setKey(a.id, u"environment"_s, QUuid::createUuid());
        QVERIFY(!unknown);
        QCOMPARE(unknown.error().kind, Error::Kind::NotFound);
        QCOMPARE(m_store->find(a.id)->keys.value(u"environment"_s), key);
        QVERIFY(!m_store->setKey(QUuid::createUuid(), u"environment"_s, key));
        restart();
        QCOMPARE(m_store->usedBy(key).size(), 1);
    }

    void forgetsADeletedKey()
    {
        const Environment a = *m_store->add(named(u"A"_s));
        QVERIFY(m_store->add(named(u"B"_s)));
        const QUuid key = addKey();
        QVERIFY(m_store->setKey(a.id, u"environment"_s, key));
        QVERIFY(m_database->run(u"DELETE FROM keys WHERE id = ?"_s, {text(key)}));
        QSignalSpy changed(m_store.get(), &EnvironmentStore::changed);
        QVERIFY(m_store->forgetKey(key));
        QCOMPARE(changed.size(), 1);
        QCOMPARE(changed.first().first().toInt(), 0);
        QVERIFY(m_store->usedBy(key).isEmpty());
        QVERIFY(m_store->forgetKey(key));
        QCOMPARE(changed.size(), 1);
    }

    void changesNothingIfItCannotBeStored()
    {
        const Environment a = *m_store->add(named(u"A"_s));
        QVERIFY(m_store->add(named(u"B"_s)));
        auto other = Database::openConnection(m_database->path());
        QVERIFY(other && (*other)->run(u"BEGIN IMMEDIATE"_s));
        QSignalSpy changed(m_store.get(), &EnvironmentStore::changed);
        QSignalSpy removed(m_store.get(), &EnvironmentStore::aboutToRemove);
        Environment edited = a;
        edited.name = u"Z"_s;
        QCOMPARE(m_store->update(edited).error().kind, Error::Kind::StorageLocked);
        QVERIFY(!m_store->remove(a.id));
        QVERIFY(!m_store->add(named(u"C"_s)));
        QVERIFY(!m_store->move(0, 1));
        QCOMPARE(names(*m_store).join(QString()), u"AB"_s);
        QCOMPARE(changed.size() + removed.size(), 0);
        QVERIFY((*other)->run(u"ROLLBACK"_s));
        QVERIFY(m_store->update(edited));
    }

    void namesItsVariables()
    {
        const Variables all = production().allVariables();
        QCOMPARE(all.size(), 3);
        QCOMPARE(all.first().name, u"baseUrl"_s);
        QCOMPARE(all.first().value, u"https://app.talkover.ai/api"_s);
    }

private:
    static QString text(const QUuid &id) { return id.toString(QUuid::WithoutBraces); }

    void restart()
    {
        m_store = std::make_unique<EnvironmentStore>(*m_database, *m_settings);
        QVERIFY(m_store->load());
    }

    QUuid addKey()
    {
        const QUuid id = QUuid::createUuid();
        const auto done = m_database->run(
            u"INSERT INTO keys (id, name, provider_id, kind_id, hint, fingerprint, header_name, "
            u"header_prefix, place, pending, status, "
            "created_at) VALUES (?, 'k', 'talkover', 'environment', '', x'00', 'Authorization', 'Bearer ', 'keychain', 0, 'unknown', 0)"_s,
            {text(id)});
        Q_ASSERT(done);
        return id;
    }

    std::unique_ptr<test::TempHome> m_home;
    std::unique_ptr<Database> m_database;
    std::unique_ptr<Settings> m_settings;
    std::unique_ptr<EnvironmentStore> m_store;
};

QTEST_GUILESS_MAIN(TestEnvironmentStore)
#include "test_environment_store.moc"
