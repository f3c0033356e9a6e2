#include "app/base/Redactor.h"
#include "app/http/DynamicValues.h"
#include "app/http/HttpClient.h"
#include "app/interchange/snippets/CodeSnippet.h"
#include "app/workspace/HttpRequest.h"
#include "app/workspace/HttpSend.h"
#include "tests/support/CallWatcher.h"
#include "tests/support/Files.h"
#include "tests/support/HttpTestServer.h"
#include "tests/support/SnippetCases.h"

#include <QProcess>
#include <QRegularExpression>
#include <QTcpSocket>

using namespace Qt::StringLiterals;
using namespace keydesk;
using namespace keydesk::test;

/// Every snippet whose language Debian has is run, against a server that keeps what it gets: it has to send what HttpClient sends.
class TestSnippets : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();

    void sendsWhatKeydeskSends_data();
    void sendsWhatKeydeskSends();

private:
    /// Writes the snippets into a folder and runs them all.
    using Run = bool (TestSnippets::*)(CodeFormat format, const QString &folder, const QList<QPair<QString, QByteArray>> &snippets);

    bool runEach(CodeFormat format, const QString &folder, const QList<QPair<QString, QByteArray>> &snippets);
    bool runGo(CodeFormat format, const QString &folder, const QList<QPair<QString, QByteArray>> &snippets);
    bool runJava(CodeFormat format, const QString &folder, const QList<QPair<QString, QByteArray>> &snippets);
    bool sendRaw(CodeFormat format, const QString &folder, const QList<QPair<QString, QByteArray>> &snippets);
    bool sendHttpFiles(CodeFormat format, const QString &folder, const QList<QPair<QString, QByteArray>> &snippets);
    bool start(const QString &program, const QStringList &arguments, const QString &folder);
    std::optional<ReceivedRequest> send(const PreparedRequest &request);
    void compare(const SnippetCase &each, const CodeSnippet &snippet, CodeFormat format);
    [[nodiscard]] std::optional<ReceivedRequest> received(const QByteArray &folder) const;

    std::unique_ptr<HttpTestServer> m_server;
    std::unique_ptr<SnippetCases> m_cases;
    Redactor m_redactor;
    std::unique_ptr<HttpClient> m_client;
    QHash<QString, ReceivedRequest> m_expected; // by the case's name
};

namespace {

QByteArray folderOf(const PreparedRequest &request)
{
    return request.url.toEncoded(QUrl::RemoveScheme | QUrl::RemoveAuthority).left(7);
}

/// With one boundary for all, as tools that put such bodies together have their own.
QByteArray withOwnBoundary(const QByteArray &text, const QByteArray &contentType)
{
    const qsizetype at = contentType.indexOf("boundary=");
    return at < 0 ? text : QByteArray(text).replace(contentType.sliced(at + 9), "BOUNDARY");
}

/// curl writes a key's parameter with small letters.
QByteArray withUpperHex(QByteArray target)
{
    for (qsizetype at = target.indexOf('%'); at >= 0; at = target.indexOf('%', at + 1))
        target.replace(at, 3, target.mid(at, 3).toUpper());
    return target;
}

} // namespace

void TestSnippets::initTestCase()
{
    m_server = std::make_unique<HttpTestServer>();
    m_cases = std::make_unique<SnippetCases>(m_server->url());
    m_client = std::make_unique<HttpClient>(m_cases->tokens(), m_redactor);
    for (const SnippetCase &each : m_cases->all()) {
        if (each.name == "host"_L1)
            continue; // a key goes with none of its own, and what is expected is said below
        const auto sent = send(each.request);
        QVERIFY2(sent, qPrintable(each.name));
        m_expected.insert(each.name, *sent);
    }
    const auto sent = send(m_cases->named(u"host"_s).request);
    QVERIFY(sent);
    m_expected.insert(u"host"_s, *sent);
}

void TestSnippets::init()
{
    // One server for all, as the URLs are written into the cases; each run is told apart by what came before it.
    m_server->closeAll();
    m_server->forget();
}

std::optional<ReceivedRequest> TestSnippets::send(const PreparedRequest &request)
{
    const qsizetype before = m_server->requests().size();
    CallWatcher call(m_client->send(request));
    if (!call.wait() || m_server->requests().size() != before + 1) {
        if (call.outcome && !*call.outcome)
            qWarning("%s", qPrintable(call.error().message));
        return {};
    }
    return m_server->requests().last();
}

void TestSnippets::sendsWhatKeydeskSends_data()
{
    QTest::addColumn<QString>("id");
    QTest::addColumn<Run>("run");
    for (const char *id : {"curl", "httpie", "wget", "python-requests", "javascript-fetch", "node-axios", "php-curl"})
        QTest::newRow(id) << QString::fromLatin1(id) << &TestSnippets::runEach;
    QTest::newRow("go") << u"go"_s << &TestSnippets::runGo;
    QTest::newRow("java") << u"java"_s << &TestSnippets::runJava;
    QTest::newRow("raw-http") << u"raw-http"_s << &TestSnippets::sendRaw;
    QTest::newRow("http-file") << u"http-file"_s << &TestSnippets::sendHttpFiles;
}

void TestSnippets::sendsWhatKeydeskSends()
{
    QFETCH(QString, id);
    QFETCH(Run, run);
    const CodeFormat format = *codeFormatOf(id);
    // Once with the names of variables, and once with the values in it.
    for (const SnippetSecrets secrets : {SnippetSecrets::ByName, SnippetSecrets::ByValue}) {
        QTemporaryDir folder;
        QList<QPair<QString, QByteArray>> texts;
        QList<QPair<const SnippetCase *, CodeSnippet>> made;
        for (const SnippetCase &each : m_cases->all()) {
            const CodeSnippet snippet = codeSnippet(format, snippetRequest(each.request, each.naming, m_redactor), secrets);
            if (secrets == SnippetSecrets::ByValue && snippet.gaps.isEmpty())
                continue;
            const auto filled = snippet.filled(m_cases->values());
            QVERIFY2(filled, qPrintable(each.name));
            texts.append({QString::fromLatin1(folderOf(each.request).sliced(1)), QByteArray(filled->reveal().data(), filled->size())});
            made.append({&each, snippet});
        }
        const qsizetype before = m_server->requests().size();
        QVERIFY((this->*run)(format, folder.path(), texts));
        QVERIFY(m_server->requests().size() > before);
        for (const auto &[each, snippet] : made) {
            compare(*each, snippet, format);
            if (QTest::currentTestFailed()) {
                qWarning().noquote() << each->name << '\n' << snippet.text;
                return;
            }
        }
        m_server->forget();
    }
}

void TestSnippets::compare(const SnippetCase &each, const CodeSnippet &snippet, CodeFormat format)
{
    const ReceivedRequest expected = m_expected.value(each.name);
    const QString notes = snippet.notes.join(u'\n');
    const auto got = received(folderOf(each.request));
    if (!got) {
        QVERIFY2(!snippet.notes.isEmpty(), qPrintable(each.name + u": nothing came"_s));
        return;
    }
    QCOMPARE(got->method, expected.method);
    // Neither of these changes what a server reads.
    if (notes.contains("percent-encodes"_L1) || format == CodeFormat::HttpFile)
        QCOMPARE(QByteArray::fromPercentEncoding(got->target), QByteArray::fromPercentEncoding(expected.target));
    else
        QCOMPARE(format == CodeFormat::CurlBash ? withUpperHex(got->target) : got->target, expected.target);
    for (const auto &[name, value] : expected.headers) {
        const bool isOwn = std::ranges::any_of(each.request.headers,
                                               [&n = name](const auto &header) { return header.first.compare(n, Qt::CaseInsensitive) == 0; }) ||
                           (each.naming.key && each.naming.key->form.name.compare(name, Qt::CaseInsensitive) == 0);
        if (!isOwn || notes.contains(QString::fromLatin1(name)))
            continue;
        QVERIFY2(got->has(name), qPrintable(each.name + u": no "_s + QString::fromLatin1(name)));
        QCOMPARE(withOwnBoundary(got->header(name), got->header(name)), withOwnBoundary(value, value));
    }
    QCOMPARE(got->has("Authorization"), expected.has("Authorization"));
    if (!expected.has("Content-Type"))
        QVERIFY2(!got->has("Content-Type"), got->header("Content-Type").constData());
    // The value of the variable would have to be another one, or there is no such thing in the language.
    if (notes.contains("goes in as it is"_L1) || notes.contains("sends no body with"_L1))
        return;
    if (notes.contains("keeps neither carriage returns"_L1)) {
        const auto plain = [](const ReceivedRequest &request) {
            return withOwnBoundary(request.body, request.header("Content-Type")).replace('\r', "").trimmed();
        };
        QCOMPARE(plain(*got), plain(expected));
        return;
    }
    QCOMPARE(withOwnBoundary(got->body, got->header("Content-Type")), withOwnBoundary(expected.body, expected.header("Content-Type")));
}

std::optional<ReceivedRequest> TestSnippets::received(const QByteArray &folder) const
{
    std::optional<ReceivedRequest> found;
    for (const ReceivedRequest &request : m_server->requests()) {
        if (request.target.startsWith(folder + '/'))
            found = request;
    }
    return found;
}

bool TestSnippets::start(const QString &program, const QStringList &arguments, const QString &folder)
{
    QProcess process;
    QProcessEnvironment environment;
    environment.insert(u"PATH"_s, qEnvironmentVariable("PATH"));
    environment.insert(u"HOME"_s, folder);
    environment.insert(u"LANG"_s, u"C.UTF-8"_s);
    environment.insert(u"NODE_PATH"_s, u"/usr/share/nodejs"_s); // where Debian's packages are; its own Node.js looks there anyway
    environment.insert(u"GOPROXY"_s, u"off"_s);
    environment.insert(u"GOFLAGS"_s, u"-mod=mod"_s);
    environment.insert(u"GOCACHE"_s, folder + u"/cache"_s);
    environment.insert(u"GOPATH"_s, folder + u"/go"_s);
    for (const auto &[name, value] : m_cases->environment())
        environment.insert(name, value);
    process.setProcessEnvironment(environment);
    process.setWorkingDirectory(folder);
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(program, arguments);
    if (!process.waitForStarted() || !QTest::qWaitFor([&process] { return process.state() == QProcess::NotRunning; }, 120'000))
        return false;
    if (process.exitCode() != 0)
        qWarning().noquote() << program << process.exitCode() << process.readAll().right(4000);
    return process.exitCode() == 0;
}

bool TestSnippets::runEach(CodeFormat format, const QString &folder, const QList<QPair<QString, QByteArray>> &snippets)
{
    const QString suffix = codeFileName(format).section(u'.', 1);
    QStringList files;
    for (const auto &[name, text] : snippets) {
        files.append(folder + u'/' + name + u'.' + suffix);
        writeFile(files.last(), text);
    }
    if (format == CodeFormat::Httpie)
        return start(
            u"/usr/bin/python3"_s,
            QStringList{QStringLiteral(KEYDESK_SOURCE_DIR) + u"/tests/integration/httpie_runs.py"_s} + files,
            folder);
    if (suffix == "sh"_L1)
        return start(u"bash"_s, QStringList{u"-c"_s, u"for file; do bash \"$file\" || { echo \"$file\"; exit 1; }; done"_s, u"-"_s} + files, folder);
    if (suffix == "py"_L1)
        return start(u"/usr/bin/python3"_s, QStringList{u"-c"_s, u"import runpy, sys\nfor path in sys.argv[1:]: runpy.run_path(path)"_s} + files,
                     folder);
    if (suffix == "php"_L1) {
        writeFile(folder + u"/all.php"_s, "<?php foreach (array_slice($argv, 1) as $path) require $path;");
        return start(u"php"_s, QStringList{folder + u"/all.php"_s} + files, folder);
    }
    if (suffix == "cjs"_L1) {
        writeFile(folder + u"/all.cjs"_s, "for (const path of process.argv.slice(2)) require(path);");
        return start(u"node"_s, QStringList{folder + u"/all.cjs"_s} + files, folder);
    }
    writeFile(folder + u"/all.mjs"_s, "for (const path of process.argv.slice(2)) await import(path);");
    return start(u"node"_s, QStringList{folder + u"/all.mjs"_s} + files, folder);
}

/// As packages of one program: linking one for each would take longer than all else.
bool TestSnippets::runGo(CodeFormat, const QString &folder, const QList<QPair<QString, QByteArray>> &snippets)
{
    QByteArray imports;
    QByteArray calls;
    for (const auto &[name, text] : snippets) {
        QDir(folder).mkdir(name);
        QByteArray package = text;
        package.replace("package main\n", "package " + name.toLatin1() + '\n').replace("func main()", "func Main()");
        writeFile(folder + u'/' + name + u"/request.go"_s, package);
        imports += "\t\"snippets/" + name.toLatin1() + "\"\n";
        calls += '\t' + name.toLatin1() + ".Main()\n";
    }
    writeFile(folder + u"/go.mod"_s, "module snippets\n");
    writeFile(folder + u"/main.go"_s, "package main\n\nimport (\n" + imports + ")\n\nfunc main() {\n" + calls + "}\n");
    return start(u"go"_s, {u"run"_s, u"."_s}, folder);
}

bool TestSnippets::runJava(CodeFormat, const QString &folder, const QList<QPair<QString, QByteArray>> &snippets)
{
    QStringList files;
    QByteArray calls;
    for (const auto &[name, text] : snippets) {
        files.append(folder + u'/' + name + u".java"_s);
        writeFile(files.last(), QByteArray(text).replace("public class Request {", "public class " + name.toLatin1() + " {"));
        calls += name.toLatin1() + ".main(args);\n";
    }
    files.append(folder + u"/All.java"_s);
    writeFile(files.last(), "public class All { public static void main(String[] args) throws Exception {\n" + calls + "} }\n");
    return start(u"javac"_s, QStringList{u"-J-XX:TieredStopAtLevel=1"_s, u"-proc:none"_s} + files, folder) &&
           start(u"java"_s, {u"-XX:TieredStopAtLevel=1"_s, u"-cp"_s, folder, u"All"_s}, folder);
}

bool TestSnippets::sendRaw(CodeFormat, const QString &, const QList<QPair<QString, QByteArray>> &snippets)
{
    for (const auto &[name, text] : snippets) {
        // What the notes tell the reader to do.
        static const QRegularExpression variable(u"\\$(TALKOVER_TOKEN|ALICE_PAIR|secret|word)"_s);
        static const QRegularExpression file(u"<content of ([^>]+)>"_s);
        const bool isWhole = text.contains("\r\nContent-Length: ") || text.endsWith("\r\n\r\n");
        if (!isWhole || variable.match(QString::fromUtf8(text)).hasMatch())
            continue;
        QByteArray whole = text;
        for (auto match = file.match(QString::fromUtf8(whole)); match.hasMatch(); match = {}) {
            while (true) {
                const qsizetype at = whole.indexOf("<content of ");
                if (at < 0)
                    break;
                const qsizetype end = whole.indexOf('>', at);
                whole.replace(at, end + 1 - at, readFile(QString::fromUtf8(whole.sliced(at + 12, end - at - 12))));
            }
        }
        const qsizetype before = m_server->requests().size();
        QTcpSocket socket;
        socket.connectToHost(u"127.0.0.1"_s, static_cast<quint16>(m_server->port()));
        if (!socket.waitForConnected())
            return false;
        socket.write(whole);
        if (!QTest::qWaitFor([&] { return m_server->requests().size() > before; }))
            return false;
    }
    return true;
}

bool TestSnippets::sendHttpFiles(CodeFormat, const QString &folder, const QList<QPair<QString, QByteArray>> &snippets)
{
    DynamicContext context;
    context.processEnv = [this](const QString &name) -> std::optional<QString> {
        for (const auto &[known, value] : m_cases->environment()) {
            if (known == name)
                return value;
        }
        return {};
    };
    VariableSources sources({}, std::make_shared<const DynamicValues>(context), {});
    for (const auto &[name, text] : snippets) {
        if (text.contains("goes in as it is"))
            continue;
        const auto file = HttpFile::parse(text);
        if (!file) {
            qWarning("%s: %s", qPrintable(name), qPrintable(file.error().message));
            return false;
        }
        const auto request = readHttpRequest(*file, 0);
        const auto sendable = request.and_then([&](const HttpRequest &read) { return sendableRequest(read.spec, folder, sources); });
        const auto prepared = sendable.and_then([&](const HttpSendable &whole) { return prepareRequest(whole.spec, {}, whole.sources, {}, folder); });
        if (!prepared) {
            qWarning("%s: %s\n%s", qPrintable(name), qPrintable(prepared.error().message), text.constData());
            return false;
        }
        if (!send(*prepared))
            return false;
    }
    return true;
}

QTEST_GUILESS_MAIN(TestSnippets)
#include "test_snippets.moc"
