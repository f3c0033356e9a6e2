#include "app/calls/ReportFormats.h"
#include "app/calls/RequestRun.h"
#include "tests/support/CoreFixture.h"
#include "tests/support/Files.h"
#include "tests/support/HttpTestServer.h"

#include <QProcess>
#include <QStandardPaths>
#include <QXmlStreamReader>

using namespace Qt::StringLiterals;
using namespace keydesk;
using namespace keydesk::test;
using State = RequestResult::State;

/// Requests of files, sent one after another without a window.
class TestRequestRun : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void sendsAFileInOrder();
    void runsAFolderByPath();
    void laterRequestsHaveEarlierAnswers();
    void annotationsAreHonoured();
    void withoutExpectationsARefusalFails();
    void stopsAtTheFirstFailure();
    void stopsWhenTold();
    void endsWithWhatIsOnTheWay();
    void asksNobodyAndSendsNothingUnagreed();
    void sendsWhatWasAgreedTo();
    void whatCannotBeSentIsSaid();
    void badFilesAreNamed();
    void largeBodiesAreCheckedAside();
    void sandboxAnswersAsExpected();
    void reportsHoldNoSecret();
    void reportsHoldNoTypedPassword();
    void junitIsWhatOthersRead();
    void htmlNeedsNothingElse();
    void savedRequestsAreFoundByNameAndNumber();
    void noTokenIsWrittenAsAnExpectation();

private:
    [[nodiscard]] QString file(const QString &name, QByteArray text)
    {
        text.replace("HOST", m_server->url(QString()).toString(QUrl::RemovePath).toUtf8());
        const QString path = m_folder->filePath(name);
        QDir().mkpath(QFileInfo(path).path());
        writeFile(path, text);
        return path;
    }
    void load(const QStringList &paths)
    {
        m_run = std::make_unique<RequestRun>(**m_core, RunPlan{paths, m_environment, m_folder->path()});
        QSignalSpy loaded(m_run.get(), &RequestRun::loaded);
        m_run->load();
        QVERIFY(loaded.wait());
    }
    void run(const QStringList &paths, const RunChoices &choices = {})
    {
        load(paths);
        QSignalSpy finished(m_run.get(), &RequestRun::finished);
        m_run->start(choices);
        QVERIFY(m_run->isRunning());
        QVERIFY(finished.wait(10'000));
        QCOMPARE(finished.size(), 1);
        QVERIFY(!m_run->isRunning());
    }
    [[nodiscard]] const RequestResult &result(int index, int inFile = 0) const { return m_run->report().files.at(inFile).requests.at(index); }
    [[nodiscard]] QList<State> states() const
    {
        QList<State> all;
        for (const FileResult &each : m_run->report().files) {
            for (const RequestResult &request : each.requests)
                all.append(request.state);
        }
        return all;
    }
    void protect()
    {
        m_environment = Environment();
        m_environment->id = QUuid::createUuid();
        m_environment->name = u"Production"_s;
        m_environment->isProtected = true;
        m_environment->baseUrl = m_server->url(QString()).toString(QUrl::RemovePath);
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<CoreFixture> m_core;
    std::unique_ptr<HttpTestServer> m_server;
    std::optional<Environment> m_environment;
    std::unique_ptr<RequestRun> m_run;
};

void TestRequestRun::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_core = std::make_unique<CoreFixture>();
    m_server = std::make_unique<HttpTestServer>();
    m_server->answer(response(200, {{"Content-Type", "application/json"}}, R"({"ok":true,"id":7})"));
    m_environment.reset();
}

void TestRequestRun::cleanup()
{
    m_run.reset();
    m_server.reset();
    m_core.reset();
    m_folder.reset();
}

void TestRequestRun::sendsAFileInOrder()
{
    const QString path = file(u"a.http"_s, "@word = yes\n\n### First\n# @expect status 200\n# @expect body $.ok = true\nGET HOST/one?x={{word}}\n\n"
                                           "### Second\n# @expect status 404\nPOST HOST/two\n\nhello\n\n###\nGET HOST/three\n");
    run({path});
    QCOMPARE(states(), (QList<State>{State::Passed, State::Failed, State::Passed}));
    QCOMPARE(m_server->requests().size(), 3);
    QCOMPARE(m_server->requests().at(0).target, "/one?x=yes");
    QCOMPARE(m_server->requests().at(1).body.trimmed(), "hello");
    QCOMPARE(result(0).name, u"First"_s);
    QCOMPARE(result(0).expectations.size(), 2);
    QCOMPARE(result(1).expectations.constFirst().message, u"Found: 200 OK"_s);
    QCOMPARE(result(1).line, 10);
    QCOMPARE(result(2).name, u"GET /three"_s);
    QVERIFY(result(0).elapsed.count() > 0);
    QCOMPARE(m_run->report().files.constFirst().name, u"a.http"_s);
    QVERIFY(!m_run->report().isOk());
    // Once more, from the beginning.
    QSignalSpy finished(m_run.get(), &RequestRun::finished);
    m_run->start();
    QVERIFY(finished.wait());
    QCOMPARE(m_server->requests().size(), 6);
    QCOMPARE(m_run->report().count(State::Passed), 2);
}

void TestRequestRun::runsAFolderByPath()
{
    std::ignore = file(u"b/z.http"_s, "GET HOST/z\n");
    std::ignore = file(u"b/a.rest"_s, "GET HOST/a\n");
    std::ignore = file(u"c.http"_s, "GET HOST/c\n");
    std::ignore = file(u"notes.txt"_s, "GET HOST/no\n");
    std::ignore = file(u".hidden/x.http"_s, "GET HOST/no\n");
    run({m_folder->path(), m_folder->filePath(u"c.http"_s)});
    QByteArrayList targets;
    for (const ReceivedRequest &each : m_server->requests())
        targets << each.target;
    QCOMPARE(targets, (QByteArrayList{"/a", "/z", "/c"}));
    QCOMPARE(m_run->report().files.constFirst().name, u"b/a.rest"_s);
}

void TestRequestRun::laterRequestsHaveEarlierAnswers()
{
    const QString path = file(u"a.http"_s, "# @name login\nPOST HOST/login\n\n###\n# @expect body $.id = {{login.response.body.$.id}}\n"
                                           "GET HOST/items/{{login.response.body.$.id}}\n");
    run({path});
    QCOMPARE(states(), (QList<State>{State::Passed, State::Passed}));
    QCOMPARE(m_server->requests().at(1).target, "/items/7");
}

void TestRequestRun::annotationsAreHonoured()
{
    m_server->handle("/moved", [](const ReceivedRequest &) { return Answer{response(302, {{"Location", "/there"}})}; });
    m_server->handle("/never", [](const ReceivedRequest &) { return Answer{}; });
    const QString path = file(u"a.http"_s, "# @no-redirect\n# @no-log\n# @expect status 302\nGET HOST/moved\n\n###\n# @expect status 200\nGET HOST/moved\n\n"
                                           "###\n# @timeout 50 ms\n# @expect status 200\nGET HOST/never\n");
    run({path});
    QCOMPARE(states(), (QList<State>{State::Passed, State::Passed, State::Failed}));
    QVERIFY(!result(2).reason.isEmpty());
    QCOMPARE(result(2).expectations.constFirst().message, u"There is no answer."_s);
}

void TestRequestRun::withoutExpectationsARefusalFails()
{
    m_server->handle("/no", [](const ReceivedRequest &) { return Answer{response(403)}; });
    run({file(u"a.http"_s, "GET HOST/no\n\n###\n# @expect status 403\nGET HOST/no\n")});
    QCOMPARE(states(), (QList<State>{State::Failed, State::Passed}));
    QVERIFY2(result(0).reason.contains("403"_L1), qPrintable(result(0).reason));
}

void TestRequestRun::stopsAtTheFirstFailure()
{
    const QString path = file(u"a.http"_s, "GET HOST/1\n\n###\n# @expect status 500\nGET HOST/2\n\n###\nGET HOST/3\n");
    run({path}, {.stopsAtFailure = true});
    QCOMPARE(states(), (QList<State>{State::Passed, State::Failed, State::Skipped}));
    QCOMPARE(m_server->requests().size(), 2);
    QVERIFY(!m_run->report().ending.isEmpty());
    QVERIFY(!result(2).reason.isEmpty());
}

void TestRequestRun::stopsWhenTold()
{
    m_server->handle("/2", [](const ReceivedRequest &) { return Answer{}; });
    load({file(u"a.http"_s, "GET HOST/1\n\n###\nGET HOST/2\n\n###\nGET HOST/3\n")});
    QSignalSpy finished(m_run.get(), &RequestRun::finished);
    m_run->start();
    QTRY_COMPARE(m_server->requests().size(), 2);
    m_run->stop();
    QVERIFY(finished.wait());
    QCOMPARE(states(), (QList<State>{State::Passed, State::Skipped, State::Skipped}));
    QCOMPARE(m_server->requests().size(), 2);
    QVERIFY(m_run->report().isOk());
    QCOMPARE(m_run->report().ending, u"The run was stopped."_s);
}

void TestRequestRun::endsWithWhatIsOnTheWay()
{
    m_server->hang();
    load({file(u"a.http"_s, "GET HOST/1\n")});
    m_run->start();
    QTRY_COMPARE(m_server->requests().size(), 1);
    m_run.reset();
    load({m_folder->filePath(u"a.http"_s)});
    m_run->start();
    m_run.reset();
}

void TestRequestRun::asksNobodyAndSendsNothingUnagreed()
{
    protect();
    const QString path = file(u"a.http"_s, "DELETE /all\n\n###\n# @note\nGET /noted\n\n###\n# @prompt who Whose it is\n# @prompt who Again\nGET /of/{{who}}\n\n###\nGET /look\n");
    run({path});
    QCOMPARE(states(), (QList<State>{State::Skipped, State::Skipped, State::Skipped, State::Passed}));
    QCOMPARE(m_server->requests().size(), 1);
    QCOMPARE(m_server->requests().constFirst().target, "/look");
    QVERIFY2(result(0).reason.contains("Production"_L1), qPrintable(result(0).reason));
    QVERIFY2(result(1).reason.contains("@note"_L1), qPrintable(result(1).reason));
    QVERIFY2(result(2).reason.contains("who"_L1), qPrintable(result(2).reason));
    QCOMPARE(m_run->questions().changing, 1);
    QCOMPARE(m_run->questions().notes, 1);
    QCOMPARE(m_run->questions().prompts.size(), 1);
}

void TestRequestRun::sendsWhatWasAgreedTo()
{
    protect();
    const QString path = file(u"a.http"_s, "DELETE /all\n\n###\n# @note\nGET /noted\n\n###\n# @prompt who\nGET /of/{{who}}\n");
    run({path}, {.agreesToChanges = true, .agreesToNotes = true, .values = {{u"who"_s, u"{{$guid}}"_s}}});
    QCOMPARE(states(), (QList<State>{State::Passed, State::Passed, State::Passed}));
    QCOMPARE(m_server->requests().constFirst().method, "DELETE");
    QVERIFY(m_server->requests().at(2).target.contains("%7B%7B$guid%7D%7D")); // what was typed names nothing
}

void TestRequestRun::whatCannotBeSentIsSaid()
{
    run({file(u"a.http"_s, "GRPC HOST/x\n\n###\nWEBSOCKET ws://127.0.0.1:1/\n\n###\nGET HOST/{{nothing}}\n\n###\ncurl HOST/x\n")});
    QCOMPARE(states(), (QList<State>{State::Skipped, State::Skipped, State::Failed, State::Skipped}));
    for (int index = 0; index < 4; ++index)
        QVERIFY(!result(index).reason.isEmpty());
    QVERIFY(m_server->requests().isEmpty());
}

void TestRequestRun::badFilesAreNamed()
{
    const QString zero = file(u"a.http"_s, QByteArray("GET HOST/\n\0", 11));
    const QString utf16 = file(u"b.http"_s, "\xFF\xFEG");
    const QString stray = file(u"c.http"_s, "# @expect status 200\n\n###\nGET HOST/x\n");
    const QString empty = file(u"d.http"_s, "");
    run({zero, utf16, stray, empty});
    QCOMPARE(m_run->report().unreadableFiles(), 3);
    QVERIFY(!m_run->report().isOk());
    QVERIFY2(m_run->report().files.at(2).problem.contains("c.http, line 1"_L1), qPrintable(m_run->report().files.at(2).problem));
    QVERIFY(m_server->requests().isEmpty());

    RequestRun none(**m_core, RunPlan{{m_folder->filePath(u"none.http"_s)}, {}, {}});
    QSignalSpy failed(&none, &RequestRun::failed);
    none.load();
    QVERIFY(failed.wait());
    none.start(); // nothing is loaded
    QVERIFY(!none.isRunning());
}

void TestRequestRun::largeBodiesAreCheckedAside()
{
    m_server->answer(response(200, {}, R"({"a":")" + QByteArray(1024 * 1024, 'x') + R"("})"));
    run({file(u"a.http"_s, "# @expect body $.a is string\n# @expect size > 1 MB\nGET HOST/\n\n###\n# @expect body $.b exists\nGET HOST/\n")});
    QCOMPARE(states(), (QList<State>{State::Passed, State::Failed}));
}

void TestRequestRun::sandboxAnswersAsExpected()
{
    QVERIFY(m_core->startSandbox());
    const QString origin = (*m_core)->sandbox->origins().value(u"talkover"_s).toString();
    const QString path = file(u"s.http"_s, "# @expect status 401\n# @expect header content-type contains json\n# @expect body $.error is string\nGET " +
                                               origin.toUtf8() + "/api/v1/agents\n");
    run({path});
    QVERIFY2(m_run->report().isOk(), result(0).expectations.isEmpty() ? qPrintable(result(0).reason) : qPrintable(result(0).expectations.constLast().message));
    QCOMPARE(result(0).status, 401);
}

/// SECURITY S8: the server echoes the key in every place that a report takes something from.
void TestRequestRun::reportsHoldNoSecret()
{
    const QByteArray canary = "talq_canary<&>\"run0123456789";
    (*m_core)->redactor.add(Secret(std::string_view(canary.constData(), static_cast<std::size_t>(canary.size()))));
    m_server->handle([&canary](const ReceivedRequest &) {
        return Answer{"HTTP/1.1 500 " + canary + "\r\nX-Echo: " + canary + "\r\nContent-Length: " + QByteArray::number(canary.size()) + "\r\n\r\n" + canary};
    });
    const QString path = file(u"a.http"_s, "### Call " + canary + "\n# @expect status 200\n# @expect header X-Echo = no\n# @expect body = no\n# @expect body contains no " + canary +
                                               "\n# @expect " + canary + "\nGET HOST/x?token=" + QByteArray("hand-typed-credential") + "\n");
    run({path});
    QCOMPARE(states(), QList<State>{State::Failed});
    const Redactor forgetful; // so that it is not the last look alone that keeps it out
    const QList<QByteArray> files{junitReport(m_run->report(), (*m_core)->redactor), htmlReport(m_run->report(), (*m_core)->redactor),
                                  junitReport(m_run->report(), forgetful), htmlReport(m_run->report(), forgetful)};
    for (const QByteArray &bytes : files) {
        QVERIFY(bytes.contains("••••"));
        for (const QByteArray &trace : {QByteArray("talq_canary"), QByteArray("run0123456789"), QByteArray("hand-typed-credential")})
            QVERIFY2(!bytes.contains(trace), bytes.constData());
    }
}

/// What is typed in for one call is no less secret for that.
void TestRequestRun::reportsHoldNoTypedPassword()
{
    m_server->handle([](const ReceivedRequest &request) { return Answer{response(200, {}, request.target)}; });
    run({file(u"a.http"_s, "# @prompt password\n# @expect body = none\nGET HOST/of/{{password}}\n")}, {.values = {{u"password"_s, u"typed-in-by-hand-1"_s}}});
    QCOMPARE(m_server->requests().constFirst().target, "/of/typed-in-by-hand-1");
    for (const QByteArray &bytes : {junitReport(m_run->report(), Redactor()), htmlReport(m_run->report(), Redactor())})
        QVERIFY2(bytes.contains("••••") && !bytes.contains("typed-in-by-hand-1"), bytes.constData());
}

void TestRequestRun::junitIsWhatOthersRead()
{
    m_server->handle("/odd", [](const ReceivedRequest &) { return Answer{response(200, {}, "a\x01<b>&\"\xF0\x9F\x98\x80\xEF\xBF\xBE")}; });
    m_server->handle("/gone", [](const ReceivedRequest &) { return Answer{{}, Answer::Then::Close}; });
    std::ignore = file(u"a.http"_s, "### Good\n# @expect status 200\nGET HOST/\n\n### Two <wrong>\n# @expect status 404\n# @expect body = \"x\"\nGET HOST/odd\n\n"
                                    "### Gone\nGET HOST/gone\n\n### Noted\n# @note\nGET HOST/\n");
    std::ignore = file(u"b.http"_s, "\xFF\xFEx");
    run({m_folder->path()});
    const QByteArray bytes = junitReport(m_run->report(), (*m_core)->redactor);

    QXmlStreamReader xml(bytes);
    QStringList found;
    while (!xml.atEnd()) {
        xml.readNext();
        if (!xml.isStartElement())
            continue;
        const auto value = [&xml](const char *name) { return xml.attributes().value(QLatin1String(name)).toString(); };
        if (xml.name() == "testsuites"_L1 || xml.name() == "testsuite"_L1)
            found << u"%1 %2: %3 %4 %5 %6"_s.arg(xml.name().toString(), value("name"), value("tests"), value("failures"), value("errors"), value("skipped"));
        else if (xml.name() == "testcase"_L1)
            found << u"case %1 %2"_s.arg(value("classname"), value("name"));
        else
            found << xml.name().toString();
    }
    QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
    const QStringList expected{u"testsuites Keydesk: 5 1 2 1"_s, u"testsuite a.http: 4 1 1 1"_s, u"case a.http Good"_s, u"case a.http Two <wrong>"_s, u"failure"_s,
                               u"failure"_s, u"case a.http Gone"_s, u"error"_s, u"case a.http Noted"_s, u"skipped"_s, u"testsuite b.http: 1 0 1 0"_s, u"case b.http b.http"_s, u"error"_s};
    QCOMPARE(found, expected);

    const QString xmllint = QStandardPaths::findExecutable(u"xmllint"_s);
    QVERIFY2(!xmllint.isEmpty(), "xmllint is missing; packaging/dependencies names its package");
    writeFile(m_folder->filePath(u"report.xml"_s), bytes);
    QProcess check;
    check.start(xmllint, {u"--noout"_s, u"--schema"_s, QStringLiteral(KEYDESK_SOURCE_DIR) + u"/tests/support/junit.xsd"_s, m_folder->filePath(u"report.xml"_s)});
    QVERIFY(check.waitForFinished());
    QVERIFY2(check.exitCode() == 0, check.readAllStandardError().constData());
}

void TestRequestRun::htmlNeedsNothingElse()
{
    m_server->answer(response(200, {}, "<script>alert(1)</script><img src=http://evil.example/>"));
    run({file(u"a.http"_s, "### <script>alert(2)</script>\n# @expect body = \"<b>\"\nGET HOST/\"><script>\n")});
    const QString html = QString::fromUtf8(htmlReport(m_run->report(), (*m_core)->redactor));
    QVERIFY(!html.contains("<script"_L1));
    QVERIFY(!html.contains("<img"_L1));
    QVERIFY(!html.contains("src="_L1) || html.contains("&lt;img src="_L1));
    QVERIFY(!html.contains("<link"_L1) && !html.contains("url("_L1) && !html.contains("@import"_L1));
    QVERIFY(html.contains("prefers-color-scheme: dark"_L1));
    QVERIFY(html.contains("&lt;script&gt;alert(2)"_L1));
    QVERIFY(html.contains("not met:"_L1));
}

void TestRequestRun::savedRequestsAreFoundByNameAndNumber()
{
    const QString path = file(u"a.http"_s, "@v = 1\n@v = 2\n### List\nGET HOST/list\n\n###\n# @name login\n# @timeout 2 s\nPOST HOST/login\n");
    const RequestFiles files((*m_core)->redactor);
    QCOMPARE(findSavedRequest(files, path, u"List"_s)->request.spec.name, u"List"_s);
    QCOMPARE(findSavedRequest(files, path, u"login"_s)->place.index, 1);
    QCOMPARE(findSavedRequest(files, path, u"2"_s)->place.index, 1);
    const auto none = findSavedRequest(files, path, u"3"_s);
    QVERIFY(!none);
    QVERIFY2(none.error().message.contains("1. List, 2. login"_L1), qPrintable(none.error().message));
    QVERIFY(!findSavedRequest(files, path, {}));
    const CallContext context = callContext(callOrigin(*findSavedRequest(files, path, u"login"_s)), {}, {}, nullptr, (*m_core)->redactor);
    QCOMPARE(context.options.timeoutMs, 2000);
    QCOMPARE(context.baseFolder, m_folder->path());
    QCOMPARE(resolveVariables(u"{{v}}"_s, context.sources, nullptr), u"2"_s);
}

/// SECURITY S1: a file of requests is no place for one.
void TestRequestRun::noTokenIsWrittenAsAnExpectation()
{
    const QByteArray canary = "talq_canaryfile0123456789";
    (*m_core)->redactor.add(Secret(std::string_view(canary.constData(), static_cast<std::size_t>(canary.size()))));
    const QString path = file(u"a.http"_s, "GET HOST/\n");
    const QByteArray before = readFile(path);
    const RequestFiles files((*m_core)->redactor);
    const RequestPlace place = files.open(path, 0)->place;
    const auto refused = files.setExpectations(place, {u"body $.token = "_s + QString::fromLatin1(canary)});
    QVERIFY(!refused);
    QVERIFY2(!refused.error().message.contains("canaryfile"_L1), qPrintable(refused.error().message));
    QCOMPARE(readFile(path), before);
    const auto written = files.setExpectations(place, {u"status 200"_s});
    QVERIFY(written);
    QCOMPARE(readFile(path), "# @expect status 200\n" + before);
    QVERIFY(written->step.undo());
    QCOMPARE(readFile(path), before);
    // Somebody else was there first.
    writeFile(path, before + "X: 1\n");
    QCOMPARE(files.setExpectations(place, {u"status 200"_s}).error().kind, Error::Kind::Conflict);
}

QTEST_GUILESS_MAIN(TestRequestRun)
#include "test_request_run.moc"
