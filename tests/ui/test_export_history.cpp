#include "tests/support/ConsoleFixture.h"
#include "tests/support/Files.h"

#include <QFileDialog>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

using namespace keydesk;
using namespace keydesk::test;

/// From a call to a file, as a person goes about it. The token is not in it.
class TestExportHistory : public QObject, private ConsoleFixture
{
    Q_OBJECT

private Q_SLOTS:
    void init() { startConsole(); }
    void cleanup() { endConsole(); }

    void aCallIsInTheFileWithoutItsToken();
};

void TestExportHistory::aCallIsInTheFileWithoutItsToken()
{
    QSignalSpy added((*m_core)->history.get(), &HistoryStore::added);
    open(u"GET"_s, u"/v1/agents"_s);
    sendAndWait();
    QTRY_COMPARE(added.size(), 1);
    QVERIFY(m_server->received().contains(token.data())); // it went out

    const QTemporaryDir folder;
    const QString path = folder.filePath(u"calls.har"_s);
    QSignalSpy told(m_page.get(), &ConsolePage::message);
    m_page->exportHistory();
    auto *dialog = m_page->findChild<QFileDialog *>();
    QVERIFY(dialog);
    dialog->selectFile(path);
    QMetaObject::invokeMethod(dialog, "accept");
    QTRY_VERIFY(!told.isEmpty());
    QVERIFY(told.constLast().constFirst().toString().contains(path));
    const QByteArray har = readFile(path);
    QVERIFY(QJsonDocument::fromJson(har).object().contains("log"_L1));
    QVERIFY(har.contains("/v1/agents"));
    QVERIFY(har.contains("Authorization"));
    QVERIFY(!har.contains(token.data()));
    QVERIFY(!har.contains(QByteArray(token.data()).toBase64()));
    QCOMPARE(modeOf(path), 0600U);
}

QTEST_MAIN(TestExportHistory)
#include "test_export_history.moc"
