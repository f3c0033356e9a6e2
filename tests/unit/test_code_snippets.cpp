#include "app/base/Redactor.h"
#include "app/interchange/snippets/CodeSnippet.h"
#include "app/interchange/snippets/FormParts.h"
#include "app/interchange/snippets/ShellWords.h"
#include "tests/support/Files.h"
#include "tests/support/SnippetCases.h"

#include <QSet>

using namespace Qt::StringLiterals;
using namespace keydesk;
using namespace keydesk::test;

/// Requests as code: how values are quoted, where secrets are, and the exact text for what no test can run.
class TestCodeSnippets : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();

    void everyFormatHasItsId();
    void bashWords_data();
    void bashWords();
    void powerShellWords_data();
    void powerShellWords();
    void cmdWords_data();
    void cmdWords();
    void wordsNameVariables();
    void exactText_data();
    void exactText();

    void noSecretWithoutTheChoice_data();
    void noSecretWithoutTheChoice();
    void whatIsShownWithTheChoiceHoldsNone();
    void theChoicePutsThemIn();
    void aValueIsQuotedForItsPlace_data();
    void aValueIsQuotedForItsPlace();
    void aValueThatCannotBeReadIsSaid();
    void codeWithATokenIsNotSaved();
    void savedCodeIsTheUsersAlone();

    void typedCredentialsAreNamed();
    void knownTokensAreLeftOutElsewhere();
    void aKeyOfAnotherOriginIsLeftOut_data();
    void aKeyOfAnotherOriginIsLeftOut();
    void aTypedHeaderWinsOverTheKey();
    void anAccessTokenIsNeverRead();
    void variablesDoNotShareAName();
    void whatCannotBeSentIsSaid_data();
    void whatCannotBeSentIsSaid();
    void invisibleCharactersAreWrittenOut_data();
    void invisibleCharactersAreWrittenOut();
    void multipartIsTakenApart();
    void aHugeBodyIsWritten();

private:
    [[nodiscard]] SnippetRequest made(const QString &name) const
    {
        const SnippetCase &each = m_cases->named(name);
        return snippetRequest(each.request, each.naming, m_redactor);
    }

    std::unique_ptr<SnippetCases> m_cases;
    Redactor m_redactor;
};

namespace {

using Kind = SnippetPiece::Kind;

SnippetValue text(const QByteArray &bytes)
{
    return {{Kind::Text, bytes}};
}

PreparedRequest getOf(const QByteArray &url, const Headers &headers = {})
{
    PreparedRequest request;
    request.url = QUrl::fromEncoded(url);
    request.headers = headers;
    return request;
}

SnippetKey keyFor(const QString &origin, const KeyForm &form = {})
{
    return {QUuid::createUuid(), u"Dialer"_s, form, u"TALKOVER_TOKEN"_s, u"talq_••••3f9a"_s, {*Origin::fromString(origin)}, false};
}

QByteArray bytesOf(const Secret &secret)
{
    return {secret.reveal().data(), secret.size()};
}

/// In any encoding that something could read it in.
bool holds(const QByteArray &text, const QByteArray &secret)
{
    const QByteArray decoded = QByteArray::fromPercentEncoding(text);
    QList<QByteArray> shapes{secret, secret.toPercentEncoding(), secret.toHex(), secret.left(12)};
    for (int shift = 0; shift < 3; ++shift) // whatever stands before it
        shapes.append((QByteArray(shift, 'x') + secret).toBase64().mid(4, secret.size() - 4));
    return std::ranges::any_of(shapes, [&](const QByteArray &shape) { return text.contains(shape) || decoded.contains(shape); });
}

} // namespace

void TestCodeSnippets::initTestCase()
{
    m_cases = std::make_unique<SnippetCases>(QUrl(u"https://api.example.test"_s));
}

void TestCodeSnippets::everyFormatHasItsId()
{
    QSet<QString> ids;
    for (const CodeFormat format : codeFormats()) {
        ids.insert(codeFormatId(format));
        QCOMPARE(codeFormatOf(codeFormatId(format)), std::optional(format));
        QVERIFY(!codeFormatName(format).isEmpty() && codeFileName(format).contains(u'.'));
    }
    QCOMPARE(ids.size(), codeFormats().size());
    QCOMPARE(ids.size(), 15);
    QVERIFY(!codeFormatOf(u"cobol"_s));
}

void TestCodeSnippets::bashWords_data()
{
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QByteArray>("word");
    QTest::newRow("plain") << "a b"_ba
                           << "'a b'"_ba;
    QTest::newRow("empty") << ""_ba
                           << "''"_ba;
    QTest::newRow("single quotes") << "it's"_ba
                                   << "'it'\\''s'"_ba;
    QTest::newRow("everything else stands for itself") << "$x `id` \\n \"!!\" %"_ba
                                                       << "'$x `id` \\n \"!!\" %'"_ba;
    QTest::newRow("lines") << "a\nb"_ba
                           << "'a\nb'"_ba;
    QTest::newRow("controls") << "a\r\n\t\x1b!'\\"_ba
                              << "$'a\\r\\n\\t\\x1b\\x21\\'\\\\'"_ba;
    QTest::newRow("bidi") << "\xE2\x80\xAEx"_ba
                          << "$'\\xe2\\x80\\xaex'"_ba;
    QTest::newRow("beyond ASCII") << "\xC3\xA9\xF0\x9D\x84\x9E"_ba
                                  << "'\xC3\xA9\xF0\x9D\x84\x9E'"_ba;
}

void TestCodeSnippets::bashWords()
{
    QFETCH(QByteArray, value);
    const SnippetRequest none;
    SnippetWriter writer(none, SnippetSecrets::ByName);
    BashWords words(writer);
    QTEST(words.word(value), "word");
}

void TestCodeSnippets::powerShellWords_data()
{
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QByteArray>("word");
    QTest::newRow("plain") << "a b $x `"_ba
                           << "'a b $x `'"_ba;
    QTest::newRow("single quotes, typographic ones too") << "it's \xE2\x80\x98x\xE2\x80\x99"_ba
                                                         << "'it''s \xE2\x80\x98\xE2\x80\x98x\xE2\x80\x99\xE2\x80\x99'"_ba;
    QTest::newRow("quotes, for the C runtime") << R"({"a":"b\"c"})"_ba
                                               << R"('{\"a\":\"b\\\"c\"}')"_ba;
    QTest::newRow("lines") << "a\r\n$b`\"\t\x1b"_ba
                           << "\"a`r`n`$b``\\`\"`t$([char]0x1b)\""_ba;
}

void TestCodeSnippets::powerShellWords()
{
    QFETCH(QByteArray, value);
    const SnippetRequest none;
    SnippetWriter writer(none, SnippetSecrets::ByName);
    QTEST(powerShellWord(writer, text(value)), "word");
}

void TestCodeSnippets::cmdWords_data()
{
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QByteArray>("word");
    QTest::newRow("plain") << "a b"_ba
                           << "^\"a b^\""_ba;
    QTest::newRow("special") << "a&b|c<d>e^f(g)h%i!"_ba
                             << "^\"a^&b^|c^<d^>e^^f^(g^)h^%i^!^\""_ba;
    QTest::newRow("quotes") << R"({"a":"b\"c"})"_ba
                            << R"(^"{\^"a\^":\^"b\\\^"c\^"}^")"_ba;
    QTest::newRow("a backslash at the end") << "C:\\dir\\"_ba
                                            << "^\"C:\\dir\\\\^\""_ba;
    QTest::newRow("lines") << "a\nb"_ba
                           << "^\"a^\n\nb^\""_ba;
}

void TestCodeSnippets::cmdWords()
{
    QFETCH(QByteArray, value);
    const SnippetRequest none;
    SnippetWriter writer(none, SnippetSecrets::ByName);
    QTEST(cmdWord(writer, text(value)), "word");
}

void TestCodeSnippets::wordsNameVariables()
{
    SnippetRequest request;
    request.secrets = {{"TOKEN", QUuid::createUuid(), {}, {}, true}};
    const SnippetPiece token{Kind::Secret, {}, 0};
    const auto before = [&](const QByteArray &bytes) { return text(bytes) + SnippetValue{token}; };
    SnippetWriter writer(request, SnippetSecrets::ByName);
    BashWords words(writer);
    QCOMPARE(words.word(before("Bearer ")), "\"Bearer $TOKEN\""_ba);
    QCOMPARE(words.word(before("a!") + text("x")), "'a!'\"$TOKEN\"'x'"_ba);
    QCOMPARE(words.word(before("a") + text("x")), "\"a${TOKEN}x\""_ba);
    QCOMPARE(powerShellWord(writer, before("Bearer ")), "\"Bearer $env:TOKEN\""_ba);
    QCOMPARE(powerShellWord(writer, before("$") + text("x")), "\"`$${env:TOKEN}x\""_ba);
    QCOMPARE(cmdWord(writer, before("Bearer ")), "\"Bearer %TOKEN%\""_ba);
    // cmd stays within its quotes, so that what stands behind a quotation mark is no command.
    QCOMPARE(cmdWord(writer, before("{\"a\":\"x & calc & \"\n%A%")), "\"{\"\"a\"\":\"\"x & calc & \"\" \"^%\"A\"^%\"%TOKEN%\""_ba);
}

void TestCodeSnippets::exactText_data()
{
    QTest::addColumn<QString>("id");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("code");
    QTest::newRow("PowerShell")
        << u"curl-powershell"_s << u"delete"_s
        << "curl.exe -X 'DELETE' 'https://api.example.test/case18/' `\n  -H \"Authorization: Bearer $env:TALKOVER_TOKEN\"\n"_ba;
    QTest::newRow("PowerShell, quotes in arguments")
        << u"curl-powershell"_s << u"delete with a body"_s
        << "& {\n  $PSNativeCommandArgumentPassing = 'Legacy'\n  curl.exe -X 'DELETE' 'https://api.example.test/case19/' `\n"
           "  -H 'Content-Type: application/json' `\n  --data-raw '{\\\"ids\\\":[1,2]}'\n}\n"_ba;
    QTest::newRow("PowerShell, Basic") << u"curl-powershell"_s << u"basic key"_s
                                       << "curl.exe 'https://api.example.test/case25/' `\n  -u \"$env:ALICE_PAIR\"\n"_ba;
    QTest::newRow("PowerShell, query") << u"curl-powershell"_s << u"query key"_s
                                       << "curl.exe 'https://api.example.test/case23/?a=1' `\n  --url-query \"api_key=$env:TALKOVER_TOKEN\"\n"_ba;
    QTest::newRow("cmd") << u"curl-cmd"_s << u"delete"_s
                         << "curl -X ^\"DELETE^\" ^\"https://api.example.test/case18/^\" ^\n  -H \"Authorization: Bearer %TALKOVER_TOKEN%\"\n"_ba;
    QTest::newRow("cmd, Basic") << u"curl-cmd"_s << u"basic key"_s << "curl ^\"https://api.example.test/case25/^\" ^\n  -u \"%ALICE_PAIR%\"\n"_ba;
    QTest::newRow("cmd, JSON") << u"curl-cmd"_s << u"delete with a body"_s
                               << "curl -X ^\"DELETE^\" ^\"https://api.example.test/case19/^\" ^\n  -H ^\"Content-Type: application/json^\" ^\n"
                                  "  --data-raw ^\"{\\^\"ids\\^\":[1,2]}^\"\n"_ba;
    const QByteArray usings = "using System;\nusing System.Net.Http;\nusing System.Text;\n\n";
    const QByteArray client = "using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });\n";
    const QByteArray sent = "using var response = await client.SendAsync(request);\n"
                            "Console.WriteLine($\"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}\");\n";
    QTest::newRow("C#") << u"csharp"_s << u"delete with a body"_s
                        << usings + client +
                               "using var request = new HttpRequestMessage(new HttpMethod(\"DELETE\"), \"https://api.example.test/case19/\");\n"
                               "request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(\"{\\\"ids\\\":[1,2]}\"));\n"
                               "request.Content.Headers.TryAddWithoutValidation(\"Content-Type\", \"application/json\");\n" +
                               sent;
    QTest::newRow("C#, Basic") << u"csharp"_s << u"basic key"_s
                               << usings + client +
                                      "using var request = new HttpRequestMessage(new HttpMethod(\"GET\"), \"https://api.example.test/case25/\");\n"
                                      "request.Headers.TryAddWithoutValidation(\"Authorization\", \"Basic \" + "
                                      "Convert.ToBase64String(Encoding.UTF8.GetBytes(Environment.GetEnvironmentVariable(\"ALICE_PAIR\"))));\n" +
                                      sent;
    QTest::newRow("C#, query")
        << u"csharp"_s << u"query key"_s
        << usings + client +
               "using var request = new HttpRequestMessage(new HttpMethod(\"GET\"), \"https://api.example.test/case23/?a=1&api_key=\" + "
               "Uri.EscapeDataString(Environment.GetEnvironmentVariable(\"TALKOVER_TOKEN\")));\n" +
               sent;
    const QByteArray rust = "fn main() -> Result<(), Box<dyn std::error::Error>> {\n    let client = reqwest::blocking::Client::builder()\n"
                            "        .redirect(reqwest::redirect::Policy::none())\n        .build()?;\n    let response = client\n";
    const QByteArray rustEnd = "        .send()?;\n    println!(\"{} {}\", response.status().as_u16(), response.text()?);\n    Ok(())\n}\n";
    QTest::newRow("Rust") << u"rust-reqwest"_s << u"delete"_s
                          << rust +
                                 "        .request(reqwest::Method::from_bytes(b\"DELETE\")?, \"https://api.example.test/case18/\")\n"
                                 "        .header(\"Authorization\", [\"Bearer \", &*std::env::var(\"TALKOVER_TOKEN\")?].concat())\n" +
                                 rustEnd;
    QTest::newRow("Rust, Basic") << u"rust-reqwest"_s << u"basic key"_s
                                 << "use base64::Engine;\n\n" + rust +
                                        "        .request(reqwest::Method::from_bytes(b\"GET\")?, \"https://api.example.test/case25/\")\n"
                                        "        .header(\"Authorization\", [\"Basic \", &*base64::engine::general_purpose::STANDARD.encode("
                                        "&*std::env::var(\"ALICE_PAIR\")?)].concat())\n" +
                                        rustEnd;
    QTest::newRow("Rust, query")
        << u"rust-reqwest"_s << u"query key"_s
        << rust +
               "        .request(reqwest::Method::from_bytes(b\"GET\")?, [\"https://api.example.test/case23/?a=1&api_key=\", "
               "&*urlencoding::encode(&*std::env::var(\"TALKOVER_TOKEN\")?)].concat())\n" +
               rustEnd;
    QTest::newRow("Rust, JSON") << u"rust-reqwest"_s << u"delete with a body"_s
                                << rust +
                                       "        .request(reqwest::Method::from_bytes(b\"DELETE\")?, \"https://api.example.test/case19/\")\n"
                                       "        .header(\"Content-Type\", \"application/json\")\n        .body(\"{\\\"ids\\\":[1,2]}\")\n" +
                                       rustEnd;
    QTest::newRow(".http, Basic") << u"http-file"_s << u"basic key"_s
                                  << "GET https://api.example.test/case25/\nAuthorization: Basic {{$processEnv ALICE_PAIR}}\n"_ba;
    QTest::newRow("raw, Basic")
        << u"raw-http"_s << u"basic key"_s
        << "GET /case25/ HTTP/1.1\r\nHost: api.example.test\r\nAuthorization: Basic <Base64 of $ALICE_PAIR>\r\nConnection: close\r\n\r\n"_ba;
}

void TestCodeSnippets::exactText()
{
    QFETCH(QString, id);
    QFETCH(QString, name);
    QTEST(codeSnippet(*codeFormatOf(id), made(name)).text, "code");
}

void TestCodeSnippets::noSecretWithoutTheChoice_data()
{
    QTest::addColumn<CodeFormat>("format");
    for (const CodeFormat format : codeFormats())
        QTest::newRow(qPrintable(codeFormatId(format))) << format;
}

/// SECURITY S1, S3: every language, every place a key can be in, every request.
void TestCodeSnippets::noSecretWithoutTheChoice()
{
    QFETCH(CodeFormat, format);
    for (const SnippetCase &each : m_cases->all()) {
        const CodeSnippet snippet = codeSnippet(format, snippetRequest(each.request, each.naming, m_redactor));
        QVERIFY(snippet.gaps.isEmpty());
        const QByteArray all = snippet.text + snippet.notes.join(u'\n').toUtf8() + snippet.shown().toUtf8();
        for (const char *secret : {SnippetCases::token, SnippetCases::pair, SnippetCases::variable, SnippetCases::word})
            QVERIFY2(!holds(all, secret), qPrintable(each.name));
        QVERIFY2(!all.contains("keydesksecret"), qPrintable(each.name)); // the marker of a variable
        if (!snippet.secrets.isEmpty() && !snippet.notes.join(u' ').contains("left out"_L1)) {
            QVERIFY2(all.contains(snippet.secrets.first().variable), qPrintable(each.name));
        }
    }
}

void TestCodeSnippets::whatIsShownWithTheChoiceHoldsNone()
{
    for (const CodeFormat format : codeFormats()) {
        for (const SnippetCase &each : m_cases->all()) {
            const CodeSnippet snippet = codeSnippet(format, snippetRequest(each.request, each.naming, m_redactor), SnippetSecrets::ByValue);
            const QByteArray all = snippet.text + snippet.shown().toUtf8();
            for (const char *secret : {SnippetCases::token, SnippetCases::pair, SnippetCases::variable, SnippetCases::word})
                QVERIFY2(!holds(all, secret), qPrintable(codeFormatId(format) + u", "_s + each.name));
            for (const SnippetGap &gap : snippet.gaps)
                QVERIFY(!snippet.shown().contains(QString::fromLatin1(gap.mark)));
        }
    }
}

void TestCodeSnippets::theChoicePutsThemIn()
{
    for (const CodeFormat format : codeFormats()) {
        for (const QString &name : {u"delete"_s, u"query key"_s, u"basic key"_s}) {
            const CodeSnippet snippet = codeSnippet(format, made(name), SnippetSecrets::ByValue);
            const auto whole = snippet.filled(m_cases->values());
            QVERIFY(whole);
            const QByteArray expected = name == "query key"_L1 ? QByteArray(SnippetCases::token).toPercentEncoding() : SnippetCases::token;
            const QByteArray pair = SnippetCases::pair;
            QByteArray text = bytesOf(*whole);
            const bool isCmd = format == CodeFormat::CurlCmd;
            if (isCmd)
                text.replace("^", "");
            const bool isInCurl = format == CodeFormat::CurlBash || format == CodeFormat::CurlPowerShell || isCmd || format == CodeFormat::Httpie;
            const bool holdsIt = name == "basic key"_L1 ? text.contains(isInCurl ? pair : pair.toBase64())
                                                        : text.contains(isInCurl && name == "query key"_L1 ? SnippetCases::token : expected);
            QVERIFY2(holdsIt, qPrintable(codeFormatId(format) + u", "_s + name + u'\n' + QString::fromUtf8(text)));
        }
    }
}

void TestCodeSnippets::aValueIsQuotedForItsPlace_data()
{
    QTest::addColumn<QString>("id");
    QTest::addColumn<QByteArray>("value");
    QTest::newRow("bash") << u"curl"_s << "-H 'X-K: a'\\''\"$b\\'"_ba;
    QTest::newRow("PowerShell") << u"curl-powershell"_s << "-H 'X-K: a''\\\"$b\\'"_ba;
    QTest::newRow("Python") << u"python-requests"_s << R"("X-K": "a'\"$b\\")"_ba;
    QTest::newRow("PHP") << u"php-curl"_s << R"("X-K: a'\"\$b\\")"_ba;
    QTest::newRow("Go") << u"go"_s << R"("X-K", "a'\"$b\\")"_ba;
    QTest::newRow("C#") << u"csharp"_s << R"("X-K", "a'\"$b\\")"_ba;
    QTest::newRow("Java") << u"java"_s << R"("X-K", "a'\"$b\\")"_ba;
    QTest::newRow("Rust") << u"rust-reqwest"_s << R"("X-K", "a'\"$b\\")"_ba;
    QTest::newRow("raw") << u"raw-http"_s << R"(X-K: a'"$b\)"_ba;
}

void TestCodeSnippets::aValueIsQuotedForItsPlace()
{
    QFETCH(QString, id);
    QFETCH(QByteArray, value);
    const SnippetKey key = keyFor(u"https://x.test"_s, {KeyPlacement::Header, "X-K", {}});
    const CodeSnippet snippet =
        codeSnippet(*codeFormatOf(id), snippetRequest(getOf("https://x.test/"), {key, {}}, m_redactor), SnippetSecrets::ByValue);
    SecretValues values;
    values.emplace(key.id, Secret("a'\"$b\\"));
    const QByteArray whole = bytesOf(*snippet.filled(values));
    QVERIFY2(whole.contains(value), whole.constData());
}

void TestCodeSnippets::aValueThatCannotBeReadIsSaid()
{
    const CodeSnippet snippet = codeSnippet(CodeFormat::CurlBash, made(u"delete"_s), SnippetSecrets::ByValue);
    const auto whole = snippet.filled({});
    QVERIFY(!whole);
    QVERIFY(whole.error().message.contains(u"TALKOVER_TOKEN"_s));
    QCOMPARE(snippet.keys().size(), 1);
}

void TestCodeSnippets::codeWithATokenIsNotSaved()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(u"request.sh"_s);
    QVERIFY(!saveSnippet(codeSnippet(CodeFormat::CurlBash, made(u"delete"_s), SnippetSecrets::ByValue), path));
    QCOMPARE(namesIn(folder.path()), QStringList());
}

void TestCodeSnippets::savedCodeIsTheUsersAlone()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(u"request.sh"_s);
    const CodeSnippet snippet = codeSnippet(CodeFormat::CurlBash, made(u"delete"_s));
    writeFile(path, "before", 0644);
    QVERIFY(saveSnippet(snippet, path));
    QCOMPARE(readFile(path), snippet.text);
    QCOMPARE(modeOf(path), 0600U);
    const auto failed = saveSnippet(snippet, folder.filePath(u"none/request.sh"_s));
    QVERIFY(!failed && failed.error().message.contains(u"request.sh"_s));
}

void TestCodeSnippets::typedCredentialsAreNamed()
{
    PreparedRequest request =
        getOf("https://x.test/?api_key=typed%2Bone&page=2",
              {{"Authorization", "Bearer typed-two"}, {"X-Api-Key", "typed-three"}, {"Content-Type", "application/x-www-form-urlencoded"}});
    request.method = "POST";
    request.body = UploadBody("user=me&password=typed+four");
    const SnippetRequest made = snippetRequest(request, {}, m_redactor);
    QCOMPARE(made.secrets.size(), 4);
    for (const CodeFormat format : codeFormats()) {
        const CodeSnippet named = codeSnippet(format, made);
        QVERIFY2(!named.text.contains("typed"), named.text.constData());
        QVERIFY2(!codeSnippet(format, made, SnippetSecrets::ByValue).shown().contains(u"typed"_s), named.text.constData());
        for (const char *name : {"API_KEY", "AUTHORIZATION", "X_API_KEY", "PASSWORD"})
            QVERIFY2(named.text.contains(name), named.text.constData());
    }
    // Chosen, they are what was typed.
    const QByteArray whole = bytesOf(*codeSnippet(CodeFormat::PythonRequests, made, SnippetSecrets::ByValue).filled({}));
    for (const char *value : {"api_key=typed%2Bone&page=2", "\"Bearer typed-two\"", "\"typed-three\"", "user=me&password=typed+four"})
        QVERIFY2(whole.contains(value), whole.constData());
}

void TestCodeSnippets::knownTokensAreLeftOutElsewhere()
{
    Redactor redactor;
    const QByteArray known = "talq_KnownKnownKnownKnown";
    redactor.add(Secret(std::string_view(known.constData(), static_cast<std::size_t>(known.size()))));
    PreparedRequest request = getOf("https://x.test/" + known + "?x=" + known, {{"X-Trace", "a " + known}, {"Authorization", "Bearer " + known}});
    request.method = "POST";
    request.body = UploadBody("{\"t\": \"" + known + "\", \"b\": \"" + known.toBase64() + "\"}");
    const SnippetRequest made = snippetRequest(request, {}, redactor);
    for (const CodeFormat format : codeFormats()) {
        for (const SnippetSecrets secrets : {SnippetSecrets::ByName, SnippetSecrets::ByValue}) {
            const CodeSnippet snippet = codeSnippet(format, made, secrets);
            const QByteArray whole = bytesOf(*snippet.filled({}));
            QVERIFY2(!holds(whole, known), whole.constData());
            QVERIFY(snippet.notes.join(u' ').contains(u"left out"_s));
        }
    }
}

void TestCodeSnippets::aKeyOfAnotherOriginIsLeftOut_data()
{
    QTest::addColumn<QByteArray>("url");
    QTest::addColumn<QByteArray>("host");
    QTest::newRow("another host") << "https://evil.test/"_ba << QByteArray();
    QTest::newRow("a longer one") << "https://x.test.evil.test/"_ba << QByteArray();
    QTest::newRow("another port") << "https://x.test:8443/"_ba << QByteArray();
    QTest::newRow("plain http") << "http://x.test/"_ba << QByteArray();
    QTest::newRow("a typed Host") << "https://x.test/"_ba
                                  << "evil.test"_ba;
}

/// SECURITY S2.
void TestCodeSnippets::aKeyOfAnotherOriginIsLeftOut()
{
    QFETCH(QByteArray, url);
    QFETCH(QByteArray, host);
    const SnippetNaming naming{keyFor(u"https://x.test"_s), {}};
    const SnippetRequest made = snippetRequest(getOf(url, host.isEmpty() ? Headers() : Headers{{"Host", host}}), naming, m_redactor);
    QVERIFY(made.secrets.isEmpty() && !made.header("Authorization"));
    QVERIFY(made.notes.join(u' ').contains(u"“Dialer” is left out"_s));
    QVERIFY(snippetRequest(getOf("https://x.test/"), naming, m_redactor).header("Authorization"));
}

void TestCodeSnippets::aTypedHeaderWinsOverTheKey()
{
    const SnippetRequest made = snippetRequest(getOf("https://x.test/", {{"authorization", "none"}}), {keyFor(u"https://x.test"_s), {}}, m_redactor);
    QCOMPARE(made.headers.size(), 1);
    QVERIFY(made.notes.join(u' ').contains(u"instead of the key's"_s));
}

void TestCodeSnippets::anAccessTokenIsNeverRead()
{
    SnippetKey key = keyFor(u"https://x.test"_s);
    key.isFetched = true;
    const CodeSnippet snippet =
        codeSnippet(CodeFormat::CurlBash, snippetRequest(getOf("https://x.test/"), {key, {}}, m_redactor), SnippetSecrets::ByValue);
    QVERIFY(snippet.gaps.isEmpty() && snippet.keys().isEmpty());
    QVERIFY(snippet.text.contains("$TALKOVER_TOKEN"));
}

void TestCodeSnippets::variablesDoNotShareAName()
{
    const SnippetRequest made = snippetRequest(getOf("https://x.test/?token=one-typed&Token=two-typed", {{"Token", "three-typed"}}), {}, m_redactor);
    QStringList names;
    for (const SnippetSecret &secret : made.secrets)
        names.append(QString::fromLatin1(secret.variable));
    names.sort();
    QCOMPARE(names, QStringList({u"TOKEN"_s, u"TOKEN_2"_s, u"TOKEN_3"_s}));
}

void TestCodeSnippets::whatCannotBeSentIsSaid_data()
{
    QTest::addColumn<QString>("id");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("word");
    QTest::newRow("Java, Host") << u"java"_s << u"host"_s << u"Host"_s;
    QTest::newRow("fetch, Host") << u"javascript-fetch"_s << u"host"_s << u"Host"_s;
    QTest::newRow("fetch, GET with a body") << u"javascript-fetch"_s << u"get with a body"_s << u"body"_s;
    QTest::newRow("Java, outside ASCII") << u"java"_s << u"header outside ASCII"_s << u"ASCII"_s;
    QTest::newRow("wget, multipart") << u"wget"_s << u"multipart"_s << u"multipart"_s;
    QTest::newRow("cmd, multipart of its own kind") << u"curl-cmd"_s << u"multipart with a header"_s << u"body"_s;
    QTest::newRow("cmd, a long body") << u"curl-cmd"_s << u"long text"_s << u"Windows"_s;
    QTest::newRow("PowerShell, a long body") << u"curl-powershell"_s << u"long text"_s << u"Windows"_s;
    QTest::newRow("Go, JSON") << u"go"_s << u"secret variable in JSON"_s << u"JSON"_s;
    QTest::newRow(".http, line breaks") << u"http-file"_s << u"hard text"_s << u"line breaks"_s;
}

void TestCodeSnippets::whatCannotBeSentIsSaid()
{
    QFETCH(QString, id);
    QFETCH(QString, name);
    QFETCH(QString, word);
    const CodeSnippet snippet = codeSnippet(*codeFormatOf(id), made(name));
    const auto says = std::ranges::find_if(snippet.notes, [&word](const QString &note) { return note.contains(word); });
    QVERIFY(says != snippet.notes.end());
    QVERIFY2(snippet.text.contains(says->toUtf8()), snippet.text.constData()); // as a comment
}

void TestCodeSnippets::invisibleCharactersAreWrittenOut_data()
{
    noSecretWithoutTheChoice_data();
}

/// Trojan Source: what a person reads is what runs. Raw and .http have no way to write them.
void TestCodeSnippets::invisibleCharactersAreWrittenOut()
{
    QFETCH(CodeFormat, format);
    if (format == CodeFormat::RawHttp || format == CodeFormat::HttpFile || format == CodeFormat::CurlCmd)
        return;
    const CodeSnippet snippet = codeSnippet(format, made(u"json"_s));
    QVERIFY(!QString::fromUtf8(snippet.text).contains(QChar(0x202E)));
    QVERIFY(!codeSnippet(format, made(u"hard text"_s)).text.contains('\1'));
}

void TestCodeSnippets::multipartIsTakenApart()
{
    const auto parts = formParts(made(u"multipart"_s));
    QVERIFY(parts);
    QCOMPARE(parts->size(), 4);
    QCOMPARE(plainText(parts->first().content), "it's \"here\"; a=b\r\n$x"_ba);
    QCOMPARE(parts->at(1).contentType, "application/json"_ba);
    QCOMPARE(parts->at(2).fileName, "other name.bin"_ba);
    QVERIFY(hasFile(parts->at(2).content));
    QVERIFY(!formParts(made(u"json"_s)));
    QVERIFY(formParts(made(u"multipart with a header"_s))->first().hasOtherHeaders);
}

void TestCodeSnippets::aHugeBodyIsWritten()
{
    PreparedRequest request = getOf("https://x.test/", {{"Content-Type", "text/plain"}});
    request.method = "POST";
    request.body = UploadBody(QByteArray("line'\"\n").repeated(50'000));
    for (const CodeFormat format : codeFormats())
        QVERIFY(codeSnippet(format, snippetRequest(request, {}, m_redactor)).text.size() > 350'000);
}

QTEST_GUILESS_MAIN(TestCodeSnippets)
#include "test_code_snippets.moc"
