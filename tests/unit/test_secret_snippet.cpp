#include "app/interchange/SecretSnippet.h"

#include "app/interchange/DotEnv.h"
#include "app/providers/ProviderCatalog.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace keydesk;

namespace {

const QByteArray ordinary = "talq_aB3-._~+/=9f";
const QByteArray sanctum = "18|Zq7aB3xY2";
/// Every character that a header can carry.
QByteArray everything()
{
    QByteArray all;
    for (char c = 0x21; c < 0x7f; ++c)
        all.append(c);
    return all;
}

Secret secret(const QByteArray &bytes)
{
    return Secret(std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size())));
}

QByteArray bytesOf(const Secret &secret)
{
    return {secret.reveal().data(), secret.size()};
}

SnippetNames names()
{
    return {u"TALKOVER_TOKEN"_s, {}};
}

QByteArray snippet(SnippetFormat format, const QByteArray &token)
{
    return bytesOf(tokenSnippet(format, names(), secret(token)));
}

/// What a shell has in the variable once it has read the script.
QByteArray valueInShell(const QString &shell, const QByteArray &script)
{
    QTemporaryDir folder;
    QFile file(folder.filePath(u"script"_s));
    if (!file.open(QIODevice::WriteOnly))
        return "cannot write";
    file.write(script + "\nprintf %s \"$TALKOVER_TOKEN\"\n");
    file.close();
    QProcess process;
    process.start(shell, {file.fileName()});
    if (!process.waitForFinished())
        return "did not end";
    return process.readAllStandardOutput() + process.readAllStandardError();
}

} // namespace

class TestSecretSnippet : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void namesTheKeyWithoutItsToken_data();
    void namesTheKeyWithoutItsToken();
    void writesTheToken_data();
    void writesTheToken();
    void shellsGetTheTokenBack_data();
    void shellsGetTheTokenBack();
    void whatWasWrittenIsReadBack_data();
    void whatWasWrittenIsReadBack();
    void masksTheToken();
    void saysWhatToKnow();
    void knowsVariableNames();
    void namesVariablesAfterTheProvider();
};

void TestSecretSnippet::namesTheKeyWithoutItsToken_data()
{
    QTest::addColumn<int>("format");
    QTest::addColumn<QString>("text");
    const auto row = [](const char *name, SnippetFormat format, const QString &text) {
        QTest::newRow(name) << static_cast<int>(format) << text;
    };
    row("bash", SnippetFormat::Posix, u"$TALKOVER_TOKEN"_s);
    row("fish", SnippetFormat::Fish, u"$TALKOVER_TOKEN"_s);
    row("PowerShell", SnippetFormat::PowerShell, u"$env:TALKOVER_TOKEN"_s);
    row("cmd", SnippetFormat::Cmd, u"%TALKOVER_TOKEN%"_s);
    row("header", SnippetFormat::Header, u"Authorization: Bearer $TALKOVER_TOKEN"_s);
    row(".env", SnippetFormat::DotEnv, u"TALKOVER_TOKEN="_s);
}

void TestSecretSnippet::namesTheKeyWithoutItsToken()
{
    QFETCH(int, format);
    QTEST(placeholderSnippet(static_cast<SnippetFormat>(format), names()), "text");
}

void TestSecretSnippet::writesTheToken_data()
{
    QTest::addColumn<int>("format");
    QTest::addColumn<QByteArray>("token");
    QTest::addColumn<QByteArray>("line");
    const auto row = [](const char *name, SnippetFormat format, const QByteArray &token,
                        const QByteArray &line) {
        QTest::newRow(name) << static_cast<int>(format) << token << line;
    };
    row("bash", SnippetFormat::Posix, sanctum, "export TALKOVER_TOKEN='18|Zq7aB3xY2'");
    row("bash, a quote", SnippetFormat::Posix, "it's", R"(export TALKOVER_TOKEN='it'\''s')");
    row("fish", SnippetFormat::Fish, sanctum, "set -gx TALKOVER_TOKEN '18|Zq7aB3xY2'");
    row("fish, a quote and a backslash", SnippetFormat::Fish, R"(it's\n)",
        R"(set -gx TALKOVER_TOKEN 'it\'s\\n')");
    row("PowerShell", SnippetFormat::PowerShell, "a$b`c", "$env:TALKOVER_TOKEN = 'a$b`c'");
    row("PowerShell, quotes", SnippetFormat::PowerShell, "it's \xE2\x80\x99x",
        "$env:TALKOVER_TOKEN = 'it''s \xE2\x80\x99\xE2\x80\x99x'");
    row("cmd", SnippetFormat::Cmd, "18|Zq7&^<x>", R"(set "TALKOVER_TOKEN=18|Zq7&^<x>")");
    row("cmd, a percent sign", SnippetFormat::Cmd, "a%PATH%|b", "set TALKOVER_TOKEN=a^%PATH^%^|b");
    row("cmd, a quote", SnippetFormat::Cmd, "a\"&b", "set TALKOVER_TOKEN=a^\"^&b");
    row("header", SnippetFormat::Header, sanctum, "Authorization: Bearer 18|Zq7aB3xY2");
    row(".env, bare", SnippetFormat::DotEnv, "talq_aB3-./+=", "TALKOVER_TOKEN=talq_aB3-./+=");
    row(".env, quoted", SnippetFormat::DotEnv, sanctum, "TALKOVER_TOKEN='18|Zq7aB3xY2'");
    row(".env, a quote", SnippetFormat::DotEnv, R"(it's$a\b"c`)", R"(TALKOVER_TOKEN="it's\$a\\b\"c\`")");
}

void TestSecretSnippet::writesTheToken()
{
    QFETCH(int, format);
    QFETCH(QByteArray, token);
    QTEST(snippet(static_cast<SnippetFormat>(format), token), "line");
}

void TestSecretSnippet::shellsGetTheTokenBack_data()
{
    QTest::addColumn<QString>("shell");
    QTest::addColumn<int>("format");
    QTest::addColumn<QByteArray>("token");
    for (const QString &shell : {u"bash"_s, u"dash"_s, u"sh"_s}) {
        for (const QByteArray &token :
             {ordinary, sanctum, everything(), QByteArray("a'b''c'"), QByteArray("$(id)`id`!!\\")}) {
            QTest::addRow("%s %s", qPrintable(shell), token.left(9).constData())
                << shell << static_cast<int>(SnippetFormat::Posix) << token;
            // Many people source their .env file.
            QTest::addRow("%s sources .env %s", qPrintable(shell), token.left(9).constData())
                << shell << static_cast<int>(SnippetFormat::DotEnv) << token;
        }
    }
}

void TestSecretSnippet::shellsGetTheTokenBack()
{
    QFETCH(QString, shell);
    QFETCH(int, format);
    QFETCH(QByteArray, token);
    QCOMPARE(valueInShell(shell, snippet(static_cast<SnippetFormat>(format), token)), token);
}

void TestSecretSnippet::whatWasWrittenIsReadBack_data()
{
    QTest::addColumn<int>("format");
    QTest::addColumn<QByteArray>("token");
    for (const SnippetFormat format : snippetFormats()) {
        if (format == SnippetFormat::Header)
            continue; // has no quotes: it carries what it is given
        for (const QByteArray &token :
             {ordinary, sanctum, everything(), QByteArray("a'b\"c"), QByteArray("C:\\new")})
            QTest::addRow("%s %s", qPrintable(snippetFormatName(format)), token.left(9).constData())
                << static_cast<int>(format) << token;
    }
}

void TestSecretSnippet::whatWasWrittenIsReadBack()
{
    QFETCH(int, format);
    QFETCH(QByteArray, token);
    const QByteArray line = snippet(static_cast<SnippetFormat>(format), token) + '\n';
    const std::string_view text(line.constData(), static_cast<std::size_t>(line.size()));
    QList<QByteArray> values;
    scanEnv(text, [&](const EnvSpan &span) {
        if (span.form != EnvSpan::Form::Word && span.name == "TALKOVER_TOKEN")
            values << bytesOf(valueOf(text, span));
        return true;
    });
    QCOMPARE(values, QList<QByteArray>{token});
}

void TestSecretSnippet::masksTheToken()
{
    const QString hint = tokenHint(secret(sanctum + "0123456789"));
    QCOMPARE(maskedSnippet(SnippetFormat::Posix, names(), hint), u"export TALKOVER_TOKEN='18|••••6789'"_s);
    QCOMPARE(maskedSnippet(SnippetFormat::DotEnv, names(), u"talq_••••3f9a"_s),
             u"TALKOVER_TOKEN=talq_••••3f9a"_s);
    QCOMPARE(maskedSnippet(SnippetFormat::Header, names(), u"talq_••••3f9a"_s),
             u"Authorization: Bearer talq_••••3f9a"_s);
}

void TestSecretSnippet::saysWhatToKnow()
{
    for (const SnippetFormat format : snippetFormats())
        QCOMPARE(snippetNotes(format, secret("talq_aB3-./+=")), QStringList());
    QCOMPARE(snippetNotes(SnippetFormat::Cmd, secret("a%b")).size(), 1);
    QVERIFY(snippetNotes(SnippetFormat::Cmd, secret("a%b")).first().contains(u"batch file"_s));
    QVERIFY(snippetNotes(SnippetFormat::Cmd, secret("a!b")).first().contains(u"delayed expansion"_s));
    QVERIFY(snippetNotes(SnippetFormat::DotEnv, secret(sanctum)).first().contains(u"--env-file"_s));
    QCOMPARE(snippetNotes(SnippetFormat::DotEnv, secret("it's")).size(), 2);
    for (const QString &note : snippetNotes(SnippetFormat::DotEnv, secret("it'sCanary")))
        QVERIFY(!note.contains(u"Canary"_s));
}

void TestSecretSnippet::knowsVariableNames()
{
    for (const auto &good : {u"A"_s, u"_x9"_s, u"TALKOVER_TOKEN"_s, QString(128, u'A')})
        QVERIFY2(isVariableName(good), qPrintable(good));
    for (const auto &bad :
         {u""_s, u"9A"_s, u"A-B"_s, u"A B"_s, u"A=B"_s, u"Ä"_s, u"A\n"_s, u"$A"_s, QString(129, u'A')})
        QVERIFY2(!isVariableName(bad), qPrintable(bad));
}

void TestSecretSnippet::namesVariablesAfterTheProvider()
{
    ProviderCatalog catalog;
    catalog.loadBuiltIn();
    QCOMPARE(variableName(catalog.find(u"talkover"_s), u"environment"_s), u"TALKOVER_TOKEN"_s);
    QCOMPARE(variableName(catalog.find(u"sandbox-talkover"_s), u"environment"_s), u"TALKOVER_TOKEN"_s);
    QCOMPARE(variableName(catalog.find(u"talkturo"_s), u"api-key"_s), u"TALKTURO_API_KEY"_s);
    QCOMPARE(variableName(catalog.find(u"sandbox-talkturo"_s), u"api-key"_s), u"TALKTURO_API_KEY"_s);
    QCOMPARE(variableName(catalog.find(u"custom"_s), u"api-key"_s), u"API_KEY"_s);
    QCOMPARE(variableName(nullptr, u"api-key"_s), u"API_KEY"_s);
}

QTEST_GUILESS_MAIN(TestSecretSnippet)
#include "test_secret_snippet.moc"
