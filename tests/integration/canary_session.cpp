#include "app/Core.h"
#include "app/base/Log.h"
#include "app/base/Process.h"
#include "app/keys/KeychainStore.h"
#include "tests/support/HttpTestServer.h"
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
#include <QFile>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTest>
#include <QTextStream>

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

void press(const QString &name)
{
    require(test::press(name), qPrintable(name));
}

/// Copy As…, a reveal, an export to `folder` (which lies outside Keydesk's own), an import of what was exported, and its cleaning.
void takeOutAndIn(MainWindow &window, Clipboard &clipboard, const QString &text, const QString &folder)
{
    const auto trigger = [&window](const QString &name) {
        for (QAction *action : window.keysPage().keyActions()) {
            if (action->text() == name)
                action->trigger();
        }
    };
    const auto waitFor = [](const auto &condition, const char *what) { require(QTest::qWaitFor(condition, 15'000), what); };
    clipboard.clearIfOurs();
    trigger(u"Copy As…"_s);
    waitFor([] { return test::find<QCheckBox>(u"Include the real value"_s) != nullptr; }, "Copy As did not open");
    test::find<QCheckBox>(u"Include the real value"_s)->click();
    test::find<QWidget>(u"Reveal token"_s)->setFocus();
    press(u"Reveal token"_s);
    press(u"Copy with the Token"_s);
    waitFor([&] { return QGuiApplication::clipboard()->text().contains(text); }, "the line was not copied");
    press(u"Close"_s);

    const QString file = folder + u"/.env"_s;
    const auto contents = [&file] {
        QFile read(file);
        return read.open(QIODevice::ReadOnly) ? read.readAll() : QByteArray();
    };
    trigger(u"Save to .env File…"_s);
    waitFor([] { return test::find<QLineEdit>(u"File"_s) != nullptr; }, "Save to .env File did not open");
    test::find<QLineEdit>(u"File"_s)->setText(file);
    press(u"Write the Token"_s);
    waitFor([&] { return contents().contains(text.toLatin1()); }, "the token was not exported");
    press(u"Done"_s);

    QFile more(file);
    require(more.open(QIODevice::Append), "the exported file cannot be written to");
    more.write("OTHER_TALKOVER_TOKEN=talq_another0another0another0\n");
    more.close();
    window.openImport({file});
    press(u"Import One Key"_s);
    press(u"Empty These Values in .env"_s);
    waitFor([&] { return !contents().isEmpty() && !contents().contains(text.toLatin1()); }, "the file was not cleaned");
    press(u"Done"_s);
}

} // namespace

/// A real session with the token that stands on standard input: every path on which it could get out to a file. What
/// is exported goes to the folder that is its argument. Prints "done" and stays until it is killed.
int main(int argc, char **argv)
{
    hardenProcess();
    QCoreApplication::setApplicationName(u"keydesk"_s);
    QApplication application(argc, argv);
    const QByteArray token = QTextStream(stdin).readLine().toLatin1();
    const QString text = QString::fromLatin1(token);

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
    KeyJob *job = graph.keyService->add(draft, std::make_shared<const Secret>(std::string_view(token.data(), static_cast<std::size_t>(token.size()))));
    bool stored = false;
    QObject::connect(job, &KeyJob::finished, &application, [&stored](const Result<ApiKey> &key) { stored = key.has_value(); });
    require(QTest::qWaitFor([&stored] { return stored; }, 15'000), "the key was not stored");
    const QUuid key = graph.keys->all().isEmpty() ? QUuid() : graph.keys->all().first().id;

    ConsolePage &console = window.consolePage();
    RequestSpec request;
    request.url = u"/echo"_s;
    send(console, request, "the call with the key");
    request.method = u"POST"_s;
    request.body = {RequestBody::Kind::Json, u"{\"token\": \"%1\"}"_s.arg(text), {}};
    request.params = {{u"token"_s, text, true}};
    request.headers = {{u"X-Debug"_s, text, true}};
    send(console, request, "the call with the token typed into it");
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

    window.showTab(MainWindow::KeysTab);
    window.keysPage().selectKey(key);
    for (QAction *action : window.keysPage().keyActions()) {
        if (action->text() == u"Copy the Token Itself") {
            action->trigger();
            require(QTest::qWaitFor([&] { return QGuiApplication::clipboard()->text() == text; }, 15'000), "the token was not copied");
        }
    }
    takeOutAndIn(window, clipboard, text, QCoreApplication::arguments().value(1));
    require(graph.keyService->rename(key, u"Renamed"_s).has_value(), "the key was not renamed");
    KeyJob *check = graph.keyService->check(key);
    bool checked = false;
    QObject::connect(check, &KeyJob::finished, &application, [&checked] { checked = true; });
    require(QTest::qWaitFor([&checked] { return checked; }, 15'000), "the key was not checked");
    // The sealed file, under a passphrase that the search would find as the token itself, and everywhere that the key can be moved.
    bool made = false;
    graph.sealed->create(Secret("canary " + token.toStdString()), &application, [&made](const Result<void> &outcome) { made = outcome.has_value(); });
    require(QTest::qWaitFor([&made] { return made; }, 60'000), "the sealed file was not made");
    for (const SecretPlace to : {SecretPlace::SealedFile, SecretPlace::Session, SecretPlace::SystemKeychain, SecretPlace::SealedFile}) {
        // The place that it left is emptied a moment after it was moved.
        require(QTest::qWaitFor([&graph] { return graph.keys->leftovers().isEmpty(); }, 15'000), "an old place was not emptied");
        KeyJob *moving = graph.keyService->move(key, to);
        bool moved = false;
        QObject::connect(moving, &KeyJob::finished, &application, [&moved](const Result<ApiKey> &outcome) {
            moved = outcome.has_value();
            if (!outcome)
                qWarning("not moved: %s", qPrintable(outcome.error().message + outcome.error().detail));
        });
        require(QTest::qWaitFor([&moved] { return moved; }, 15'000), "the key was not moved");
    }
    request = {};
    request.url = u"/echo"_s;
    send(console, request, "the call with a key from the sealed file");
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
