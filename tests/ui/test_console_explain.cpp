#include "tests/support/ConsoleFixture.h"
#include "ui/console/ExplainPanel.h"

#include <QAbstractItemView>
#include <QComboBox>
#include <QLineEdit>
#include <QMessageBox>
#include <QProgressBar>
#include <QPushButton>

using namespace Qt::StringLiterals;
using namespace keydesk;
using test::find;
using test::wordsOf;

/// Refused and failed calls, the key that they went with, and the buttons that mend them.
class TestConsoleExplain : public QObject, private test::ConsoleFixture
{
    Q_OBJECT

private:
    [[nodiscard]] QPushButton *primaryButton() const
    {
        const auto *explanation = find<QWidget>(m_page.get(), u"Explanation"_s);
        for (auto *button : explanation->findChildren<QPushButton *>()) {
            if (button->property("primary").toBool() && !button->isHidden())
                return button;
        }
        return nullptr;
    }

private Q_SLOTS:
    void init() { startConsole(); }
    void cleanup() { endConsole(); }

    void explainsARefusedCallAndItsButtonsWork();
    void sendsAgainWhenTheServerSaysSoOnRequestOnly();
    void aCountdownEndsWhenAnythingElseHappens();
    void saysThatAWaitIsTooLong();
    void showsTheRateLimitAsAMeter();
    void bindsOneMoreOriginOnlyWhenToldTo();
    void saysWhatToDoWithoutAKey();
    void choosesTheKey();
    void doesWhatEveryButtonOfAnExplanationSays();
};

void TestConsoleExplain::explainsARefusedCallAndItsButtonsWork()
{
    m_server->answer(
        test::response(401, {{"Content-Type", "application/json"}},
                       R"({"error":"TOKEN_EXPIRED","message":"Token expired","status_code":401})"));
    open(u"GET"_s, u"/api/v1/agents"_s);
    sendAndWait();
    QVERIFY2(status().startsWith(u"401"_s), qPrintable(status()));
    QCOMPARE(frontTab(), u"Explain"_s);
    const auto *explanation = find<QWidget>(m_page.get(), u"Explanation"_s);
    QVERIFY(explanation);
    QVERIFY2(wordsOf(explanation).contains(u"expired"_s), qPrintable(wordsOf(explanation)));
    QCOMPARE((*m_core)->keys->find(m_key.id)->status, ApiKey::Status::Refused);
    shoot(u"explain"_s);

    // The first button is the primary one; each does what its words say.
    QPushButton *primary = nullptr;
    for (auto *button : explanation->findChildren<QPushButton *>()) {
        if (button->property("primary").toBool())
            primary = button;
    }
    QVERIFY(primary);
    QSignalSpy newKey(m_page.get(), &ConsolePage::newKeyRequested);
    primary->click();
    QCOMPARE(newKey.size(), 1);
    const auto hints = newKey.first().first().value<NewKeyHints>();
    QCOMPARE(hints.providerId, u"talkover"_s);
    QCOMPARE(hints.kindId, u"environment"_s);
    QCOMPARE(hints.environmentId, std::optional(m_environment.id));

    // The next answer is fine: its body comes to the front again.
    m_server->answer(test::response(200, {}, "fine"));
    sendAndWait();
    QCOMPARE(frontTab(), u"Body"_s);
}

void TestConsoleExplain::sendsAgainWhenTheServerSaysSoOnRequestOnly()
{
    m_server->answer(test::response(429, {{"Content-Type", "application/json"}, {"Retry-After", "2"}},
                                    R"({"error":"slow down"})"));
    open(u"GET"_s, u"/"_s);
    sendAndWait();
    QCOMPARE(frontTab(), u"Explain"_s);
    QPushButton *again = primaryButton();
    QVERIFY(again);
    QVERIFY2(again->text().contains(u"again in 2 s"_s), qPrintable(again->text()));
    shoot(u"send-again"_s);
    m_server->answer(test::response(200, {}, "fine"));
    // Nothing is sent by itself, however long it takes.
    QTRY_COMPARE_WITH_TIMEOUT(again->text(), u"Send again"_s, 10'000);
    QCOMPARE(m_server->requests().size(), 1);
    QSignalSpy shown(m_page.get(), &ConsolePage::responseShown);
    again->click();
    QVERIFY(shown.wait(10'000));
    QVERIFY(status().startsWith(u"200"_s));

    // Pressed before the time has come, it counts down where everybody sees it, whichever tab is in front.
    m_server->answer(test::response(503, {{"Retry-After", "2"}}, "busy"));
    sendAndWait();
    again = primaryButton();
    QVERIFY(again);
    again->click();
    auto *cancel = find<QPushButton>(m_page.get(), u"Cancel sending again"_s);
    QVERIFY(cancel && cancel->isVisible());
    QVERIFY(cancel->hasFocus());
    tabs(u"Response parts"_s)->setCurrentIndex(0);
    QVERIFY2(wordsOf(m_page.get()).contains(u"Sending again in"_s), qPrintable(wordsOf(m_page.get())));
    shoot(u"countdown"_s);
    QCOMPARE(m_server->requests().size(), 3);
    m_server->answer(test::response(200, {}, "better"));
    QVERIFY(shown.wait(10'000));
    QTRY_COMPARE(body(), u"better"_s);
    QVERIFY(!cancel->isVisible());
    QCOMPARE(m_server->requests().size(), 4);
}

void TestConsoleExplain::aCountdownEndsWhenAnythingElseHappens()
{
    m_server->answer(test::response(429, {{"Retry-After", "300"}}, "slow down"));
    open(u"GET"_s, u"/a"_s);
    sendAndWait();
    QPushButton *cancel = nullptr;
    const auto begin = [&] {
        showPart(u"Explain"_s);
        primaryButton()->click();
        cancel = find<QPushButton>(m_page.get(), u"Cancel sending again"_s);
        return cancel && cancel->isVisible();
    };
    QVERIFY(begin());
    cancel->click();
    QVERIFY(!cancel->isVisible());

    // The request is edited: what would be sent is not what stood there.
    QVERIFY(begin());
    QTest::keyClicks(find<QLineEdit>(m_page.get(), u"URL"_s), u"b"_s);
    QVERIFY(!cancel->isVisible());

    // Another environment.
    const Environment other = addEnvironment(u"Other"_s, m_server->url(QString()));
    QVERIFY(begin());
    (*m_core)->environments->setCurrent(m_environment.id);
    QVERIFY(!cancel->isVisible());

    // Nobody looks at it.
    QVERIFY(begin());
    m_page->hide();
    m_page->show();
    QVERIFY(!cancel->isVisible());

    // Another request.
    QVERIFY(begin());
    open(u"GET"_s, u"/b"_s);
    QVERIFY(!cancel->isVisible());
    QCOMPARE(m_server->requests().size(), 1);
}

void TestConsoleExplain::saysThatAWaitIsTooLong()
{
    m_server->answer(test::response(429, {{"Retry-After", "7200"}}, "slow down"));
    open(u"GET"_s, u"/"_s);
    sendAndWait();
    const auto *explanation = find<QWidget>(m_page.get(), u"Explanation"_s);
    QVERIFY2(wordsOf(explanation).contains(u"too long to wait"_s), qPrintable(wordsOf(explanation)));
    const auto buttons = explanation->findChildren<QPushButton *>();
    for (const QPushButton *button : buttons)
        QVERIFY2(!button->text().startsWith(u"Send again"_s), qPrintable(button->text()));
}

void TestConsoleExplain::showsTheRateLimitAsAMeter()
{
    m_server->answer(test::response(200, {{"X-RateLimit-Limit", "60"}, {"X-RateLimit-Remaining", "15"}, {"X-RateLimit-Reset", "90"}}, "fine"));
    open(u"GET"_s, u"/"_s);
    sendAndWait();
    const auto *meter = find<QProgressBar>(m_page.get(), u"Rate limit"_s);
    QVERIFY(meter && meter->isVisible());
    QCOMPARE(meter->value(), 25);
    QVERIFY2(meter->accessibleDescription().startsWith(u"15 of 60 calls left, resets in 1 min"_s), qPrintable(meter->accessibleDescription()));
    shoot(u"rate-limit"_s);
    // It counts down.
    const QString before = meter->accessibleDescription();
    QTRY_VERIFY_WITH_TIMEOUT(meter->accessibleDescription() != before, 10'000);
    // The next answer says nothing of it.
    m_server->answer(test::response(200, {}, "fine"));
    sendAndWait();
    QVERIFY(!meter->isVisible());
    m_server->answer(test::response(200, {{"X-RateLimit-Limit", "-1"}, {"X-RateLimit-Remaining", "many"}, {"X-RateLimit-Reset", "99999999999999999999"}}, "fine"));
    sendAndWait();
    QVERIFY(!meter->isVisible());
}

void TestConsoleExplain::bindsOneMoreOriginOnlyWhenToldTo()
{
    test::HttpTestServer other;
    other.answer(test::response(200, {}, "here"));
    open(u"GET"_s, other.url(u"/x"_s).toString());
    sendAndWait();
    QVERIFY(other.requests().isEmpty());
    QCOMPARE(frontTab(), u"Explain"_s);
    const auto *explanation = find<QWidget>(m_page.get(), u"Explanation"_s);
    QVERIFY2(wordsOf(explanation).contains(other.origin().toString()), qPrintable(wordsOf(explanation)));
    const auto button = [explanation]() -> QPushButton * {
        for (auto *each : explanation->findChildren<QPushButton *>()) {
            if (each->property("primary").toBool())
                return each;
        }
        return nullptr;
    };
    QVERIFY(button());

    // Cancel is the default and binds nothing.
    button()->click();
    auto *box = m_page->findChild<QMessageBox *>();
    QVERIFY(box && box->isVisible());
    QVERIFY(wordsOf(box).contains(other.origin().toString()));
    QCOMPARE(box->defaultButton(), box->button(QMessageBox::Cancel));
    box->button(QMessageBox::Cancel)->click();
    QTRY_VERIFY(!m_page->findChild<QMessageBox *>());
    QVERIFY(!(*m_core)->keys->find(m_key.id)->origins.contains(other.origin()));

    button()->click();
    box = m_page->findChild<QMessageBox *>();
    for (QAbstractButton *each : box->buttons()) {
        if (box->buttonRole(each) == QMessageBox::AcceptRole)
            each->click();
    }
    QVERIFY((*m_core)->keys->find(m_key.id)->origins.contains(other.origin()));
    QVERIFY(other.requests().isEmpty()); // the user sends again
    sendAndWait();
    QCOMPARE(other.requests().size(), 1);
    QVERIFY(other.requests().first().has("Authorization"));
}

void TestConsoleExplain::saysWhatToDoWithoutAKey()
{
    m_page.reset();
    addEnvironment(u"Bare"_s, QUrl(u"https://api.example.com"_s));
    makePage();
    QVERIFY(wordsOf(m_page.get()).contains(u"“Bare” has no key yet"_s));
    shoot(u"no-key"_s);
    QSignalSpy asked(m_page.get(), &ConsolePage::newKeyRequested);
    QVERIFY(test::press(u"New Key"_s));
    QTRY_COMPARE(asked.size(), 1);
    QCOMPARE(asked.first().first().value<NewKeyHints>().providerId, u"talkover"_s);
    (*m_core)->environments->setCurrent(m_environment.id);
    QVERIFY(!wordsOf(m_page.get()).contains(u"has no key yet"_s));
}

void TestConsoleExplain::choosesTheKey()
{
    open(u"GET"_s, u"/x"_s);
    tabs(u"Request parts"_s)->setCurrentIndex(3);
    auto *chooser = find<QComboBox>(m_page.get(), u"Key"_s);
    QVERIFY(chooser->currentText().startsWith(u"Automatic"_s));
    QVERIFY(chooser->currentText().contains(m_key.name));
    QVERIFY2(wordsOf(m_page.get()).contains(m_server->origin().toString()), "where the key goes is not said");
    const auto choose = [chooser](int row) {
        chooser->setCurrentIndex(row);
        Q_EMIT chooser->activated(row);
    };
    choose(chooser->findText(u"None"_s));
    QCOMPARE(m_page->request().key.mode, KeyChoice::Mode::None);
    sendAndWait();
    QVERIFY(!m_server->requests().last().has("Authorization"));

    choose(chooser->findData(m_key.id));
    QCOMPARE(m_page->request().key, (KeyChoice{KeyChoice::Mode::Chosen, m_key.id, {}}));
    sendAndWait();
    QVERIFY(m_server->requests().last().has("Authorization"));

    // A URL elsewhere: said before it is sent.
    auto *url = find<QLineEdit>(m_page.get(), u"URL"_s);
    url->setText(u"https://elsewhere.example/x"_s);
    QVERIFY(wordsOf(m_page.get()).contains(u"not bound to https://elsewhere.example"_s));
    url->setText(u"/x"_s);

    // A key that is deleted: the request says so and is not sent with another one.
    QVERIFY((*m_core)->keyService->remove(m_key.id));
    QTRY_VERIFY(wordsOf(m_page.get()).contains(u"no longer there"_s));
    choose(0);
    QVERIFY(wordsOf(m_page.get()).contains(u"has no key of the kind"_s));
    QSignalSpy asked(m_page.get(), &ConsolePage::newKeyRequested);
    QVERIFY(test::press(u"New Key…"_s));
    QTRY_COMPARE(asked.size(), 1);
}

void TestConsoleExplain::doesWhatEveryButtonOfAnExplanationSays()
{
    using Kind = ExplanationAction::Kind;
    RequestSpec request;
    request.url = u"/x"_s;
    request.headers = {{u"authorization"_s, u"Bearer Bearer x"_s, true}, {u"Accept"_s, u"*/*"_s, true}};
    request.key.mode = KeyChoice::Mode::None;
    m_page->open(request);
    sendAndWait();
    find<QLineEdit>(m_page.get(), u"URL"_s)->setText(u"http://example.com/x"_s);
    auto *panel = m_page->findChild<ExplainPanel *>();
    QVERIFY(panel);
    const auto press = [panel](Kind kind, const QString &argument = {}) {
        Q_EMIT panel->actionChosen({kind, {}, argument});
    };

    press(Kind::RemoveHeader, u"Authorization"_s);
    QCOMPARE(m_page->request().headers, (QList<NameValue>{{u"Accept"_s, u"*/*"_s, true}}));
    press(Kind::UseHttps);
    QCOMPARE(m_page->request().url, u"https://example.com/x"_s);
    press(Kind::ChooseKey);
    QCOMPARE(tabs(u"Request parts"_s)->currentIndex(), 3);
    auto *chooser = qobject_cast<QComboBox *>(QApplication::focusWidget());
    QVERIFY(chooser);
    QTRY_VERIFY(chooser->view()->isVisible());
    chooser->hidePopup();
    press(Kind::EditUrl);
    QVERIFY(find<QLineEdit>(m_page.get(), u"URL"_s)->hasFocus());
    press(Kind::ShowSent);
    QCOMPARE(frontTab(), u"Sent"_s);

    QSignalSpy unlock(m_page.get(), &ConsolePage::unlockRequested);
    press(Kind::UnlockKeychain);
    QCOMPARE(unlock.size(), 1);
    QSignalSpy preferences(m_page.get(), &ConsolePage::preferencesRequested);
    press(Kind::OpenPreferences);
    QCOMPARE(preferences.size(), 1);
    QSignalSpy edit(m_page.get(), &ConsolePage::openEnvironment);
    press(Kind::EditEnvironment);
    QCOMPARE(edit.size(), 1);
    QCOMPARE(edit.first().first().toUuid(), m_environment.id);

    const Environment other = addEnvironment(u"Other"_s, QUrl(u"https://other.example"_s));
    press(Kind::SwitchEnvironment, m_environment.id.toString());
    QCOMPARE((*m_core)->environments->current()->id, m_environment.id);

    // The check says how it went where it was asked for.
    open(u"GET"_s, u"/x"_s);
    m_server->answer(test::response(401, {}, "{}"));
    sendAndWait();
    m_server->answer(test::response(200, {{"Content-Type", "application/json"}}, "{}"));
    press(Kind::CheckKey);
    QTRY_VERIFY2(wordsOf(panel).contains(u"was checked"_s), qPrintable(wordsOf(panel)));
    QCOMPARE((*m_core)->keys->find(m_key.id)->status, ApiKey::Status::Works);
}

QTEST_MAIN(TestConsoleExplain)
#include "test_console_explain.moc"
