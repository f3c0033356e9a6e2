#include "app/Core.h"
#include "app/base/Log.h"
#include "app/keys/SessionStore.h"
#include "tests/bench/Report.h"
#include "tests/support/TempHome.h"
#include "ui/console/ConsolePage.h"
#include "ui/theme/Theme.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QSignalSpy>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace keydesk;

namespace {

constexpr int rounds = 300;

double median(QList<double> values)
{
    std::sort(values.begin(), values.end());
    return values.at(values.size() / 2);
}

} // namespace

/// Console round trip, keep-alive, small JSON: Send → answer on screen, against a bare QNetworkAccessManager
/// GET of the same URL with the same header, alternating.
int main(int argc, char **argv)
{
    const test::TempHome home;
    QApplication application(argc, argv);
    const auto paths = Paths::under(home.path(u"keydesk"_s));
    auto opened = paths ? Core::open(*paths, std::make_unique<SessionStore>())
                        : Result<std::unique_ptr<Core>>(tl::unexpected(paths.error()));
    if (!opened)
        qFatal("%s", qPrintable(opened.error().message));
    Core &core = **opened;
    const ThemeController theme(application, *core.settings);
    QSignalSpy started(core.sandbox.get(), &Sandbox::started);
    core.sandbox->start();
    if (!started.wait(10'000))
        qFatal("the sandbox did not start");

    const Environment environment = core.environments->all().first();
    core.environments->setCurrent(environment.id);
    const Provider *provider = core.providers.find(environment.providerId);
    NewKey draft;
    draft.name = u"Bench"_s;
    draft.providerId = provider->id;
    draft.kindId = provider->firstStorableKind()->id;
    draft.environmentId = environment.id;
    Secret token;
    KeyJob *job = core.keyService->create(draft, nullptr);
    QSignalSpy created(job, &KeyJob::finished);
    if (!created.wait(10'000) || core.keys->all().isEmpty())
        qFatal("the sandbox made no key");
    bool read = false;
    core.ring->readToken(core.keys->all().first().id, &application, [&](Result<Secret> secret) {
        token = std::move(*secret);
        read = true;
    });
    while (!read)
        QApplication::processEvents(QEventLoop::WaitForMoreEvents);

    ConsolePage page(core);
    page.resize(1180, 700);
    page.show();
    const RequestSpec request = provider->requests.first().request;
    page.open(request);

    QNetworkAccessManager manager;
    QNetworkRequest bare(QUrl(environment.baseUrl + request.url));
    bare.setRawHeader("Authorization", "Bearer " + QByteArray(token.reveal().data(), token.size()));

    QList<double> baseline;
    QList<double> console;
    QElapsedTimer clock;
    for (int round = 0; round < rounds; ++round) {
        {
            clock.start();
            QNetworkReply *reply = manager.get(bare);
            QSignalSpy finished(reply, &QNetworkReply::finished);
            while (finished.isEmpty())
                QApplication::processEvents(QEventLoop::WaitForMoreEvents);
            if (reply->readAll().isEmpty())
                qFatal("the sandbox sent nothing");
            baseline << static_cast<double>(clock.nsecsElapsed()) / 1e6;
            reply->deleteLater();
        }
        {
            QSignalSpy shown(&page, &ConsolePage::responseShown);
            clock.start();
            page.send();
            while (shown.isEmpty())
                QApplication::processEvents(QEventLoop::WaitForMoreEvents);
            console << static_cast<double>(clock.nsecsElapsed()) / 1e6;
        }
        QApplication::processEvents();
    }
    bench::report({u"Console round trip, keep-alive, small JSON"_s, 1, u"answer"_s, median(console), u"ms"_s,
                   u"a bare QNetworkAccessManager"_s, median(baseline), bench::Measurement::Limit::AtMost,
                   1.5});
    return 0;
}
