#include "app/storage/Settings.h"
#include "tests/support/TempHome.h"
#include "ui/widgets/Clipboard.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QMimeData>
#include <QSignalSpy>
#include <QTest>

using namespace keydesk;
using namespace Qt::StringLiterals;

namespace {

Secret canary()
{
    return Secret(std::string_view("talq_canary0123456789abcdef3f9a"));
}
const QString canaryText = u"talq_canary0123456789abcdef3f9a"_s;

} // namespace

/// SECURITY S4: what is copied is marked, leaves the clipboard in time, and only if it is still ours.
class TestClipboard : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void marksASecret();
    void clearsWhenTheTimeIsOver();
    void leavesWhatOthersCopied();
    void clearsWhatAManagerTookOver();
    void clearsWhatCouldNotBeReadInTime();
    void clearsAtTheEnd();
    void leavesWhatOthersCopiedAtTheEnd();
    void aSecondCopyStartsAgain();
    void textIsNotCleared();
    void neverTouchesThePrimarySelection();

private:
    test::TempHome m_home;
    QClipboard *m_system = nullptr;
    std::unique_ptr<Settings> m_settings;
    std::unique_ptr<Clipboard> m_clipboard;
};

void TestClipboard::init()
{
    m_clipboard.reset();
    m_system = QGuiApplication::clipboard();
    m_system->clear();
    m_settings = std::make_unique<Settings>(m_home.path(u"settings.ini"_s));
    m_settings->setClipboardSeconds(5);
    m_clipboard = std::make_unique<Clipboard>(*m_system, *m_settings);
}

void TestClipboard::marksASecret()
{
    QSignalSpy countdown(m_clipboard.get(), &Clipboard::countdown);
    m_clipboard->copySecret(canary());
    QCOMPARE(m_system->text(), canaryText);
    QCOMPARE(m_system->mimeData()->data(u"x-kde-passwordManagerHint"_s), QByteArray("secret"));
    QCOMPARE(m_clipboard->secondsLeft(), 5);
    QCOMPARE(countdown.count(), 1);
    QCOMPARE(countdown.constFirst().constFirst().toInt(), 5);
}

void TestClipboard::clearsWhenTheTimeIsOver()
{
    QSignalSpy countdown(m_clipboard.get(), &Clipboard::countdown);
    m_clipboard->copySecret(canary());
    QTRY_COMPARE_WITH_TIMEOUT(m_clipboard->secondsLeft(), 0, 20'000);
    QVERIFY(m_system->text().isEmpty());
    QList<int> seconds;
    for (const QList<QVariant> &call : countdown)
        seconds << call.constFirst().toInt();
    QCOMPARE(seconds, (QList<int>{5, 4, 3, 2, 1, 0}));
}

void TestClipboard::leavesWhatOthersCopied()
{
    QSignalSpy countdown(m_clipboard.get(), &Clipboard::countdown);
    m_clipboard->copySecret(canary());
    m_system->setText(u"a shopping list"_s);
    QCOMPARE(m_clipboard->secondsLeft(), 0);
    QCOMPARE(countdown.constLast().constFirst().toInt(), 0);
    m_clipboard->clearIfOurs();
    QCOMPARE(m_system->text(), u"a shopping list"_s);
}

void TestClipboard::clearsWhatAManagerTookOver()
{
    m_clipboard->copySecret(canary());
    m_system->clear(); // what is seen while the ownership changes
    QVERIFY(m_clipboard->secondsLeft() > 0);
    m_system->setText(canaryText);
    QVERIFY(m_clipboard->secondsLeft() > 0);
    QTRY_COMPARE_WITH_TIMEOUT(m_clipboard->secondsLeft(), 0, 20'000);
    QVERIFY(m_system->text().isEmpty());
}

void TestClipboard::clearsWhatCouldNotBeReadInTime()
{
    m_clipboard->copySecret(canary());
    m_system->clear();
    QTRY_COMPARE_WITH_TIMEOUT(m_clipboard->secondsLeft(), 0, 20'000);
    m_system->setText(canaryText); // as on Wayland, when the window has the focus again
    QVERIFY(m_system->text().isEmpty());
    m_system->setText(u"a shopping list"_s);
    QCOMPARE(m_system->text(), u"a shopping list"_s);
}

void TestClipboard::clearsAtTheEnd()
{
    m_clipboard->copySecret(canary());
    m_clipboard.reset();
    QVERIFY(m_system->text().isEmpty());
}

void TestClipboard::leavesWhatOthersCopiedAtTheEnd()
{
    m_clipboard->copySecret(canary());
    m_system->setText(u"a shopping list"_s);
    m_clipboard.reset();
    QCOMPARE(m_system->text(), u"a shopping list"_s);
}

void TestClipboard::aSecondCopyStartsAgain()
{
    m_clipboard->copySecret(canary());
    QTRY_COMPARE_WITH_TIMEOUT(m_clipboard->secondsLeft(), 4, 10'000);
    m_clipboard->copySecret(Secret(std::string_view("1|another")));
    QCOMPARE(m_clipboard->secondsLeft(), 5);
    QCOMPARE(m_system->text(), u"1|another"_s);
}

void TestClipboard::textIsNotCleared()
{
    m_clipboard->copySecret(canary());
    m_clipboard->copyText(u"$TALKOVER_TOKEN"_s);
    QCOMPARE(m_clipboard->secondsLeft(), 0);
    QVERIFY(!m_system->mimeData()->hasFormat(u"x-kde-passwordManagerHint"_s));
    m_clipboard->clearIfOurs();
    m_clipboard.reset();
    QCOMPARE(m_system->text(), u"$TALKOVER_TOKEN"_s);
}

void TestClipboard::neverTouchesThePrimarySelection()
{
    QSignalSpy selection(m_system, &QClipboard::selectionChanged);
    m_clipboard->copySecret(canary());
    m_clipboard->copyText(u"text"_s);
    m_clipboard->copySecret(canary());
    m_clipboard->clearIfOurs();
    QCOMPARE(selection.count(), 0);
    QVERIFY(!m_system->text(QClipboard::Selection).contains(canaryText));
}

QTEST_MAIN(TestClipboard)
#include "test_clipboard.moc"
