#include "tests/support/ConsoleFixture.h"
#include "tests/support/Files.h"
#include "tests/support/TestCertificates.h"
#include "app/models/EnvironmentsModel.h"
#include "ui/UndoHistory.h"
#include "ui/console/ConnectionNotice.h"
#include "ui/environments/ConnectionEditor.h"
#include "ui/environments/EnvironmentsPage.h"
#include "ui/environments/PathField.h"
#include "ui/environments/StoredSecretField.h"

#include <QAction>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QTreeWidget>

using namespace keydesk;
using namespace keydesk::test;

/// The environment's Connection section, and what the console says of a connection.
class TestConnection : public QObject, private ConsoleFixture
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();

    void isMadeAtTheFirstLook();
    void keepsWhatIsChosen();
    void saysWhatIsWrongWithAFile();
    void takesAProxyOnceItIsComplete();
    void storesAPassword();
    void doesNotTakeAPassphraseThatDoesNotFit();
    void aLockedKeychainIsNamed();
    void protectingChecksCertificatesAgain();
    void theConsoleSaysThatNothingIsVerified();
    void factsAreShownAndCopied();
    void aFailureLeadsToTheField();
    void aRedirectThatIsNotFollowedIsTold();
    void nothingIsCutWhereThereIsLittleRoom();

private:
    void showPage();
    [[nodiscard]] Environment stored() const { return *(*m_core)->environments->find(m_environment.id); }
    template <typename W>
    [[nodiscard]] W *field(const QString &name) const
    {
        return find<W>(m_environments.get(), name);
    }
    void type(const QString &name, const QString &text);
    [[nodiscard]] QString problemOf(const QString &name) const;

    std::unique_ptr<TestCertificates> m_certificates;
    std::unique_ptr<EnvironmentsModel> m_model;
    std::unique_ptr<EnvironmentsPage> m_environments;
};

void TestConnection::initTestCase()
{
    m_certificates = std::make_unique<TestCertificates>();
    m_certificates->makeClient(u"open sesame"_s);
}

void TestConnection::init()
{
    startConsole();
}

void TestConnection::cleanup()
{
    m_environments.reset();
    m_model.reset();
    endConsole();
}

void TestConnection::showPage()
{
    m_model = std::make_unique<EnvironmentsModel>(*(*m_core)->environments, (*m_core)->providers);
    m_environments = std::make_unique<EnvironmentsPage>(*(*m_core)->environments, *m_model, *(*m_core)->keys, *(*m_core)->keyService,
                                                        (*m_core)->providers, *(*m_core)->ring, *(*m_core)->environmentSecrets, *(*m_core)->secretVariables,
                                                        *(*m_core)->settings);
    m_environments->resize(900, 600);
    m_environments->show();
    m_environments->select(m_environment.id);
    find<QTabBar>(m_environments.get(), u"Environment sections"_s)->setCurrentIndex(2);
    m_environments->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_environments.get()));
}

void TestConnection::type(const QString &name, const QString &text)
{
    auto *line = field<QLineEdit>(name);
    QVERIFY2(line, qPrintable(name));
    line->setFocus();
    line->selectAll();
    QTest::keyClicks(line, text);
}

QString TestConnection::problemOf(const QString &name) const
{
    return field<QLineEdit>(name)->accessibleDescription();
}

void TestConnection::isMadeAtTheFirstLook()
{
    m_model = std::make_unique<EnvironmentsModel>(*(*m_core)->environments, (*m_core)->providers);
    EnvironmentsPage page(*(*m_core)->environments, *m_model, *(*m_core)->keys, *(*m_core)->keyService, (*m_core)->providers,
                          *(*m_core)->ring, *(*m_core)->environmentSecrets, *(*m_core)->secretVariables,
                          *(*m_core)->settings);
    page.show();
    QVERIFY(!page.findChild<ConnectionEditor *>());
    page.showConnection(m_environment.id, u"proxy"_s);
    QVERIFY(page.findChild<ConnectionEditor *>());
    QVERIFY(find<QCheckBox>(&page, u"Follow redirects"_s)->isChecked());
    QVERIFY(find<QCheckBox>(&page, u"Check certificates"_s)->isChecked());
}

void TestConnection::keepsWhatIsChosen()
{
    showPage();
    field<QCheckBox>(u"Follow redirects"_s)->click();
    QVERIFY(!stored().connection.followRedirects);
    auto *family = field<QComboBox>(u"Addresses"_s);
    family->setCurrentIndex(2);
    Q_EMIT family->activated(2);
    QCOMPARE(stored().connection.family, ConnectionSettings::Family::IPv6);
    field<QCheckBox>(u"Check certificates"_s)->click();
    QVERIFY(!stored().connection.verifyTls);
    QVERIFY(wordsOf(m_environments.get()).contains(u"Anybody on the way"_s));
    shoot(u"connection-unverified"_s, m_environments.get());
    // Another environment is shown as it is, and comes back as it was.
    const Environment other = addEnvironment(u"Other"_s, QUrl(u"https://other.example.com"_s));
    m_environments->select(other.id);
    QVERIFY(field<QCheckBox>(u"Check certificates"_s)->isChecked());
    m_environments->select(m_environment.id);
    QVERIFY(!field<QCheckBox>(u"Check certificates"_s)->isChecked());
    QCOMPARE((*m_core)->environments->find(other.id)->connection, ConnectionSettings());
}

void TestConnection::saysWhatIsWrongWithAFile()
{
    showPage();
    const QString missing = m_certificates->file(u"nowhere.pem"_s);
    type(u"Authority file"_s, missing);
    QTRY_VERIFY(problemOf(u"Authority file"_s).contains(u"nowhere.pem"_s));
    type(u"Authority file"_s, m_certificates->file(u"authority.pem"_s));
    QTRY_VERIFY(problemOf(u"Authority file"_s).isEmpty());
    QCOMPARE(stored().connection.caFile, m_certificates->file(u"authority.pem"_s));
    type(u"Client certificate file"_s, m_certificates->file(u"client.pem"_s));
    QTRY_VERIFY(problemOf(u"Client key file"_s).contains(u"no private key"_s));
    type(u"Client key file"_s, m_certificates->file(u"good.key"_s));
    QTRY_VERIFY(problemOf(u"Client key file"_s).contains(u"does not belong"_s));
    shoot(u"connection-problem"_s, m_environments.get());
    type(u"Client key file"_s, m_certificates->file(u"client-encrypted.key"_s));
    QTRY_VERIFY(problemOf(u"Certificate passphrase"_s).contains(u"encrypted"_s));
    QVERIFY(problemOf(u"Client key file"_s).isEmpty());
    type(u"Client key file"_s, m_certificates->file(u"client.key"_s));
    QTRY_VERIFY(problemOf(u"Certificate passphrase"_s).isEmpty() && problemOf(u"Client key file"_s).isEmpty());
}

void TestConnection::takesAProxyOnceItIsComplete()
{
    showPage();
    auto *proxy = field<QComboBox>(u"Environment proxy"_s);
    proxy->setFocus();
    proxy->setCurrentIndex(3);
    Q_EMIT proxy->activated(3);
    QCOMPARE(stored().connection.proxy, ConnectionSettings::Proxy::AsInPreferences);
    auto *host = field<QLineEdit>(u"Proxy host"_s);
    QVERIFY(host->isVisible());
    QVERIFY(proxy->hasFocus()); // whoever walks through the kinds by arrow key is not at the last one yet
    QVERIFY(wordsOf(m_environments.get()).contains(u"Enter the proxy's host"_s));
    QCOMPARE(field<QSpinBox>(u"Proxy port"_s)->value(), 1080);
    QTest::keyClicks(host, u"http://x"_s);
    QCOMPARE(stored().connection.proxyHost.contains(u'/'), false);
    QVERIFY(wordsOf(m_environments.get()).contains(u"Enter the host alone"_s));
    host->selectAll();
    QTest::keyClicks(host, u"proxy.test"_s);
    QCOMPARE(stored().connection.proxyHost, u"proxy.test"_s);
    QCOMPARE(stored().connection.proxyPort, 1080);
    QCOMPARE(stored().connection.proxy, ConnectionSettings::Proxy::Socks5);
    type(u"Proxy user"_s, u"ada"_s);
    QCOMPARE(stored().connection.proxyUser, u"ada"_s);
    field<QSpinBox>(u"Proxy port"_s)->setValue(9050);
    QCOMPARE(stored().connection.proxyPort, 9050);
    shoot(u"connection-proxy"_s, m_environments.get());
    proxy->setCurrentIndex(1);
    Q_EMIT proxy->activated(1);
    QCOMPARE(stored().connection.proxy, ConnectionSettings::Proxy::None);
    QVERIFY(!host->isVisible());
}

void TestConnection::storesAPassword()
{
    Environment proxied = stored();
    proxied.connection.proxy = ConnectionSettings::Proxy::Http;
    proxied.connection.proxyHost = u"proxy.test"_s;
    proxied.connection.proxyPort = 3128;
    QVERIFY((*m_core)->environments->update(proxied));
    showPage();
    auto *password = field<QLineEdit>(u"Proxy password"_s);
    QVERIFY(password && password->isVisible());
    password->setFocus();
    QTest::keyClicks(password, u"proxy-canary"_s);
    QVERIFY(!password->text().contains(u"canary"_s));
    QTest::keyClick(password, Qt::Key_Return);
    QTRY_VERIFY(!stored().connection.proxyPasswordId.isNull());
    QCOMPARE(m_keychain->vault().at(stored().connection.proxyPasswordId), "proxy-canary"_ba);
    QTRY_VERIFY(wordsOf(m_environments.get()).contains(u"Stored in the system keychain."_s));
    QVERIFY(password->text().isEmpty());
    QVERIFY(!wordsOf(m_environments.get()).contains(u"canary"_s));
    field<QPushButton>(u"Remove: Proxy password"_s)->click();
    QVERIFY(stored().connection.proxyPasswordId.isNull());
    QTRY_VERIFY(!wordsOf(m_environments.get()).contains(u"Stored in the system keychain."_s));
}

void TestConnection::doesNotTakeAPassphraseThatDoesNotFit()
{
    Environment changed = stored();
    changed.connection.certificateFile = m_certificates->file(u"client.p12"_s);
    QVERIFY((*m_core)->environments->update(changed));
    showPage();
    QTRY_VERIFY(problemOf(u"Certificate passphrase"_s).contains(u"without a passphrase"_s));
    auto *passphrase = field<QLineEdit>(u"Certificate passphrase"_s);
    passphrase->setFocus();
    QTest::keyClicks(passphrase, u"sesame"_s);
    QTest::keyClick(passphrase, Qt::Key_Return);
    QTRY_VERIFY(problemOf(u"Certificate passphrase"_s).contains(u"client.p12"_s));
    QVERIFY(stored().connection.passphraseId.isNull());
    passphrase->setFocus();
    passphrase->selectAll();
    QTest::keyClicks(passphrase, u"open sesame"_s);
    QTest::keyClick(passphrase, Qt::Key_Return);
    QTRY_VERIFY(!stored().connection.passphraseId.isNull());
    QTRY_VERIFY(problemOf(u"Certificate passphrase"_s).isEmpty());
}

void TestConnection::aLockedKeychainIsNamed()
{
    Environment proxied = stored();
    proxied.connection.proxy = ConnectionSettings::Proxy::Http;
    proxied.connection.proxyHost = u"proxy.test"_s;
    proxied.connection.proxyPort = 3128;
    QVERIFY((*m_core)->environments->update(proxied));
    showPage();
    m_keychain->become(SecretStore::State::Locked);
    auto *password = field<QLineEdit>(u"Proxy password"_s);
    password->setFocus();
    QTest::keyClicks(password, u"proxy-canary"_s);
    QTest::keyClick(password, Qt::Key_Return);
    QTRY_VERIFY2(problemOf(u"Proxy password"_s).contains(u"locked"_s), qPrintable(problemOf(u"Proxy password"_s)));
    QVERIFY(stored().connection.proxyPasswordId.isNull());
    QVERIFY(!password->text().isEmpty()); // it can be tried again
}

void TestConnection::protectingChecksCertificatesAgain()
{
    Environment changed = stored();
    changed.connection.verifyTls = false;
    QVERIFY((*m_core)->environments->update(changed));
    showPage();
    QSignalSpy told(m_environments.get(), &EnvironmentsPage::message);
    auto *sections = find<QTabBar>(m_environments.get(), u"Environment sections"_s);
    sections->setCurrentIndex(0);
    field<QCheckBox>(u"Protected"_s)->click();
    sections->setCurrentIndex(2);
    QCOMPARE(told.size(), 1);
    QVERIFY(told.first().first().toString().contains(u"checked again"_s));
    QVERIFY(stored().connection.verifyTls);
    QVERIFY(field<QCheckBox>(u"Check certificates"_s)->isChecked());
    QVERIFY(!field<QCheckBox>(u"Check certificates"_s)->isEnabled());
    QVERIFY(wordsOf(m_environments.get()).contains(u"always checked"_s));
}

void TestConnection::theConsoleSaysThatNothingIsVerified()
{
    auto *notice = m_page->findChild<ConnectionNotice *>();
    QVERIFY(notice && !notice->isVisible());
    HttpTestServer server(m_certificates->server(u"self-signed"_s));
    server.answer(response(200, {}, "posing"));
    Environment changed = stored();
    changed.baseUrl = server.url(QString()).toString();
    changed.connection.verifyTls = false;
    QVERIFY((*m_core)->environments->update(changed));
    QVERIFY(notice->isVisible());
    QVERIFY2(wordsOf(notice).contains(u"TLS not verified"_s), qPrintable(wordsOf(notice)));
    QSignalSpy wanted(m_page.get(), &ConsolePage::openConnection);
    notice->findChild<QPushButton *>()->click();
    QCOMPARE(wanted.size(), 1);
    QCOMPARE(wanted.first().first().toUuid(), m_environment.id);

    RequestSpec request;
    request.url = u"/x"_s;
    request.key.mode = KeyChoice::Mode::None;
    m_page->open(request);
    sendAndWait();
    QVERIFY2(status().contains(u"TLS not verified"_s), qPrintable(status()));
    showPart(u"TLS"_s);
    QCOMPARE(frontTab(), u"TLS"_s);
    shoot(u"connection-console"_s);
    changed = stored();
    changed.isProtected = true;
    QVERIFY((*m_core)->environments->update(changed));
    QVERIFY(!notice->isVisible());
}

void TestConnection::factsAreShownAndCopied()
{
    HttpTestServer server(m_certificates->server(u"good"_s));
    server.answer(response(200, {}, "safe"));
    Environment changed = stored();
    changed.baseUrl = server.url(QString()).toString();
    changed.connection.caFile = m_certificates->file(u"authority.pem"_s);
    QVERIFY((*m_core)->environments->update(changed));
    RequestSpec request;
    request.url = u"/x"_s;
    request.key.mode = KeyChoice::Mode::None;
    m_page->open(request);
    sendAndWait();
    QVERIFY2(!status().contains(u"not verified"_s), qPrintable(status()));
    showPart(u"TLS"_s);
    auto *facts = find<QTreeWidget>(m_page.get(), u"Connection facts"_s);
    QVERIFY(facts && facts->isVisible());
    QVERIFY(!facts->findItems(u"Verified"_s, Qt::MatchExactly | Qt::MatchRecursive, 1).isEmpty());
    QVERIFY(!facts->findItems(u"Keydesk test authority"_s, Qt::MatchExactly | Qt::MatchRecursive, 1).isEmpty());
    find<QPushButton>(m_page.get(), u"Copy connection facts"_s)->click();
    const QString copied = QApplication::clipboard()->text();
    QVERIFY2(copied.contains(u"Issued by: Keydesk test authority"_s), qPrintable(copied));
    shoot(u"connection-facts"_s);
}

void TestConnection::aFailureLeadsToTheField()
{
    HttpTestServer server(m_certificates->server(u"unknown-authority"_s));
    Environment changed = stored();
    changed.baseUrl = server.url(QString()).toString();
    QVERIFY((*m_core)->environments->update(changed));
    RequestSpec request;
    request.url = u"/x"_s;
    request.key.mode = KeyChoice::Mode::None;
    m_page->open(request);
    sendAndWait();
    QCOMPARE(frontTab(), u"Explain"_s);
    shoot(u"connection-refused"_s);
    QPushButton *trust = nullptr;
    for (QPushButton *button : m_page->findChildren<QPushButton *>()) {
        if (button->isVisible() && button->text().contains(u"Trust a CA file"_s))
            trust = button;
    }
    QVERIFY(trust);
    QSignalSpy wanted(m_page.get(), &ConsolePage::openConnection);
    trust->click();
    QCOMPARE(wanted.size(), 1);
    QCOMPARE(wanted.first().last().toString(), u"authority"_s);
    showPage();
    m_environments->showConnection(m_environment.id, wanted.first().last().toString());
    QVERIFY(field<QLineEdit>(u"Authority file"_s)->hasFocus());
}

void TestConnection::aRedirectThatIsNotFollowedIsTold()
{
    m_server->handle("/away", [](const ReceivedRequest &) { return Answer{response(302, {{"Location", "/there"}})}; });
    Environment changed = stored();
    changed.connection.followRedirects = false;
    QVERIFY((*m_core)->environments->update(changed));
    open(u"GET"_s, u"/away"_s);
    sendAndWait();
    QVERIFY2(wordsOf(m_page.get()).contains(u"It was not followed"_s), qPrintable(wordsOf(m_page.get())));
    QCOMPARE(m_server->requests().size(), 1);
}

/// In 900 × 600, in both themes, with fonts twice as large too.
void TestConnection::nothingIsCutWhereThereIsLittleRoom()
{
    Environment changed = stored();
    changed.connection.proxy = ConnectionSettings::Proxy::Http;
    changed.connection.proxyHost = u"proxy.test"_s;
    changed.connection.proxyPort = 3128;
    changed.connection.verifyTls = false;
    changed.connection.caFile = m_certificates->file(u"nowhere.pem"_s);
    QVERIFY((*m_core)->environments->update(changed));
    const QFont before = QApplication::font();
    for (const auto theme : {Settings::Theme::Light, Settings::Theme::Dark}) {
        for (const int percent : {100, 200}) {
            (*m_core)->settings->setTheme(theme);
            QFont font = before;
            font.setPixelSize(13 * percent / 100);
            QApplication::setFont(font);
            m_environments.reset();
            m_model.reset();
            showPage();
            QTRY_VERIFY(!problemOf(u"Authority file"_s).isEmpty());
            auto *editor = m_environments->findChild<ConnectionEditor *>();
            QVERIFY2(editor->widget()->width() <= editor->viewport()->width(), "it has to be scrolled sideways");
            for (QLabel *label : editor->widget()->findChildren<QLabel *>()) {
                if (label->isVisible() && !label->wordWrap())
                    QVERIFY2(label->width() >= label->sizeHint().width(), qPrintable(label->text()));
            }
            for (QPushButton *button : editor->widget()->findChildren<QPushButton *>()) {
                if (button->isVisible())
                    QVERIFY2(button->width() >= button->minimumSizeHint().width(), qPrintable(button->text()));
            }
            for (QLabel *label : editor->widget()->findChildren<QLabel *>()) {
                if (label->isVisible() && label->wordWrap()) {
                    QTRY_VERIFY2(label->height() >= label->heightForWidth(label->width()), qPrintable(label->text()));
                    QTRY_VERIFY2(label->parentWidget()->rect().contains(label->geometry()), qPrintable(u"%1: %2+%3 > %4, hint %5, hfw %6"_s.arg(label->text()).arg(label->y()).arg(label->height()).arg(label->parentWidget()->height()).arg(label->parentWidget()->sizeHint().height()).arg(label->parentWidget()->heightForWidth(label->parentWidget()->width()))));
                }
            }
            const QString name = u"connection-%1-%2"_s.arg(theme == Settings::Theme::Dark ? u"dark"_s : u"light"_s).arg(percent);
            shoot(name, m_environments.get());
            shoot(name + u"-whole"_s, editor->widget());
        }
    }
    QApplication::setFont(before);
    (*m_core)->settings->setTheme(Settings::Theme::Light);
}

QTEST_MAIN(TestConnection)
#include "test_connection.moc"
