#include "app/keys/KeyForRequest.h"
#include "tests/support/ConsoleFixture.h"
#include "tests/support/Pictures.h"
#include "ui/console/AuthPanel.h"
#include "ui/keys/AccessTokenLine.h"
#include "ui/keys/CopyKeyDialog.h"
#include "ui/setup/Card.h"
#include "ui/setup/KeySetupDialog.h"
#include "ui/widgets/Clipboard.h"
#include "ui/widgets/TokenField.h"

#include <QClipboard>
#include <QComboBox>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using keydesk::test::find;
using keydesk::test::wordsOf;

namespace keydesk {

namespace {

const QString secret = u"s3cret-of-the-machine"_s;

} // namespace

/// Keys that are sent otherwise than as a bearer token, as a person makes and uses them: New Key for each kind, and
/// what the console's Auth tab says.
class TestKeyKinds : public QObject, private test::ConsoleFixture
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void makesAKeyForTheQuery();
    void makesAPairForBasic();
    void aPasswordMayBeEmpty();
    void makesAnOAuthClient();
    void badInputIsSaidAtItsField_data();
    void badInputIsSaidAtItsField();
    void aClientIsTriedByFetchingAToken();
    void aTrialThatHangsCanBeStopped();
    void anImportedProviderKnowsHowItsKeysAreSent();
    void everyFieldIsReachedByTab();
    void theAddressComesAfterTheProviders();
    void aKindOfAnotherProviderIsNotAskedFor();
    void fitsASmallWindowAndLargeType();
    void theAuthTabSaysHowTheKeyIsWritten_data();
    void theAuthTabSaysHowTheKeyIsWritten();
    void theAuthTabNoticesATypedParameter();
    void theAuthTabTellsOfTheAccessToken();
    void aFailureIsToldAtItsPlace();
    void copiesEachKindAsItIsSent_data();
    void copiesEachKindAsItIsSent();

private:
    void open();
    void toTokenPage(const QString &form);
    void press(const QString &text);
    void fill(const QString &field, const QString &text);
    void shoot(QWidget *window, const QString &name) const;
    [[nodiscard]] QString words() const { return wordsOf(m_dialog.get()); }
    [[nodiscard]] std::optional<ApiKey> finish();
    [[nodiscard]] ApiKey store(const KeyForm &form, std::string_view token, const std::optional<OAuthClient> &client = {});
    [[nodiscard]] OAuthClient client() const;

    std::unique_ptr<Clipboard> m_clipboard;
    std::unique_ptr<KeySetupDialog> m_dialog;
    std::unique_ptr<test::HttpTestServer> m_auth;
};

void TestKeyKinds::init()
{
    startConsole();
    m_auth = std::make_unique<test::HttpTestServer>();
    m_auth->answer(test::response(200, {{"Content-Type", "application/json"}},
                                  R"({"access_token":"acc3ss-t0ken-0001","token_type":"bearer","expires_in":2549})"));
    m_clipboard = std::make_unique<Clipboard>(*QGuiApplication::clipboard(), *(*m_core)->settings);
}

void TestKeyKinds::cleanup()
{
    m_dialog.reset();
    m_clipboard.reset();
    endConsole();
    m_auth.reset();
}

void TestKeyKinds::open()
{
    m_dialog = std::make_unique<KeySetupDialog>(KeySetupDialog::Mode::NewKey, **m_core, *m_clipboard, NewKeyHints());
    m_dialog->open();
    QVERIFY(QTest::qWaitForWindowActive(m_dialog.get()));
}

void TestKeyKinds::press(const QString &text)
{
    QTRY_VERIFY2(find<QPushButton>(m_dialog.get(), text) && find<QPushButton>(m_dialog.get(), text)->isEnabled(),
                 qPrintable(text));
    QTest::mouseClick(find<QPushButton>(m_dialog.get(), text), Qt::LeftButton);
}

void TestKeyKinds::fill(const QString &field, const QString &text)
{
    auto *edit = find<QLineEdit>(m_dialog.get(), field);
    QVERIFY2(edit, qPrintable(field));
    edit->setFocus();
    edit->selectAll();
    if (text.isEmpty())
        QTest::keyClick(edit, Qt::Key_Delete);
    else
        QTest::keyClicks(edit, text);
}

void TestKeyKinds::shoot(QWidget *window, const QString &name) const
{
    if (test::arePicturesDark())
        (*m_core)->settings->setTheme(Settings::Theme::Dark);
    test::savePicture(*window, name);
}

void TestKeyKinds::toTokenPage(const QString &form)
{
    open();
    auto *list = find<QListWidget>(m_dialog.get(), u"Provider"_s);
    QVERIFY(list);
    list->setCurrentItem(list->findItems(u"Custom"_s, Qt::MatchExactly).first());
    fill(u"Base URL"_s, m_server->url(u"/v1"_s).toString());
    auto *how = find<QComboBox>(m_dialog.get(), u"How the key is sent"_s);
    QVERIFY(how);
    how->setCurrentText(form);
    QCOMPARE(how->currentText(), form);
    if (form == u"API key in the query"_s)
        fill(u"Parameter name"_s, u"api_key"_s);
    shoot(m_dialog.get(), u"kind-1"_s);
    press(u"Next"_s);
    find<QRadioButton>(m_dialog.get(), u"Paste a key I have"_s)->click();
    press(u"Next"_s);
}

std::optional<ApiKey> TestKeyKinds::finish()
{
    const auto before = (*m_core)->keys->all().size();
    press(u"Next"_s);
    press(u"Finish"_s);
    if (!test::waitFor([&] { return (*m_core)->keys->all().size() > before; }))
        return {};
    return (*m_core)->keys->all().last();
}

OAuthClient TestKeyKinds::client() const
{
    return {m_auth->url(u"/token"_s), u"machine"_s, u"read"_s, {}, false};
}

ApiKey TestKeyKinds::store(const KeyForm &form, std::string_view token, const std::optional<OAuthClient> &oauth)
{
    NewKey draft;
    draft.name = u"Odd"_s;
    draft.providerId = u"custom"_s;
    draft.kindId = u"api-key"_s;
    draft.form = form;
    draft.oauth = oauth;
    draft.origins = {m_server->origin()};
    return m_core->addKey(draft, token);
}

void TestKeyKinds::makesAKeyForTheQuery()
{
    toTokenPage(u"API key in the query"_s);
    fill(u"Token"_s, secret);
    shoot(m_dialog.get(), u"kind-3-query"_s);
    const auto key = finish();
    QVERIFY(key);
    QCOMPARE(key->form(), (KeyForm{KeyPlacement::Query, "api_key", {}}));
    // It is checked in the background, as it is sent.
    QTRY_VERIFY(!m_server->requests().isEmpty());
    QVERIFY2(m_server->requests().last().target.endsWith("?api_key=" + secret.toLatin1()), m_server->requests().last().target.constData());
}

void TestKeyKinds::makesAPairForBasic()
{
    toTokenPage(u"User name and password (Basic)"_s);
    QVERIFY(words().contains(u"Enter the user name and the password"_s));
    QCOMPARE(QApplication::focusWidget()->accessibleName(), u"User name"_s);
    fill(u"User name"_s, u"alice"_s);
    fill(u"Password"_s, u"pass word:1"_s);
    shoot(m_dialog.get(), u"kind-3-basic"_s);
    QVERIFY(!find<TokenField>(m_dialog.get(), u"Password"_s)->text().contains(u"word"_s));
    const auto key = finish();
    QVERIFY(key);
    QCOMPARE(key->hint, u"alice:••••"_s);
    QCOMPARE(QString::fromUtf8(m_keychain->vault().at(key->id)), u"alice:pass word:1"_s);
    QTRY_VERIFY(!m_server->requests().isEmpty());
    QCOMPARE(m_server->requests().last().header("Authorization"), "Basic " + QByteArray("alice:pass word:1").toBase64());
}

void TestKeyKinds::aPasswordMayBeEmpty()
{
    toTokenPage(u"User name and password (Basic)"_s);
    fill(u"User name"_s, u"sk_live_0123456789abcdef"_s);
    const auto key = finish();
    QVERIFY(key);
    QCOMPARE(QString::fromUtf8(m_keychain->vault().at(key->id)), u"sk_live_0123456789abcdef:"_s);
    QVERIFY(!key->hint.contains(u"0123456789"_s));
}

void TestKeyKinds::makesAnOAuthClient()
{
    toTokenPage(u"OAuth 2 client credentials"_s);
    fill(u"Token URL"_s, m_auth->url(u"/token"_s).toString());
    fill(u"Client ID"_s, u"machine"_s);
    fill(u"Scope (optional)"_s, u" read  write "_s);
    fill(u"Audience (optional)"_s, u"https://api.example.com"_s);
    auto *how = find<QComboBox>(m_dialog.get(), u"How client ID and secret are sent"_s);
    QVERIFY(how);
    QCOMPARE(how->currentText(), u"In the header (HTTP Basic)"_s);
    how->setCurrentIndex(1);
    fill(u"Client secret"_s, secret);
    shoot(m_dialog.get(), u"kind-3-oauth"_s);
    QVERIFY2(words().contains(u"The client secret will be sent to %1 only"_s.arg(m_auth->origin().toString())), qPrintable(words()));
    QVERIFY(m_auth->requests().isEmpty()); // not unasked
    const auto key = finish();
    QVERIFY(key);
    QCOMPARE(*key->oauth, (OAuthClient{m_auth->url(u"/token"_s), u"machine"_s, u"read write"_s, u"https://api.example.com"_s, true}));
    QCOMPARE(QString::fromUtf8(m_keychain->vault().at(key->id)), secret);
    QTRY_VERIFY(!m_server->requests().isEmpty());
    QCOMPARE(m_server->requests().last().header("Authorization"), "Bearer acc3ss-t0ken-0001"_ba);
    QVERIFY(!m_server->received().contains(secret.toLatin1()));
}

void TestKeyKinds::badInputIsSaidAtItsField_data()
{
    QTest::addColumn<QString>("form");
    QTest::addColumn<QStringList>("fields"); // name=text
    QTest::addColumn<QString>("at");
    QTest::addColumn<QString>("said");
    const QString basic = u"User name and password (Basic)"_s;
    const QString oauth = u"OAuth 2 client credentials"_s;
    QTest::newRow("colon") << basic << QStringList{u"User name=a:b"_s, u"Password=x"_s} << u"User name"_s << u"cannot hold a colon"_s;
    QTest::newRow("nothing") << basic << QStringList{} << u"Password"_s << u"Enter the user name, the password, or both."_s;
    QTest::newRow("no token URL") << oauth << QStringList{u"Client ID=a"_s} << u"Token URL"_s << u"Enter the token URL"_s;
    QTest::newRow("plain http") << oauth << QStringList{u"Token URL=http://auth.example.com/t"_s, u"Client ID=a"_s} << u"Token URL"_s
                                << u"plain http to another machine"_s;
    QTest::newRow("no scheme") << oauth << QStringList{u"Token URL=auth.example.com"_s} << u"Token URL"_s << u""_s;
    QTest::newRow("no client") << oauth << QStringList{u"Token URL=https://auth.example.com/t"_s} << u"Client ID"_s << u"Enter the client ID"_s;
    QTest::newRow("scope") << oauth << QStringList{u"Token URL=https://auth.example.com/t"_s, u"Client ID=a"_s, u"Scope (optional)=r\"w"_s}
                           << u"Scope (optional)"_s << u"A scope is made of"_s;
    QTest::newRow("no secret") << oauth << QStringList{u"Token URL=https://auth.example.com/t"_s, u"Client ID=a"_s} << u"Client secret"_s
                               << u"client secret first"_s;
}

void TestKeyKinds::badInputIsSaidAtItsField()
{
    QFETCH(QString, form);
    QFETCH(QStringList, fields);
    QFETCH(QString, at);
    QFETCH(QString, said);
    toTokenPage(form);
    for (const QString &field : fields)
        fill(field.section(u'=', 0, 0), field.section(u'=', 1));
    press(u"Next"_s);
    auto *edit = find<QLineEdit>(m_dialog.get(), at);
    QVERIFY2(edit, "the page was left");
    QVERIFY2(edit->accessibleDescription().contains(said) && !edit->accessibleDescription().isEmpty(),
             qPrintable(edit->accessibleDescription()));
    QVERIFY(edit->hasFocus());
    shoot(m_dialog.get(), u"kind-3-problem"_s);
}

void TestKeyKinds::aClientIsTriedByFetchingAToken()
{
    toTokenPage(u"OAuth 2 client credentials"_s);
    fill(u"Client secret"_s, secret);
    press(u"Try it"_s); // too early: what is missing is said
    QVERIFY(find<QLineEdit>(m_dialog.get(), u"Token URL"_s)->accessibleDescription().contains(u"Enter the token URL"_s));
    fill(u"Token URL"_s, m_auth->url(u"/token"_s).toString());
    fill(u"Client ID"_s, u"machine"_s);
    press(u"Try it"_s);
    QTRY_VERIFY2(words().contains(u"Works: the server gave an access token. Token expires in 42 minute"_s), qPrintable(words()));
    shoot(m_dialog.get(), u"kind-3-oauth-works"_s);
    QVERIFY(m_server->requests().isEmpty());

    m_auth->answer(test::response(401, {{"Content-Type", "application/json"}}, R"({"error":"invalid_client"})"));
    fill(u"Client ID"_s, u"another"_s);
    press(u"Try it"_s);
    QTRY_VERIFY2(words().contains(u"does not accept the client ID and the client secret (invalid_client)"_s), qPrintable(words()));
    shoot(m_dialog.get(), u"kind-3-oauth-refused"_s);
}

void TestKeyKinds::aTrialThatHangsCanBeStopped()
{
    m_auth->hang();
    toTokenPage(u"OAuth 2 client credentials"_s);
    fill(u"Token URL"_s, m_auth->url(u"/token"_s).toString());
    fill(u"Client ID"_s, u"machine"_s);
    fill(u"Client secret"_s, secret);
    press(u"Try it"_s);
    QTRY_VERIFY(words().contains(u"Trying it: POST"_s));
    press(u"Stop"_s);
    QTRY_VERIFY(words().contains(u"It was not tried."_s));
    QTRY_COMPARE((*m_core)->http->findChildren<HttpCall *>().size(), 0);
    press(u"Try it"_s);
    m_dialog.reset(); // and the window may go meanwhile
}

void TestKeyKinds::anImportedProviderKnowsHowItsKeysAreSent()
{
    const QString folder = (*m_core)->paths.config + u"/providers"_s;
    QVERIFY(QDir().mkpath(folder));
    QFile file(folder + u"/acme.json"_s);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(R"({"id":"acme","name":"Acme","badge":"A","summary":"Imported","base_url":")" + m_server->url(u"/v1"_s).toEncoded() +
               R"(","token_kinds":[{"id":"app","name":"App","sent_as":"oauth2","token_url":")" + m_auth->url(u"/token"_s).toEncoded() +
               R"(","oauth_scope":"read write"}]})");
    file.close();
    (*m_core)->providers = Core::readProviders((*m_core)->paths).get();
    open();
    auto *list = find<QListWidget>(m_dialog.get(), u"Provider"_s);
    list->setCurrentItem(list->findItems(u"Acme"_s, Qt::MatchExactly).first());
    QVERIFY(!find<QComboBox>(m_dialog.get(), u"How the key is sent"_s));
    press(u"Next"_s);
    find<QRadioButton>(m_dialog.get(), u"Paste a key I have"_s)->click();
    press(u"Next"_s);
    QCOMPARE(find<QLineEdit>(m_dialog.get(), u"Token URL"_s)->text(), m_auth->url(u"/token"_s).toString());
    QCOMPARE(find<QLineEdit>(m_dialog.get(), u"Scope (optional)"_s)->text(), u"read write"_s);
    fill(u"Client ID"_s, u"machine"_s);
    fill(u"Client secret"_s, secret);
    const auto key = finish();
    QVERIFY(key && key->oauth);
    QCOMPARE(key->oauth->scope, u"read write"_s);
}

void TestKeyKinds::everyFieldIsReachedByTab()
{
    toTokenPage(u"OAuth 2 client credentials"_s);
    QStringList names;
    for (int i = 0; i < 6; ++i) {
        names << QApplication::focusWidget()->accessibleName();
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
    }
    QCOMPARE(names, (QStringList{u"Token URL"_s, u"Client ID"_s, u"Scope (optional)"_s, u"Audience (optional)"_s,
                                 u"How client ID and secret are sent"_s, u"Client secret"_s}));
}

void TestKeyKinds::theAddressComesAfterTheProviders()
{
    open();
    auto *list = find<QListWidget>(m_dialog.get(), u"Provider"_s);
    list->setCurrentItem(list->findItems(u"Custom"_s, Qt::MatchExactly).first());
    list->setFocus();
    QStringList names;
    for (int i = 0; i < 4; ++i) {
        QWidget *focus = QApplication::focusWidget();
        const auto *button = qobject_cast<const QPushButton *>(focus);
        names << (button ? button->text() : focus->accessibleName());
        QTest::keyClick(focus, Qt::Key_Tab);
    }
    QCOMPARE(names, (QStringList{u"Provider"_s, u"Base URL"_s, u"How the key is sent"_s, u"Cancel"_s}));
}

void TestKeyKinds::aKindOfAnotherProviderIsNotAskedFor()
{
    const auto wanted = [this](const QString &provider, const QString &kind) {
        Environment environment;
        environment.providerId = provider;
        return keyForRequest({KeyChoice::Mode::Automatic, {}, kind}, environment, (*m_core)->providers, *(*m_core)->keys).wantedKindId;
    };
    const Provider *custom = (*m_core)->providers.find(u"custom"_s);
    QVERIFY(custom && !custom->kind(u"user"_s));
    QCOMPARE(wanted(u"talkover"_s, u"user"_s), u"user"_s);
    QCOMPARE(wanted(u"custom"_s, u"user"_s), custom->firstStorableKind()->id);
    QCOMPARE(wanted(u"nobody's"_s, u"user"_s), u"user"_s);
}

void TestKeyKinds::fitsASmallWindowAndLargeType()
{
    const QFont before = QApplication::font();
    QFont large = before;
    large.setPixelSize(QFontInfo(before).pixelSize() * 2);
    QApplication::setFont(large);
    toTokenPage(u"OAuth 2 client credentials"_s);
    QVERIFY(m_dialog->width() <= 900 && m_dialog->height() <= 600);
    shoot(m_dialog.get(), u"kind-3-oauth-large"_s);
    QApplication::setFont(before);
}

void TestKeyKinds::theAuthTabSaysHowTheKeyIsWritten_data()
{
    QTest::addColumn<int>("placement");
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("prefix");
    QTest::addColumn<bool>("oauth");
    QTest::addColumn<QString>("line");
    QTest::newRow("header") << 0 << "X-API-Key"_ba << ""_ba << false << u"X-API-Key: ••••word"_s;
    QTest::newRow("query") << 1 << "api_key"_ba << ""_ba << false << u"?api_key=••••word"_s;
    QTest::newRow("basic") << 2 << "Authorization"_ba << "Basic "_ba << false << u"Authorization: Basic base64(alice:••••)"_s;
    QTest::newRow("oauth") << 0 << "Authorization"_ba << "Bearer "_ba << true << u"Authorization: Bearer access token"_s;
}

void TestKeyKinds::theAuthTabSaysHowTheKeyIsWritten()
{
    QFETCH(int, placement);
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, prefix);
    QFETCH(bool, oauth);
    QFETCH(QString, line);
    const ApiKey key = store({static_cast<KeyPlacement>(placement), name, prefix}, "alice:the-secret-password",
                             oauth ? std::optional(client()) : std::nullopt);
    AuthPanel panel(*(*m_core)->keys, (*m_core)->providers, *(*m_core)->oauth);
    panel.build();
    panel.setContext({}, m_server->origin(), {}, {});
    panel.setChoice({KeyChoice::Mode::Chosen, key.id, {}});
    panel.resize(520, 300);
    panel.show();
    QVERIFY2(wordsOf(&panel).contains(line), qPrintable(wordsOf(&panel)));
    QCOMPARE(find<QPushButton>(&panel, u"Fetch New Token"_s) != nullptr, oauth);
    QVERIFY(!wordsOf(&panel).contains(u"the-secret-password"_s));
    shoot(&panel, u"auth-"_s + QString::fromLatin1(QTest::currentDataTag()));
}

void TestKeyKinds::theAuthTabNoticesATypedParameter()
{
    const ApiKey key = store({KeyPlacement::Query, "api_key", {}}, "the-secret-key-itself");
    RequestSpec request;
    request.url = u"/things?a=1&api_key=mine"_s;
    request.key = {KeyChoice::Mode::Chosen, key.id, {}};
    m_page->open(request);
    m_page->findChild<AuthPanel *>()->build();
    QVERIFY2(wordsOf(m_page->findChild<AuthPanel *>()).contains(u"The parameter api_key is written by hand"_s),
             qPrintable(wordsOf(m_page->findChild<AuthPanel *>())));
    request.url = u"/things?a=1"_s;
    m_page->open(request);
    QVERIFY(!wordsOf(m_page->findChild<AuthPanel *>()).contains(u"written by hand"_s));
    request.params = {{u"api_key"_s, u"mine"_s, true}};
    m_page->open(request);
    QVERIFY(wordsOf(m_page->findChild<AuthPanel *>()).contains(u"written by hand"_s));
}

void TestKeyKinds::theAuthTabTellsOfTheAccessToken()
{
    const ApiKey key = store({}, "the-client-secret-itself", client());
    AccessTokenLine line(*(*m_core)->oauth);
    line.resize(460, 120);
    line.setKey(key);
    QVERIFY(line.isVisible());
    QVERIFY(wordsOf(&line).contains(u"No access token is held. The next call fetches one."_s));
    find<QPushButton>(&line, u"Fetch New Token"_s)->click();
    QVERIFY(wordsOf(&line).contains(u"Fetching an access token…"_s));
    QTRY_VERIFY2(wordsOf(&line).contains(u"Token expires in 42 minute"_s), qPrintable(wordsOf(&line)));
    QVERIFY(!wordsOf(&line).contains(u"acc3ss"_s));
    shoot(&line, u"access-token-held"_s);
    line.setKey(std::nullopt);
    QVERIFY(!line.isVisible());
}

void TestKeyKinds::aFailureIsToldAtItsPlace()
{
    m_auth->answer(test::response(400, {{"Content-Type", "application/json"}}, R"({"error":"invalid_scope"})"));
    const ApiKey key = store({}, "the-client-secret-itself", client());
    AccessTokenLine line(*(*m_core)->oauth);
    line.resize(460, 120);
    line.setKey(key);
    find<QPushButton>(&line, u"Fetch New Token"_s)->click();
    QTRY_VERIFY2(wordsOf(&line).contains(u"the scope “read” (invalid_scope)"_s), qPrintable(wordsOf(&line)));
    shoot(&line, u"access-token-failed"_s);

    // The console says the same, and its button fetches anew.
    RequestSpec request;
    request.url = m_server->url(u"/things"_s).toString();
    request.key = {KeyChoice::Mode::Chosen, key.id, {}};
    QSignalSpy shown(m_page.get(), &ConsolePage::responseShown);
    m_page->open(request);
    m_page->send();
    QTRY_VERIFY(!shown.isEmpty());
    QVERIFY2(wordsOf(m_page.get()).contains(u"No access token could be fetched"_s), qPrintable(wordsOf(m_page.get())));
    QVERIFY(m_server->requests().isEmpty());
    shoot(m_page.get(), u"console-no-access-token"_s);
    m_auth->answer(test::response(200, {{"Content-Type", "application/json"}}, R"({"access_token":"acc3ss-t0ken-0002"})"));
    auto *again = find<QPushButton>(m_page.get(), u"Fetch New Token"_s);
    QVERIFY(again);
    again->click();
    QTRY_VERIFY2(wordsOf(m_page.get()).contains(u"Send the request again."_s), qPrintable(wordsOf(m_page.get())));
    m_page->send();
    QTRY_COMPARE(m_server->requests().size(), 1);
    QCOMPARE(m_server->requests().first().header("Authorization"), "Bearer acc3ss-t0ken-0002"_ba);
}

void TestKeyKinds::copiesEachKindAsItIsSent_data()
{
    QTest::addColumn<int>("placement");
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("prefix");
    QTest::addColumn<QString>("format");
    QTest::addColumn<QString>("placeholder");
    QTest::addColumn<QString>("masked");
    QTest::addColumn<QString>("copied");
    QTest::newRow("query") << 1 << "api_key"_ba << ""_ba << u"Query parameter"_s << u"api_key=$API_KEY"_s << u"api_key=••••"_s
                           << u"api_key=a%3Ab%20c"_s;
    QTest::newRow("basic") << 2 << "Authorization"_ba << "Basic "_ba << u"HTTP header"_s << u"Authorization: Basic base64($API_KEY)"_s
                           << u"Authorization: Basic base64(a:••••)"_s << u"Authorization: Basic YTpiIGM="_s;
}

void TestKeyKinds::copiesEachKindAsItIsSent()
{
    QFETCH(int, placement);
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, prefix);
    QFETCH(QString, format);
    QFETCH(QString, placeholder);
    QFETCH(QString, masked);
    QFETCH(QString, copied);
    const KeyForm form{static_cast<KeyPlacement>(placement), name, prefix};
    const Secret token("a:b c");
    const SnippetNames names{u"API_KEY"_s, form};
    QCOMPARE(snippetFormatName(SnippetFormat::Header, form.placement), format);
    QCOMPARE(placeholderSnippet(SnippetFormat::Header, names), placeholder);
    QCOMPARE(maskedSnippet(SnippetFormat::Header, names, hintOf(form.placement, token)), masked);
    const Secret line = tokenSnippet(SnippetFormat::Header, names, token);
    QCOMPARE(QString::fromUtf8(line.reveal().data(), line.size()), copied);

    // An OAuth client's secret stands in no header.
    const ApiKey key = store({}, "the-client-secret-itself", client());
    CopyKeyDialog dialog(key, nullptr, *(*m_core)->keyService, *m_clipboard);
    dialog.show();
    auto *formats = find<QListWidget>(&dialog, u"Format"_s);
    QVERIFY(formats);
    QVERIFY(formats->findItems(u"HTTP header"_s, Qt::MatchExactly).isEmpty());
    QCOMPARE(formats->count(), snippetFormats().size() - 1);
}

} // namespace keydesk

QTEST_MAIN(keydesk::TestKeyKinds)
#include "test_key_kinds.moc"
