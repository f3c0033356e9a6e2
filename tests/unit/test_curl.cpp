#include "app/base/Redactor.h"
#include "app/http/HttpClient.h"
#include "app/interchange/curl/Curl.h"
#include "app/interchange/curl/CurlOptions.h"
#include "app/workspace/HttpSend.h"
#include "tests/support/CallWatcher.h"
#include "tests/support/FakeTokens.h"
#include "tests/support/Files.h"
#include "tests/support/HttpTestServer.h"

#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace keydesk;
using namespace keydesk::test;

namespace {

const std::atomic_bool goOn = false;

Result<ImportedCollection> read(const QByteArray &text, const QString &name = {})
{
    return readCurl(text, {name, goOn});
}

/// The one request of a text; an empty one and a warning if there is none.
CollectionRequest one(const QByteArray &text)
{
    const auto imported = read(text);
    if (!imported) {
        qWarning("%s", qPrintable(imported.error().message));
        return {};
    }
    return imported->collection.requests.size() == 1 ? imported->collection.requests.constFirst() : CollectionRequest();
}

/// A request in one line: "POST https://h/ | A: b | form a=1&b=2".
QString told(const CollectionRequest &request)
{
    const RequestSpec &spec = request.spec;
    QStringList words{spec.method + u' ' + spec.url};
    for (const NameValue &row : spec.headers)
        words.append(row.name + u": "_s + row.value);
    QStringList rows;
    for (const NameValue &row : spec.body.form)
        rows.append(row.name + u'=' + row.value);
    for (const RequestPart &part : spec.body.parts)
        rows.append(part.name + u'=' + part.value + u'@' + part.file + u';' + part.contentType + u';' + part.fileName);
    static const QStringList kinds{u"none"_s, u"json"_s, u"text"_s, u"xml"_s, u"form"_s, u"multipart"_s, u"file"_s, u"graphql"_s};
    if (spec.body.kind != RequestBody::Kind::None)
        words.append(kinds.at(static_cast<int>(spec.body.kind)) + u' ' + spec.body.text + spec.body.file + rows.join(u'&'));
    return words.join(" | "_L1);
}

} // namespace

/// curl commands as requests, and back; what they send is held against what curl itself sends.
class TestCurl : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void commandsAreRequests_data();
    void commandsAreRequests();
    void optionsAreSaid_data();
    void optionsAreSaid();
    void everyOptionOfCurlIsKnown();
    void optionsAreCalls();
    void severalCommandsAreSeveralRequests();
    void badTextIsSaidWithItsPlace_data();
    void badTextIsSaidWithItsPlace();
    void nothingIsRunOrRead();
    void aLineThatNamesAFileIsNoLongerOne();
    void whatIsWrittenIsReadAgain();
    void whatHasToBeEncodedIsTold();
    void whatIsWrittenIsSafeInAShell();
    void curlSendsTheSame_data();
    void curlSendsTheSame();
};

void TestCurl::commandsAreRequests_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *name, const char *text, const char *expected) { QTest::newRow(name) << QByteArray(text) << QString::fromUtf8(expected); };
    row("plain", "curl https://h/a", "GET https://h/a");
    row("no scheme", "curl h/a", "GET http://h/a");
    row("--proto-default", "curl --proto-default https h/a", "GET https://h/a");
    row("--url", "curl --url https://h", "GET https://h");
    row("-X", "curl -X DELETE https://h", "DELETE https://h");
    row("-XPOST", "curl -XPOST https://h", "POST https://h");
    row("combined", "curl -sSLXPUT https://h", "PUT https://h");
    row("--request", "curl --request PATCH https://h", "PATCH https://h");
    row("beginning of a name", "curl --user-ag me https://h", "GET https://h | User-Agent: me");
    row("-H", "curl -H 'A: b' --header 'C:d' https://h", "GET https://h | A: b | C: d");
    row("-H empty", "curl -H 'A;' https://h", "GET https://h | A: ");
    row("-H removed", "curl -H 'Accept:' https://h", "GET https://h");
    row("-H @file", "curl -H @headers https://h", "GET https://h");
    row("-d", "curl -d a=1 -d b=2 https://h", "POST https://h | form a=1&b=2");
    row("--data-ascii", "curl --data-ascii a=1 https://h", "POST https://h | form a=1");
    row("-d that a form would write otherwise", "curl -d 'a=b c' https://h", "POST https://h | Content-Type: application/x-www-form-urlencoded | text a=b c");
    row("-d JSON", "curl -H 'Content-Type: application/json' -d '{\"a\":1}' https://h", "POST https://h | json {\"a\":1}");
    row("-d broken JSON", "curl -H 'Content-Type: application/json' -d '{a' https://h", "POST https://h | Content-Type: application/json | text {a");
    row("-d XML", "curl -H 'Content-Type: application/xml' -d '<a/>' https://h", "POST https://h | xml <a/>");
    row("-d @file", "curl -d @f.json -H 'Content-Type: application/json' https://h", "POST https://h | file f.json");
    row("-d @-", "curl -d @- https://h", "POST https://h | Content-Type: application/x-www-form-urlencoded");
    row("--data-raw", "curl --data-raw @a=1 https://h", "POST https://h | Content-Type: application/x-www-form-urlencoded | text @a=1");
    row("--data-binary", "curl --data-binary @f.bin https://h", "POST https://h | Content-Type: application/x-www-form-urlencoded | file f.bin");
    row("--data-urlencode content", "curl --data-urlencode 'a b' https://h", "POST https://h | Content-Type: application/x-www-form-urlencoded | text a+b");
    row("--data-urlencode =content", "curl --data-urlencode '=a&b' https://h", "POST https://h | Content-Type: application/x-www-form-urlencoded | text a%26b");
    row("--data-urlencode name=content", "curl --data-urlencode 'q=a b' https://h", "POST https://h | form q=a b");
    row("--data-urlencode @file", "curl --data-urlencode @f https://h", "POST https://h | Content-Type: application/x-www-form-urlencoded");
    row("--data-urlencode name@file", "curl --data-urlencode q@f https://h", "POST https://h | form q=");
    row("--json", "curl --json '{\"a\":' --json '1}' https://h", "POST https://h | Accept: application/json | json {\"a\":1}");
    row("GraphQL", "curl --json '{\"query\":\"{ a }\"}' https://h", "POST https://h | Accept: application/json | graphql { a }");
    row("-F", "curl -F a=b -F 'c=@d.txt;type=text/plain;filename=\"e \\\"f\\\"\"' https://h", "POST https://h | multipart a=b@;;&c=@d.txt;text/plain;e \"f\"");
    row("-F two files", "curl -F 'c=@d,e' https://h", "POST https://h | multipart c=@d;;&c=@e;;");
    row("-F <", "curl -F 'c=<d' https://h", "POST https://h | multipart c=@d;;");
    row("-F quoted", "curl -F 'c=\"a;b\";type=text/x; charset=utf-8' https://h", "POST https://h | multipart c=a;b@;text/x; charset=utf-8;");
    row("--form-string", "curl --form-string 'a=@b;type=c' https://h", "POST https://h | multipart a=@b;type=c@;;");
    row("-G", "curl -G -d a=1 --data-urlencode 'b=c d' https://h/x?y=2", "GET https://h/x?y=2&a=1&b=c+d");
    row("--url-query", "curl --url-query 'a=b c' --url-query +d https://h/x", "GET https://h/x?a=b+c&d");
    row("-I", "curl -I https://h", "HEAD https://h");
    row("-T", "curl -T up.bin https://h/", "PUT https://h/up.bin | file up.bin");
    row("-u", "curl -u user:pass https://h", "GET https://h | Authorization: Basic dXNlcjpwYXNz");
    row("-u variables", "curl -u \"$U:$P\" https://h", "GET https://h | Authorization: Basic {{U}}:{{P}}");
    row("user in the URL", "curl https://user:p%40ss@h/x", "GET https://h/x | Authorization: Basic dXNlcjpwQHNz");
    row("--oauth2-bearer", "curl --oauth2-bearer abc https://h", "GET https://h | Authorization: Bearer abc");
    row("-A -e", "curl -A me -e 'https://from;auto' https://h", "GET https://h | User-Agent: me | Referer: https://from");
    row("-b", "curl -b a=1 -b b=2 https://h", "GET https://h | Cookie: a=1;b=2");
    row("-b file", "curl -b jar.txt https://h", "GET https://h");
    row("-r", "curl -r 0-9 https://h", "GET https://h | Range: bytes=0-9");
    row("globs", "curl -g 'https://h/{id}'", "GET https://h/{id}");
    row("bash variables", "curl -H \"A: ${B} $C\" '$D' ", "GET http://$D | A: {{B}} {{C}}");
    row("base URL", "curl \"$baseUrl/v1\"", "GET /v1");
    row("ANSI quotes", "curl -H $'A: \\x41\\u00e9\\'\\t\\101' https://h", "GET https://h | A: A\xC3\xA9'\tA");
    row("half pairs", "curl -H $'A: \\ud83d\\ude00' https://h", "GET https://h | A: \xF0\x9F\x98\x80");
    row("line ends", "curl \\\r\n -H 'A: b' \\\r\n https://h", "GET https://h | A: b");
    row("here-document", "curl -H 'Content-Type: application/json' -d @- https://h <<EOF | jq .\n{\"a\": \"$X\"}\nEOF\n", "POST https://h | json {\"a\": \"{{X}}\"}");
    row("prompt, redirection", "$ curl -s https://h 2>/dev/null > out.json", "GET https://h");
    row("unquoted &", "curl https://h/?a=1&b=2", "GET https://h/?a=1&b=2");
    row("path of curl", "/usr/bin/curl https://h", "GET https://h");
    row("cmd", "curl ^\"https://h/?a=1^&b=2^\" ^\n  -H ^\"A: b^\" --data-raw ^\"^{^\\^\"a^\\^\":^\\^\"x^%^25^\\^\"^}^\"",
        "POST https://h/?a=1&b=2 | A: b | Content-Type: application/x-www-form-urlencoded | text {\"a\":\"x%25\"}");
    row("cmd line break", "curl ^\"https://h^\" --data-raw ^\"a^\n\nb^\"", "POST https://h | Content-Type: application/x-www-form-urlencoded | text a\nb");
    row("cmd variable", "curl \"https://h/%USERNAME%\" -H \"A: \"\"b\"\"\"", "GET https://h/{{USERNAME}} | A: \"b\"");
    row("PowerShell", "curl.exe -H \"A: $env:B `\"c`\"\" `\n -d '{\\\"a\\\":''b''}' https://h", "POST https://h | A: {{B}} \"c\" | Content-Type: application/x-www-form-urlencoded | text {\"a\":'b'}");
    row("PowerShell here-string", "curl.exe --json @'\n{\"a\":1}\n'@ https://h", "POST https://h | Accept: application/json | json {\"a\":1}");
}

void TestCurl::commandsAreRequests()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, expected);
    QCOMPARE(told(one(text)), expected);
}

void TestCurl::optionsAreSaid_data()
{
    QTest::addColumn<QByteArray>("options");
    for (const char *options : {"-k", "-x http://user:hunter22@proxy:1", "--proxy-user a:hunter22", "--cert c.pem:hunter22", "--cacert c.pem", "-o out", "-O", "-c jar", "--digest -u a:b",
                                "--aws-sigv4 aws:amz", "-K more", "--retry 3", "--netrc", "-H @file", "-b file", "-d @file", "--location-trusted", "--http2", "-F a=<b", "--ftp-pasv"})
        QTest::newRow(options) << QByteArray(options);
}

void TestCurl::optionsAreSaid()
{
    QFETCH(QByteArray, options);
    const auto imported = read("curl " + options + " https://h/");
    QVERIFY2(imported, imported ? "" : qPrintable(imported.error().message));
    QVERIFY(!imported->notes.isEmpty());
    for (const ImportNote &note : imported->notes) {
        QVERIFY(note.place.startsWith("line 1, column "_L1));
        QVERIFY(note.text.endsWith(u'.'));
        QVERIFY(!note.text.contains("hunter22"_L1));
    }
}

/// As the curl of this system tells them.
void TestCurl::everyOptionOfCurlIsKnown()
{
    QProcess curl;
    curl.start(u"curl"_s, {u"--help"_s, u"all"_s});
    QVERIFY(curl.waitForFinished());
    QStringList lines = QString::fromUtf8(curl.readAllStandardOutput()).split(u'\n', Qt::SkipEmptyParts);
    lines.removeFirst(); // "Usage"
    QVERIFY(lines.size() > 200);
    static const QRegularExpression form(u"^ *(?:-(.), )?--(\\S+)( [<\\[])?"_s);
    for (const QString &line : lines) {
        const auto match = form.match(line);
        QVERIFY2(match.hasMatch(), qPrintable(line));
        const CurlOption *option = curlOption(match.captured(2));
        QVERIFY2(option, qPrintable(line));
        QCOMPARE(QString(option->name), match.captured(2));
        QVERIFY2(option->takesValue == !match.captured(3).isEmpty(), qPrintable(line));
        if (!match.captured(1).isEmpty())
            QCOMPARE(curlOption(match.captured(1).at(0)), option);
    }
}

void TestCurl::optionsAreCalls()
{
    QVERIFY(!one("curl https://h").options.followRedirects);
    QVERIFY(one("curl -L https://h").options.followRedirects);
    QVERIFY(!one("curl -L --no-location https://h").options.followRedirects);
    QCOMPARE(one("curl -m 1.5 https://h").options.timeoutMs, 1500);
    QCOMPARE(one("curl --connect-timeout 2 https://h").options.connectionTimeoutMs, 2000);
}

void TestCurl::severalCommandsAreSeveralRequests()
{
    const auto imported = read("TOKEN=abc\n# List agents\ncurl https://h/1 https://h/2; curl https://h/3 && curl https://h/4 --next -d a=1 https://h/5\necho $(cat secret)\n");
    QVERIFY(imported);
    QStringList urls;
    for (const CollectionRequest &request : imported->collection.requests)
        urls.append(request.spec.method + request.spec.url.last(1));
    QCOMPARE(urls, (QStringList{u"GET1"_s, u"GET2"_s, u"GET3"_s, u"GET4"_s, u"POST5"_s}));
    QCOMPARE(imported->collection.requests.constFirst().spec.name, u"List agents"_s);
    QCOMPARE(imported->collection.variables, (QList<NameValue>{{u"TOKEN"_s, u"abc"_s, true}}));
    QVERIFY(std::ranges::any_of(imported->notes, [](const ImportNote &note) { return note.text.contains("echo"_L1); }));
}

void TestCurl::badTextIsSaidWithItsPlace_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("part");
    QTest::newRow("empty") << QByteArray() << u"no curl command"_s;
    QTest::newRow("no curl") << QByteArray("wget https://h") << u"no curl command"_s;
    QTest::newRow("no URL") << QByteArray("curl -s") << u"names a URL"_s;
    QTest::newRow("ftp alone") << QByteArray("curl ftp://h") << u"names a URL"_s;
    QTest::newRow("open '") << QByteArray("curl\\\n 'abc") << u"line 2, column 2"_s;
    QTest::newRow("open \"") << QByteArray("curl \"abc") << u"line 1, column 6"_s;
    QTest::newRow("open $(") << QByteArray("curl \"$(abc\"") << u"line 1, column 7"_s;
    QTest::newRow("unknown option") << QByteArray("curl --url=https://h") << u"--url"_s;
    QTest::newRow("unknown letter") << QByteArray("curl -W https://h") << u"-W"_s;
    QTest::newRow("no value") << QByteArray("curl https://h -H") << u"line 1, column 16"_s;
    QTest::newRow("here-document") << QByteArray("curl -d @- h <<EOF\nabc") << u"EOF"_s;
    QTest::newRow("not UTF-8") << QByteArray("curl h\ncurl \xff") << u"line 2"_s;
    QTest::newRow("null") << QByteArray("curl h\n\0", 8) << u"line 2"_s;
    QTest::newRow("binary") << QByteArray("\x7f""ELF\x02\x01\x01") << u"no curl command"_s;
}

void TestCurl::badTextIsSaidWithItsPlace()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, part);
    const auto imported = read(text, u"calls.sh"_s);
    QVERIFY(!imported);
    QCOMPARE(imported.error().kind, Error::Kind::InvalidInput);
    QVERIFY2(imported.error().message.contains(part), qPrintable(imported.error().message));
    QVERIFY2(imported.error().message.startsWith("calls.sh"_L1), qPrintable(imported.error().message));
}

void TestCurl::nothingIsRunOrRead()
{
    const QTemporaryDir folder;
    const QByteArray ran = folder.filePath(u"ran"_s).toUtf8();
    const auto imported = read("curl -H \"A: $(touch " + ran + ")\" -H \"B: `touch " + ran + "`\" -d @" + ran + " https://h > " + ran + "\ntouch " + ran + "\n");
    QVERIFY(imported);
    QVERIFY(!QFile::exists(folder.filePath(u"ran"_s)));
    QCOMPARE(imported->collection.requests.constFirst().spec.headers.constFirst().value, u"{{output1}}"_s);
    QCOMPARE(imported->collection.requests.constFirst().spec.body.file, QString::fromUtf8(ran));
}

void TestCurl::aLineThatNamesAFileIsNoLongerOne()
{
    const auto imported = read("curl -H 'Content-Type: text/plain' --data-raw $'a\\n< /etc/hostname' https://h");
    QVERIFY(imported);
    QVERIFY(!imported->notes.isEmpty());
    const RequestSpec spec = imported->collection.requests.constFirst().spec;
    const auto sendable = sendableRequest(spec, {}, {});
    QVERIFY(sendable);
    QCOMPARE(sendable->spec.body.text, u"a\n < /etc/hostname"_s);
}

void TestCurl::whatIsWrittenIsReadAgain()
{
    const auto imported = read("# One\ncurl -L -X PUT -H 'A: it'\\''s $x' -H \"B: $Y\" --json '{\"a\": \"\\u00e9 \\\"\"}' 'https://h/a?b=c%20d&e=$'\n"
                               "curl -d 'a=1&b=c+d' https://h/f\ncurl -I \"$baseUrl/v1\"\ncurl -F 'a=b;c' -F 'f=@g h.txt;type=text/plain' --form-string 'x=@y' https://h\n"
                               "curl -T up.bin https://h/x\ncurl -m 3 --data-raw $'a\\r\\nb\\x01' -H 'Content-Type: text/plain' https://h\ncurl -g 'https://h/{id}'\n");
    QVERIFY(imported);
    const auto again = read(writeCurl(imported->collection));
    QVERIFY2(again, again ? "" : qPrintable(again.error().message));
    QCOMPARE(again->collection.requests.size(), imported->collection.requests.size());
    for (qsizetype i = 0; i < again->collection.requests.size(); ++i) {
        QCOMPARE(told({{}, canonicalRequest(again->collection.requests.at(i).spec), {}, {}}), told({{}, canonicalRequest(imported->collection.requests.at(i).spec), {}, {}}));
        QCOMPARE(again->collection.requests.at(i).options, imported->collection.requests.at(i).options);
    }
}

void TestCurl::whatHasToBeEncodedIsTold()
{
    Collection collection;
    CollectionRequest request;
    request.spec.url = u"https://h/a?b={{%word}}&c={{word}}"_s;
    collection.requests = {request};
    const QByteArray written = writeCurl(collection);
    QVERIFY2(written.contains("# $_word is {{%word}} in Keydesk: percent-encode its value yourself.\n"), written.constData());
    QCOMPARE(written.count("percent-encode"), 1);
}

/// bash itself hands the words on as they were meant.
void TestCurl::whatIsWrittenIsSafeInAShell()
{
    QString every;
    for (char16_t code = 1; code < 0x100; ++code)
        every += QChar(code);
    every += u"\u202e\u2028$(touch x)`touch y`\\' \"!"_s;
    Collection collection;
    CollectionRequest request;
    request.spec.url = u"https://h/$(touch x)'\"`"_s;
    request.spec.name = u"a\ntouch z"_s;
    request.spec.headers = {{u"Content-Type"_s, u"text/plain"_s, true}};
    request.spec.method = u"POST"_s;
    request.spec.body.kind = RequestBody::Kind::Text;
    request.spec.body.text = every;
    collection.requests = {request};
    const QTemporaryDir folder;
    QProcess bash;
    bash.setWorkingDirectory(folder.path());
    QProcessEnvironment environment;
    environment.insert(u"PATH"_s, qEnvironmentVariable("PATH"));
    environment.insert(u"LC_ALL"_s, u"C.UTF-8"_s);
    bash.setProcessEnvironment(environment);
    bash.start(u"bash"_s, {u"-c"_s, u"curl() { printf '%s\\0' \"$@\"; }\n"_s + QString::fromUtf8(writeCurl(collection))});
    QVERIFY(bash.waitForFinished());
    const QStringList words = QString::fromUtf8(bash.readAllStandardOutput()).split(QChar(0));
    QVERIFY(words.contains(every));
    QVERIFY(words.contains(request.spec.url));
    QVERIFY(QDir(folder.path()).isEmpty());
}

void TestCurl::curlSendsTheSame_data()
{
    QTest::addColumn<QString>("options");
    const auto row = [](const char *options) { QTest::newRow(options) << QString::fromUtf8(options); };
    row("");
    row("-X DELETE");
    row("-H 'A: b' -H 'C;' -A me -e http://from/ -b a=1 -b b=2");
    row("-d a=1 -d 'b=c d' -d ''");
    row("--data-raw '@x=%41+y'");
    row("--data-urlencode 'a=b c&d/\xC3\xA9~' --data-urlencode '=x y' --data-urlencode 'z*'");
    row("--json '{\"a\":1}'");
    row("--json '{\"a\":' --json '1}' -H 'Accept: x/y'");
    row("-G -d a=1 --data-urlencode 'b=c d'");
    row("--url-query 'a=b c' --url-query +d=%20");
    row("-G -d a=1 --url-query b=2");
    row("-u user:pass");
    row("-u user:pass -H 'Authorization: Bearer x'");
    row("--oauth2-bearer abc");
    row("-r 0-4");
    row("-H 'Content-Type: application/xml' -d '<a>\xC3\xA9</a>'");
    row("-H 'Content-Type: application/json' -d '{\"a\": [1, 2]}' -X PUT");
    row("-d @body.txt -H 'Content-Type: text/plain'");
    row("--data-binary @body.bin");
    row("-T body.bin -H 'Content-Type: a/b'");
    row("-I");
    row("-X GET -d a=1");
    row("--data-raw $'a\\tb\\u00e9\\x41\\n'");
}

void TestCurl::curlSendsTheSame()
{
    QFETCH(QString, options);
    const QTemporaryDir folder;
    writeFile(folder.filePath(u"body.txt"_s), "one line");
    writeFile(folder.filePath(u"body.bin"_s), QByteArray("\0\1\r\n\xff", 5));
    HttpTestServer server;
    server.answer(response(200));
    const QString command = u"curl -s "_s + options + u' ' + server.url(u"/path?x=%20y"_s).toString(QUrl::FullyEncoded);

    QProcess bash;
    bash.setWorkingDirectory(folder.path());
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"LC_ALL"_s, u"C.UTF-8"_s); // what $'\u00e9' stands for depends on it
    bash.setProcessEnvironment(environment);
    bash.start(u"bash"_s, {u"-c"_s, u"exec "_s + command});
    QTRY_COMPARE(server.requests().size(), 1);
    QTRY_COMPARE(bash.state(), QProcess::NotRunning);

    const auto spec = one(command.toUtf8()).spec;
    const auto sendable = sendableRequest(spec, folder.path(), {});
    QVERIFY(sendable);
    const auto prepared = prepareRequest(sendable->spec, {}, sendable->sources, {}, folder.path());
    QVERIFY2(prepared, prepared ? "" : qPrintable(prepared.error().message));
    Redactor redactor;
    FakeTokens tokens;
    HttpClient client(tokens, redactor);
    CallWatcher call(client.send(*prepared));
    QVERIFY(call.wait());
    QCOMPARE(server.requests().size(), 2);
    const ReceivedRequest &theirs = server.requests().at(0);
    const ReceivedRequest &ours = server.requests().at(1);
    QCOMPARE(ours.method, theirs.method);
    QCOMPARE(ours.target, theirs.target);
    QCOMPARE(ours.body, theirs.body);
    for (const auto &[name, value] : theirs.headers) {
        const QByteArray lower = name.toLower();
        if (lower == "host" || lower == "expect" || (lower == "accept" && value == "*/*") || (lower == "user-agent" && value.startsWith("curl/")))
            continue; // its own
        QVERIFY2(ours.has(name), name.constData());
        QCOMPARE(ours.header(name), value);
    }
}

QTEST_GUILESS_MAIN(TestCurl)
#include "test_curl.moc"
