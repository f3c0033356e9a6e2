#include "app/base/Redactor.h"
#include "app/keys/AllTokens.h"
#include "app/keys/KeyRing.h"
#include "app/keys/KeyStore.h"
#include "app/keys/StoredTokens.h"
#include "app/storage/Database.h"
#include "tests/support/ScriptedSecretStore.h"

#include <QElapsedTimer>
#include <QEventLoop>
#include <QStringEncoder>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

#include <thread>

using namespace Qt::StringLiterals;
using namespace keydesk;
using test::ScriptedSecretStore;

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
    void aReaderReadsAllOfATextElsewhere();

    void allTokensAreRead();
    void whatIsLockedIsNotAsked();
    void whatIsMissingIsTold();
    void aKeychainThatStopsAnsweringIsLeft();
    void aKeyThatComesLaterIsReadAsItComes();
    void whoComesMeanwhileHearsOfKeysThatCameMeanwhile();
    void severalThousandAreReadOnce();

private:
    QUuid addKey(std::string_view token, KeyPlacement placement = KeyPlacement::Header);
    /// What `makeKnown` says.
    static std::optional<int> unread(AllTokens &tokens);
    static int hits(const Redactor &redactor, const QByteArray &text) { return redactor.redact(text).hits; }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Database> m_database;
    std::unique_ptr<KeyStore> m_keys;
    std::unique_ptr<ScriptedSecretStore> m_keychain;
    std::unique_ptr<ScriptedSecretStore> m_session;
    std::unique_ptr<ScriptedSecretStore> m_sealed;
    std::unique_ptr<Redactor> m_former; // of the program before it was started anew
    std::unique_ptr<KeyRing> m_ring;
};

void TestStoredTokens::init()
{
    m_ring.reset();
    m_keys.reset();
    m_database.reset();
    m_folder = std::make_unique<QTemporaryDir>();
    auto opened = Database::open(m_folder->filePath(u"keydesk.db"_s));
    QVERIFY(opened);
    m_database = std::move(*opened);
    m_keys = std::make_unique<KeyStore>(*m_database);
    QVERIFY(m_keys->load());
    m_keychain = std::make_unique<ScriptedSecretStore>();
    m_session = std::make_unique<ScriptedSecretStore>();
    m_sealed = std::make_unique<ScriptedSecretStore>();
    m_former = std::make_unique<Redactor>();
    m_ring = std::make_unique<KeyRing>(*m_keys, *m_keychain, *m_session, *m_sealed, *m_former);
    addKey("talq_canarycanarycanary3f9a");
    addKey("17|sanctumcanary0123456789abcdef");
    addKey("plaincanary-without/any=prefix77");
    addKey("short7canary");
    addKey("oddcanary-that-ends-in-padding==");
}

QUuid TestStoredTokens::addKey(std::string_view token, KeyPlacement placement)
{
    ApiKey key;
    key.id = QUuid::createUuid();
    key.name = QString::fromLatin1(token.data(), 4);
    key.placement = placement;
    key.hint = hintOf(placement, Secret(token));
    key.fingerprint = m_keys->fingerprint(Secret(token));
    key.origins = {*Origin::fromString(u"https://app.talkover.ai"_s)};
    key.createdAt = QDateTime::currentDateTimeUtc();
    m_keychain->vault()[key.id] = QByteArray(token.data(), static_cast<qsizetype>(token.size()));
    if (!m_keys->insertPending(key) || !m_keys->confirm(key.id))
        qFatal("the key was not stored");
    return key.id;
}

std::optional<int> TestStoredTokens::unread(AllTokens &tokens)
{
    QEventLoop loop; // no waiting in steps: there are thousands of turns
    std::optional<int> unread;
    tokens.makeKnown(&loop, [&](int count) {
        unread = count;
        loop.quit();
    });
    if (unread)
        qFatal("it called back inside the call");
    QTimer::singleShot(20'000, &loop, &QEventLoop::quit);
    loop.exec();
    return unread;
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
    const QString wide = u"key=talq_canarycanarycanary3f9a;"_s;
    QTest::newRow("in UTF-16, little endian")
        << QByteArray(QStringEncoder(QStringConverter::Utf16LE).encode(wide));
    QTest::newRow("in UTF-16, big endian")
        << QByteArray(QStringEncoder(QStringConverter::Utf16BE).encode(wide));
    QTest::newRow("without a prefix") << "key=plaincanary-without/any=prefix77"_ba;
    QTest::newRow("a short one") << "The key is short7canary."_ba;
    QTest::newRow("a short one in a query") << "/x?key=short7canary&y=1"_ba;
    QTest::newRow("a short one in JSON") << R"({"name":"x","key":"short7canary"})"_ba;
    QTest::newRow("a short one in a long text")
        << "{\"name\":\"value\"} "_ba.repeated(20'000) + "short7canary";
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

void TestStoredTokens::aReaderReadsAllOfATextElsewhere()
{
    Redactor redactor;
    auto tokens = std::make_unique<StoredTokens>(*m_keys, redactor);
    const std::function<void(const QByteArray &)> read = tokens->reader();
    addKey("talq_latercanarylatercanary77ab");
    tokens.reset();
    std::thread([&read] {
        read("{\"name\":\"value\"} "_ba.repeated(200'000) + "talq_canarycanarycanary3f9a");
        read("key=talq_latercanarylatercanary77ab");
    }).join();
    QCOMPARE(hits(redactor, "talq_canarycanarycanary3f9a talq_latercanarylatercanary77ab"), 2);
    QCOMPARE(hits(redactor, "plaincanary-without/any=prefix77"), 0);
}

void TestStoredTokens::allTokensAreRead()
{
    addKey("somebody:a pass!word with signs", KeyPlacement::Basic);
    Redactor redactor;
    AllTokens tokens(*m_keys, *m_ring, redactor);
    QCOMPARE(hits(redactor, "talq_canarycanarycanary3f9a"), 0);
    QCOMPARE(unread(tokens), 0);
    QCOMPARE(hits(redactor, "talq_canarycanarycanary3f9a"), 1);
    QCOMPARE(hits(redactor, "xplaincanary-without/any=prefix77"_ba.toBase64()), 1);
    QCOMPARE(hits(redactor, "short7canary"_ba.toHex()), 1);
    QCOMPARE(hits(redactor, "a pass!word with signs"), 1);
    QCOMPARE(m_keychain->count(ScriptedSecretStore::Op::Read), 6);
    QCOMPARE(unread(tokens), 0);
    QCOMPARE(m_keychain->count(ScriptedSecretStore::Op::Read), 6); // once each
}

void TestStoredTokens::whatIsLockedIsNotAsked()
{
    Redactor redactor;
    AllTokens tokens(*m_keys, *m_ring, redactor);
    m_keychain->become(SecretStore::State::Locked);
    QCOMPARE(unread(tokens), 5);
    QCOMPARE(m_keychain->count(ScriptedSecretStore::Op::Read), 0);
    m_keychain->become(SecretStore::State::Available);
    QCOMPARE(unread(tokens), 0);
    QCOMPARE(hits(redactor, "talq_canarycanarycanary3f9a"), 1);
}

void TestStoredTokens::whatIsMissingIsTold()
{
    const QUuid lost = addKey("talq_lostcanarylostcanary77ab");
    const QByteArray token = m_keychain->vault().extract(lost).mapped();
    Redactor redactor;
    AllTokens tokens(*m_keys, *m_ring, redactor);
    QCOMPARE(unread(tokens), 1);
    m_keychain->vault()[lost] = token;
    QCOMPARE(unread(tokens), 0);
    QCOMPARE(hits(redactor, token), 1);
}

void TestStoredTokens::aKeychainThatStopsAnsweringIsLeft()
{
    Redactor redactor;
    AllTokens tokens(*m_keys, *m_ring, redactor);
    m_keychain->hang(ScriptedSecretStore::Op::Read);
    std::optional<int> unread;
    tokens.makeKnown(this, [&unread](int count) { unread = count; });
    QTRY_COMPARE(m_keychain->waiting(), 1);
    QVERIFY(!unread);
    m_keychain->become(SecretStore::State::Slow);
    QTRY_COMPARE(unread, 5);
    m_keychain->release();
    m_keychain->become(SecretStore::State::Available);
    QCOMPARE(TestStoredTokens::unread(tokens), 0);
    QCOMPARE(hits(redactor, "talq_canarycanarycanary3f9a"), 1);
}

void TestStoredTokens::aKeyThatComesLaterIsReadAsItComes()
{
    Redactor redactor;
    AllTokens tokens(*m_keys, *m_ring, redactor);
    QCOMPARE(unread(tokens), 0);
    addKey("talq_latercanarylatercanary77ab");
    QTRY_COMPARE(hits(redactor, "talq_latercanarylatercanary77ab"_ba.toBase64()), 1);
}

void TestStoredTokens::whoComesMeanwhileHearsOfKeysThatCameMeanwhile()
{
    Redactor redactor;
    AllTokens tokens(*m_keys, *m_ring, redactor);
    m_keychain->hang(ScriptedSecretStore::Op::Read);
    std::optional<int> first;
    std::optional<int> second;
    tokens.makeKnown(this, [&first](int count) { first = count; });
    QTRY_COMPARE(m_keychain->waiting(), 1);
    addKey("talq_latercanarylatercanary77ab");
    tokens.makeKnown(this, [&second](int count) { second = count; });
    auto gone = std::make_unique<QObject>();
    tokens.makeKnown(gone.get(), [](int) { qFatal("its guard is gone"); });
    gone.reset();
    m_keychain->release();
    QTRY_COMPARE(second, 0);
    QCOMPARE(first, 0);
    QCOMPARE(hits(redactor, "talq_latercanarylatercanary77ab"), 1);
}

void TestStoredTokens::severalThousandAreReadOnce()
{
    const auto tokenOf = [](int n) {
        return "talq_" + QByteArray::number(n).rightJustified(24, '0') + "end";
    };
    const Result<void> added = m_database->transaction([this, &tokenOf]() -> Result<void> {
        for (int n = 0; n < 2000; ++n)
            addKey(tokenOf(n).toStdString());
        return {};
    });
    QVERIFY(added);
    Redactor redactor;
    AllTokens tokens(*m_keys, *m_ring, redactor);
    QCOMPARE(unread(tokens), 0);
    QCOMPARE(m_keychain->count(ScriptedSecretStore::Op::Read), 2005);
    QCOMPARE(hits(redactor, tokenOf(0) + ' ' + tokenOf(1999).toBase64()), 2);
}

QTEST_GUILESS_MAIN(TestStoredTokens)
#include "test_stored_tokens.moc"
