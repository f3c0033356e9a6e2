#include "app/history/HistoryStore.h"
#include "app/interchange/har/HistoryExport.h"
#include "tests/support/CoreFixture.h"
#include "tests/support/Files.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

#include <atomic>
#include <cerrno>

#include <sys/syscall.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace keydesk;
using namespace keydesk::test;

namespace {

std::atomic<bool> diskIsFull = false; // for this process's write()

} // namespace

// The system's own, unless the disk is "full": what QFile writes goes through here.
extern "C" ssize_t write(int descriptor, const void *bytes, size_t size)
{
    if (diskIsFull && size > 1000) { // what wakes threads is smaller
        errno = ENOSPC;
        return -1;
    }
    return syscall(SYS_write, descriptor, bytes, size);
}

/// The history as a file: whole or not at all, readable by nobody else.
class TestHistoryExport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_core = std::make_unique<CoreFixture>();
        m_folder = std::make_unique<QTemporaryDir>();
        m_ids.clear();
        QSignalSpy added((*m_core)->history.get(), &HistoryStore::added);
        for (int number = 0; number < 450; ++number) {
            HistoryEntry entry;
            entry.row.at = QDateTime::currentDateTimeUtc();
            entry.row.method = u"GET"_s;
            entry.row.url = u"https://h.example/%1"_s.arg(number);
            entry.row.status = 200;
            entry.sent = u"GET https://h.example/%1"_s.arg(number);
            entry.responseHead = u"HTTP/1.1 200 OK"_s;
            (*m_core)->history->add(entry);
        }
        QTRY_COMPARE(added.size(), 450);
        for (const auto &row : added)
            m_ids.append(row.constFirst().value<HistoryRow>().id);
    }
    void cleanup()
    {
        diskIsFull = false;
        m_core.reset();
    }

    void allOfItIsWritten();
    void aSelectionIsWritten();
    void stoppingLeavesTheOldFile();
    void aPlaceThatCannotBeWrittenIsSaid();
    void aFullDiskEndsItAtOnce();

private:
    [[nodiscard]] QString path() const { return m_folder->filePath(u"history.har"_s); }
    [[nodiscard]] QStringList urls() const
    {
        QStringList urls;
        const QJsonArray entries = QJsonDocument::fromJson(readFile(path()))
                                       .object()
                                       .value("log"_L1)
                                       .toObject()
                                       .value("entries"_L1)
                                       .toArray();
        for (const QJsonValue &entry : entries)
            urls.append(entry.toObject().value("request"_L1).toObject().value("url"_L1).toString());
        return urls;
    }
    static Result<qint64> outcome(QSignalSpy &finished)
    {
        if (finished.isEmpty() && !finished.wait(10'000))
            return failure(Error::Kind::TimedOut, {});
        return finished.constFirst().constFirst().value<Result<qint64>>();
    }

    std::unique_ptr<CoreFixture> m_core;
    std::unique_ptr<QTemporaryDir> m_folder;
    QList<qint64> m_ids;
};

void TestHistoryExport::allOfItIsWritten()
{
    HistoryExport job(*(*m_core)->history, path());
    QSignalSpy finished(&job, &HistoryExport::finished);
    job.start();
    const auto written = outcome(finished);
    QVERIFY(written);
    QCOMPARE(*written, 450);
    const QStringList all = urls();
    QCOMPARE(all.size(), 450);
    QCOMPARE(all.constFirst(), u"https://h.example/449"_s);
    QCOMPARE(QSet<QString>(all.cbegin(), all.cend()).size(), 450);
    QCOMPARE(modeOf(path()), 0600U);
}

void TestHistoryExport::aSelectionIsWritten()
{
    HistoryExport job(*(*m_core)->history, path());
    QSignalSpy finished(&job, &HistoryExport::finished);
    job.start({m_ids.at(3), 1'000'000, m_ids.at(5)}); // one is gone
    QVERIFY(outcome(finished));
    QCOMPARE(urls(), (QStringList{u"https://h.example/3"_s, u"https://h.example/5"_s}));
}

void TestHistoryExport::stoppingLeavesTheOldFile()
{
    writeFile(path(), "old");
    HistoryExport job(*(*m_core)->history, path());
    QSignalSpy finished(&job, &HistoryExport::finished);
    QSignalSpy progress(&job, &HistoryExport::progress);
    job.start();
    QVERIFY(progress.wait(10'000));
    job.cancel();
    const auto written = outcome(finished);
    QVERIFY(!written);
    QCOMPARE(written.error().kind, Error::Kind::Cancelled);
    QCOMPARE(finished.size(), 1);
    QCOMPARE(readFile(path()), QByteArray("old"));
    QCOMPARE(namesIn(m_folder->path()), QStringList{u"history.har"_s});
}

void TestHistoryExport::aPlaceThatCannotBeWrittenIsSaid()
{
    const QString where = m_folder->filePath(u"none/history.har"_s);
    HistoryExport job(*(*m_core)->history, where);
    QSignalSpy finished(&job, &HistoryExport::finished);
    job.start();
    const auto written = outcome(finished);
    QVERIFY(!written);
    QVERIFY(written.error().message.contains(where));
}

void TestHistoryExport::aFullDiskEndsItAtOnce()
{
    writeFile(path(), "old");
    HistoryExport job(*(*m_core)->history, path());
    QSignalSpy finished(&job, &HistoryExport::finished);
    QSignalSpy progress(&job, &HistoryExport::progress);
    diskIsFull = true;
    job.start();
    const auto written = outcome(finished);
    diskIsFull = false;
    QVERIFY(!written);
    QCOMPARE(written.error().kind, Error::Kind::DiskFull);
    QVERIFY2(written.error().message.contains(path()), qPrintable(written.error().message));
    QCOMPARE(finished.size(), 1);
    QVERIFY2(progress.size() < 200, qPrintable(QString::number(progress.size()))); // of 450
    QCOMPARE(readFile(path()), QByteArray("old"));
    QCOMPARE(namesIn(m_folder->path()), QStringList{u"history.har"_s});
}

QTEST_GUILESS_MAIN(TestHistoryExport)
#include "test_history_export.moc"
