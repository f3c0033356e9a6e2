#include "tests/support/ConsoleFixture.h"

#include "ui/widgets/MessageBar.h"

#include <QClipboard>
#include <QMenu>
#include <QTest>
#include <QToolButton>

#include <algorithm>

using namespace keydesk;
using namespace keydesk::test;

/// A curl command in the URL field is a whole request.
class TestPasteCurl : public QObject, private ConsoleFixture
{
    Q_OBJECT

private Q_SLOTS:
    void init() { startConsole(); }
    void cleanup()
    {
        QGuiApplication::clipboard()->clear();
        endConsole();
    }

    void fillsTheRequest();
    void aCredentialIsSaid();
    void canBeUndone();
    void severalFillTheFirst();
    void whatIsWrongIsSaid();
    void anythingElseIsPastedAsText();
    void theContextMenuPastesLikewise();

private:
    QLineEdit *url() const { return find<QLineEdit>(m_page.get(), u"URL"_s); }
    void paste(const QString &text)
    {
        QGuiApplication::clipboard()->setText(text);
        url()->setFocus();
        QTest::keySequence(url(), QKeySequence::Paste);
    }
    /// All messages that are shown above the request.
    QString said() const
    {
        QStringList texts;
        const auto bars = m_page->findChildren<MessageBar *>();
        for (const MessageBar *bar : bars) {
            if (bar->isVisible())
                texts.append(bar->text());
        }
        return texts.join(u'\n');
    }
    QAbstractButton *button(const QString &text) const
    {
        const auto buttons = m_page->findChildren<QAbstractButton *>();
        for (QAbstractButton *each : buttons) {
            if (each->isVisible() && each->text() == text)
                return each;
        }
        return nullptr;
    }
};

void TestPasteCurl::fillsTheRequest()
{
    open(u"GET"_s, u"/old"_s);
    paste(u"curl -k 'https://api.example/v1?a=b' \\\n  -H 'X-Trace: 1' \\\n  --json '{\"a\": 1}'"_s);
    const RequestSpec request = m_page->request();
    QCOMPARE(request.method, u"POST"_s);
    QCOMPARE(request.url, u"https://api.example/v1?a=b"_s);
    QCOMPARE(request.headers.constFirst().name, u"X-Trace"_s);
    QCOMPARE(request.body.kind, RequestBody::Kind::Json);
    QCOMPARE(request.body.text, u"{\"a\": 1}"_s);
    QVERIFY(said().contains("--insecure"_L1));
    QVERIFY(!said().contains("plain text"_L1));
    shoot(u"paste-curl"_s);
}

void TestPasteCurl::aCredentialIsSaid()
{
    paste(u"curl https://api.example/v1 -u alice:hunter22hunter22"_s);
    QVERIFY(said().contains("plain text"_L1));
    QVERIFY(!said().contains("hunter22"_L1));
    QVERIFY(button(u"Keep It as a Key…"_s));
    QSignalSpy wanted(m_page.get(), &ConsolePage::newKeyRequested);
    button(u"Keep It as a Key…"_s)->click();
    QCOMPARE(wanted.size(), 1);
    shoot(u"paste-curl-credential"_s);
}

void TestPasteCurl::canBeUndone()
{
    open(u"PUT"_s, u"/old"_s);
    const RequestSpec before = m_page->request();
    paste(u"curl https://api.example/v1 -d a=1"_s);
    QVERIFY(m_page->request() != before);
    QVERIFY(button(u"Undo"_s));
    button(u"Undo"_s)->click();
    QCOMPARE(m_page->request(), before);
}

void TestPasteCurl::severalFillTheFirst()
{
    paste(u"curl https://h/1\ncurl https://h/2"_s);
    QCOMPARE(m_page->request().url, u"https://h/1"_s);
    QVERIFY(said().contains("first"_L1));
}

void TestPasteCurl::whatIsWrongIsSaid()
{
    open(u"GET"_s, u"/old"_s);
    paste(u"curl 'https://h"_s);
    QCOMPARE(m_page->request().url, u"/old"_s);
    QVERIFY(said().contains("line 1, column 6"_L1));
}

void TestPasteCurl::anythingElseIsPastedAsText()
{
    open(u"GET"_s, {});
    paste(u"https://curl.example/curl"_s);
    QCOMPARE(m_page->request().url, u"https://curl.example/curl"_s);
}

void TestPasteCurl::theContextMenuPastesLikewise()
{
    QGuiApplication::clipboard()->setText(u"curl https://h/menu -I"_s);
    QContextMenuEvent event(QContextMenuEvent::Mouse, QPoint(5, 5), url()->mapToGlobal(QPoint(5, 5)));
    QCoreApplication::sendEvent(url(), &event);
    auto *menu = url()->findChild<QMenu *>();
    QVERIFY(menu);
    const QList<QAction *> actions = menu->actions();
    const auto action = std::ranges::find_if(actions, [](const QAction *each) { return each->text().startsWith("&Paste"_L1); });
    QVERIFY(action != actions.end());
    (*action)->trigger();
    menu->close();
    QCOMPARE(m_page->request().method, u"HEAD"_s);
    QCOMPARE(m_page->request().url, u"https://h/menu"_s);
}

QTEST_MAIN(TestPasteCurl)
#include "test_paste_curl.moc"
