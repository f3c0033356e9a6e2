#include "app/keys/KeyIndex.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace keydesk;

namespace {

ApiKey keyOf(int minute, const QByteArray &fingerprint)
{
    ApiKey key;
    key.id = QUuid::createUuid();
    key.name = u"Key %1"_s.arg(minute);
    key.fingerprint = fingerprint;
    key.createdAt = QDateTime::fromSecsSinceEpoch(1'700'000'000 + 60 * minute, Qt::UTC);
    return key;
}

} // namespace

class TestKeyIndex : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsEachByIdAndFingerprint();
    void keepsTheOrderOfCreation();
    void findsTheRestAfterOneIsGone();
    void findsNothingByNoFingerprint();
    void findsTheOlderOfTwoWithOneFingerprint();

private:
    static void checkPlaces(const KeyIndex &index);
};

void TestKeyIndex::checkPlaces(const KeyIndex &index)
{
    for (int place = 0; place < index.all().size(); ++place) {
        QCOMPARE(index.indexOf(index.all().at(place).id), place);
        QCOMPARE(index.indexOfFingerprint(index.all().at(place).fingerprint), place);
    }
}

void TestKeyIndex::findsEachByIdAndFingerprint()
{
    KeyIndex index;
    index.assign({keyOf(0, "a"), keyOf(1, "b"), keyOf(2, "c")});
    checkPlaces(index);
    QCOMPARE(index.indexOf(QUuid::createUuid()), -1);
    QCOMPARE(index.indexOfFingerprint("d"), -1);
    ApiKey renamed = index.all().at(1);
    renamed.name = u"Other"_s;
    index.replace(1, renamed);
    QCOMPARE(index.all().at(1).name, u"Other"_s);
    checkPlaces(index);
    index.assign({keyOf(5, "e")});
    QCOMPARE(index.indexOf(renamed.id), -1);
    QCOMPARE(index.indexOfFingerprint("a"), -1);
    checkPlaces(index);
}

void TestKeyIndex::keepsTheOrderOfCreation()
{
    KeyIndex index;
    index.assign({keyOf(8, "late"), keyOf(2, "early")});
    QCOMPARE(index.all().first().fingerprint, "early"_ba);
    QCOMPARE(index.insert(keyOf(5, "between")), 1);
    QCOMPARE(index.insert(keyOf(9, "last")), 3);
    QCOMPARE(index.insert(keyOf(0, "first")), 0);
    checkPlaces(index);
}

void TestKeyIndex::findsTheRestAfterOneIsGone()
{
    KeyIndex index;
    index.assign({keyOf(0, "a"), keyOf(1, "b"), keyOf(2, "c")});
    const QUuid gone = index.all().at(1).id;
    index.removeAt(1);
    QCOMPARE(index.indexOf(gone), -1);
    QCOMPARE(index.indexOfFingerprint("b"), -1);
    QCOMPARE(index.all().size(), 2);
    checkPlaces(index);
}

void TestKeyIndex::findsNothingByNoFingerprint()
{
    KeyIndex index;
    index.assign({keyOf(0, {}), keyOf(1, "")});
    index.insert(keyOf(2, {}));
    QCOMPARE(index.indexOfFingerprint({}), -1);
    QCOMPARE(index.indexOfFingerprint(""), -1);
}

void TestKeyIndex::findsTheOlderOfTwoWithOneFingerprint()
{
    KeyIndex index;
    index.assign({keyOf(3, "same"), keyOf(1, "same")});
    QCOMPARE(index.indexOfFingerprint("same"), 0);
    index.removeAt(0);
    QCOMPARE(index.indexOfFingerprint("same"), 0);
    index.removeAt(0);
    QCOMPARE(index.indexOfFingerprint("same"), -1);
}

QTEST_GUILESS_MAIN(TestKeyIndex)
#include "test_key_index.moc"
