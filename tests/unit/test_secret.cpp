#include "app/base/Secret.h"

#include <QFile>
#include <QTest>

#include <array>
#include <cstring>
#include <type_traits>

#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace keydesk;

static_assert(!std::is_copy_constructible_v<Secret>);
static_assert(!std::is_copy_assignable_v<Secret>);
static_assert(std::is_nothrow_move_constructible_v<Secret>);
static_assert(!std::is_convertible_v<Secret, QString>);
static_assert(!std::is_convertible_v<Secret, QByteArray>);
static_assert(!std::is_constructible_v<QVariant, Secret>);

namespace {

/// Reads this process's memory by address, freed memory too, without touching an object that is gone.
class OwnMemory
{
public:
    OwnMemory()
        : m_file(u"/proc/self/mem"_s)
    {
        if (!m_file.open(QIODevice::ReadOnly | QIODevice::Unbuffered))
            qFatal("cannot read the memory of this process");
    }
    /// Compares the second half only: the allocator keeps its own notes at the beginning of a freed block.
    /// Nor is anything allocated here, which could be put into the very block that is looked at.
    [[nodiscard]] bool endsLike(const char *place, const QByteArray &expected) const
    {
        const std::size_t size = std::size_t(expected.size());
        const std::size_t half = size / 2;
        if (size > m_found.size() ||
            pread(m_file.handle(), m_found.data(), size, off_t(quintptr(place))) != ssize_t(size))
            return false;
        return std::memcmp(m_found.data() + half, expected.constData() + half, size - half) == 0;
    }

private:
    QFile m_file;
    mutable std::array<char, 4096> m_found{};
};

QByteArray longCanary()
{
    return "talq_canary_"_ba + QByteArray(400, 'x') + "0123456789abcdef"_ba;
}

std::string_view view(const QByteArray &bytes)
{
    return {bytes.constData(), std::size_t(bytes.size())};
}

} // namespace

class TestSecret : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsEveryByteOfWhatItWasGiven();
    void isEmptyAfterItWasMovedFrom();
    void wipesItsBytesWhenItEnds();
    void wipesTheBufferThatItTakes();
    void leavesASharedBufferAloneForItsOtherOwner();
    void comparesBytesAndLength();
    void wipesStrings();
    void hintsWithoutGivingAway_data();
    void hintsWithoutGivingAway();
};

void TestSecret::keepsEveryByteOfWhatItWasGiven()
{
    const std::string_view bytes("a\0b\xff", 4);
    const Secret secret(bytes);
    QCOMPARE(secret.size(), 4);
    QVERIFY(!secret.isEmpty());
    QVERIFY(secret.reveal() == bytes);
    QVERIFY(secret.copy().reveal() == bytes);
    QVERIFY(secret.copy().reveal().data() != secret.reveal().data());
    QVERIFY(Secret().isEmpty());
    QVERIFY(Secret("").isEmpty());
    QVERIFY(Secret().reveal().empty());
}

void TestSecret::isEmptyAfterItWasMovedFrom()
{
    Secret first("talq_first");
    const char *place = first.reveal().data();
    Secret second(std::move(first));
    QVERIFY(first.isEmpty()); // NOLINT(bugprone-use-after-move): the state after a move is what is tested
    QVERIFY(second.reveal().data() == place);

    Secret third("talq_third");
    third = std::move(second);
    QVERIFY(second.isEmpty()); // NOLINT(bugprone-use-after-move)
    QVERIFY(third.reveal() == "talq_first");
    Secret &self = third;
    third = std::move(self);
    QVERIFY(third.reveal() == "talq_first");
}

void TestSecret::wipesItsBytesWhenItEnds()
{
    const OwnMemory memory;
    const QByteArray canary = longCanary();
    auto secret = std::make_unique<Secret>(view(canary));
    const char *place = secret->reveal().data();
    QVERIFY(memory.endsLike(place, canary)); // or else the next line would prove nothing
    secret.reset();
    QVERIFY(!memory.endsLike(place, canary));

    Secret replaced(view(canary));
    place = replaced.reveal().data();
    replaced = Secret();
    QVERIFY(!memory.endsLike(place, canary));
}

void TestSecret::wipesTheBufferThatItTakes()
{
    const OwnMemory memory;
    const QByteArray canary = longCanary();
    QByteArray buffer(canary.constData(), canary.size());
    const char *place = buffer.constData();
    QVERIFY(memory.endsLike(place, canary));
    const Secret secret = Secret::take(std::move(buffer));
    QVERIFY(!memory.endsLike(place, canary));
    QVERIFY(secret.reveal() == view(canary));
    QVERIFY(buffer.isEmpty()); // NOLINT(bugprone-use-after-move): that it was cleared is what is tested
}

void TestSecret::leavesASharedBufferAloneForItsOtherOwner()
{
    QByteArray first("talq_shared_0123456789");
    const QByteArray second = first;
    wipe(first);
    QVERIFY(first.isEmpty());
    QCOMPARE(second, QByteArray("talq_shared_0123456789"));
}

void TestSecret::comparesBytesAndLength()
{
    QVERIFY(Secret("abc").equals(Secret("abc")));
    QVERIFY(!Secret("abc").equals(Secret("abd")));
    QVERIFY(!Secret("abc").equals(Secret("abcd")));
    QVERIFY(!Secret("abc").equals(Secret()));
    QVERIFY(Secret().equals(Secret()));
}

void TestSecret::wipesStrings()
{
    const OwnMemory memory;
    const QByteArray canary = longCanary();
    QString alone = QString::fromLatin1(canary);
    const char *place = reinterpret_cast<const char *>(alone.constData());
    const QByteArray asUtf16(place, alone.size() * qsizetype(sizeof(QChar)));
    QVERIFY(memory.endsLike(place, asUtf16));
    wipe(alone);
    QVERIFY(!memory.endsLike(place, asUtf16));

    QString text = u"talq_text"_s;
    const QString other = text;
    wipe(text);
    QVERIFY(text.isEmpty());
    QCOMPARE(other, u"talq_text"_s);
    QString nothing;
    wipe(nothing);
    QVERIFY(nothing.isEmpty());
}

void TestSecret::hintsWithoutGivingAway_data()
{
    QTest::addColumn<QByteArray>("token");
    QTest::addColumn<QString>("hint");
    QTest::newRow("empty") << QByteArray() << QString();
    QTest::newRow("Talkover environment token")
        << QByteArray("talq_0123456789abcdef3f9a") << u"talq_••••3f9a"_s;
    QTest::newRow("Talkover user token") << QByteArray("1|0123456789abcdef3f9a") << u"1|••••3f9a"_s;
    QTest::newRow("prefix up to the first sign only")
        << QByteArray("tk_live_0123456789abcdef") << u"tk_••••cdef"_s;
    QTest::newRow("15 bytes show no end") << QByteArray("0123456789abcde") << u"••••"_s;
    QTest::newRow("16 bytes show their end") << QByteArray("0123456789abcdef") << u"••••cdef"_s;
    QTest::newRow("a prefix of more than a third stays hidden") << QByteArray("talq_01") << u"••••"_s;
    QTest::newRow("a prefix of a third is shown") << QByteArray("tq_123456") << u"tq_••••"_s;
    QTest::newRow("a prefix of more than 8 stays hidden")
        << QByteArray("12345678_abcdefghijklmnopqrstuv") << u"••••stuv"_s;
    QTest::newRow("a prefix of 8 is shown")
        << QByteArray("1234567_abcdefghijklmnopqrstuv") << u"1234567_••••stuv"_s;
    QTest::newRow("binary") << QByteArray("\x01_\0\x02zzzzzzzzzzzzzz\xff\xfe", 20) << u"••••"_s;
    QTest::newRow("one byte") << QByteArray("x") << u"••••"_s;
}

void TestSecret::hintsWithoutGivingAway()
{
    QFETCH(const QByteArray, token);
    QFETCH(const QString, hint);
    QCOMPARE(tokenHint(Secret(std::string_view(token.constData(), std::size_t(token.size())))), hint);
}

QTEST_GUILESS_MAIN(TestSecret)
#include "test_secret.moc"
