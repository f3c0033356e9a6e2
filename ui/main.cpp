#include "app/Core.h"
#include "app/base/Log.h"
#include "app/base/Process.h"
#include "app/keys/KeychainStore.h"
#include "ui/DueNotifier.h"
#include "ui/EnglishPlurals.h"
#include "ui/MainWindow.h"
#include "ui/SingleInstance.h"
#include "ui/WatchedApplication.h"
#include "ui/theme/Icon.h"
#include "ui/theme/Theme.h"
#include "ui/viewer/CsvTable.h"
#include "ui/viewer/HexPane.h"
#include "ui/viewer/JsonPane.h"
#include "ui/viewer/TextPane.h"
#include "ui/viewer/ViewerWindow.h"
#include "ui/widgets/Clipboard.h"
#include "ui/widgets/FirstPaint.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QFileInfo>
#include <QMessageBox>
#include <QSocketNotifier>
#include <QTextStream>
#include <QTimer>

#include <csignal>

#include <sys/socket.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace keydesk;

namespace {

#ifdef QT_DEBUG
/// Logs what holds the window longer than the product may.
struct Application : WatchedApplication
{
    Application(int &argc, char **argv)
        : WatchedApplication(argc, argv, {std::chrono::milliseconds(50), std::chrono::milliseconds(50)}, [](const QString &stall) { qWarning("%s", qPrintable(stall)); })
    {
    }
};
#else
using Application = QApplication;
#endif

int quitSockets[2];

/// Ctrl+C and kill end the event loop, so that destructors run: the clipboard is cleared, queues are written.
void quitOnSignals(QCoreApplication &application)
{
    if (::socketpair(AF_UNIX, SOCK_STREAM, 0, quitSockets) != 0)
        return;
    auto *notifier = new QSocketNotifier(quitSockets[1], QSocketNotifier::Read, &application);
    QObject::connect(notifier, &QSocketNotifier::activated, &application, &QCoreApplication::quit, Qt::QueuedConnection);
    for (const int number : {SIGINT, SIGTERM, SIGHUP})
        std::signal(number, [](int) {
            const char byte = 0;
            [[maybe_unused]] const auto written = ::write(quitSockets[0], &byte, 1);
        });
}

int fail(const Error &error)
{
    QTextStream(stderr) << error.message << Qt::endl;
    return 1;
}

int serveSandbox(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    quitOnSignals(application);
    const auto paths = Paths::standard();
    if (!paths)
        return fail(paths.error());
    Sandbox sandbox(paths->data + u"/sandbox.json"_s);
    QObject::connect(&sandbox, &Sandbox::failed, &application, [](const Error &error) { QCoreApplication::exit(fail(error)); });
    QObject::connect(&sandbox, &Sandbox::started, &application, [&sandbox] {
        QTextStream out(stdout);
        const auto origins = sandbox.origins();
        QStringList services = origins.keys();
        services.sort();
        for (const QString &service : services)
            out << service << u' ' << origins.value(service).toString() << Qt::endl;
        out << QCoreApplication::translate("main", "Each has a dashboard at /dashboard. Ctrl+C ends.") << Qt::endl;
    });
    sandbox.start();
    return QCoreApplication::exec();
}

/// Only a window for the file: neither keys nor history are opened.
int viewFile(int argc, char **argv, const QString &path)
{
    const auto paths = Paths::standard();
    if (!paths)
        return fail(paths.error());
    Application application(argc, argv);
    const std::future<void> fonts = findFonts();
    QApplication::setWindowIcon(icon(u"keydesk"_s));
    EnglishPlurals plurals;
    QCoreApplication::installTranslator(&plurals);
    makeTextPanesReadable();
    makeHexPanesReadable();
    makeJsonPanesReadable();
    makeCsvTablesReadable();
    quitOnSignals(application);
    Settings settings(paths->config + u"/settings.ini"_s);
    const ThemeController theme(application, settings);
    auto *window = new ViewerWindow;
    window->open(path);
    window->show();
    return QApplication::exec();
}

/// Once, out of everybody's way; only what is wrong is said.
void checkAuditTrail(Core &core, MainWindow &window)
{
    constexpr auto patience = std::chrono::seconds(20);
    QTimer::singleShot(patience, &window, [&core, &window] {
        core.audit->verify(&window, [&window](const Result<AuditLog::Verdict> &verdict) {
            if (verdict && verdict->damage)
                window.showError({Error::Kind::StorageCorrupt, verdict->damage->words, {}});
        });
    });
}

int runWindow(int argc, char **argv)
{
    const auto paths = Paths::standard();
    if (!paths)
        return fail(paths.error());
    std::future<ProviderCatalog> providers = Core::readProviders(*paths); // while Qt starts
    Application application(argc, argv);
    const std::future<void> fonts = findFonts();
    QApplication::setWindowIcon(icon(u"keydesk"_s));
    EnglishPlurals plurals;
    QCoreApplication::installTranslator(&plurals);
    makeTextPanesReadable();
    makeHexPanesReadable();
    makeJsonPanesReadable();
    makeCsvTablesReadable();
    quitOnSignals(application);

    SingleInstance instance(paths->runtime + u"/window"_s);
    if (!instance.isFirst()) {
        QTextStream(stdout) << QCoreApplication::translate("main", "Keydesk is open already; its window was brought to the front.")
                            << Qt::endl;
        return 0;
    }

    auto core = Core::open(*paths, std::make_unique<KeychainStore>(), {}, std::move(providers));
    if (!core) {
        fail(core.error());
        auto *box = new QMessageBox(QMessageBox::Critical, QCoreApplication::translate("main", "Keydesk cannot start"),
                                    core.error().message, QMessageBox::Close);
        box->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
        QObject::connect(box, &QDialog::finished, &application, [] { QCoreApplication::exit(1); });
        box->setAttribute(Qt::WA_DeleteOnClose);
        box->open();
        return QApplication::exec();
    }
    Core &graph = **core;
    installRedactedLogging(&graph.redactor);
    const ThemeController theme(application, *graph.settings);
    Clipboard clipboard(*QGuiApplication::clipboard(), *graph.settings);

    int status = 0;
    {
        MainWindow window(graph, clipboard);
        QObject::connect(&instance, &SingleInstance::raiseRequested, &window, [&window] {
            window.setWindowState(window.windowState() & ~Qt::WindowMinimized);
            window.raise();
            window.activateWindow();
        });
        std::unique_ptr<DueNotifier> reminders;
        new FirstPaint(window, [&] {
            graph.startRest();
            reminders = std::make_unique<DueNotifier>(*graph.due, *graph.keys, *graph.settings, *graph.database, graph.redactor,
                                                      QDBusConnection::sessionBus());
            QObject::connect(reminders.get(), &DueNotifier::openRequested, &window, [&window](const QList<QUuid> &ids) {
                window.setWindowState(window.windowState() & ~Qt::WindowMinimized);
                window.raise();
                window.activateWindow();
                window.showKeys(ids);
            });
            checkAuditTrail(graph, window);
        });
        window.show();
        if (!graph.settings->setupFinished() && graph.keys->all().isEmpty())
            window.openSetup();
        status = QApplication::exec();
    }
    installRedactedLogging(nullptr);
    return status;
}

} // namespace

int main(int argc, char **argv)
{
    hardenProcess();
    keepHeapSmall();
    QCoreApplication::setApplicationName(u"keydesk"_s);
    QCoreApplication::setApplicationVersion(QStringLiteral(KEYDESK_VERSION));

    QStringList arguments;
    for (int i = 0; i < argc; ++i)
        arguments << QString::fromLocal8Bit(argv[i]);
    QCommandLineParser parser;
    parser.setApplicationDescription(QCoreApplication::translate("main", "Manage API keys and test calls with them."));
    parser.addHelpOption();
    parser.addVersionOption();
    const QCommandLineOption sandboxOption(
        u"sandbox"_s, QCoreApplication::translate("main", "Serve the sandbox alone: prints its base URLs, until interrupted."));
    parser.addOption(sandboxOption);
    const QCommandLineOption viewOption(u"view"_s, QCoreApplication::translate("main", "Show a file of any size in a window of its own."),
                                        u"file"_s);
    parser.addOption(viewOption);
    // Qt's own, which QApplication takes: named here only so that they are not refused.
    parser.setSingleDashWordOptionMode(QCommandLineParser::ParseAsLongOptions);
    for (const QString &name : {u"platform"_s, u"style"_s, u"display"_s, u"geometry"_s}) {
        QCommandLineOption option(name, {}, name);
        option.setFlags(QCommandLineOption::HiddenFromHelp);
        parser.addOption(option);
    }
    if (!parser.parse(arguments)) {
        QTextStream(stderr) << parser.errorText() << Qt::endl;
        return 2;
    }
    if (parser.isSet(u"help"_s)) {
        QTextStream(stdout) << parser.helpText();
        return 0;
    }
    if (parser.isSet(u"version"_s)) {
        QTextStream(stdout) << "keydesk " << KEYDESK_VERSION << Qt::endl;
        return 0;
    }
    if (parser.isSet(viewOption))
        return viewFile(argc, argv, QFileInfo(parser.value(viewOption)).absoluteFilePath());
    return parser.isSet(sandboxOption) ? serveSandbox(argc, argv) : runWindow(argc, argv);
}
