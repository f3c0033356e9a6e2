#include "app/keys/SealedFile.h"
#include "tests/support/SealedTestFile.h"

#include <QRandomGenerator>
#include <QTest>
#include <QtEndian>

using namespace Qt::StringLiterals;
using namespace keydesk;
using test::cheapRules;
using test::withChecksum;

namespace {

constexpr std::string_view passphrase = "correct horse battery";
constexpr std::string_view token = "talq_0123456789abcdef3f9a";

SealedEntries someEntries()
{
    SealedEntries entries;
    entries.emplace(QUuid::createUuid(), Secret(token));
    entries.emplace(QUuid::createUuid(), Secret("x"));
    entries.emplace(QUuid::createUuid(), Secret());
    entries.emplace(QUuid::createUuid(), Secret(std::string(9000, 'z')));
    return entries;
}

bool same(const SealedEntries &one, const SealedEntries &other)
{
    return one.size() == other.size() &&
           std::equal(one.begin(), one.end(), other.begin(), [](const auto &a, const auto &b) {
               return a.first == b.first && a.second.equals(b.second);
           });
}

} // namespace

class TestSealedFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();

    void givesBackWhatWasPutIn();
    void holdsNoTokenAndNoIdInTheClear();
    void isTheSameSizeForAFewTokens();
    void writesNothingTwiceAlike();
    void refusesAWrongPassphrase();
    void takesOnePassphraseInBothOfItsSpellings();
    void refusesEveryTruncation();
    void refusesEveryFlippedByte();
    void refusesEveryFlippedByteWithTheChecksumMadeRight();
    void refusesWhatFollowsTheEnd();
    void refusesCheapAndDearParameters_data();
    void refusesCheapAndDearParameters();
    void refusesParametersThatAreAllowedButNotItsOwn();
    void leavesANewerVersionAlone();
    void refusesOtherFiles_data();
    void refusesOtherFiles();
    void refusesAnotherWayOfEncrypting();
    void bindsTheGeneration();
    void usesRealCostsForRealFiles();
    void saysWhatIsWrongWithAPassphrase_data();
    void saysWhatIsWrongWithAPassphrase();

private:
    std::optional<SealedKey> m_key;
    QByteArray m_id;
    SealedEntries m_entries;
    QByteArray m_file;
};

void TestSealedFile::initTestCase()
{
    Result<SealedKey> key =
        SealedKey::derive(Secret(passphrase), cheapRules.usual, randomSealedBytes(sealedSaltSize));
    QVERIFY(key);
    m_key.emplace(std::move(*key));
    m_id = randomSealedBytes(sealedIdSize);
    m_entries = someEntries();
    m_file = seal(m_entries, *m_key, m_id, 7);
}

void TestSealedFile::givesBackWhatWasPutIn()
{
    const Result<SealedHeader> header = sealedHeader(m_file, cheapRules);
    QVERIFY(header);
    QCOMPARE(header->generation, quint64(7));
    QCOMPARE(header->fileId, m_id);
    QVERIFY(header->cost == cheapRules.usual);
    // As another process does it: from the passphrase and the file alone.
    const Result<SealedKey> key = SealedKey::derive(Secret(passphrase), header->cost, header->salt);
    QVERIFY(key);
    const Result<SealedEntries> opened = openSealed(m_file, *key, cheapRules);
    QVERIFY(opened);
    QVERIFY(same(*opened, m_entries));

    const QByteArray empty = seal({}, *m_key, m_id, 1);
    const Result<SealedEntries> nothing = openSealed(empty, *m_key, cheapRules);
    QVERIFY(nothing && nothing->empty());
}

void TestSealedFile::holdsNoTokenAndNoIdInTheClear()
{
    QVERIFY(!m_file.contains(QByteArray(token.data(), token.size()).left(8)));
    for (const auto &[id, secret] : m_entries)
        QVERIFY(!m_file.contains(id.toRfc4122()));
    QVERIFY(!m_file.contains(QByteArray(16, 'z')));
    QVERIFY(!m_file.contains(QByteArray(passphrase.data(), 8)));
}

void TestSealedFile::isTheSameSizeForAFewTokens()
{
    SealedEntries few;
    const qsizetype empty = seal(few, *m_key, m_id, 1).size();
    for (int count = 0; count < 40; ++count)
        few.emplace(QUuid::createUuid(),
                    Secret(std::string(QRandomGenerator::global()->bounded(20, 70), 'a')));
    QCOMPARE(seal(few, *m_key, m_id, 1).size(), empty);
    // A block that is exactly full grows by a whole one: the padding has its mark in any case.
    for (int size = sealedBlock - 40; size <= sealedBlock; ++size) {
        SealedEntries one;
        one.emplace(QUuid::createUuid(), Secret(std::string(std::size_t(size), 'a')));
        const Result<SealedEntries> back = openSealed(seal(one, *m_key, m_id, 1), *m_key, cheapRules);
        QVERIFY(back && same(*back, one));
    }
}

void TestSealedFile::writesNothingTwiceAlike()
{
    const QByteArray again = seal(m_entries, *m_key, m_id, 7);
    QCOMPARE(again.size(), m_file.size());
    qsizetype alike = 0;
    for (qsizetype at = 120; at < again.size(); ++at)
        alike += again.at(at) == m_file.at(at);
    QVERIFY2(alike < again.size() / 32, "the nonce was used again");
}

void TestSealedFile::refusesAWrongPassphrase()
{
    const Result<SealedHeader> header = sealedHeader(m_file, cheapRules);
    for (const std::string_view wrong : {std::string_view("correct horse batterY"), std::string_view(""),
                                         std::string_view("correct horse battery ")}) {
        const Result<SealedKey> key = SealedKey::derive(Secret(wrong), header->cost, header->salt);
        QVERIFY(key);
        const Result<SealedEntries> opened = openSealed(m_file, *key, cheapRules);
        QVERIFY(!opened);
        QCOMPARE(opened.error().kind, Error::Kind::WrongPassphrase);
    }
}

void TestSealedFile::takesOnePassphraseInBothOfItsSpellings()
{
    const QByteArray salt = randomSealedBytes(sealedSaltSize);
    const Result<SealedKey> composed = SealedKey::derive(Secret("caf\u00e9 au lait"), cheapRules.usual, salt);
    const Result<SealedKey> decomposed =
        SealedKey::derive(Secret("cafe\u0301 au lait"), cheapRules.usual, salt);
    QVERIFY(composed && decomposed);
    QVERIFY(openSealed(seal(m_entries, *composed, m_id, 1), *decomposed, cheapRules));
}

void TestSealedFile::refusesEveryTruncation()
{
    for (qsizetype size = 0; size < m_file.size(); ++size) {
        const Result<SealedEntries> opened = openSealed(m_file.first(size), *m_key, cheapRules);
        QVERIFY2(!opened, qPrintable(QString::number(size)));
        QCOMPARE(opened.error().kind, Error::Kind::SealedDamaged);
        QVERIFY(!openSealed(withChecksum(m_file.first(size)), *m_key, cheapRules));
    }
}

void TestSealedFile::refusesEveryFlippedByte()
{
    for (qsizetype at = 0; at < m_file.size(); ++at) {
        QByteArray changed = m_file;
        changed[at] = char(changed.at(at) ^ (1 << (at % 8)));
        const Result<SealedHeader> looked = sealedHeader(changed, cheapRules);
        QVERIFY2(!looked, qPrintable(QString::number(at))); // without the passphrase
        QVERIFY(looked.error().kind == Error::Kind::SealedDamaged ||
                looked.error().kind == Error::Kind::StorageNewer);
        QVERIFY(!openSealed(changed, *m_key, cheapRules));
    }
}

void TestSealedFile::refusesEveryFlippedByteWithTheChecksumMadeRight()
{
    for (qsizetype at = 0; at < m_file.size() - 16; ++at) {
        QByteArray changed = m_file;
        changed[at] = char(changed.at(at) ^ (1 << (at % 8)));
        const Result<SealedEntries> opened = openSealed(withChecksum(changed), *m_key, cheapRules);
        QVERIFY2(!opened, qPrintable(QString::number(at)));
        if (at >= 120)
            QCOMPARE(opened.error().kind, Error::Kind::SealedDamaged);
    }
}

void TestSealedFile::refusesWhatFollowsTheEnd()
{
    for (const QByteArray &more : {QByteArray(1, '\0'), QByteArray("\n"), m_file}) {
        const Result<SealedHeader> looked = sealedHeader(m_file + more, cheapRules);
        QVERIFY(!looked);
        QCOMPARE(looked.error().kind, Error::Kind::SealedDamaged);
        QVERIFY(!sealedHeader(withChecksum(m_file + more), cheapRules));
    }
}

void TestSealedFile::refusesCheapAndDearParameters_data()
{
    QTest::addColumn<quint32>("passes");
    QTest::addColumn<quint32>("kibibytes");
    QTest::newRow("no passes") << quint32(0) << quint32(64 * 1024);
    QTest::newRow("one pass") << quint32(1) << quint32(64 * 1024);
    QTest::newRow("little memory") << quint32(3) << quint32(8);
    QTest::newRow("a byte less") << quint32(2) << quint32(64 * 1024 - 1);
    QTest::newRow("all passes") << quint32(0xffffffff) << quint32(64 * 1024);
    QTest::newRow("all memory") << quint32(3) << quint32(0xffffffff);
    QTest::newRow("a memory bomb") << quint32(2) << quint32(16 * 1024 * 1024);
}

void TestSealedFile::refusesCheapAndDearParameters()
{
    QFETCH(const quint32, passes);
    QFETCH(const quint32, kibibytes);
    QByteArray changed = m_file;
    qToLittleEndian(passes, changed.data() + 12);
    qToLittleEndian(kibibytes, changed.data() + 16);
    const Result<SealedHeader> looked = sealedHeader(withChecksum(changed)); // under the rules for real files
    QVERIFY(!looked);
    QCOMPARE(looked.error().kind, Error::Kind::SealedDamaged);
    QVERIFY2(looked.error().message.contains(u"cheaply"_s) ||
                 looked.error().message.contains(u"more memory"_s),
             qPrintable(looked.error().message));
}

void TestSealedFile::refusesParametersThatAreAllowedButNotItsOwn()
{
    QByteArray changed = m_file;
    qToLittleEndian(quint32(2), changed.data() + 12);
    changed = withChecksum(changed);
    const Result<SealedHeader> header = sealedHeader(changed, cheapRules);
    QVERIFY(header); // cannot be known before the passphrase is there
    const Result<SealedKey> key = SealedKey::derive(Secret(passphrase), header->cost, header->salt);
    const Result<SealedEntries> opened = openSealed(changed, *key, cheapRules);
    QVERIFY(!opened);
    QCOMPARE(opened.error().kind, Error::Kind::WrongPassphrase);
}

void TestSealedFile::leavesANewerVersionAlone()
{
    QByteArray newer = m_file;
    newer[8] = 2;
    for (const QByteArray &file : {newer, withChecksum(newer)}) {
        const Result<SealedHeader> looked = sealedHeader(file, cheapRules);
        QVERIFY(!looked);
        QCOMPARE(looked.error().kind, Error::Kind::StorageNewer);
    }
}

void TestSealedFile::refusesOtherFiles_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("text") << QByteArray("TALKOVER_TOKEN=abc\n");
    QTest::newRow("long text") << QByteArray("hello ").repeated(5000);
    QTest::newRow("zeros") << QByteArray(8192, '\0');
    QTest::newRow("name alone") << QByteArray("KDSEALED");
    QTest::newRow("name and zeros") << QByteArray("KDSEALED") + QByteArray(8192, '\0');
    QTest::newRow("name and ones") << QByteArray("KDSEALED\x01\x00", 10) + QByteArray(8192, '\xff');
}

void TestSealedFile::refusesOtherFiles()
{
    QFETCH(const QByteArray, file);
    const Result<SealedHeader> looked = sealedHeader(file, cheapRules);
    QVERIFY(!looked);
    QCOMPARE(looked.error().kind, Error::Kind::SealedDamaged);
    QVERIFY(!sealedHeader(withChecksum(file), cheapRules));
}

void TestSealedFile::refusesAnotherWayOfEncrypting()
{
    for (const int at : {10, 11}) {
        QByteArray changed = m_file;
        changed[at] = 0;
        QVERIFY(!sealedHeader(withChecksum(changed), cheapRules));
    }
}

void TestSealedFile::bindsTheGeneration()
{
    QByteArray changed = m_file;
    qToLittleEndian(quint64(8), changed.data() + 20);
    changed = withChecksum(changed);
    QVERIFY(sealedHeader(changed, cheapRules));
    QVERIFY(!openSealed(changed, *m_key, cheapRules));
}

void TestSealedFile::usesRealCostsForRealFiles()
{
    const SealedRules rules;
    QVERIFY(rules.least.passes >= 2 && rules.least.kibibytes >= 64 * 1024);
    QVERIFY(rules.usual.passes >= rules.least.passes && rules.usual.kibibytes >= 4 * rules.least.kibibytes);
    QVERIFY(!sealedHeader(m_file)); // one of the tests' own is too cheap for the app
    const Result<SealedKey> key =
        SealedKey::derive(Secret(passphrase), rules.usual, randomSealedBytes(sealedSaltSize));
    QVERIFY(key);
    const Result<SealedEntries> opened = openSealed(seal(m_entries, *key, m_id, 1), *key);
    QVERIFY(opened && same(*opened, m_entries));
}

void TestSealedFile::saysWhatIsWrongWithAPassphrase_data()
{
    QTest::addColumn<QByteArray>("typed");
    QTest::addColumn<bool>("accepted");
    QTest::newRow("nothing") << QByteArray() << false;
    QTest::newRow("short") << QByteArray("abcdefghi") << false;
    QTest::newRow("long enough") << QByteArray("abcdefghij") << true;
    QTest::newRow("characters, not bytes") << QByteArray("\u00e4\u00f6\u00fc\u00df\u00e9") << false;
    QTest::newRow("one character over and over") << QByteArray(20, 'a') << false;
    QTest::newRow("words") << QByteArray("correct horse battery staple") << true;
}

void TestSealedFile::saysWhatIsWrongWithAPassphrase()
{
    QFETCH(const QByteArray, typed);
    QFETCH(const bool, accepted);
    const Secret secret(std::string_view(typed.constData(), std::size_t(typed.size())));
    QCOMPARE(!passphraseProblem(secret).has_value(), accepted);
    QCOMPARE(passphraseHint(secret).isEmpty(), typed.isEmpty());
    if (!typed.isEmpty() && !accepted)
        QCOMPARE(passphraseHint(secret), *passphraseProblem(secret));
}

QTEST_GUILESS_MAIN(TestSealedFile)
#include "test_sealed_file.moc"
