#include "app/Core.h"
#include "app/base/Log.h"
#include "app/base/Process.h"
#include "app/keys/KeychainStore.h"
#include "tests/bench/Ready.h"
#include "ui/MainWindow.h"
#include "ui/theme/Icon.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Clipboard.h"
#include "ui/widgets/FirstPaint.h"

#include <QApplication>
#include <QSqlQuery>

using namespace keydesk;

namespace {

/// 1,000 keys and 100,000 calls, once: what a person has after years.
void fill(Core &core)
{
    if (!core.keys->all().isEmpty())
        return;
    const auto outcome = core.database->transaction([&core]() -> Result<void> {
        for (int i = 0; i < 1000; ++i) {
            const QString id = QUuid::createUuid().toString(QUuid::WithoutBraces);
            auto row = core.database->run(
                QStringLiteral("INSERT INTO keys (id, name, provider_id, kind_id, hint, fingerprint, header_name, header_prefix, place, pending, "
                               "status, created_at) VALUES (?, ?, 'talkover', 'environment', 'talq_••••0000', ?, 'Authorization', 'Bearer ', "
                               "'keychain', 0, 'works', ?)"),
                {id, QStringLiteral("Key %1").arg(i), id.toLatin1(), qint64(1'700'000'000'000) + i});
            if (!row)
                return tl::unexpected(row.error());
            row = core.database->run(QStringLiteral("INSERT INTO key_origins VALUES (?, 'https://app.talkover.ai')"), {id});
            if (!row)
                return tl::unexpected(row.error());
        }
        auto calls = core.database->run(QStringLiteral(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) "
            "INSERT INTO history (at, method, url, environment_id, environment_name, key_name, status, error_text, microseconds, bytes, "
            "echoed_token) "
            "SELECT 1700000000000 + i, 'GET', 'https://app.talkover.ai/api/v1/agents?page=' || i, '', 'Production', 'Key', 200, '', 84000, 1200, "
            "0 FROM n"));
        if (calls)
            calls = core.database->run(QStringLiteral(
                "INSERT INTO history_contents (id, request, sent, response_head, response_body, body_truncated) "
                "SELECT id, '{}', 'GET /api/v1/agents', 'HTTP/1.1 200 OK', '{\"success\":true}', 0 FROM history"));
        if (!calls)
            return tl::unexpected(calls.error());
        return {};
    });
    if (!outcome)
        qFatal("%s", qPrintable(outcome.error().message + outcome.error().detail));
}

} // namespace

/// Keydesk as ui/main.cpp starts it, with a filled database.
int main(int argc, char **argv)
{
    hardenProcess();
    QCoreApplication::setApplicationName(QStringLiteral("keydesk"));
    QApplication application(argc, argv);
    const std::future<void> fonts = findFonts();
    QApplication::setWindowIcon(icon(QStringLiteral("keydesk")));
    const auto paths = Paths::standard();
    if (!paths)
        qFatal("%s", qPrintable(paths.error().message));
    auto core = Core::open(*paths, std::make_unique<KeychainStore>());
    if (!core)
        qFatal("%s", qPrintable(core.error().message));
    installRedactedLogging(&(*core)->redactor);
    if (QCoreApplication::arguments().contains(QStringLiteral("--fill"))) {
        fill(**core);
        return 0;
    }
    const ThemeController theme(application, *(*core)->settings);
    Clipboard clipboard(*QGuiApplication::clipboard(), *(*core)->settings);
    MainWindow window(**core, clipboard);
    new FirstPaint(window, [&core] { (*core)->sandbox->start(); });
    new bench::Ready(window);
    window.show();
    return QApplication::exec();
}
