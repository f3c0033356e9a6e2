#include "app/Core.h"
#include "app/base/Log.h"
#include "app/base/Process.h"
#include "app/keys/KeychainStore.h"
#include "tests/bench/Fill.h"
#include "tests/bench/Ready.h"
#include "ui/MainWindow.h"
#include "ui/theme/Icon.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Clipboard.h"
#include "ui/widgets/FirstPaint.h"

#include <QApplication>

using namespace keydesk;

/// Keydesk as ui/main.cpp starts it. `--fill KEYS` puts so many keys and 100,000 calls into the database instead.
int main(int argc, char **argv)
{
    hardenProcess();
    keepHeapSmall();
    QCoreApplication::setApplicationName(QStringLiteral("keydesk"));
    const auto paths = Paths::standard();
    if (!paths)
        qFatal("%s", qPrintable(paths.error().message));
    std::future<ProviderCatalog> providers = Core::readProviders(*paths);
    QApplication application(argc, argv);
    const std::future<void> fonts = findFonts();
    QApplication::setWindowIcon(icon(QStringLiteral("keydesk")));
    auto core = Core::open(*paths, std::make_unique<KeychainStore>(), {}, std::move(providers));
    if (!core)
        qFatal("%s", qPrintable(core.error().message));
    installRedactedLogging(&(*core)->redactor);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() == 3 && arguments.at(1) == QStringLiteral("--fill")) {
        bench::fill(**core, arguments.at(2).toInt(), 100'000);
        return 0;
    }
    const ThemeController theme(application, *(*core)->settings);
    Clipboard clipboard(*QGuiApplication::clipboard(), *(*core)->settings);
    MainWindow window(**core, clipboard);
    new FirstPaint(window, [&core] { (*core)->startRest(); });
    new bench::Ready(window);
    window.show();
    return QApplication::exec();
}
