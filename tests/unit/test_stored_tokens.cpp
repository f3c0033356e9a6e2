#include "app/base/Redactor.h"
#include "app/keys/KeyStore.h"
#include "app/keys/StoredTokens.h"
#include "app/storage/Database.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace keydesk;

class TestStoredTokens : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void findsThem_data();
    void findsThem();
    void knowsKeysThatComeLater();
    void leavesOtherTextAlone();
    void isDoneSoonWhateverTheText();

private:
    void addKey(std::string_view token);

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Database> m_database;
    std::unique_ptr<KeyStore> m_keys;
};

void TestStoredTokens::init()
{
    m_keys.reset();
    m_database.reset();
    m_folder = std::make_unique<QTemporaryDir>();
    auto opened = Database::open(m_folder->filePath(u"keydesk.db"_s));
    QVERIFY(opened);
    m_database = std::move(*opened);
    m_keys = std::make_unique<KeyStore>(*m_database);
    QVERIFY(m_keys->load());
    addKey("talq_canarycanarycanary3f9a");
    addKey("17|sanctumcanary0123456789abcdef");
    addKey("plaincanary-without/any=prefix77");
    addKey("short7canary");
    addKey("oddcanary-that-ends-in-padding==");
}

void TestStoredTokens::addKey(std::string_view token)
{
    ApiKey key;
    key.id = QUuid::createUuid();
    key.name = QString::fromLatin1(token.data(), 4);
    key.hint = tokenHint(Secret(token));
    key.fingerprint = m_keys->fingerprint(Secret(token));
    key.origins = {*Origin::fromString(u"https://app.talkover.ai"_s)};
    key.createdAt = QDateTime::currentDateTimeUtc();
    QVERIFY(m_keys->insertPending(key));
    QVERIFY(m_keys->confirm(key.id));
}

void TestStoredTokens::findsThem_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("alone") << "talq_canarycanarycanary3f9a"_ba;
    QTest::newRow("in a query") << "https://a.test/x?api_key=talq_canarycanarycanary3f9a&y=1"_ba;
    QTest::newRow("in a path") << "/v1/talq_canarycanarycanary3f9a/calls"_ba;
    QTest::newRow("at the end of a sentence") << "It is talq_canarycanarycanary3f9a."_ba;
    QTest::newRow("percent-encoded") << "/x?key=17%7Csanctumcanary0123456789abcdef"_ba;
    QTest::newRow("in JSON") << R"({"key":"plaincanary-without\/any=prefix77"})"_ba;
    QTest::newRow("without a prefix") << "key=plaincanary-without/any=prefix77"_ba;
    QTest::newRow("a short one") << "The key is short7canary."_ba;
    QTest::newRow("a short one in a query") << "/x?key=short7canary&y=1"_ba;
    QTest::newRow("a short one in JSON") << R"({"name":"x","key":"short7canary"})"_ba;
    QTest::newRow("a short one in a long text") << "{\"name\":\"value\"} "_ba.repeated(20'000) + "short7canary";
    QTest::newRow("an odd end") << "key=oddcanary-that-ends-in-padding== "_ba;
    QTest::newRow("beside its like") << "talq_canarycanarycanarX3f9a talq_canarycanarycanary3f9a"_ba;
}

void TestStoredTokens::findsThem()
{
    QFETCH(QByteArray, text);
    Redactor redactor;
    StoredTokens(*m_keys, redactor).learn(text);
    QCOMPARE(redactor.redact(text).hits, 1);
}

void TestStoredTokens::knowsKeysThatComeLater()
{
    Redactor redactor;
    StoredTokens tokens(*m_keys, redactor);
    tokens.learn("nothing yet, and long enough"_ba);
    addKey("talq_latercanarylatercanary77ab");
    tokens.learn("key=talq_latercanarylatercanary77ab"_ba);
    QCOMPARE(redactor.redact("talq_latercanarylatercanary77ab").hits, 1);
}

void TestStoredTokens::leavesOtherTextAlone()
{
    const QByteArray text =
        "talq_canarycanarycanarX3f9a 17|sanctumcanary3f9a 3f9a short7canarY xshort7canary"_ba;
    Redactor redactor;
    StoredTokens(*m_keys, redactor).learn(text);
    QCOMPARE(redactor.redact(text).hits, 0);
}

void TestStoredTokens::isDoneSoonWhateverTheText()
{
    Redactor redactor;
    const QByteArray runs = "/talq_3f9a-ix77"_ba.repeated(200'000);
    QElapsedTimer clock;
    clock.start();
    StoredTokens(*m_keys, redactor).learn(runs);
    QVERIFY2(clock.elapsed() < 5000, qPrintable(QString::number(clock.elapsed())));
    QCOMPARE(redactor.redact("talq_3f9a-ix77").hits, 0);
}

QTEST_GUILESS_MAIN(TestStoredTokens)
#include "test_stored_tokens.moc"
