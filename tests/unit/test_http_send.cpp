#include "app/base/Redactor.h"
#include "app/http/DynamicValues.h"
#include "app/http/NamedAnswers.h"
#include "app/http/PreparedRequest.h"
#include "app/workspace/EnvironmentFiles.h"
#include "app/workspace/HttpRequest.h"
#include "app/workspace/HttpSend.h"
#include "tests/support/Files.h"

#include <QDir>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace keydesk;

class TestHttpSend : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyDocumentedRequestCanBeSent_data();
    void everyDocumentedRequestCanBeSent();
    void filesArePutIntoABody();
    void aFileThatCannotBePutInIsNamedWithItsLine();
    void urlsAreMadeWhole_data();
    void urlsAreMadeWhole();
    void basicCredentialsAreEncoded();
    void aMultipartBodyAsTextHasItsLineEnds();
    void environmentsAreRead();
    void whatIsWrongInAnEnvironmentFileIsSaid();
    void anEnvironmentIsWrittenWithoutItsSecrets();
    void anEnvironmentChangesItsLinesOnly();
    void theFilesOwnVariablesComeFirst();

private:
    void write(const QString &name, const QByteArray &bytes)
    {
        QDir().mkpath(QFileInfo(m_folder.filePath(name)).path());
        test::writeFile(m_folder.filePath(name), bytes);
    }

    QTemporaryDir m_folder;
};

void TestHttpSend::everyDocumentedRequestCanBeSent_data()
{
    QTest::addColumn<QString>("name");
    QTest::newRow("VS Code REST Client") << u"rest-client.http"_s;
    QTest::newRow("JetBrains HTTP Client") << u"jetbrains.http"_s;
    QTest::newRow("Keydesk") << u"keydesk.http"_s;
}

void TestHttpSend::everyDocumentedRequestCanBeSent()
{
    QFETCH(QString, name);
    for (const QString &file : {u"demo.xml"_s, u"1.png"_s, u"middle.txt"_s, u"input.json"_s, u"input.txt"_s,
                                u"input-third.json"_s, u"C:\\Users\\Default\\Desktop\\demo.xml"_s})
        write(file, file.endsWith(u"json"_s) ? "{}" : file.endsWith(u"xml"_s) ? "<a/>" : "x");
    const QString seeds = QStringLiteral(KEYDESK_SOURCE_DIR) + u"/tests/fuzz/seeds/fuzz_http_file/"_s;
    const auto file = HttpFile::parse(test::readFile(seeds + name), name);
    QVERIFY(file);
    NamedAnswers answers;
    answers.put(u"login"_s, {{}, {}, {{"X-AuthToken", "t"}}, {}, false});
    answers.put(u"createComment"_s, {{}, {}, {}, R"({"id": 7})", false});
    DynamicContext context;
    context.projectRoot = m_folder.path();
    Variables variables = fileVariables(*file);
    for (const QString &each :
         {u"token"_s, u"password"_s, u"secret"_s, u"username"_s, u"code"_s, u"firstname"_s, u"baseUrl"_s})
        variables.append({each, each == "baseUrl"_L1 ? u"https://base.test"_s : u"v"_s, true});
    const VariableSources sources(variables, std::make_shared<DynamicValues>(context),
                                  std::make_shared<NamedAnswers>(answers));
    int sent = 0;
    for (int i = 0; i < file->requestCount(); ++i) {
        const auto request = readHttpRequest(*file, i);
        if (!request) {
            QCOMPARE(request.error().kind, Error::Kind::Unsupported);
            continue;
        }
        const auto sendable = sendableRequest(request->spec, m_folder.path(), sources);
        QVERIFY2(sendable, sendable ? "" : qPrintable(sendable.error().message));
        const auto prepared = prepareRequest(sendable->spec, QUrl(u"https://base.test"_s), sendable->sources,
                                             {}, m_folder.path());
        QVERIFY2(prepared, qPrintable(u"line %1: %2"_s.arg(file->lineNumber(i))
                                          .arg(prepared ? QString() : prepared.error().message)));
        ++sent;
    }
    QVERIFY(sent >= 5);
}

void TestHttpSend::filesArePutIntoABody()
{
    write(u"plain.txt"_s, "as {{it}} is");
    write(u"filled.txt"_s, "so: {{it}}");
    write(u"latin.txt"_s, "caf\xE9");
    RequestSpec spec;
    spec.method = u"POST"_s;
    spec.url = u"https://x.test"_s;
    spec.body.kind = RequestBody::Kind::Text;
    spec.body.text = u"{{it}}\n< plain.txt\n<@ ./filled.txt\n<@latin1 {{name}}.txt\nend"_s;
    const Variables variables{{u"it"_s, u"good"_s, true}, {u"name"_s, u"latin"_s, true}};
    const auto sendable = sendableRequest(spec, m_folder.path(), variables);
    QVERIFY2(sendable, sendable ? "" : qPrintable(sendable.error().message));
    QCOMPARE(resolveVariables(sendable->spec.body.text, sendable->sources, nullptr),
             u"good\nas {{it}} is\nso: good\ncafé\nend"_s);
    // What the console shows and stores stays as it was.
    QVERIFY(spec.body.text.contains(u"< plain.txt"_s));
}

void TestHttpSend::aFileThatCannotBePutInIsNamedWithItsLine()
{
    RequestSpec spec;
    spec.body.kind = RequestBody::Kind::Text;
    const auto refused = [&](const QString &text) {
        spec.body.text = text;
        const auto sendable = sendableRequest(spec, m_folder.path(), {});
        return sendable ? u"sent"_s : sendable.error().message;
    };
    QVERIFY(refused(u"a\n< nowhere.txt"_s).contains(u"Line 2"_s) &&
            refused(u"a\n< nowhere.txt"_s).contains(u"nowhere.txt"_s));
    write(u"binary"_s, "\xFF\xFE\xFF");
    QVERIFY(refused(u"a\n< binary\nb"_s).contains(u"not text"_s));
    QVERIFY(refused(u"< {{file}}\nb"_s).contains(u"{{file}}"_s));
    QVERIFY(refused(u"b\n<@klingon binary"_s).contains(u"klingon"_s));
    write(u"large"_s, QByteArray(9 * 1024 * 1024, 'x'));
    QVERIFY(refused(u"< large\n< large"_s).startsWith(u"Line 2"_s));
    write(u"names"_s, "{{nobody}}");
    QVERIFY(refused(u"<@ names\nx"_s).contains(u"{{nobody}}"_s));
}

void TestHttpSend::urlsAreMadeWhole_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<QString>("host");
    QTest::addColumn<QString>("expected");
    QTest::newRow("host header") << u"/a"_s << u"example.com"_s << u"http://example.com/a"_s;
    QTest::newRow("with TLS's port") << u"/a"_s << u"example.com:443"_s << u"https://example.com:443/a"_s;
    QTest::newRow("header with a scheme")
        << u"/a"_s << u"https://example.com"_s << u"https://example.com/a"_s;
    QTest::newRow("host without a scheme") << u"example.com/a"_s << QString() << u"http://example.com/a"_s;
    QTest::newRow("localhost") << u"localhost:8080"_s << QString() << u"http://localhost:8080"_s;
    QTest::newRow("whole") << u"https://example.com/a"_s << u"other"_s << u"https://example.com/a"_s;
    QTest::newRow("path behind the base URL") << u"/a"_s << QString() << u"/a"_s;
    QTest::newRow("a file's name is a path") << u"agents.json"_s << QString() << u"agents.json"_s;
    QTest::newRow("variable") << u"{{host}}/a"_s << QString() << u"{{host}}/a"_s;
}

void TestHttpSend::urlsAreMadeWhole()
{
    QFETCH(QString, url);
    QFETCH(QString, host);
    RequestSpec spec;
    spec.url = url;
    if (!host.isEmpty())
        spec.headers = {{u"Host"_s, host, true}};
    QTEST(sendableRequest(spec, {}, {})->spec.url, "expected");
}

void TestHttpSend::basicCredentialsAreEncoded()
{
    const auto header = [](const QString &value) {
        RequestSpec spec;
        spec.headers = {{u"Authorization"_s, value, true}};
        return sendableRequest(spec, {},
                               Variables{{u"user"_s, u"ann"_s, true}, {u"pass"_s, u"a b:c"_s, true}})
            ->spec.headers.first()
            .value;
    };
    const QString encoded = u"Basic "_s + QString::fromLatin1(QByteArray("ann:a b:c").toBase64());
    QCOMPARE(header(u"Basic {{user}} {{pass}}"_s), encoded);
    QCOMPARE(header(u"basic {{user}}:{{pass}}"_s), encoded);
    QCOMPARE(header(encoded), encoded);
    QCOMPARE(header(u"Basic {{nobody}} x"_s), u"Basic {{nobody}} x"_s);
    QCOMPARE(header(u"Bearer a b"_s), u"Bearer a b"_s);
}

void TestHttpSend::aMultipartBodyAsTextHasItsLineEnds()
{
    RequestSpec spec;
    spec.headers = {{u"Content-Type"_s, u"multipart/mixed; boundary=b"_s, true}};
    spec.body.kind = RequestBody::Kind::Text;
    spec.body.text = u"--b\n\nx\n--b--"_s;
    QCOMPARE(sendableRequest(spec, {}, {})->spec.body.text, u"--b\r\n\r\nx\r\n--b--"_s);
}

void TestHttpSend::environmentsAreRead()
{
    write(
        u"http-client.env.json"_s,
        R"({"dev": {"host": "root", "id": 7, "on": true, "Security": {"Auth": {}}}, "prod": {"host": "p"}})");
    write(u"below/http-client.env.json"_s, R"({"dev": {"host": "near"}})");
    write(u"below/http-client.private.env.json"_s, R"({"dev": {"password": "hidden-1"}})");
    write(u".vscode/settings.json"_s,
          R"({"rest-client.environmentVariables": {"$shared": {"version": "v1"}, "local": {"host": "l"}}})");
    QStringList secrets;
    const auto found = readEnvironmentFiles(
        m_folder.filePath(u"below"_s), m_folder.path(), [&secrets](const Secret &secret) {
            secrets << QString::fromStdString(std::string(secret.reveal()));
        });
    QVERIFY(found.problems.isEmpty());
    QCOMPARE(secrets, QStringList{u"hidden-1"_s});
    QCOMPARE(found.environments.size(), 3);
    const FileEnvironment dev = found.environments.at(0);
    QCOMPARE(dev.name, u"dev"_s);
    QCOMPARE(dev.secretNames, QStringList{u"password"_s});
    const auto value = [&dev](const QString &name) {
        return resolveVariables(u"{{"_s + name + u"}}"_s, dev.variables, nullptr);
    };
    QCOMPARE(value(u"host"_s), u"near"_s);
    QCOMPARE(value(u"id"_s), u"7"_s);
    QCOMPARE(value(u"on"_s), u"true"_s);
    QCOMPARE(value(u"password"_s), u"hidden-1"_s);
    QCOMPARE(value(u"version"_s), u"v1"_s);
    QCOMPARE(found.environments.at(1).name, u"local"_s);
}

void TestHttpSend::whatIsWrongInAnEnvironmentFileIsSaid()
{
    QTemporaryDir folder;
    test::writeFile(folder.filePath(u"http-client.env.json"_s), "{\n  \"dev\": {,}\n}");
    const auto found = readEnvironmentFiles(folder.path(), folder.path(), {});
    QVERIFY(found.environments.isEmpty());
    QCOMPARE(found.problems.size(), 1);
    QVERIFY2(found.problems.first().message.contains(folder.filePath(u"http-client.env.json"_s)) &&
                 found.problems.first().message.contains(u"ine 2"_s),
             qPrintable(found.problems.first().message));
}

void TestHttpSend::anEnvironmentIsWrittenWithoutItsSecrets()
{
    Redactor redactor;
    redactor.add(Secret("talq_canary0123456789"));
    Environment environment;
    environment.name = u"Staging \"1\""_s;
    environment.baseUrl = u"https://x.test/api"_s;
    environment.variables = {{u"user"_s, u"ann"_s, true},
                             {u"api_token"_s, u"literal"_s, true},
                             {u"note"_s, u"my talq_canary0123456789"_s, true},
                             {u"auth"_s, u"Bearer {{token}}"_s, true},
                             {u"off"_s, u"x"_s, false}};
    const auto written = withEnvironment({}, environment, redactor);
    QVERIFY(written);
    QCOMPARE(written->leftOut, (QStringList{u"api_token"_s, u"note"_s}));
    QVERIFY(!written->text.contains("canary") && !written->text.contains("literal"));
    const QJsonObject object = QJsonDocument::fromJson(written->text).object();
    QCOMPARE(object[u"Staging \"1\""_s].toObject(), (QJsonObject{{u"baseUrl"_s, u"https://x.test/api"_s},
                                                                 {u"user"_s, u"ann"_s},
                                                                 {u"auth"_s, u"Bearer {{token}}"_s}}));
}

void TestHttpSend::anEnvironmentChangesItsLinesOnly()
{
    const Redactor redactor;
    const QByteArray before = "{\n  \"z\": {\"b\": 1,   \"a\": 2},\n  \"dev\": {\n    \"user\": \"old\",\n   "
                              " \"Security\": {\"x\": [1, 2]},\n"
                              "    \"gone\": \"1\"\n  },\n  \"c\": {}\n}\n";
    Environment environment;
    environment.name = u"dev"_s;
    environment.baseUrl = u"https://x.test"_s;
    environment.variables = {{u"user"_s, u"new"_s, true}};
    const auto written = withEnvironment(before, environment, redactor);
    QVERIFY(written);
    QCOMPARE(written->text, QByteArray("{\n  \"z\": {\"b\": 1,   \"a\": 2},\n  \"dev\": {\n    \"user\": "
                                       "\"new\",\n    \"Security\": {\"x\": [1, 2]},\n"
                                       "    \"baseUrl\": \"https://x.test\"\n  },\n  \"c\": {}\n}\n"));
    QCOMPARE(withEnvironment(written->text, environment, redactor)->text, written->text);
    environment.name = u"new"_s;
    const auto added = withEnvironment(before, environment, redactor);
    QVERIFY(added->text.startsWith(before.first(before.size() - 3)));
    QCOMPARE(QJsonDocument::fromJson(added->text).object().size(), 4);
    QVERIFY(!withEnvironment("[1]", environment, redactor) && !withEnvironment("{,}", environment, redactor));
}

void TestHttpSend::theFilesOwnVariablesComeFirst()
{
    const auto file = HttpFile::parse("@host = file\n\nGET x\n");
    const FileEnvironment environment{
        u"dev"_s, {{u"host"_s, u"dev"_s, true}, {u"user"_s, u"ann"_s, true}}, {}};
    const Variables variables =
        variablesOf(*file, &environment, {{u"user"_s, u"other"_s, true}, {u"more"_s, u"1"_s, true}});
    QCOMPARE(resolveVariables(u"{{host}} {{user}} {{more}}"_s, variables, nullptr), u"file ann 1"_s);
}

QTEST_GUILESS_MAIN(TestHttpSend)
#include "test_http_send.moc"
