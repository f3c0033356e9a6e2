#include "app/models/StreamModel.h"

#include <QAbstractItemModelTester>
#include <QFile>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace keydesk;

/// The rows of a stream: bounded, held still, filtered, redacted.
class TestStreamModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void itFollowsInBatches();
    void itDropsWhatTheLogDrops();
    void aPauseKeepsWhatTheLogDrops();
    void theFilterWorksOnWhatComesToo();
    void aFilterInAPauseCanBeTakenBack();
    void typesAreBounded();
    void onlyTheBeginningIsShown();
    void anotherLogStartsAnew();
    void longNamesAreBoundedToo();
    void manyShortOnesAtOnceAreBounded_data();
    void manyShortOnesAtOnceAreBounded();

private:
    static std::shared_ptr<StreamLog> events()
    {
        return std::make_shared<StreamLog>(StreamKind::Events, QByteArray(), [](const QByteArray &bytes) { return QByteArray(bytes).replace("secret", "••••"); });
    }
    static void feed(StreamLog &log, int count, const QByteArray &event = "data: x\n\n")
    {
        for (int i = 0; i < count; ++i)
            log.feed(event);
    }
    static QString cell(const StreamModel &model, int row, int column) { return model.index(row, column).data().toString(); }
};

void TestStreamModel::itFollowsInBatches()
{
    StreamModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    const auto log = events();
    model.setLog(log);
    QSignalSpy inserted(&model, &StreamModel::rowsInserted);
    feed(*log, 5000);
    QCOMPARE(model.rowCount(), 0);
    QTRY_COMPARE(model.rowCount(), 5000);
    QCOMPARE(inserted.count(), 1);
    feed(*log, 1, "event: y\nid: 9\ndata: secret {\n\tx\n\n");
    log->end(u"Done."_s); // at once
    QCOMPARE(model.rowCount(), 5001);
    QCOMPARE(cell(model, 5000, StreamModel::Type), u"y"_s);
    QCOMPARE(cell(model, 5000, StreamModel::About), u"9"_s);
    QCOMPARE(cell(model, 5000, StreamModel::Data), u"•••• {"_s);
}

void TestStreamModel::itDropsWhatTheLogDrops()
{
    StreamModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    const auto log = events();
    model.setLog(log);
    feed(*log, 9000);
    QTRY_COMPARE(model.rowCount(), 9000);
    feed(*log, 3000, "data: new\n\n");
    QTRY_COMPARE(model.rowCount(), 10'000);
    QTRY_COMPARE(cell(model, 9999, StreamModel::Data), u"new"_s);
    QCOMPARE(cell(model, 0, StreamModel::Data), u"x"_s);
    feed(*log, 20'000, "data: newest\n\n"); // all of them at once
    QTRY_COMPARE(cell(model, 0, StreamModel::Data), u"newest"_s);
    QCOMPARE(model.rowCount(), 10'000);
}

void TestStreamModel::aPauseKeepsWhatTheLogDrops()
{
    StreamModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    const auto log = events();
    model.setLog(log);
    feed(*log, 10, "data: old\n\n");
    model.setPaused(true);
    QCOMPARE(model.rowCount(), 10); // with what had not been looked at yet
    QSignalSpy followed(&model, &StreamModel::followed);
    feed(*log, 30'000);
    QTRY_VERIFY(!followed.isEmpty());
    QCOMPARE(model.rowCount(), 10);
    QCOMPARE(cell(model, 0, StreamModel::Data), u"old"_s);
    QCOMPARE(model.countSincePause(), 30'000U);
    model.setPaused(false);
    QCOMPARE(model.rowCount(), 10'000);
    QCOMPARE(cell(model, 0, StreamModel::Data), u"x"_s);
}

void TestStreamModel::theFilterWorksOnWhatComesToo()
{
    StreamModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    const auto log = events();
    model.setLog(log);
    feed(*log, 3, "event: a\ndata: Ärger\n\n");
    feed(*log, 2, "event: b\ndata: x\n\n");
    QTRY_COMPARE(model.rowCount(), 5);
    QCOMPARE(model.types(), (QStringList{u"a"_s, u"b"_s}));
    model.setFilter(u"äRGER"_s, {});
    QCOMPARE(model.rowCount(), 3);
    feed(*log, 1, "event: b\ndata: ärger\n\n");
    QTRY_COMPARE(model.rowCount(), 4);
    model.setFilter(u"ärger"_s, u"b"_s);
    QCOMPARE(model.rowCount(), 1);
    feed(*log, 30'000);
    QTRY_COMPARE(model.rowCount(), 0);
}

void TestStreamModel::aFilterInAPauseCanBeTakenBack()
{
    StreamModel model;
    const auto log = events();
    model.setLog(log);
    feed(*log, 3, "data: a\n\n");
    feed(*log, 3, "data: b\n\n");
    model.setPaused(true);
    feed(*log, 20'000, "data: c\n\n");
    model.setFilter(u"b"_s, {});
    QCOMPARE(model.rowCount(), 3);
    model.setFilter({}, {});
    QCOMPARE(model.rowCount(), 6);
    model.setPaused(false);
    QCOMPARE(model.rowCount(), 10'000);
}

void TestStreamModel::typesAreBounded()
{
    StreamModel model;
    const auto log = events();
    model.setLog(log);
    for (int i = 0; i < 1000; ++i)
        feed(*log, 1, "event: t" + QByteArray::number(i) + "\ndata: x\n\n");
    QTRY_COMPARE(model.rowCount(), 1000);
    QCOMPARE(model.types().size(), 50);
    QCOMPARE(cell(model, 999, StreamModel::Type), u"t999"_s);
}

void TestStreamModel::onlyTheBeginningIsShown()
{
    StreamModel model;
    const auto log = events();
    model.setLog(log);
    // What would be cut in the middle is redacted first.
    feed(*log, 1, "data: " + QByteArray(297, 'x') + "secret" + QByteArray(900'000, 'y') + "\n\n");
    QTRY_COMPARE(model.rowCount(), 1);
    const QString shown = cell(model, 0, StreamModel::Data);
    QCOMPARE(shown.size(), 300);
    QVERIFY(!shown.contains(u"sec"_s));
}

void TestStreamModel::anotherLogStartsAnew()
{
    StreamModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    auto first = events();
    model.setLog(first);
    feed(*first, 3);
    model.setPaused(true);
    const auto second = std::make_shared<StreamLog>(StreamKind::Lines, "application/jsonl", [](const QByteArray &bytes) { return bytes; });
    second->feed("1\n2\n");
    model.setLog(second);
    QVERIFY(!model.isPaused());
    QCOMPARE(model.rowCount(), 2);
    feed(*first, 3);
    first.reset();
    second->feed("3\n");
    QTRY_COMPARE(model.rowCount(), 3);
    QCOMPARE(cell(model, 2, StreamModel::Type), u"3"_s);
    model.setLog({});
    QCOMPARE(model.rowCount(), 0);
}

/// SECURITY S12.
void TestStreamModel::longNamesAreBoundedToo()
{
    const auto log = events();
    feed(*log, 5000, "event: " + QByteArray(4000, 'e') + "\nid: " + QByteArray(4000, 'i') + "\ndata:\n\n");
    qint64 bytes = 0;
    for (const StreamEntry &each : log->entries())
        bytes += each.type.size() + each.id.size() + each.data.size();
    QVERIFY(bytes <= StreamLog::mostBytes);
    QVERIFY(!log->isWhole());
}

void TestStreamModel::manyShortOnesAtOnceAreBounded_data()
{
    QTest::addColumn<StreamKind>("kind");
    QTest::addColumn<QByteArray>("entry");
    QTest::newRow("events") << StreamKind::Events << "data\n\n"_ba;
    QTest::newRow("lines") << StreamKind::Lines << "{}\n"_ba;
}

/// SECURITY S12: what a small packed piece of an answer unpacks to.
void TestStreamModel::manyShortOnesAtOnceAreBounded()
{
    QFETCH(StreamKind, kind);
    QFETCH(QByteArray, entry);
    const auto peak = [] { // in kB
        QFile file(u"/proc/self/status"_s);
        if (!file.open(QIODevice::ReadOnly))
            return qint64(0);
        const QByteArray text = file.readAll();
        return text.mid(text.indexOf("VmHWM:") + 6, 20).trimmed().split(' ').constFirst().toLongLong();
    };
    const QByteArray piece = entry.repeated(16 * 1024 * 1024 / entry.size());
    StreamLog log(kind, "application/jsonl", [](const QByteArray &bytes) { return bytes; });
    const qint64 before = peak();
    log.feed(piece);
#ifndef KEYDESK_SANITIZED // they keep what was freed
    QVERIFY2(peak() - before < 40'000, QByteArray::number(peak() - before).constData());
#else
    Q_UNUSED(before)
#endif
    QCOMPARE(log.entries().size(), StreamLog::mostEntries);
    QCOMPARE(log.count(), quint64(piece.size() / entry.size()));
}

QTEST_GUILESS_MAIN(TestStreamModel)
#include "test_stream_model.moc"
