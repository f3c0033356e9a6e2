#include "app/calls/CallController.h"
#include "app/calls/CallParts.h"
#include "tests/support/CoreFixture.h"
#include "tests/support/HttpTestServer.h"

#include <QDirIterator>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace keydesk;
using test::HttpTestServer;

namespace {

struct Ended
{
    int code = -1;
    QByteArray out;
    QByteArray err;
};

/// What an environment and its key look like to a program that is not Keydesk.
struct Place
{
    Environment environment;
    QByteArray token; ///< empty: there is no key
};

} // namespace

/// keydesk-cli explain as a shell runs it, behind curl and beside the window.
class TestCliExplain : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanup();

    void saysWhatTheWindowSays_data();
    void saysWhatTheWindowSays();
    void curlIsPipedInto();
    void readsTheUsersProviderFiles();
    void providerIsFoundByTheUrl();
    void tellsAPersonInWords();
    void nothingIsWrong();
    void bodyAloneWithItsStatus();
    void badInputCannotBeUsed_data();
    void badInputCannotBeUsed();
    void noTokenIsRepeated();
    void noCookieOrParameterIsRepeated();
    void nothingIsOpened();

private:
    static Ended start(const QString &program, const QStringList &arguments, const QByteArray &input = {},
                       const QString &config = {});
    [[nodiscard]] Ended explain(const QStringList &arguments, const QByteArray &input) const;
    /// The explanation's cause, or what went wrong.
    [[nodiscard]] QString cause(const QStringList &arguments, const QByteArray &input) const;
    Ended dashboard(const QString &service, const QString &path, const QJsonObject &wish);
    Place place(const QString &provider, const QString &key);
    QString windowsCause(const Place &place, const RequestSpec &request);

    test::TempHome m_home;
    std::unique_ptr<test::CoreFixture> m_core;
};

void TestCliExplain::initTestCase()
{
    m_core = std::make_unique<test::CoreFixture>();
    QVERIFY(m_core->startSandbox());
}

/// A sandbox that behaves again.
void TestCliExplain::cleanup()
{
    for (const QString &service : {u"talkover"_s, u"talkturo"_s, u"aisoule"_s})
        QCOMPARE(dashboard(service, u"/dashboard/modes"_s, {}).code, 0);
}

Ended TestCliExplain::start(const QString &program, const QStringList &arguments, const QByteArray &input,
                            const QString &config)
{
    QProcess process;
    if (!config.isEmpty()) {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(u"XDG_CONFIG_HOME"_s, config);
        process.setProcessEnvironment(environment);
    }
    QSignalSpy finished(&process, &QProcess::finished);
    process.start(program, arguments);
    process.write(input);
    process.closeWriteChannel();
    if (finished.isEmpty() && !finished.wait(20'000))
        return {};
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

Ended TestCliExplain::explain(const QStringList &arguments, const QByteArray &input) const
{
    return start(QStringLiteral(KEYDESK_CLI), QStringList{u"explain"_s} + arguments, input);
}

QString TestCliExplain::cause(const QStringList &arguments, const QByteArray &input) const
{
    const Ended ended = explain(arguments + QStringList{u"--json"_s}, input);
    if (ended.code != 0)
        return QString::fromUtf8(ended.err);
    return QJsonDocument::fromJson(ended.out)
        .object()
        .value(u"explanation")
        .toObject()
        .value(u"cause")
        .toString();
}

Ended TestCliExplain::dashboard(const QString &service, const QString &path, const QJsonObject &wish)
{
    return start(u"curl"_s,
                 {u"-sSf"_s, u"--noproxy"_s, u"*"_s, u"-H"_s, u"Content-Type: application/json"_s,
                  u"--data-binary"_s, u"@-"_s,
                  (*m_core)->sandbox->origins().value(service).toString() + path},
                 QJsonDocument(wish).toJson());
}

/// `key`: "none", "good", "unknown", or what is done with it: "expire", "revoke".
Place TestCliExplain::place(const QString &providerId, const QString &key)
{
    const Provider &provider = *(*m_core)->providers.find(providerId);
    Environment draft;
    draft.name = QUuid::createUuid().toString();
    draft.providerId = providerId;
    draft.baseUrl =
        (*m_core)->sandbox->origins().value(provider.sandboxService).toString() + provider.basePath;
    const auto added = (*m_core)->environments->add(draft);
    if (!added || key == "none"_L1)
        return {added.value_or(Environment()), {}};
    const TokenKind &kind = *provider.firstStorableKind();
    QByteArray token = kind.prefix.toLatin1() + "nobodyKnowsThis0123456789";
    if (key != "unknown"_L1) {
        const Ended made =
            dashboard(provider.sandboxService, u"/dashboard/keys"_s, {{u"name"_s, u"A key"_s}});
        const QJsonObject data = QJsonDocument::fromJson(made.out).object().value(u"data").toObject();
        token = data.value(u"token").toString().toLatin1();
        if (key != "good"_L1 &&
            dashboard(provider.sandboxService,
                      u"/dashboard/keys/%1/%2"_s.arg(data.value(u"id").toString(), key), {})
                    .code != 0)
            return {};
    }
    NewKey stored;
    stored.name = added->name;
    stored.providerId = providerId;
    stored.kindId = kind.id;
    stored.environmentId = added->id;
    if (m_core->addKey(stored, token.toStdString()).id.isNull())
        return {};
    return {*(*m_core)->environments->find(added->id), token};
}

/// By what its console calls, and shows under Explain.
QString TestCliExplain::windowsCause(const Place &place, const RequestSpec &request)
{
    CallController calls{CallParts(**m_core)};
    std::optional<CallOutcome> outcome;
    connect(&calls, &CallController::finished, this,
            [&outcome](const CallOutcome &ended) { outcome = ended; });
    CallContext context;
    context.environment = place.environment;
    if (!calls.send(request, context).isEmpty() ||
        !QTest::qWaitFor([&outcome] { return outcome.has_value(); }, 10'000))
        return u"no answer"_s;
    return outcome->explanation.cause;
}

void TestCliExplain::saysWhatTheWindowSays_data()
{
    QTest::addColumn<QString>("provider");
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("method");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QJsonObject>("mode");
    QTest::addColumn<QString>("cause");
    QTest::addColumn<QString>("alone"); // what the answer alone tells
    const auto row = [](const char *name, const QString &provider, const QString &key, const QString &method,
                        const QString &path, const QJsonObject &mode, const QString &cause,
                        const QString &alone = {}) {
        QTest::newRow(name) << provider << key << method << path << mode << cause
                            << (alone.isEmpty() ? cause : alone);
    };
    const QString talkover = u"sandbox-talkover"_s;
    const QString agents = u"/api/v1/agents"_s;
    row("fine", talkover, u"good"_s, u"GET"_s, agents, {}, {});
    row("no key", talkover, u"none"_s, u"GET"_s, agents, {}, u"no-key"_s, u"missing-token"_s);
    row("unknown key", talkover, u"unknown"_s, u"GET"_s, agents, {}, u"unauthorized"_s);
    row("expired key", talkover, u"expire"_s, u"GET"_s, agents, {}, u"token-expired"_s);
    row("revoked key", talkover, u"revoke"_s, u"GET"_s, agents, {}, u"unauthorized"_s);
    row("not found", talkover, u"good"_s, u"GET"_s, u"/api/v1/agents/nobody"_s, {}, u"not-found"_s);
    row("bad data", talkover, u"good"_s, u"POST"_s, agents, {}, u"validation"_s);
    row("too many", talkover, u"good"_s, u"GET"_s, agents, {{u"rate_limited"_s, true}}, u"rate-limited"_s);
    row("failing", talkover, u"good"_s, u"GET"_s, agents, {{u"failing"_s, u"error"_s}}, u"server-error"_s);
    const QString talkturo = u"sandbox-talkturo"_s;
    row("talkturo: no key", talkturo, u"none"_s, u"GET"_s, u"/crm/contacts"_s, {}, u"no-key"_s,
        u"unauthorized"_s);
    row("talkturo: unknown key", talkturo, u"unknown"_s, u"GET"_s, u"/crm/contacts"_s, {}, u"unauthorized"_s);
    const QString aisoule = u"sandbox-aisoule"_s;
    row("aisoule: no key", aisoule, u"none"_s, u"GET"_s, u"/contacts"_s, {}, u"no-key"_s, u"unauthorized"_s);
    row("aisoule: revoked key", aisoule, u"revoke"_s, u"GET"_s, u"/contacts"_s, {}, u"unauthorized"_s);
    row("aisoule: too many", aisoule, u"good"_s, u"GET"_s, u"/contacts"_s, {{u"rate_limited"_s, true}},
        u"rate-limited"_s);
}

void TestCliExplain::saysWhatTheWindowSays()
{
    QFETCH(QString, provider);
    QFETCH(QString, key);
    QFETCH(QString, method);
    QFETCH(QString, path);
    QFETCH(QJsonObject, mode);
    const Place called = place(provider, key);
    QVERIFY(!called.environment.id.isNull());
    QCOMPARE(called.token.isEmpty(), key == "none"_L1);
    QCOMPARE(dashboard((*m_core)->providers.find(provider)->sandboxService, u"/dashboard/modes"_s, mode).code,
             0);
    RequestSpec request;
    request.method = method;
    request.url = path;
    if (method == "POST"_L1)
        request.body = {.kind = RequestBody::Kind::Json, .text = u"{}"_s, .form = {}, .file = {}};
    QTEST(windowsCause(called, request), "cause");

    // The same call with curl, which is told its headers where nobody can read them.
    const TokenKind &kind = *(*m_core)->providers.find(provider)->firstStorableKind();
    const QByteArray header = called.token.isEmpty() ? QByteArray()
                                                     : kind.headerName.toLatin1() + ": " +
                                                           kind.headerPrefix.toLatin1() + called.token + '\n';
    QStringList curl{u"-sS"_s, u"--noproxy"_s, u"*"_s, u"-H"_s,
                     u"@-"_s,  u"-X"_s,        method, called.environment.baseUrl + path};
    if (method == "POST"_L1)
        curl << u"-H"_s << u"Content-Type: application/json"_s << u"-d"_s << u"{}"_s;
    const Ended plain = start(u"curl"_s, curl + QStringList{u"-i"_s}, header);
    QVERIFY2(plain.out.startsWith("HTTP/"), plain.err.constData());
    const Ended verbose = start(u"curl"_s, curl + QStringList{u"-v"_s}, header);
    const QStringList named{u"--provider"_s, provider};
    QTEST(cause(named, plain.out), "alone");
    QTEST(cause(named, verbose.err + verbose.out), "cause");
    QTEST(cause(named + QStringList{u"--sent-key"_s, called.token.isEmpty() ? u"no"_s : u"yes"_s}, plain.out),
          "cause");
}

void TestCliExplain::curlIsPipedInto()
{
    HttpTestServer server;
    server.handle("/moved", [](const test::ReceivedRequest &) {
        return test::Answer{test::response(302, {{"Location", "/x"}}, "elsewhere")};
    });
    server.handle("/x", [](const test::ReceivedRequest &) {
        return test::Answer{
            "HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n"};
    });
    const QString url = server.url(u"/moved"_s).toString();
    for (const QString &options :
         {u"-siL"_s, u"-sL -D -"_s, u"-siL --raw"_s, u"-sIL -X GET"_s, u"-sviL"_s, u"-vL"_s}) {
        // The server answers in this process.
        QProcess shell;
        QSignalSpy finished(&shell, &QProcess::finished);
        shell.start(u"sh"_s, {u"-c"_s, u"curl --noproxy '*' $0 \"$1\" 2>&1 | \"$2\" explain --json"_s,
                              options, url, QStringLiteral(KEYDESK_CLI)});
        QVERIFY(finished.count() > 0 || finished.wait(20'000));
        const QByteArray said = shell.readAllStandardOutput();
        QVERIFY2(shell.exitCode() == 0,
                 qPrintable(options + QString::fromUtf8(shell.readAllStandardError())));
        const QJsonObject all = QJsonDocument::fromJson(said).object();
        QCOMPARE(all.value(u"status").toInt(), 403);
        QCOMPARE(all.value(u"explanation").toObject().value(u"cause").toString(),
                 options.contains(u'v') ? u"no-key"_s : u"forbidden"_s);
    }
}

void TestCliExplain::readsTheUsersProviderFiles()
{
    const QString config = m_home.path(u"config"_s);
    QVERIFY(QDir().mkpath(config + u"/keydesk/providers"_s));
    QFile file(config + u"/keydesk/providers/mine.json"_s);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(
        R"({"extends": "custom", "id": "mine", "name": "My API", "errors": [{"id": "out-of-paper", "pointer": "/why", "equals": "PAPER",)"
        R"("title": "There is no paper", "text": "The printer is empty.", "fix": ["Fill it."], "source": "https://example.com/docs"}]})");
    file.close();
    QFile broken(config + u"/keydesk/providers/broken.json"_s);
    QVERIFY(broken.open(QIODevice::WriteOnly));
    broken.write("{");
    broken.close();
    const QByteArray answer = "HTTP/1.1 409 Conflict\r\n\r\n{\"why\":\"PAPER\"}";
    for (const QString &name : {u"mine"_s, u"my api"_s}) {
        const Ended ended =
            start(QStringLiteral(KEYDESK_CLI), {u"explain"_s, u"--provider"_s, name}, answer, config);
        QVERIFY2(ended.code == 0, ended.err.constData());
        QVERIFY2(ended.out.startsWith("There is no paper."), ended.out.constData());
        QVERIFY2(ended.err.contains("broken.json"), ended.err.constData());
    }
    const Ended ended = explain({u"--provider"_s, u"nobody"_s}, answer);
    QCOMPARE(ended.code, 2);
    QVERIFY2(ended.err.contains("nobody") && ended.err.contains("talkover"), ended.err.constData());
}

void TestCliExplain::providerIsFoundByTheUrl()
{
    const QByteArray answer = "HTTP/1.1 401 No\r\n\r\n{\"error\":\"TOKEN_EXPIRED\"}";
    QCOMPARE(cause({u"--url"_s, u"https://app.talkover.ai/api/v1/agents"_s}, answer), u"token-expired"_s);
    QCOMPARE(cause({u"--url"_s, u"https://app.talkover.ai.evil.example/api/v1/agents"_s}, answer),
             u"unauthorized"_s);
    QCOMPARE(cause({}, "GET /api/v1/agents HTTP/1.1\r\nHost: app.talkover.ai\r\nAuthorization: x\r\n\r\n\n" +
                           answer),
             u"token-expired"_s);
    QCOMPARE(cause({}, answer), u"unauthorized"_s);
    QVERIFY(explain({}, answer).err.contains("--provider"));
    QCOMPARE(explain({u"--url"_s, u"nowhere"_s}, answer).code, 2);
}

void TestCliExplain::tellsAPersonInWords()
{
    const Ended ended =
        explain({u"--provider"_s, u"talkover"_s}, "HTTP/1.1 401 No\r\n\r\n{\"error\":\"TOKEN_EXPIRED\"}");
    QCOMPARE(ended.code, 0);
    QCOMPARE(ended.err, QByteArray());
    const QList<QByteArray> lines = ended.out.split('\n');
    QVERIFY(lines.size() > 5);
    QCOMPARE(lines.at(0), "The key was refused: it has expired."_ba);
    QCOMPARE(lines.at(1), "Talkover answered 401 with TOKEN_EXPIRED."_ba);
    QCOMPARE(lines.at(2), "  - The status is 401, Unauthorized."_ba);
    QVERIFY2(lines.at(3).startsWith("  - In the body, /error is"), lines.at(3).constData());
    QVERIFY2(lines.at(4).startsWith("  1. "), lines.at(4).constData());
}

void TestCliExplain::nothingIsWrong()
{
    for (const QByteArray &status : {"200 OK"_ba, "204 No Content"_ba, "304 Not Modified"_ba}) {
        const Ended ended = explain({}, "HTTP/1.1 " + status + "\r\n\r\n");
        QCOMPARE(ended.code, 0);
        QVERIFY2(ended.out.startsWith("Nothing "), ended.out.constData());
        const QJsonObject all =
            QJsonDocument::fromJson(explain({u"--json"_s}, "HTTP/1.1 " + status + "\r\n\r\n").out).object();
        QVERIFY(all.contains(u"explanation") && all.value(u"explanation").isNull());
    }
}

void TestCliExplain::bodyAloneWithItsStatus()
{
    QCOMPARE(cause({u"--status"_s, u"401"_s, u"--provider"_s, u"talkover"_s}, R"({"error":"TOKEN_EXPIRED"})"),
             u"token-expired"_s);
    QCOMPARE(cause({u"--status"_s, u"429"_s}, {}), u"rate-limited"_s);
    QCOMPARE(explain({u"--status"_s, u"42"_s}, {}).code, 2);
    QFile file(m_home.path(u"answer.txt"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("HTTP/1.1 404 Not Found\r\n\r\n");
    file.close();
    QCOMPARE(cause({file.fileName()}, {}), u"not-found"_s);
}

void TestCliExplain::badInputCannotBeUsed_data()
{
    QTest::addColumn<QByteArray>("input");
    QTest::addColumn<QByteArray>("what");
    QTest::newRow("empty") << ""_ba
                           << "Standard input: there is nothing"_ba;
    QTest::newRow("a body") << "{}"_ba
                            << "line 1 begins a body"_ba;
    QTest::newRow("prose") << "\nIt did not work"_ba
                           << "line 2 is no status line"_ba;
    QTest::newRow("binary") << QByteArray("\0\1\2\3", 4) << "line 1 is no text"_ba;
    QTest::newRow("too large") << "HTTP/1.1 401 No\r\n\r\n" + QByteArray(5'000'000, 'x')
                               << "4194304 bytes"_ba;
}

void TestCliExplain::badInputCannotBeUsed()
{
    QFETCH(QByteArray, input);
    QFETCH(QByteArray, what);
    const Ended ended = explain({}, input);
    QCOMPARE(ended.code, 2);
    QCOMPARE(ended.out, QByteArray());
    QVERIFY2(ended.err.contains(what), ended.err.constData());
    const QJsonObject error =
        QJsonDocument::fromJson(explain({u"--json"_s}, input).err).object().value(u"error").toObject();
    QVERIFY(error.value(u"message").toString().contains(QString::fromLatin1(what)));
}

void TestCliExplain::noTokenIsRepeated()
{
    // Wherever a server puts what it was sent, and whatever else it puts there.
    const QByteArray token = "sk-canary0123456789abcdef";
    const QByteArray own = "talq_CANARY0123456789abcdef";
    const QByteArray escape = "\x1b]0;title\x07\x1b[2J\xe2\x80\xae";
    for (const QByteArray &secret : {token, own}) {
        for (const int status : {200, 400, 401, 403, 404, 405, 407, 422, 429, 500}) {
            QByteArray answer = "HTTP/1.1 " + QByteArray::number(status) + ' ' + secret + escape +
                                "\r\nAuthorization: Bearer " + secret + "\r\nWWW-Authenticate: Bearer " +
                                secret + escape + "\r\nAllow: " + secret + "\r\nRetry-After: " + secret +
                                "\r\nContent-Type: " + secret + escape + "\r\n\r\n" + R"({"error":")" +
                                secret + escape + R"(","message":")" + secret + "\"}";
            answer.prepend("GET /" + secret + "?api_key=" + secret + " HTTP/1.1\r\nHost: " + secret +
                           ".example\r\nAuthorization: Bearer " + secret + "\r\n\r\n\n");
            for (const QStringList &arguments :
                 {QStringList(), QStringList{u"--json"_s}, QStringList{u"--provider"_s, u"talkover"_s}}) {
                const Ended ended = explain(arguments, answer);
                QVERIFY2(ended.code == 0, ended.err.constData());
                const QByteArray all = ended.out + ended.err;
                QVERIFY2(!all.toLower().contains("canary"), all.constData());
                QVERIFY2(!all.contains('\x1b') && !all.contains('\x07') && !all.contains("\xe2\x80\xae"),
                         all.constData());
            }
        }
    }
}

void TestCliExplain::noCookieOrParameterIsRepeated()
{
    const Ended ended = explain({u"--json"_s, u"--url"_s, u"https://api.example.test/things?api_key=9Qx7ParamValue&page=2"_s},
                                "HTTP/1.1 401 Unauthorized\r\nSet-Cookie: sid=8Zk3CookieValue; Path=/; HttpOnly\r\nContent-Type: application/json\r\n\r\n"
                                "{\"message\":\"no session 8Zk3CookieValue, no key 9Qx7ParamValue; HttpOnly\"}");
    QCOMPARE(ended.code, 0);
    QVERIFY2(!ended.out.contains("8Zk3CookieValue") && !ended.out.contains("9Qx7ParamValue"), ended.out.constData());
    QVERIFY(!ended.err.contains("8Zk3CookieValue") && !ended.err.contains("9Qx7ParamValue"));
}

void TestCliExplain::nothingIsOpened()
{
    const QString data = m_home.path(u"data"_s);
    const QString config = m_home.path(u"config2"_s);
    const Ended ended =
        start(QStringLiteral(KEYDESK_CLI), {u"explain"_s, u"--data"_s, data, u"--config"_s, config},
              "HTTP/1.1 401 No\r\n\r\n");
    QCOMPARE(ended.code, 0);
    for (const QString &folder : {data, config}) {
        QDirIterator files(folder, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
        QVERIFY2(!files.hasNext(), qPrintable(files.next()));
    }
}

QTEST_GUILESS_MAIN(TestCliExplain)
#include "test_cli_explain.moc"
