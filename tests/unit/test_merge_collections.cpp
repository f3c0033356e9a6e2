#include "app/interchange/collection/Formats.h"
#include "tests/support/Files.h"

#include <QTemporaryDir>
#include <QTest>

using namespace keydesk;
using namespace Qt::StringLiterals;

namespace {

const std::atomic_bool goesOn = false;

QByteArray postman(const QByteArray &name, const QByteArray &variables, const QByteArray &url)
{
    return R"({"info": {"name": ")" + name +
           R"(", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"}, "variable": [)" + variables +
           R"(], "item": [{"name": "One", "request": {"method": "GET", "url": ")" + url +
           R"(", "header": [{"key": "X-Trace", "value": "{{trace}}"}]}}]})";
}

} // namespace

/// Several files of one import.
class TestMergeCollections : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void putsEachIntoAFolder();
    void renamesAVariableThatMeansSomethingElse();
    void renamesInEachPlace();
    void keepsSecretsOfOneNameApart();
    void takesEqualCredentialsOnce();
    void anEnvironmentJoinsItsCollection();
    void environmentsOfOneNameStayApart();
    void secretsOfOneNameStayApart();
    void aFileThatCannotBeReadEndsAll();

private:
    QString put(const QString &name, const QByteArray &bytes)
    {
        test::writeFile(m_folder.filePath(name), bytes);
        return m_folder.filePath(name);
    }
    static ImportedCollection read(const QStringList &paths)
    {
        const auto imported = readCollectionPaths(paths, {}, goesOn);
        if (!imported)
            qFatal("%s", qPrintable(imported.error().message));
        return *imported;
    }

    QTemporaryDir m_folder;
};

void TestMergeCollections::putsEachIntoAFolder()
{
    const auto all = read({put(u"a.json"_s, postman("Shop", {}, "https://a.test/")), put(u"b.json"_s, postman("Shop", {}, "https://b.test/"))});
    QCOMPARE(all.collection.requests.size(), 2);
    QCOMPARE(all.collection.requests.at(0).folder, QStringList(u"Shop"_s));
    QCOMPARE(all.collection.requests.at(1).folder, QStringList(u"Shop 2"_s));
    QVERIFY2(all.format.startsWith(u"Postman"_s) && !all.format.contains(u','), qPrintable(all.format));
}

void TestMergeCollections::renamesAVariableThatMeansSomethingElse()
{
    const QByteArray trace = R"({"key": "trace", "value": "on"}, {"key": "baseUrl_2", "value": "taken"}, {"key": "baseUrl", "value": "https://)";
    const auto all = read({put(u"a.json"_s, postman("A", trace + R"(a.test"})", "{{baseUrl}}/one")),
                           put(u"b.json"_s, postman("B", trace + R"(b.test"})", "{{baseUrl}}/two"))});
    QCOMPARE(all.collection.requests.at(0).spec.url, u"{{baseUrl}}/one"_s);
    QCOMPARE(all.collection.requests.at(1).spec.url, u"{{baseUrl_3}}/two"_s);
    QCOMPARE(all.collection.requests.at(1).spec.headers.first().value, u"{{trace}}"_s); // it means the same
    const QList<NameValue> wanted{{u"trace"_s, u"on"_s, true},
                                  {u"baseUrl_2"_s, u"taken"_s, true},
                                  {u"baseUrl"_s, u"https://a.test"_s, true},
                                  {u"baseUrl_3"_s, u"https://b.test"_s, true}};
    QCOMPARE(all.collection.variables, wanted);
    const auto isTold = [](const ImportNote &note) { return note.place == u"B" && note.text.contains(u"“baseUrl_3”"_s); };
    QVERIFY(std::ranges::any_of(all.notes, isTold));
}

void TestMergeCollections::renamesInEachPlace()
{
    const QByteArray request = "### One\nPOST https://{{x}}.test/{{ x }}?q={{%x}}\nX-A: {{x}}{{y}}\n\n{{x}} {{xx}}\n";
    const auto all = read({put(u"a.http"_s, "@x = 1\n" + request), put(u"b.http"_s, "@x = 2\n" + request)});
    const RequestSpec &spec = all.collection.requests.at(1).spec;
    QCOMPARE(spec.url, u"https://{{x_2}}.test/{{x_2}}"_s);
    QCOMPARE(spec.params.first().value, u"{{%x_2}}"_s);
    QCOMPARE(spec.headers.first().value, u"{{x_2}}{{y}}"_s);
    QCOMPARE(spec.body.text.trimmed(), u"{{x_2}} {{xx}}"_s);
}

/// Postman marks them as secret: its reader has taken them out before.
void TestMergeCollections::keepsSecretsOfOneNameApart()
{
    const QByteArray secret = R"({"key": "token", "type": "secret", "value": "canary-of-)";
    const auto all = read({put(u"a.json"_s, postman("A", secret + R"(shop-a"})", "https://a.test/?key={{token}}")),
                           put(u"b.json"_s, postman("B", secret + R"(shop-b"})", "https://b.test/?key={{token}}")),
                           put(u"c.json"_s, postman("C", secret + R"(shop-a"})", "https://c.test/?key={{token}}"))});
    QCOMPARE(all.credentials.size(), 2);
    QCOMPARE(all.credentials.at(0).variable, u"token"_s);
    QVERIFY(all.credentials.at(0).value->equals(Secret("canary-of-shop-a")));
    QCOMPARE(all.credentials.at(1).variable, u"token_2"_s);
    QVERIFY(all.credentials.at(1).value->equals(Secret("canary-of-shop-b")));
    QVERIFY(all.credentials.at(1).requests.contains(1) && !all.credentials.at(1).requests.contains(0));
    QVERIFY(all.credentials.at(0).requests.contains(0) && all.credentials.at(0).requests.contains(2));
    for (const ImportNote &note : all.notes)
        QVERIFY2(!note.text.contains(u"canary"_s) && !note.place.contains(u"canary"_s), qPrintable(note.text));
}

void TestMergeCollections::takesEqualCredentialsOnce()
{
    const QByteArray request = "### One\nGET https://a.test/\nAuthorization: Bearer canary3dE6fG9hJ2kL5mN8pQ1r\n";
    const auto all = read({put(u"a.http"_s, request), put(u"b.http"_s, request)});
    QCOMPARE(all.credentials.size(), 1);
    QCOMPARE(all.collection.requests.at(0).spec.headers, all.collection.requests.at(1).spec.headers);
    QVERIFY(!all.collection.requests.at(1).spec.headers.first().value.contains(u"canary"_s));
}

void TestMergeCollections::anEnvironmentJoinsItsCollection()
{
    const QByteArray environment =
        R"({"name": "Stage", "_postman_variable_scope": "environment", "values": [{"key": "baseUrl", "value": "https://stage.test", "enabled": true}]})";
    const auto all = read({put(u"e.json"_s, environment), put(u"a.json"_s, postman("A", {}, "{{baseUrl}}/one"))});
    QCOMPARE(all.collection.name, u"A"_s);
    QCOMPARE(all.collection.requests.size(), 1);
    QCOMPARE(all.collection.requests.first().folder, QStringList());
    QCOMPARE(all.collection.environments.size(), 1);
    QCOMPARE(all.collection.environments.first().name, u"Stage"_s);
}

void TestMergeCollections::environmentsOfOneNameStayApart()
{
    const auto stage = [](const QByteArray &host) {
        return R"({"name": "Stage", "_postman_variable_scope": "environment", "values": [{"key": "baseUrl", "value": "https://)" + host + R"(", "enabled": true}]})";
    };
    const auto all = read({put(u"a.json"_s, stage("a.test")), put(u"b.json"_s, stage("b.test")), put(u"c.json"_s, stage("a.test"))});
    QStringList names;
    for (const CollectionEnvironment &environment : all.collection.environments)
        names << environment.name + u' ' + environment.variables.first().value;
    QCOMPARE(names.size(), 3);
    QCOMPARE(names.at(0), u"Stage https://a.test"_s);
    QVERIFY2(names.at(1).startsWith(u"Stage ("_s) && names.at(1).endsWith(u"https://b.test"_s), qPrintable(names.at(1)));
    QCOMPARE(names.at(2), u"Stage https://a.test"_s);
    QVERIFY(std::ranges::any_of(all.notes, [](const ImportNote &note) { return note.text.contains(u"“Stage”"_s); }));
}

/// What one file calls {{token}} is no token of another's.
void TestMergeCollections::secretsOfOneNameStayApart()
{
    const QByteArray secret = R"({"key": "token", "value": "", "type": "secret"})";
    const auto all = read({put(u"a.json"_s, postman("A", secret, "https://a.test/{{token}}")), put(u"b.json"_s, postman("B", secret, "https://b.test/{{token}}"))});
    QCOMPARE(all.collection.requests.at(0).spec.url, u"https://a.test/{{token}}"_s);
    QCOMPARE(all.collection.requests.at(1).spec.url, u"https://b.test/{{token_2}}"_s);
    QVERIFY(all.collection.secrets.contains(u"token"_s) && all.collection.secrets.contains(u"token_2"_s));
}

void TestMergeCollections::aFileThatCannotBeReadEndsAll()
{
    const auto all = readCollectionPaths({put(u"a.json"_s, postman("A", {}, "https://a.test/")), put(u"b.json"_s, "{\"info\": ")}, {}, goesOn);
    QVERIFY(!all);
    QVERIFY2(all.error().message.contains(u"b.json"_s), qPrintable(all.error().message));
}

QTEST_GUILESS_MAIN(TestMergeCollections)
#include "test_merge_collections.moc"
