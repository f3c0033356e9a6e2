#include "app/Core.h"
#include "app/base/Log.h"
#include "app/base/Process.h"
#include "app/calls/ReportFormats.h"
#include "app/calls/RequestRun.h"
#include "app/keys/KeychainStore.h"
#include "tests/support/Files.h"
#include "tests/support/HttpTestServer.h"
#include "tests/support/SocketScript.h"
#include "tests/support/Widgets.h"
#include "ui/MainWindow.h"
#include "ui/console/ConsolePage.h"
#include "ui/keys/KeysPage.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Clipboard.h"

#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDir>
#include <QFile>
#include <QFileDialog>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLineEdit>
#include <QProcess>
#include <QSignalSpy>
#include <QTest>
#include <QTextStream>

#include <algorithm>
#include <chrono>

using namespace Qt::StringLiterals;
using namespace keydesk;

namespace {

bool failed = false;

void require(bool condition, const char *what)
{
    if (!condition) {
        QTextStream(stdout) << "failed: " << what << Qt::endl;
        failed = true;
    }
}

void send(ConsolePage &console, const RequestSpec &request, const char *what)
{
    QSignalSpy shown(&console, &ConsolePage::responseShown);
    console.open(request);
    console.send();
    require(QTest::qWaitFor([&shown] { return !shown.isEmpty(); }, 15'000), what);
}

/// Answers with the token that it was sent, in every disguise.
test::Answer echo(const test::ReceivedRequest &request)
{
    const QByteArray token = request.header("Authorization").mid(7);
    QByteArray escaped;
    for (const char byte : token)
        escaped += "\\u00" + QByteArray(1, byte).toHex();
    const QByteArray body = R"({"raw":")" + token + R"(","base64":")" + token.toBase64() + R"(","shifted":")" + ("x" + token).toBase64()
                            + R"(","percent":")" + token.toPercentEncoding() + R"(","escaped":")" + escaped + R"("})";
    return {test::response(200, {{"Content-Type", "application/json"}, {"X-Echo", token}, {"Set-Cookie", "t=" + token}}, body), {}, {}, false};
}

/// The token as the password of the environment's proxy, and as the passphrase of a certificate.
void connectWithPasswords(Core &graph, ConsolePage &console, const std::string &token)
{
    using Purpose = EnvironmentSecrets::Purpose;
    const QUuid id = graph.environments->current()->id;
    const auto edit = [&graph, id](ConnectionSettings::Proxy proxy, int port) {
        Environment environment = *graph.environments->find(id);
        environment.connection.proxy = proxy;
        environment.connection.proxyHost = u"127.0.0.1"_s;
        environment.connection.proxyPort = port;
        environment.connection.proxyUser = u"ada"_s;
        require(graph.environments->update(environment).has_value(), "the proxy was not stored");
    };
    for (const auto &[purpose, secret] : {std::pair(Purpose::ProxyPassword, "proxy " + token), std::pair(Purpose::CertificatePassphrase, "certificate " + token)}) {
        bool stored = false;
        graph.environmentSecrets->set(id, purpose, std::make_shared<const Secret>(secret), graph.environments.get(),
                                      [&stored](const Result<void> &outcome) { stored = outcome.has_value(); });
        require(QTest::qWaitFor([&stored] { return stored; }, 15'000), "a password was not stored");
    }
    test::HttpTestServer proxy;
    proxy.answer(test::response(200, {}, "through the proxy"));
    edit(ConnectionSettings::Proxy::Http, proxy.port());
    RequestSpec request;
    request.url = u"/proxied"_s;
    request.key.mode = KeyChoice::Mode::None;
    send(console, request, "the call through a proxy");
    require(!proxy.requests().isEmpty() && proxy.requests().first().header("Proxy-Authorization") ==
                                               "Basic " + QByteArray::fromStdString("ada:proxy " + token).toBase64(),
            "the proxy was not given the password");
    edit(ConnectionSettings::Proxy::AsInPreferences, 0);
}

/// The token in each kind of body, and in a file, which is the user's to send: nothing of it may be kept.
void sendEveryBody(ConsolePage &console, const QString &text, const QByteArray &token, const QString &folder)
{
    const QString file = folder + u"/notes.txt"_s;
    test::writeFile(file, "the token is " + token);
    RequestSpec request;
    request.method = u"POST"_s;
    request.url = u"/echo"_s;
    request.body.text = u"<a>%1</a>"_s.arg(text);
    request.body.graphQlVariables = u"{\"t\": \"%1\"}"_s.arg(text);
    request.body.graphQlOperation = text;
    request.body.parts = {{text, text, {}, {}, {}, {{u"X-Part"_s, text, true}}, true},
                          {u"f"_s, {}, file, text, {}, {}, true},
                          {u"off"_s, text, {}, {}, text, {}, false}};
    request.body.file = file;
    for (const auto kind :
         {RequestBody::Kind::Xml, RequestBody::Kind::GraphQl, RequestBody::Kind::Multipart, RequestBody::Kind::File}) {
        request.body.kind = kind;
        send(console, request, "the call with the token in its body");
    }
    require(QFile::remove(file), "the file that was sent could not be removed"); // what holds the token now was kept
}

void press(const QString &name)
{
    require(test::press(name), qPrintable(name));
}

template <typename Condition>
void waitFor(const Condition &condition, const char *what)
{
    require(QTest::qWaitFor(condition, 20'000), what);
}

/// An answer that goes to disk and says the token again and again, in every disguise and over the ends of
/// pieces. What is on disk, which has no name, is put where it is searched. It is still there when this is
/// killed. `unused`: the token of a stored key that was not read since the start.
void spoolAnAnswer(ConsolePage &console, test::HttpTestServer &server, const QByteArray &unused,
                   const QString &outside)
{
    constexpr qsizetype size = 6 * 1024 * 1024;
    server.handle("/huge", [unused](const test::ReceivedRequest &request) {
        const QByteArray said = echo(request).bytes.split('{').last() + ' ' + unused + ' ' +
                                ('x' + unused).toBase64() + ' ' + unused.toHex();
        QByteArray body;
        for (qsizetype gap = 1; body.size() < size; gap += 1009)
            body += said + QByteArray(gap, '.') + '\n';
        return test::Answer{test::response(200, {{"Content-Type", "text/plain"}}, body + "the end"), {}, {}, false};
    });
    RequestSpec request;
    request.url = u"/huge"_s;
    send(console, request, "the call whose answer goes to disk");
    QByteArray spooled;
    waitFor(
        [&spooled] {
            const QString folder = u"/proc/self/fd"_s;
            static const QRegularExpression nameless(u"/(#|body-)[^/]*$"_s); // as file systems have them
            for (const QString &each : QDir(folder).entryList(QDir::System | QDir::Files)) {
                if (QFile::symLinkTarget(folder + u'/' + each).contains(nameless))
                    spooled = test::readFile(folder + u'/' + each);
            }
            return spooled.endsWith("the end");
        },
        "the answer is not on disk");
    require(spooled.count("••••") > 8 * 50, "nothing was masked on disk");
    test::writeFile(outside + u"/spooled"_s, spooled);
}

/// A key in the keychain that this process has never read, as after a restart. Its token.
QByteArray storeUnseen(Core &core)
{
    const QByteArray token = "talq_unseen" + QUuid::createUuid().toByteArray(QUuid::Id128);
    const Secret secret(token.toStdString());
    ApiKey key;
    key.id = QUuid::createUuid();
    key.name = u"Unseen"_s;
    key.hint = tokenHint(secret);
    key.fingerprint = core.keys->fingerprint(secret);
    key.createdAt = QDateTime::currentDateTimeUtc();
    bool isWritten = false;
    core.keychain->write(key.id, secret, core.keys.get(),
                         [&isWritten](const Result<void> &outcome) { isWritten = outcome.has_value(); });
    waitFor([&isWritten] { return isWritten; }, "the unseen token was not written");
    require(core.keys->insertPending(key).has_value() && core.keys->confirm(key.id).has_value(),
            "the unseen key was not stored");
    require(core.redactor.redact(token).hits == 0, "the unseen token is known");
    QTextStream(stdout) << "token " << token << Qt::endl;
    return token;
}

std::shared_ptr<const Secret> secretOf(const QByteArray &token)
{
    return std::make_shared<const Secret>(std::string_view(token.constData(), static_cast<std::size_t>(token.size())));
}

/// What the job made; a key without an id if it failed.
ApiKey outcomeOf(KeyJob *job, const char *what)
{
    const QObject guard;
    std::optional<Result<ApiKey>> outcome;
    QObject::connect(job, &KeyJob::finished, &guard, [&outcome](const Result<ApiKey> &result) { outcome = result; });
    waitFor([&outcome] { return outcome.has_value(); }, what);
    if (outcome && !*outcome)
        qWarning("%s: %s", what, qPrintable(outcome->error().message + u' ' + outcome->error().detail));
    require(outcome && *outcome, what);
    return outcome && *outcome ? **outcome : ApiKey();
}

void trigger(MainWindow &window, const QString &name)
{
    for (QAction *action : window.keysPage().keyActions()) {
        if (action->text() == name)
            action->trigger();
    }
}

/// Writes the token of the key that is selected.
void exportTo(MainWindow &window, const QString &file, const QByteArray &token)
{
    trigger(window, u"Save to .env File…"_s);
    waitFor([] { return test::find<QLineEdit>(u"File"_s) != nullptr; }, "Save to .env File did not open");
    test::find<QLineEdit>(u"File"_s)->setText(file);
    press(u"Write the Token"_s);
    waitFor([&] { return test::readFile(file).contains(token); }, "the token was not exported");
    press(u"Done"_s);
}

/// In a work tree whose file holds the token and was committed with it, and in everything of Keydesk's own; the report
/// is saved to `report`.
void checkForLeaks(MainWindow &window, const QString &folder, const QString &report)
{
    for (const QStringList &arguments :
         {QStringList{u"init"_s, u"-q"_s}, QStringList{u"add"_s, u".env"_s},
          QStringList{u"-c"_s, u"user.name=Me"_s, u"-c"_s, u"user.email=me@example.test"_s, u"commit"_s, u"-q"_s, u"-m"_s, u"Settings"_s}})
        require(QProcess::execute(u"git"_s, QStringList{u"-C"_s, folder} + arguments) == 0, "the file was not committed");
    window.openLeakCheck();
    waitFor([] { return test::window(u"Leak Check"_s) != nullptr; }, "Leak Check did not open");
    QWidget *dialog = test::window(u"Leak Check"_s);
    test::find<QLineEdit>(dialog, u"Folder"_s)->setText(folder);
    press(u"Start"_s);
    waitFor([dialog] { return test::find<QAbstractButton>(dialog, u"Save Report…"_s)->isEnabled(); }, "the leak check did not end");
    press(u"Save Report…"_s);
    waitFor([dialog] { return dialog->findChild<QFileDialog *>() != nullptr; }, "Save Report did not open");
    auto *chooser = dialog->findChild<QFileDialog *>();
    Q_EMIT chooser->fileSelected(report);
    chooser->close();
    QStringList sources;
    for (const QJsonValue finding : QJsonDocument::fromJson(test::readFile(report)).object().value(u"findings"_s).toArray())
        sources << finding.toObject().value(u"source"_s).toString();
    require(sources.contains(u"file"_s) && sources.contains(u"git-history"_s), "the leak check did not find the token");
    require(!sources.contains(u"keydesk-history"_s) && !sources.contains(u"keydesk-data"_s),
            "the leak check found a token in Keydesk's own data");
    dialog->close();
}

/// Copy As…, a reveal, an export to `folder` (which lies outside Keydesk's own), a leak check, an import of what was
/// exported, and its cleaning.
void takeOutAndIn(MainWindow &window, Clipboard &clipboard, const QString &text, const QString &folder, const QString &report)
{
    clipboard.clearIfOurs();
    trigger(window, u"Copy As…"_s);
    waitFor([] { return test::find<QCheckBox>(u"Include the real value"_s) != nullptr; }, "Copy As did not open");
    test::find<QCheckBox>(u"Include the real value"_s)->click();
    test::find<QWidget>(u"Reveal token"_s)->setFocus();
    press(u"Reveal token"_s);
    press(u"Copy with the Token"_s);
    waitFor([&] { return QGuiApplication::clipboard()->text().contains(text); }, "the line was not copied");
    press(u"Close"_s);

    const QString file = folder + u"/.env"_s;
    exportTo(window, file, text.toLatin1());
    checkForLeaks(window, folder, report);

    QFile more(file);
    require(more.open(QIODevice::Append), "the exported file cannot be written to");
    more.write("OTHER_TALKOVER_TOKEN=talq_another0another0another0\n");
    more.close();
    window.openImport({file});
    press(u"Import One Key"_s);
    press(u"Empty These Values in .env"_s);
    const auto isCleaned = [&] {
        const QByteArray left = test::readFile(file);
        return left.contains("OTHER_TALKOVER_TOKEN") && !left.contains(text.toLatin1());
    };
    waitFor(isCleaned, "the file was not cleaned");
    press(u"Done"_s);
}

/// Says on standard output, which no file keeps, which token is to be searched for too.
void tellToken(Core &core, const QUuid &key)
{
    QObject guard;
    bool told = false;
    core.ring->readForUser(key, &guard, [&told](const Result<Secret> &token) {
        told = token.has_value();
        if (token)
            QTextStream(stdout) << "token " << QByteArray(token->reveal().data(), qsizetype(token->reveal().size())) << Qt::endl;
    });
    waitFor([&told] { return told; }, "a token was not read");
}

/// A secret that nobody else knows, told as one to be searched for.
QByteArray otherSecret()
{
    const QByteArray secret = "canary" + QUuid::createUuid().toByteArray(QUuid::Id128);
    QTextStream(stdout) << "token " << secret << Qt::endl;
    return secret;
}

/// Keys that go out in the query, as the password of a pair, and as an access token for a client's secret, to a server
/// that answers with all that it was sent.
void useOtherCredentials(Core &core, ConsolePage &console, test::HttpTestServer &server)
{
    server.handle("/all", [](const test::ReceivedRequest &received) {
        return test::Answer{test::response(200, {{"X-Target", received.target}, {"X-Sent", received.header("Authorization")}},
                                           received.raw + received.raw.toBase64()),
                            {}, {}, false};
    });
    const QByteArray accessToken = otherSecret();
    server.handle("/access", [accessToken](const test::ReceivedRequest &) {
        return test::Answer{test::response(200, {{"Content-Type", "application/json"}},
                                           R"({"token_type":"Bearer","expires_in":600,"access_token":")" + accessToken + "\"}"),
                            {}, {}, false};
    });
    NewKey draft;
    draft.providerId = u"custom"_s;
    draft.kindId = u"api-key"_s;
    draft.origins = {server.origin()};
    draft.place = SecretPlace::SystemKeychain;
    const auto use = [&](const QString &name, const QByteArray &token) {
        draft.name = name;
        RequestSpec request;
        request.url = u"/all?a=1"_s;
        request.key = {KeyChoice::Mode::Chosen, outcomeOf(core.keyService->add(draft, secretOf(token)), "a key was not stored").id, {}};
        send(console, request, "the call with another kind of key");
    };
    draft.form = KeyForm{KeyPlacement::Query, "q", {}};
    use(u"In the query"_s, otherSecret());
    draft.form = KeyForm{KeyPlacement::Basic, "Authorization", "Basic "};
    use(u"A pair"_s, "alice:" + otherSecret());
    draft.form.reset();
    draft.oauth = OAuthClient{server.url(u"/access"_s), u"machine"_s, {}, {}, false};
    use(u"A client"_s, otherSecret());
    draft.oauth->inBody = true;
    use(u"Another client"_s, otherSecret());
    require(server.received().contains(accessToken), "the access token was not sent");
}

/// Makes a key through an API and replaces it through that too: what the provider answers holds the tokens.
void rotateThroughTheApi(Core &core, MainWindow &window)
{
    waitFor([&core] { return core.sandbox->isRunning(); }, "the sandbox did not start");
    const auto isSandbox = [](const Environment &each) { return each.providerId == u"sandbox-talkover"; };
    const auto environment = std::ranges::find_if(core.environments->all(), isSandbox);
    require(environment != core.environments->all().end(), "the sandbox has no environment");
    NewKey draft;
    draft.name = u"Made here"_s;
    draft.providerId = environment->providerId;
    draft.kindId = u"environment"_s;
    draft.environmentId = environment->id;
    draft.place = SecretPlace::SystemKeychain;
    const ApiKey old = outcomeOf(core.keyService->create(draft, nullptr), "the key was not made");
    tellToken(core, old.id);
    window.keysPage().rotate(old.id);
    press(u"Next"_s);
    press(u"Switch"_s);
    waitFor([] { return test::find<QComboBox>(u"Revoke the old key"_s) != nullptr; }, "the key was not switched");
    auto *choice = test::find<QComboBox>(u"Revoke the old key"_s);
    choice->setCurrentIndex(choice->findText(u"Now"_s));
    press(u"Finish"_s);
    waitFor([&] { return core.keys->find(old.id)->status == ApiKey::Status::Revoked && core.rotations->rotations().all().isEmpty(); },
            "the key was not rotated");
    const QUuid now = core.environments->find(draft.environmentId.value_or(QUuid()))->keys.value(draft.kindId);
    require(now != old.id, "the new key is not used");
    tellToken(core, now);
}

/// Up to the overlap: the old key waits for its end when the session is killed. Returns the new one.
ApiKey rotateByPaste(Core &core, const QUuid &key, const QByteArray &token)
{
    RotateKeyJob *job = core.rotations->rotate({key, Rotation::Method::Guided, secretOf(token), false});
    QObject::connect(job, &RotateKeyJob::stateChanged, job, [job] {
        if (job->state() == RotateKeyJob::State::Proved)
            job->switchOver();
    });
    const ApiKey made = outcomeOf(job, "the key was not replaced by the pasted one");
    const QList<Rotation> &open = core.rotations->rotations().all();
    require(open.size() == 1 && core.rotations->schedule(open.first().id, std::chrono::hours(24)).has_value(), "nothing was scheduled");
    return made;
}

/// A plain variable that is made a secret, and goes out in every place that it can be in; the server echoes it.
void callWithSecretVariable(Core &core, ConsolePage &console, const QUuid &environmentId)
{
    const QByteArray value = "canary-variable-" + QUuid::createUuid().toByteArray(QUuid::Id128);
    std::optional<Environment> environment = core.environments->find(environmentId);
    require(environment.has_value(), "the environment is gone");
    environment->variables = {{u"pin"_s, QString::fromLatin1(value), true}, {u"region"_s, u"eu"_s, true}};
    require(core.environments->update(*environment).has_value(), "the plain variable was not stored");
    std::optional<Result<void>> stored;
    core.secretVariables->set(environmentId, u"pin"_s, secretOf(value), &console, [&stored](const Result<void> &done) { stored = done; });
    waitFor([&stored] { return stored.has_value(); }, "the secret variable was not stored");
    require(stored && *stored, "the secret variable was not stored");
    require(core.environments->find(environmentId)->variables.size() == 1, "the plain variable is still there");
    tellToken(core, core.environments->find(environmentId)->secretVariables().value(u"pin"_s));

    RequestSpec request;
    request.method = u"POST"_s;
    request.url = u"/echo?pin={{pin}}"_s;
    request.params = {{u"again"_s, u"{{pin}}"_s, true}};
    request.headers = {{u"Authorization"_s, u"Bearer {{pin}}"_s, true}, {u"X-Pin"_s, u"{{pin}}"_s, true}};
    request.body = {RequestBody::Kind::Json, u"{\"pin\": \"{{pin}}\"}"_s, {}};
    request.key.mode = KeyChoice::Mode::None;
    send(console, request, "the call with a secret variable");
    request.body = {RequestBody::Kind::Form, {}, {{u"pin"_s, u"{{pin}}"_s, true}}};
    send(console, request, "the call with a secret variable in a form");
}

/// Answers that go on, with the token that they were sent in each place that one can be in.
void followStreams(ConsolePage &console, test::HttpTestServer &server)
{
    const auto tokenOf = [](const test::ReceivedRequest &request) { return request.header("Authorization").mid(7); };
    server.handle("/events", [tokenOf](const test::ReceivedRequest &asked) {
        const QByteArray token = tokenOf(asked);
        return test::Answer{"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\nevent: " + token + "\nid: " + token + "\ndata: {\"token\": \"" + token + "\"}\n\n",
                            test::Answer::Then::Close, {}, false};
    });
    server.handle("/live", [tokenOf](const test::ReceivedRequest &asked) {
        const QByteArray token = tokenOf(asked);
        return test::Answer{test::openedSocket(asked, test::socketFrame(0x81, token) + test::socketFrame(0x82, token) +
                                                          test::socketFrame(0x88, QByteArray("\x0f\xa1", 2) + token)),
                            test::Answer::Then::KeepOpen, {}, false};
    });
    for (const QString &url : {u"/events"_s, u"ws://127.0.0.1:%1/live"_s.arg(server.port())}) {
        RequestSpec request;
        request.url = url;
        send(console, request, "the answer that goes on");
        waitFor(
            [] {
                const auto *state = test::find<QWidget>(u"Stream state"_s);
                return state && state->accessibleDescription().contains(u" after "_s);
            },
            "the answer that goes on did not end");
    }
}

/// Requests of a file, whose expectations name every place in which the server says the token again; the reports go into `folder`.
void runRequests(Core &core, const QString &folder)
{
    const QString file = folder + u"/run.http"_s;
    test::writeFile(file, "### Echo\n# @expect status 404\n# @expect header X-Echo = none\n# @expect header Set-Cookie = none\n# @expect body = none\n"
                          "# @expect body $.raw = none\n# @expect body $.base64 = none\n# @expect body $.shifted = none\n# @expect body $.percent = none\n"
                          "# @expect body $.escaped = none\n# @expect body $ = none\nGET /echo\n\n"
                          "### Told by the first\nGET /echo?said={{Echo.response.body.$.raw}}\n");
    RequestRun run(core, RunPlan{{file}, core.environments->current(), folder});
    QSignalSpy loaded(&run, &RequestRun::loaded);
    QSignalSpy finished(&run, &RequestRun::finished);
    run.load();
    require(loaded.wait(15'000), "the file of requests was not read");
    run.start();
    require(finished.wait(15'000) && run.report().count(RequestResult::State::Failed) == 1, "the requests were not run");
    test::writeFile(folder + u"/run.xml"_s, junitReport(run.report(), core.redactor));
    test::writeFile(folder + u"/run.html"_s, htmlReport(run.report(), core.redactor));
}

/// A session that the server opened, and says again: as much of a credential as a token.
void keepACookie(ConsolePage &console, test::HttpTestServer &server)
{
    const QByteArray value = "cookie1" + QUuid::createUuid().toByteArray(QUuid::Id128);
    server.handle("/login", [value](const test::ReceivedRequest &) {
        return test::Answer{test::response(200, {{"Set-Cookie", "session=" + value + "; Path=/; Max-Age=3600"}}, value)};
    });
    server.handle("/me", [value](const test::ReceivedRequest &received) {
        return test::Answer{test::response(200, {{"X-Echo", value}}, received.header("Cookie") + ' ' + value.toBase64())};
    });
    RequestSpec request;
    request.url = u"/login"_s;
    send(console, request, "the call that opens a session");
    request.url = u"/me"_s;
    send(console, request, "the call with the cookie");
    require(server.requests().last().header("Cookie").contains("session=" + value), "the cookie did not go along");
    QTextStream(stdout) << "token " << value << Qt::endl;
}

} // namespace

/// A real session with the token in the first line of standard input, which is replaced by that in the second: every path
/// on which they could get out to a file. What is exported goes to the folder that is its argument: the first one to
/// project/.env, which is cleaned again, the second one to kept/.env. Prints "token …" for each further one, then "done",
/// and stays until it is killed.
int main(int argc, char **argv)
{
    hardenProcess();
    QCoreApplication::setApplicationName(u"keydesk"_s);
    QApplication application(argc, argv);
    QTextStream in(stdin);
    const QByteArray token = in.readLine().toLatin1();
    const QByteArray nextToken = in.readLine().toLatin1();
    const QString text = QString::fromLatin1(token);
    const QString outside = QCoreApplication::arguments().value(1);
    require(QDir(outside).mkpath(u"project"_s) && QDir(outside).mkpath(u"kept"_s), "there is no folder to export to");

    test::HttpTestServer server;
    test::HttpTestServer elsewhere;
    server.handle(&echo);
    elsewhere.answer(test::response(200, {}, "hello"));
    server.handle("/away", [&elsewhere](const test::ReceivedRequest &) {
        return test::Answer{test::response(302, {{"Location", elsewhere.url(u"/?from=away"_s).toEncoded()}}), {}, {}, false};
    });

    auto core = Core::open(*Paths::standard(), std::make_unique<KeychainStore>());
    if (!core)
        qFatal("%s", qPrintable(core.error().message));
    Core &graph = **core;
    installRedactedLogging(&graph.redactor);
    const ThemeController theme(application, *graph.settings);
    Clipboard clipboard(*QGuiApplication::clipboard(), *graph.settings);
    MainWindow window(graph, clipboard);
    window.show();
    graph.startRest();

    Environment environment;
    environment.name = u"Echo"_s;
    environment.providerId = u"talkover"_s;
    environment.baseUrl = server.url(QString()).toString();
    environment.colour = u"red"_s;
    const auto added = graph.environments->add(environment);
    require(added.has_value(), "the environment was not stored");
    graph.environments->setCurrent(added->id);

    NewKey draft;
    draft.name = u"Canary"_s;
    draft.providerId = u"talkover"_s;
    draft.kindId = u"environment"_s;
    draft.environmentId = added->id;
    draft.place = SecretPlace::SystemKeychain;
    const QUuid key = outcomeOf(graph.keyService->add(draft, secretOf(token)), "the key was not stored").id;

    ConsolePage &console = window.consolePage();
    RequestSpec request;
    request.url = u"/echo"_s;
    send(console, request, "the call with the key");
    request.method = u"POST"_s;
    request.body = {RequestBody::Kind::Json, u"{\"token\": \"%1\"}"_s.arg(text), {}};
    request.params = {{u"token"_s, text, true}};
    request.headers = {{u"X-Debug"_s, text, true}};
    send(console, request, "the call with the token typed into it");
    bool isRefused = false;
    graph.workspace->add(outside + u"/saved.http"_s, -1, request, &console, [&isRefused](const Result<FileChange> &saved) { isRefused = !saved; });
    waitFor([&] { return isRefused; }, "a request with a token in it was saved");
    sendEveryBody(console, text, token, outside + u"/kept"_s);
    request = {};
    request.url = u"/echo"_s;
    request.headers = {{u"Authorization"_s, u"Bearer "_s + text, true}};
    request.key.mode = KeyChoice::Mode::None;
    send(console, request, "the call with a header typed by hand");
    request = {};
    request.url = u"/away"_s;
    send(console, request, "the call that is redirected elsewhere");
    request.url = elsewhere.url(u"/refused"_s).toString();
    send(console, request, "the call that is refused");
    followStreams(console, server);

    runRequests(graph, graph.paths.data);

    callWithSecretVariable(graph, console, added->id);
    connectWithPasswords(graph, console, token.toStdString());

    keepACookie(console, server);

    useOtherCredentials(graph, console, server);

    window.showTab(MainWindow::KeysTab);
    window.keysPage().selectKey(key);
    trigger(window, u"Copy the Token Itself"_s);
    waitFor([&] { return QGuiApplication::clipboard()->text() == text; }, "the token was not copied");
    takeOutAndIn(window, clipboard, text, outside + u"/project"_s, graph.paths.data + u"/leaks.json"_s);
    require(graph.keyService->rename(key, u"Renamed"_s).has_value(), "the key was not renamed");
    outcomeOf(graph.keyService->check(key), "the key was not checked");
    rotateThroughTheApi(graph, window);
    // The sealed file, under a passphrase that the search would find as the token itself, and everywhere that the key can be moved.
    bool made = false;
    graph.sealed->create(Secret("canary " + token.toStdString()), &application, [&made](const Result<void> &outcome) { made = outcome.has_value(); });
    require(QTest::qWaitFor([&made] { return made; }, 60'000), "the sealed file was not made");
    for (const SecretPlace to : {SecretPlace::SealedFile, SecretPlace::Session, SecretPlace::SystemKeychain, SecretPlace::SealedFile}) {
        // The place that it left is emptied a moment after it was moved.
        require(QTest::qWaitFor([&graph] { return graph.keys->leftovers().isEmpty(); }, 15'000), "an old place was not emptied");
        outcomeOf(graph.keyService->move(key, to), "the key was not moved");
    }
    const ApiKey next = rotateByPaste(graph, key, nextToken);
    require(next.place == SecretPlace::SealedFile, "the new key is not in the sealed file");
    window.keysPage().selectKey(next.id);
    exportTo(window, outside + u"/kept/.env"_s, nextToken);
    request = {};
    request.url = u"/echo"_s;
    send(console, request, "the call with a key from the sealed file");
    spoolAnAnswer(console, server, storeUnseen(graph), outside);
    graph.sealed->lock();
    require(graph.usage->write().has_value(), "the uses were not written");
    require(!graph.usage->of(key).value_or(QList<UsageRow>()).isEmpty(), "no use was counted");
    for (const auto format : {AuditLog::Format::Json, AuditLog::Format::Csv}) {
        const QString file = graph.paths.data + (format == AuditLog::Format::Json ? u"/trail.json"_s : u"/trail.csv"_s);
        qint64 exported = 0;
        graph.audit->exportTo(file, format, &application, [&exported](const Result<qint64> &count) { exported = count.value_or(-1); });
        require(QTest::qWaitFor([&exported] { return exported != 0; }, 15'000) && exported >= 4, "the audit trail was not exported");
    }
    window.close(); // writes the settings
    qWarning("a log line with %s in it", token.constData());
    bool counted = false;
    graph.history->count(&application, [&counted](qint64 calls) { counted = calls >= 5; });
    require(QTest::qWaitFor([&counted] { return counted; }, 15'000), "the calls are not in history");

    if (failed)
        return 1;
    QTextStream(stdout) << "done" << Qt::endl;
    return QApplication::exec();
}
