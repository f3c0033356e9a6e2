#include "app/interchange/KeyCandidates.h"

#include "app/interchange/NameWords.h"
#include "app/providers/ProviderCatalog.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace keydesk;

namespace {

constexpr auto environmentToken = "talq_aB3dE6fG9hJ2kL5mN8pQ1rS4tU7vW0";
constexpr auto userToken = "18|Zq7aB3dE6fG9hJ2kL5mN8pQ1rS4tU7";
constexpr auto opaqueToken = "f81d4fae7dec11d0a76500a0c91e6bf6";

QByteArray bytesOf(const Secret &secret)
{
    return {secret.reveal().data(), secret.size()};
}

Environment environment(const QString &name, const QString &providerId, const QString &baseUrl)
{
    Environment made;
    made.id = QUuid::createUuid();
    made.name = name;
    made.providerId = providerId;
    made.baseUrl = baseUrl;
    return made;
}

} // namespace

/// What a text's values are taken for. %1 in a text is an environment token, %2 a user token, %3 an opaque
/// one.
class TestKeyCandidates : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();

    void splitsNames();
    void guessesProviderAndKind_data();
    void guessesProviderAndKind();
    void takesOnlyTheToken_data();
    void takesOnlyTheToken();
    void findsNothing_data();
    void findsNothing();
    void guessesTheEnvironment_data();
    void guessesTheEnvironment();
    void offersANewEnvironment();
    void followsTheAddress();
    void knowsTheSandboxByItsAddress();
    void replacesNoKeyUnasked();
    void marksDuplicates();
    void marksRepetitions();
    void marksWhatLooksIncomplete();
    void marksWhatCannotBeSent();
    void aCommentIsNotChosen();
    void keysOfUnknownProvidersAreNotChosen();
    void namesAreFree();
    void placesAreThoseOfTheValues();
    void noTextHoldsTheToken();
    void stopsAtTheLimit();
    void offersEnvironmentsOfTheProvider();

private:
    QList<KeyCandidate> find(const QString &text, const QString &fileName = u".env"_s) const;

    ProviderCatalog m_catalog;
    QList<Environment> m_environments;
    std::function<std::optional<ApiKey>(const Secret &)> m_duplicateOf;
};

void TestKeyCandidates::initTestCase()
{
    m_catalog.loadBuiltIn();
}

void TestKeyCandidates::init()
{
    m_environments.clear();
    m_duplicateOf = [](const Secret &) { return std::optional<ApiKey>(); };
}

QList<KeyCandidate> TestKeyCandidates::find(const QString &text, const QString &fileName) const
{
    const QByteArray bytes = QString(text)
                                 .replace(u"%1"_s, QString::fromLatin1(environmentToken))
                                 .replace(u"%2"_s, QString::fromLatin1(userToken))
                                 .replace(u"%3"_s, QString::fromLatin1(opaqueToken))
                                 .toUtf8();
    const Result<EnvText> read =
        EnvText::read(Secret(std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size()))));
    if (!read)
        qFatal("%s", qPrintable(read.error().message));
    QList<KeyCandidate> candidates;
    findCandidates(*read, fileName, 0, {m_catalog.all(), m_environments, {u"taken"_s}, m_duplicateOf},
                   candidates);
    return candidates;
}

void TestKeyCandidates::splitsNames()
{
    QCOMPARE(nameWords(u"TALKOVER_STAGING-apiKey"),
             (QStringList{u"talkover"_s, u"staging"_s, u"api"_s, u"key"_s}));
    QCOMPARE(nameWords(u"XMLHttpToken2"), (QStringList{u"xml"_s, u"http"_s, u"token2"_s}));
    QCOMPARE(nameWords(u".env.production.local"), (QStringList{u"env"_s, u"production"_s, u"local"_s}));
    QCOMPARE(nameWords(u"__"), QStringList());
    QCOMPARE(stageOf(nameWords(u".env.production.local")), Stage::Production);
    QCOMPARE(stageOf(nameWords(u".env.local")), Stage::Development);
    QCOMPARE(stageOf(nameWords(u".env")), Stage::None);
}

void TestKeyCandidates::guessesProviderAndKind_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("provider");
    QTest::addColumn<QString>("kind");
    const auto row = [](const char *what, const QString &text, const QString &provider, const QString &kind) {
        QTest::newRow(what) << text << provider << kind;
    };
    row("by its prefix", u"X=%1"_s, u"talkover"_s, u"environment"_s);
    row("by its prefix, whatever the name says", u"AISOULE_KEY=%1"_s, u"talkover"_s, u"environment"_s);
    row("bare", u"%1"_s, u"talkover"_s, u"environment"_s);
    row("bare, ending like an assignment", u"%1="_s, u"talkover"_s, u"environment"_s);
    row("user token by its form", u"TALKOVER_TOKEN=%2"_s, u"talkover"_s, u"user"_s);
    row("by the documented variable", u"TALKOVER_TOKEN=%3"_s, u"talkover"_s, u"environment"_s);
    row("by the provider's name", u"TALKTURO_API_KEY=%3"_s, u"talkturo"_s, u"api-key"_s);
    row("by the provider's name, camel case", u"aisouleApiKey: %3"_s, u"aisoule"_s, u"api-key"_s);
    row("by a framework's prefix", u"VITE_AISOULE_TOKEN=%3"_s, u"aisoule"_s, u"api-key"_s);
    row("unknown", u"STRIPE_SECRET_KEY=%3"_s, u"custom"_s, u"api-key"_s);
    row("header", u"curl -H 'Authorization: Bearer %3' https://x.test"_s, u"custom"_s, u"api-key"_s);
    row("one opaque word", u"  %3\n"_s, u"custom"_s, u"api-key"_s);
}

void TestKeyCandidates::guessesProviderAndKind()
{
    QFETCH(QString, text);
    const QList<KeyCandidate> found = find(text);
    QCOMPARE(found.size(), 1);
    QTEST(found.first().providerId, "provider");
    QTEST(found.first().kindId, "kind");
}

void TestKeyCandidates::takesOnlyTheToken_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("plain") << u"TALKOVER_TOKEN=%1"_s;
    QTest::newRow("quoted") << u"export TALKOVER_TOKEN=\"%1\";"_s;
    QTest::newRow("Bearer in the value") << u"TALKOVER_AUTH=\"Bearer %1\""_s;
    QTest::newRow("command in front") << u"TALKOVER_TOKEN=%1 ./run --now"_s;
    QTest::newRow("fish") << u"set -gx TALKOVER_TOKEN '%1'"_s;
    QTest::newRow("PowerShell") << u"$env:TALKOVER_TOKEN = \"%1\""_s;
    QTest::newRow("cmd") << u"set \"TALKOVER_TOKEN=%1\""_s;
    QTest::newRow("JSON") << u"{\"talkover\": {\"token\": \"%1\"}}"_s;
    QTest::newRow("in a mail") << u"Hi, the key is %1. Bye"_s;
    QTest::newRow("zero-width space") << u"TALKOVER_TOKEN=%1\u200b"_s;
    QTest::newRow("CRLF") << u"A=1\r\nTALKOVER_TOKEN=%1\r\n"_s;
}

void TestKeyCandidates::takesOnlyTheToken()
{
    QFETCH(QString, text);
    const QList<KeyCandidate> found = find(text);
    QCOMPARE(found.size(), 1);
    QCOMPARE(bytesOf(*found.first().token), environmentToken);
    QCOMPARE(found.first().state, KeyCandidate::State::New);
    QVERIFY(found.first().isChosen);
    QCOMPARE(found.first().hint, u"talq_••••7vW0"_s);
}

void TestKeyCandidates::findsNothing_data()
{
    QTest::addColumn<QString>("text");
    for (const char *text :
         {"",
          "\n\n",
          "# only a comment",
          "PORT=3000",
          "TALKOVER_TOKEN=",
          "TALKOVER_TOKEN=\"\"",
          "TALKOVER_TOKEN=$OTHER",
          "TALKOVER_TOKEN=${OTHER:-x}",
          "TALKOVER_TOKEN=$(pass show talkover)",
          "TALKOVER_TOKEN=changeme123",
          "TALKOVER_TOKEN=your-token-here",
          "TALKOVER_TOKEN=talq_your_token_here_1",
          "TALKOVER_TOKEN=xxxxxxxxxxxxxxxx",
          "TALKOVER_TOKEN=<token from the dashboard>",
          "TALKOVER_TOKEN={{ vault.talkover_token }}",
          "set T=%TALKOVER_TOKEN%",
          "TOKEN_URL=https://auth.example.test/token99",
          "API_KEY_ID=AKIA1234567890AB",
          "DB_PASSWORD=hunter2hunter2A",
          "PUBLIC_KEY=f81d4fae7dec11d0a76500a0c91e6bf6",
          "GIT_SHA=f81d4fae7dec11d0a76500a0c91e6bf6",
          "APP_NAME=My Great Application 2",
          "NODE_ENV=production",
          "TOKEN_TYPE=application2",
          "SECRET=nothing",
          "MAIL_KEY=someone@example9.org",
          "SECRET_FILE=/run/secrets/token1",
          "SECRET=/run/secrets/token1",
          "KEY=1234567890123",
          "curl -H \"Authorization: Bearer $TALKOVER_TOKEN\" https://app.talkover.ai/api/v1/health",
          "curl -u user:password https://api.test/v1/agents?limit=10"})
        QTest::newRow(text) << QString::fromUtf8(text);
}

void TestKeyCandidates::findsNothing()
{
    QFETCH(QString, text);
    const QList<KeyCandidate> found = find(text);
    QVERIFY2(found.isEmpty(), qPrintable(found.isEmpty() ? QString() : found.first().hint));
}

void TestKeyCandidates::guessesTheEnvironment_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("fileName");
    QTest::addColumn<QString>("name");
    QTest::newRow("by the file") << u"TALKOVER_TOKEN=%1"_s << u".env.production"_s << u"Live"_s;
    QTest::newRow("by the file, local overrides")
        << u"TALKOVER_TOKEN=%1"_s << u".env.staging.local"_s << u"Talkover staging"_s;
    QTest::newRow("by the file, in front")
        << u"TALKOVER_TOKEN=%1"_s << u"staging.env"_s << u"Talkover staging"_s;
    QTest::newRow("by the variable") << u"TALKOVER_TOKEN_STAGING=%1"_s << u".env"_s << u"Talkover staging"_s;
    QTest::newRow("the variable before the file")
        << u"PROD_TALKOVER_TOKEN=%1"_s << u".env.staging"_s << u"Live"_s;
    QTest::newRow("by the address")
        << u"TALKOVER_TOKEN=%1\nTALKOVER_BASE_URL=https://staging.talkover.test/api"_s << u".env"_s
        << u"Talkover staging"_s;
    QTest::newRow("the address before the name")
        << u"TALKOVER_BASE_URL='https://staging.talkover.test'\nTALKOVER_TOKEN=%1"_s << u".env.production"_s
        << u"Talkover staging"_s;
    QTest::newRow("not by another's address")
        << u"SHOP_URL=https://staging.talkover.test\nTALKOVER_TOKEN=%1"_s << u".env.production"_s
        << u"Live"_s;
    QTest::newRow("none of several") << u"TALKOVER_TOKEN=%1"_s << u".env"_s << QString();
    QTest::newRow("the only one") << u"AISOULE_TOKEN=%3"_s << u".env"_s << u"Main"_s;
}

void TestKeyCandidates::guessesTheEnvironment()
{
    QFETCH(QString, text);
    QFETCH(QString, fileName);
    m_environments = {environment(u"Live"_s, u"talkover"_s, u"https://app.talkover.ai"_s),
                      environment(u"Talkover staging"_s, u"talkover"_s, u"https://staging.talkover.test"_s),
                      environment(u"Main"_s, u"aisoule"_s, u"https://api.aisoule.com/v1"_s)};
    const QList<KeyCandidate> found = find(text, fileName);
    QCOMPARE(found.size(), 1);
    QString name;
    for (const Environment &each : std::as_const(m_environments)) {
        if (each.id == found.first().environment.id)
            name = each.name;
    }
    QTEST(name, "name");
    QCOMPARE(found.first().environment.newName, QString());
}

void TestKeyCandidates::offersANewEnvironment()
{
    const auto only = [this](const QString &text, const QString &file) {
        return find(text, file).value(0).environment;
    };
    QCOMPARE(only(u"TALKOVER_TOKEN=%1"_s, u".env"_s),
             (EnvironmentChoice{
                 {}, m_catalog.find(u"talkover"_s)->defaultEnvironmentName, u"https://app.talkover.ai"_s}));
    QCOMPARE(only(u"TALKOVER_TOKEN=%1"_s, u".env.staging"_s),
             (EnvironmentChoice{{}, u"Staging"_s, u"https://app.talkover.ai"_s}));
    QCOMPARE(only(u"TALKOVER_API_URL=https://eu.talkover.test/\nTALKOVER_TOKEN=%1"_s, u".env.test"_s),
             (EnvironmentChoice{{}, u"Test"_s, u"https://eu.talkover.test"_s}));
    QCOMPARE(only(u"TALKTURO_DOMAIN=acme.talkturo.test\nTALKTURO_KEY=%3"_s, u".env.production"_s),
             (EnvironmentChoice{{}, u"Production"_s, u"https://acme.talkturo.test"_s}));
    // The base URL has a part that only the user knows, and a custom provider has none.
    QVERIFY(only(u"TALKTURO_KEY=%3"_s, u".env.production"_s).isNone());
    QVERIFY(only(u"STRIPE_SECRET_KEY=%3"_s, u".env.production"_s).isNone());
    // Plain http to another computer, and an address with a password in it.
    QCOMPARE(
        only(u"TALKOVER_API_URL=http://eu.talkover.test\nTALKOVER_TOKEN=%1"_s, u".env.test"_s).newBaseUrl,
        u"https://app.talkover.ai"_s);
    QCOMPARE(only(u"TALKOVER_API_URL=https://me:secret@eu.talkover.test\nTALKOVER_TOKEN=%1"_s, u".env.test"_s)
                 .newBaseUrl,
             u"https://app.talkover.ai"_s);
}

void TestKeyCandidates::followsTheAddress()
{
    m_environments = {environment(u"One"_s, u"custom"_s, u"https://api.example.test/v1"_s),
                      environment(u"Two"_s, u"custom"_s, u"https://api.example.test/v2"_s)};
    const QList<KeyCandidate> found = find(u"API_BASE_URL=https://api.example.test/v2\nAPI_TOKEN=%3\n"_s);
    QCOMPARE(found.size(), 1);
    QCOMPARE(found.first().environment.id, m_environments.at(1).id);
}

void TestKeyCandidates::knowsTheSandboxByItsAddress()
{
    m_environments = {
        environment(u"Talkover sandbox"_s, u"sandbox-talkover"_s, u"http://127.0.0.1:4010/api"_s)};
    const QList<KeyCandidate> found =
        find(u"TALKOVER_BASE_URL=http://127.0.0.1:4010/api\nTALKOVER_TOKEN=%1\n"_s);
    QCOMPARE(found.size(), 1);
    QCOMPARE(found.first().providerId, u"sandbox-talkover"_s);
    QCOMPARE(found.first().environment.id, m_environments.first().id);
}

void TestKeyCandidates::replacesNoKeyUnasked()
{
    m_environments = {environment(u"Live"_s, u"talkover"_s, u"https://app.talkover.ai"_s)};
    m_environments.first().keys.insert(u"environment"_s, QUuid::createUuid());
    const QList<KeyCandidate> found = find(u"TALKOVER_TOKEN=%1\nTALKOVER_PAT=%2\n"_s);
    QCOMPARE(found.size(), 2);
    QVERIFY(found.at(0).environment.isNone());
    QVERIFY(found.at(0).note.contains(u"“Live” has a key of this kind already."_s));
    QCOMPARE(found.at(1).environment.id, m_environments.first().id); // no user token is there
    const CandidateContext context{m_catalog.all(), m_environments, {}, m_duplicateOf};
    QVERIFY(environmentChoices(found.at(0), context)
                .contains(EnvironmentChoice{m_environments.first().id, {}, {}}));
}

void TestKeyCandidates::marksDuplicates()
{
    m_duplicateOf = [](const Secret &token) {
        ApiKey key;
        key.name = u"Dialer"_s;
        return bytesOf(token) == environmentToken ? std::optional(key) : std::nullopt;
    };
    const QList<KeyCandidate> found = find(u"A_TOKEN=%1\nB_TOKEN=%2\n"_s);
    QCOMPARE(found.size(), 2);
    QCOMPARE(found.at(0).state, KeyCandidate::State::Duplicate);
    QVERIFY(found.at(0).note.contains(u"“Dialer”"_s));
    QVERIFY(!found.at(0).isChosen);
    QCOMPARE(found.at(1).state, KeyCandidate::State::New);
}

void TestKeyCandidates::marksRepetitions()
{
    const QList<KeyCandidate> found = find(u"A_TOKEN=%1\n\nexport B_TOKEN='%1'\n"_s);
    QCOMPARE(found.size(), 2);
    QCOMPARE(found.at(1).state, KeyCandidate::State::Repeated);
    QCOMPARE(found.at(1).note, u"The same token stands in line 1, as A_TOKEN."_s);
    QVERIFY(!found.at(1).isChosen);
}

void TestKeyCandidates::marksWhatLooksIncomplete()
{
    for (const QString &text : {u"TALKOVER_TOKEN=talq_aB3dE6•••"_s, u"TALKOVER_TOKEN=talq_aB3dE6fG9..."_s,
                                u"TALKOVER_TOKEN=talq_aB3"_s}) {
        const QList<KeyCandidate> found = find(text);
        QCOMPARE(found.size(), 1);
        QVERIFY2(found.first().state != KeyCandidate::State::New, qPrintable(text));
        QVERIFY(!found.first().note.isEmpty());
        QVERIFY(!found.first().isChosen);
    }
}

void TestKeyCandidates::marksWhatCannotBeSent()
{
    const QList<KeyCandidate> found = find(u"TALKOVER_TOKEN=talq_äöü12345678901\n"_s);
    QCOMPARE(found.size(), 1);
    QCOMPARE(found.first().state, KeyCandidate::State::Unusable);
}

void TestKeyCandidates::aCommentIsNotChosen()
{
    const QList<KeyCandidate> found = find(u"# old: TALKOVER_TOKEN=%1\n"_s);
    QCOMPARE(found.size(), 1);
    QVERIFY(!found.first().isChosen);
    QVERIFY(found.first().note.contains(u"comment"_s));
}

void TestKeyCandidates::keysOfUnknownProvidersAreNotChosen()
{
    const QList<KeyCandidate> found = find(u"STRIPE_SECRET_KEY=%3\n"_s);
    QCOMPARE(found.size(), 1);
    QCOMPARE(found.first().state, KeyCandidate::State::New);
    QVERIFY(!found.first().isChosen);
}

void TestKeyCandidates::namesAreFree()
{
    const QList<KeyCandidate> found = find(u"TAKEN=%1\nTAKEN=%2\nTALKTURO_KEY=%3\n"_s);
    QCOMPARE(found.size(), 3);
    QCOMPARE(found.at(0).name, u"TAKEN, Production"_s);
    QCOMPARE(found.at(1).name, u"TAKEN, Production 2"_s);
    QCOMPARE(found.at(2).name, u"TALKTURO_KEY"_s);
    QCOMPARE(find(u"Authorization: Bearer %1"_s).value(0).name, u"Talkover key, Production"_s);
}

void TestKeyCandidates::placesAreThoseOfTheValues()
{
    const QList<KeyCandidate> found = find(u"A=1\nTALKOVER_TOKEN=\"%1\"\n"_s);
    QCOMPARE(found.size(), 1);
    QCOMPARE(found.first().line, 2);
    QCOMPARE(found.first().begin, 20);
    QCOMPARE(found.first().end, 20 + qstrlen(environmentToken));
}

void TestKeyCandidates::noTextHoldsTheToken()
{
    for (const QString &text :
         {u"TALKOVER_TOKEN=%1\nB=%1\n"_s, u"%1="_s, u"# %1"_s, u"%1 %2"_s, u"X=%1…"_s}) {
        for (const KeyCandidate &each : find(text)) {
            for (const QString &shown :
                 {each.variable, each.hint, each.name, each.note, each.environment.newName})
                QVERIFY2(!shown.contains(u"aB3dE6fG9"_s), qPrintable(text));
        }
    }
}

void TestKeyCandidates::stopsAtTheLimit()
{
    QString text;
    for (int i = 0; i < candidateLimit + 50; ++i)
        text += u"T%1_TOKEN=talq_aB3dE6fG9hJ2k%1\n"_s.arg(i);
    QCOMPARE(find(text).size(), candidateLimit);
}

void TestKeyCandidates::offersEnvironmentsOfTheProvider()
{
    m_environments = {environment(u"Live"_s, u"talkover"_s, u"https://app.talkover.ai"_s),
                      environment(u"Main"_s, u"aisoule"_s, u"https://api.aisoule.com/v1"_s)};
    const CandidateContext context{m_catalog.all(), m_environments, {}, m_duplicateOf};
    const QList<KeyCandidate> found = find(u"TALKOVER_TOKEN=%1\nTALKTURO_KEY=%3\n"_s, u".env.staging"_s);
    QCOMPARE(found.size(), 2);
    const QList<EnvironmentChoice> choices = environmentChoices(found.at(0), context);
    QCOMPARE(choices.size(), 2);
    QCOMPARE(choices.at(0).newName, u"Staging"_s);
    QCOMPARE(choices.at(1).id, m_environments.first().id);
    QVERIFY(environmentChoices(found.at(1), context).isEmpty());
}

QTEST_GUILESS_MAIN(TestKeyCandidates)
#include "test_key_candidates.moc"
