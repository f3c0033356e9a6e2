#include "app/providers/ProviderCatalog.h"
#include "app/providers/TokenFormat.h"

#include <QRandomGenerator>
#include <QTest>

using namespace keydesk;
using namespace Qt::StringLiterals;

namespace {

const std::string token = "talq_eyJhbGciOi.JIUzI1-NiIsInR5cCI6_IkpXVCJ93f9a";

std::string cleaned(std::string_view pasted)
{
    const CleanedToken found = cleanToken(Secret(pasted));
    return std::string(found.token.reveal());
}

QStringList removed(std::string_view pasted)
{
    return cleanToken(Secret(pasted)).removed;
}

QString texts(const QList<TokenFinding> &findings)
{
    QStringList found;
    for (const TokenFinding &finding : findings)
        found.append((finding.level == TokenFinding::Level::Good ? u"+ "_s : u"! "_s) + finding.text);
    return found.join(u'\n');
}

template <typename T>
const T &pick(const std::vector<T> &from, QRandomGenerator &random)
{
    return from[random.bounded(static_cast<quint32>(from.size()))];
}

std::string randomToken(QRandomGenerator &random)
{
    static const std::string letters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-|~+/";
    std::string made = pick<std::string>({"talq_", "1|", "tk_live_", "q"}, random);
    for (quint32 i = random.bounded(8U, 80U); i > 0; --i)
        made += letters[random.bounded(static_cast<quint32>(letters.size()))];
    return made + pick<std::string>({"", "=", "=="}, random);
}

// One of the wrappings that people paste tokens in, around `text`.
std::string wrap(const std::string &text, QRandomGenerator &random)
{
    const std::vector<std::pair<std::string, std::string>> around{{"\"", "\""},
                                                                  {"'", "'"},
                                                                  {"`", "`"},
                                                                  {"\xE2\x80\x9C", "\xE2\x80\x9D"},
                                                                  {"", "\n"},
                                                                  {"", "\r\n"},
                                                                  {"\n", ""},
                                                                  {"  ", "\t"},
                                                                  {"\xEF\xBB\xBF", ""},
                                                                  {"\xE2\x80\x8B", "\xE2\x80\x8D"},
                                                                  {"\xC2\xA0", "\xC2\xA0"},
                                                                  {"Bearer ", ""},
                                                                  {"bearer  ", ""},
                                                                  {"BEARER\t", ""},
                                                                  {"Authorization: Bearer ", ""},
                                                                  {"authorization:", ""},
                                                                  {"X-API-Key: ", ""},
                                                                  {"x-api-key:", ""},
                                                                  {"export TALKOVER_TOKEN=", ""},
                                                                  {"export my_token=", ""},
                                                                  {"TALKOVER_TOKEN=", ""},
                                                                  {"set API_KEY=", ""},
                                                                  {"set \"API_KEY=", "\""},
                                                                  {"$env:TALKOVER_TOKEN = ", ""},
                                                                  {"-H \"Authorization: Bearer ", "\""},
                                                                  {"\"token\": \"", "\","},
                                                                  {"export TOKEN='", "';"}};
    const auto &[front, back] = pick(around, random);
    return front + text + back;
}

} // namespace

class TestTokenFormat : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void wrappingsComeOff_data();
    void wrappingsComeOff();
    void tokensThatLookWrappedStay_data();
    void tokensThatLookWrappedStay();
    void anyMixOfWrappingsGivesTheSameTokenBack();
    void cleaningTwiceChangesNothing();
    void whatWasCutIsTold();
    void aCleanTokenIsTakenInSilence();
    void longPastesAreLeftAlone();
    void endlessWrappingsEnd();
    void binaryBytesStayAndCannotBeSent();

    void findings_data();
    void findings();
    void findingsNeverHoldTheToken();
    void whatHttpCanCarry();
};

void TestTokenFormat::wrappingsComeOff_data()
{
    QTest::addColumn<QByteArray>("pasted");
    const auto row = [](const char *name, const std::string &pasted) {
        QTest::newRow(name) << QByteArray::fromStdString(pasted);
    };
    row("as it is", token);
    row("line break", token + "\n");
    row("Windows line break", token + "\r\n");
    row("spaces", "  " + token + " \t");
    row("no-break space", "\xC2\xA0" + token + "\xC2\xA0");
    row("quotes", "\"" + token + "\"");
    row("single quotes", "'" + token + "'");
    row("one quote only", token + "\"");
    row("typographic quotes", "\xE2\x80\x9C" + token + "\xE2\x80\x9D");
    row("backticks", "`" + token + "`");
    row("byte order mark", "\xEF\xBB\xBF" + token);
    row("zero-width space inside", token.substr(0, 9) + "\xE2\x80\x8B" + token.substr(9));
    row("soft hyphen inside", token.substr(0, 9) + "\xC2\xAD" + token.substr(9));
    row("direction mark", token + "\xE2\x80\x8E");
    row("Bearer", "Bearer " + token);
    row("bearer twice", "Bearer bearer " + token);
    row("header", "Authorization: Bearer " + token);
    row("header without a space", "authorization:bearer " + token);
    row("own header", "X-API-Key: " + token);
    row("curl option", "-H 'Authorization: Bearer " + token + "'");
    row("export", "export TALKOVER_TOKEN=" + token);
    row("export in quotes", "export TALKOVER_TOKEN=\"" + token + "\"\n");
    row("small letters after export", "export token=" + token);
    row(".env", "TALKOVER_TOKEN=" + token);
    row(".env with spaces", "TALKOVER_TOKEN = '" + token + "'");
    row("PowerShell", "$env:TALKOVER_TOKEN = \"" + token + "\"");
    row("cmd", "set TALKOVER_TOKEN=" + token);
    row("cmd in quotes", "set \"TALKOVER_TOKEN=" + token + "\"");
    row("shell with a semicolon", "export TALKOVER_TOKEN=\"" + token + "\";");
    row("JSON member", "\"api_token\": \"" + token + "\",");
    row("wrapped copy", token.substr(0, 12) + "\n" + token.substr(12, 12) + "\r\n  " + token.substr(24));
    row("header broken into lines",
        "Authorization:\n  Bearer\n  " + token.substr(0, 12) + "\n" + token.substr(12));
    row("everything", "\xEF\xBB\xBF  export A_TOKEN='Authorization: Bearer  " + token + " '\r\n");
}

void TestTokenFormat::wrappingsComeOff()
{
    QFETCH(QByteArray, pasted);
    QCOMPARE(QByteArray::fromStdString(cleaned(pasted.toStdString())), QByteArray::fromStdString(token));
}

void TestTokenFormat::tokensThatLookWrappedStay_data()
{
    QTest::addColumn<QByteArray>("whole");
    for (const char *whole :
         {"QUJDREVGR0hJSktMTU5PUA==", "QUJDREVGR0hJSktMTU5PUFE=", "1|abc123def456", "user:password-abc",
          "a=b", "Bearer_abcdef", "bearerabc", "exported=x", "settings", "abc\xC3\xA9xyz"})
        QTest::newRow(whole) << QByteArray(whole);
}

void TestTokenFormat::tokensThatLookWrappedStay()
{
    QFETCH(QByteArray, whole);
    QCOMPARE(QByteArray::fromStdString(cleaned(whole.toStdString())), whole);
    QVERIFY(removed(whole.toStdString()).isEmpty());
}

void TestTokenFormat::anyMixOfWrappingsGivesTheSameTokenBack()
{
    QRandomGenerator random(20251122);
    for (int round = 0; round < 4000; ++round) {
        const std::string whole = randomToken(random);
        std::string pasted = whole;
        for (quint32 layers = random.bounded(5U); layers > 0; --layers)
            pasted = wrap(pasted, random);
        if (cleaned(pasted) != whole)
            QFAIL(qPrintable(u"round %1: %2 became %3"_s.arg(QString::number(round),
                                                             QString::fromStdString(pasted),
                                                             QString::fromStdString(cleaned(pasted)))));
    }
}

void TestTokenFormat::cleaningTwiceChangesNothing()
{
    QRandomGenerator random(7);
    const std::vector<std::string> pieces{"Bea",
                                          "rer ",
                                          "Bearer ",
                                          "export ",
                                          "ex",
                                          "port ",
                                          "NAME=",
                                          "=",
                                          "\"",
                                          "'",
                                          "\n",
                                          " ",
                                          ";",
                                          ",",
                                          ":",
                                          "Authorization",
                                          "X-",
                                          "API-Key",
                                          "$env:",
                                          "set ",
                                          "\xE2\x80\x8B",
                                          "\xEF\xBB",
                                          "\xBF",
                                          "\xC2",
                                          "\xA0",
                                          "abc",
                                          "1|",
                                          std::string(1, '\0'),
                                          "\xFF",
                                          "-H ",
                                          "token",
                                          "T"};
    for (int round = 0; round < 20000; ++round) {
        std::string pasted;
        for (quint32 i = random.bounded(12U); i > 0; --i)
            pasted += pick(pieces, random);
        const std::string once = cleaned(pasted);
        if (cleaned(once) != once)
            QFAIL(qPrintable(u"“%1” became “%2”, then “%3”"_s.arg(QString::fromStdString(pasted),
                                                                  QString::fromStdString(once),
                                                                  QString::fromStdString(cleaned(once)))));
        QVERIFY(once.size() <= pasted.size());
    }
}

void TestTokenFormat::whatWasCutIsTold()
{
    QCOMPARE(removed(token + "\n"), QStringList{u"A line break at the end was removed"_s});
    QCOMPARE(removed("Bearer " + token), QStringList{u"The word Bearer was removed"_s});
    QCOMPARE(removed("Authorization: Bearer " + token + "\r\n"),
             (QStringList{u"A line break at the end was removed"_s,
                          u"The header name Authorization was removed"_s, u"The word Bearer was removed"_s}));
    QCOMPARE(removed("X-API-Key: " + token), QStringList{u"The name of the header was removed"_s});
    QCOMPARE(removed("export A_TOKEN=\"" + token + "\""),
             (QStringList{u"Quotes around it were removed"_s,
                          u"The name of the variable in front was removed"_s}));
    QCOMPARE(removed(token.substr(0, 20) + "\n" + token.substr(20)),
             QStringList{u"Line breaks inside were removed"_s});
    QCOMPARE(removed("\xEF\xBB\xBF" + token), QStringList{u"Invisible characters were removed"_s});
    QCOMPARE(removed(" " + token), QStringList{u"Spaces around it were removed"_s});
}

void TestTokenFormat::aCleanTokenIsTakenInSilence()
{
    QVERIFY(removed(token).isEmpty());
    QVERIFY(removed("").isEmpty());
    QCOMPARE(cleaned(""), std::string());
    QCOMPARE(cleaned(" \r\n\t "), std::string());
    QCOMPARE(cleaned("Bearer"), std::string());
    QCOMPARE(cleaned("Authorization: Bearer "), std::string());
}

void TestTokenFormat::longPastesAreLeftAlone()
{
    const CleanedToken found = cleanToken(Secret(std::string(64 * 1024 + 1, 'a')));
    QVERIFY(found.token.isEmpty());
    QCOMPARE(found.removed.size(), 1);
    QVERIFY(found.removed[0].contains(u"64 KiB"_s));
    QCOMPARE(cleaned(std::string(64 * 1024, 'a')).size(), std::size_t(64 * 1024));
}

void TestTokenFormat::endlessWrappingsEnd()
{
    std::string pasted;
    while (pasted.size() < 60'000)
        pasted += "Bearer \"export A_B=";
    QCOMPARE(cleaned(pasted + token), token);
}

void TestTokenFormat::binaryBytesStayAndCannotBeSent()
{
    const std::string binary("ab\0\x01\xFF\xFE"
                             "cdefghijklmnop",
                             20);
    QCOMPARE(cleaned(binary), binary);
    QVERIFY(!canBeSent(Secret(binary)));
}

void TestTokenFormat::findings_data()
{
    QTest::addColumn<QString>("providerId");
    QTest::addColumn<QString>("kindId");
    QTest::addColumn<QByteArray>("entered");
    QTest::addColumn<QString>("expected");

    const QByteArray good = QByteArray::fromStdString(token);
    const auto row = [](const char *name, const char *provider, const char *kind, const QByteArray &given,
                        const QString &expected) {
        QTest::newRow(name) << QString::fromLatin1(provider) << QString::fromLatin1(kind) << given
                            << expected;
    };
    row("right", "talkover", "environment", good, u"+ Starts with talq_, 48 characters"_s);
    row("user token", "talkover", "user", "1|abcdefghijklmnop", u"+ Has the right form, 18 characters"_s);
    row("nothing known", "aisoule", "api-key", "0123456789abcdef0123", u"+ 20 characters"_s);
    row("no prefix is no warning", "talkturo", "api-key", "0123456789abcdef0123", u"+ 20 characters"_s);
    row("other kind", "talkover", "environment", "1|abcdefghijklmnop",
        u"! This looks like another kind of token: User API token (Talkover)"_s);
    row("other kind by prefix", "talkover", "user", good,
        u"! This looks like another kind of token: Environment token (Talkover)"_s);
    row("other provider", "aisoule", "api-key", good,
        u"! It starts with talq_, so it looks like a token of another provider: Environment token (Talkover)"_s);
    row("no prefix", "talkover", "environment", "abcdefghijklmnopqrst", u"! It does not start with talq_"_s);
    row("wrong form", "talkover", "environment", "talq_abc$defghijklmnopq",
        u"+ Starts with talq_, 23 characters\n! It does not have the expected form: talq_ followed by letters, digits, dots, - and _"_s);
    row("short", "talkover", "environment", "talq_ab",
        u"+ Starts with talq_, 7 characters\n! That is short for a token; part of it may be missing"_s);
    row("shortened", "talkover", "environment", "talq_eyJhbGciOiJI...",
        u"+ Starts with talq_, 20 characters\n! This looks like a shortened or masked copy; the whole token is needed"_s);
    row("not for HTTP", "aisoule", "api-key", "0123456789abcdef\xC3\xA9",
        u"+ 17 characters\n! It holds characters that an HTTP header cannot carry, so it cannot be sent"_s);
    row("too long", "aisoule", "api-key", QByteArray(20'000, 'a'),
        u"! This is longer than 16 KiB, which is too long for an HTTP header"_s);
    row("long", "aisoule", "api-key", QByteArray(9'000, 'a'),
        u"+ 9000 characters\n! This is longer than 8 KiB, which many servers refuse in a header"_s);
    row("empty", "talkover", "environment", "", QString());
    row("unknown kind", "talkover", "nobody", "0123456789abcdef0123", u"+ 20 characters"_s);
}

void TestTokenFormat::findings()
{
    QFETCH(QString, providerId);
    QFETCH(QString, kindId);
    QFETCH(QByteArray, entered);
    QFETCH(QString, expected);
    ProviderCatalog catalog;
    catalog.loadBuiltIn();
    const auto found =
        checkToken(Secret(std::string_view(entered.constData(), static_cast<std::size_t>(entered.size()))),
                   *catalog.find(providerId), kindId, catalog.all());
    QCOMPARE(texts(found), expected);
}

void TestTokenFormat::findingsNeverHoldTheToken()
{
    ProviderCatalog catalog;
    catalog.loadBuiltIn();
    QRandomGenerator random(3);
    for (int round = 0; round < 200; ++round) {
        const std::string whole = randomToken(random);
        const QString core = QString::fromStdString(whole).mid(8, 6);
        for (const Provider &provider : catalog.all()) {
            for (const TokenKind &kind : provider.kinds)
                QVERIFY(!texts(checkToken(Secret(whole), provider, kind.id, catalog.all())).contains(core));
        }
        QVERIFY(!removed("Authorization: Bearer '" + whole + "'\n").join(u' ').contains(core));
    }
}

void TestTokenFormat::whatHttpCanCarry()
{
    QVERIFY(canBeSent(Secret(token)));
    QVERIFY(canBeSent(Secret(std::string(16 * 1024, 'a'))));
    QVERIFY(!canBeSent(Secret(std::string(16 * 1024 + 1, 'a'))));
    QVERIFY(!canBeSent(Secret("")));
    for (const std::string_view bad :
         {std::string_view("a b"), std::string_view("a\nb"), std::string_view("a\x7f"),
          std::string_view("a\0b", 3), std::string_view("\xC3\xA9")})
        QVERIFY(!canBeSent(Secret(bad)));
}

QTEST_GUILESS_MAIN(TestTokenFormat)
#include "test_token_format.moc"
