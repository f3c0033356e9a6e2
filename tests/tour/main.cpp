#include "app/Core.h"
#include "app/base/Log.h"
#include "app/base/Process.h"
#include "app/keys/KeychainStore.h"
#include "tests/tour/Journey.h"
#include "ui/MainWindow.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Clipboard.h"

#include <QApplication>
#include <QDir>
#include <QTextStream>

using namespace Qt::StringLiterals;
using namespace keydesk;

/// keydesk_tour FOLDER: the first run without a display, as packaging/run does it: prints a line a step and saves each screen as a PNG.
int main(int argc, char **argv)
{
    hardenProcess();
    QCoreApplication::setApplicationName(u"keydesk"_s);
    QApplication application(argc, argv);
    QTextStream out(stdout);
    const QDir folder(application.arguments().value(1, u"tour"_s));
    if (!folder.mkpath(u"."_s)) {
        out << "Cannot make the folder " << folder.path() << Qt::endl;
        return 1;
    }

    const auto paths = Paths::standard();
    auto core = paths ? Core::open(*paths, std::make_unique<KeychainStore>())
                      : Result<std::unique_ptr<Core>>(tl::unexpected(paths.error()));
    if (!core) {
        out << core.error().message << Qt::endl;
        return 1;
    }
    installRedactedLogging(&(*core)->redactor);
    QString fault;
    {
        const ThemeController theme(application, *(*core)->settings);
        Clipboard clipboard(*QGuiApplication::clipboard(), *(*core)->settings);
        MainWindow window(**core, clipboard);
        window.show();
        window.openSetup();
        (*core)->sandbox->start();

        int number = 0;
        test::Journey journey(**core, window, [&](const QString &what, QWidget *shown) {
            out << what;
            if (shown) {
                const QString file = folder.filePath(u"%1.png"_s.arg(++number, 2, 10, QLatin1Char('0')));
                QCoreApplication::processEvents(); // lets the layout settle: a person does not see what is before
                shown->grab().save(file);
                out << u"  ["_s << QDir::current().relativeFilePath(file) << u']';
            }
            out << Qt::endl;
        });
        fault = journey.run();
    }
    installRedactedLogging(nullptr);
    if (!fault.isEmpty()) {
        out << "FAILED: " << fault << Qt::endl;
        return 1;
    }
    out << "Done: the first run works on this machine. Start packaging/run with a display to use Keydesk." << Qt::endl;
    return 0;
}
