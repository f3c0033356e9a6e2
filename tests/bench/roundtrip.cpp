#include "app/Core.h"
#include "app/base/Log.h"
#include "app/keys/SessionStore.h"
#include "tests/bench/Report.h"
#include "tests/support/HttpTestServer.h"
#include "tests/support/TempHome.h"
#include "ui/console/ConsolePage.h"
#include "ui/theme/Theme.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QSignalSpy>
#include <QThread>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace keydesk;

namespace {

double median(QList<double> values)
{
    std::sort(values.begin(), values.end());
    return values.at(values.size() / 2);
}

QByteArray records(qsizetype size)
{
    QByteArray json = "[";
    for (int number = 0; json.size() < size; ++number)
        json += R"({"id":)" + QByteArray::number(number) +
                R"(,"name":"Record","tags":["one","two"],"price":48578.910},)";
    json.back() = ']';
    return json;
}

/// A server in a thread of its own: `/N` answers with N bytes of JSON.
class Server
{
public:
    Server()
    {
        m_context.moveToThread(&m_thread);
        m_thread.start();
        QMetaObject::invokeMethod(
            &m_context,
            [this] {
                m_server = std::make_unique<test::HttpTestServer>();
                m_server->handle([answers = QHash<QByteArray, QByteArray>()](
                                     const test::ReceivedRequest &request) mutable {
                    QByteArray &answer = answers[request.target];
                    if (answer.isEmpty())
                        answer = test::response(200, {{"Content-Type", "application/json"}},
                                                records(request.target.mid(1).toInt()));
                    return test::Answer{answer};
                });
                m_origin = m_server->origin().toString();
            },
            Qt::BlockingQueuedConnection);
    }
    ~Server()
    {
        QMetaObject::invokeMethod(
            &m_context, [this] { m_server.reset(); }, Qt::BlockingQueuedConnection);
        m_thread.quit();
        m_thread.wait();
    }
    Q_DISABLE_COPY_MOVE(Server)

    [[nodiscard]] QString origin() const { return m_origin; }

private:
    QThread m_thread;
    QObject m_context;
    std::unique_ptr<test::HttpTestServer> m_server;
    QString m_origin;
};

struct Medians
{
    double bare = 0;
    double console = 0;
};

/// Milliseconds until an answer has been read whole by QNetworkAccessManager, and until it is shown,
/// alternating.
Medians measure(ConsolePage &page, const QNetworkRequest &bare, int rounds)
{
    QNetworkAccessManager manager;
    QList<double> bares;
    QList<double> consoles;
    QElapsedTimer clock;
    for (int round = 0; round < rounds; ++round) {
        {
            clock.start();
            QNetworkReply *reply = manager.get(bare);
            const QSignalSpy finished(reply, &QNetworkReply::finished);
            while (finished.isEmpty())
                QApplication::processEvents(QEventLoop::WaitForMoreEvents);
            if (reply->readAll().isEmpty())
                qFatal("the server sent nothing");
            bares << static_cast<double>(clock.nsecsElapsed()) / 1e6;
            reply->deleteLater();
        }
        {
            const QSignalSpy shown(&page, &ConsolePage::responseShown);
            clock.start();
            page.send();
            while (shown.isEmpty())
                QApplication::processEvents(QEventLoop::WaitForMoreEvents);
            consoles << static_cast<double>(clock.nsecsElapsed()) / 1e6;
        }
        QApplication::processEvents();
    }
    return {median(bares), median(consoles)};
}

NewKey draftFor(const Environment &environment, const Provider &provider)
{
    NewKey draft;
    draft.name = u"Bench"_s;
    draft.providerId = provider.id;
    draft.kindId = provider.firstStorableKind()->id;
    draft.environmentId = environment.id;
    return draft;
}

void wait(KeyJob *job)
{
    QSignalSpy finished(job, &KeyJob::finished);
    if (!finished.wait(10'000))
        qFatal("no key was made");
    if (const auto outcome = finished.first().first().value<Result<ApiKey>>(); !outcome)
        qFatal("%s", qPrintable(outcome.error().message));
}

} // namespace

/// Console round trip with a key: Send → answer on screen, against a bare QNetworkAccessManager GET of the
/// same URL with the same header, alternating. The small JSON is the sandbox's; then three sizes from a
/// server beside it.
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
    wait(core.keyService->create(draftFor(environment, *provider), nullptr));
    Secret token;
    bool read = false;
    core.ring->readToken(core.keys->all().first().id, &application, [&](Result<Secret> secret) {
        token = std::move(*secret);
        read = true;
    });
    while (!read)
        QApplication::processEvents(QEventLoop::WaitForMoreEvents);
    const QByteArray authorization = "Bearer " + QByteArray(token.reveal().data(), token.size());

    ConsolePage page(core);
    page.resize(1180, 700);
    page.show();
    RequestSpec request = provider->requests.first().request;
    page.open(request);
    QNetworkRequest bare(QUrl(environment.baseUrl + request.url));
    bare.setRawHeader("Authorization", authorization);
    const Medians small = measure(page, bare, 300);
    bench::report({u"Console round trip, keep-alive, small JSON"_s, 1, u"answer"_s, small.console, u"ms"_s,
                   u"a bare QNetworkAccessManager"_s, small.bare, bench::Measurement::Limit::AtMost, 1.5});

    const Server server;
    Environment here;
    here.name = u"Here"_s;
    here.providerId = environment.providerId;
    here.baseUrl = server.origin();
    here.colour = u"grey"_s;
    const auto added = core.environments->add(here);
    if (!added)
        qFatal("%s", qPrintable(added.error().message));
    wait(core.keyService->add(draftFor(*added, *provider),
                              std::make_shared<const Secret>("talq_BenchBenchBenchBenchBenchBenchBench01")));
    core.environments->setCurrent(added->id);
    for (const auto &[size, rounds] :
         {std::pair(1'000, 200), std::pair(1'000'000, 40), std::pair(10'000'000, 15)}) {
        request.url = u"/%1"_s.arg(size);
        page.open(request);
        bare.setUrl(QUrl(server.origin() + request.url));
        const Medians medians = measure(page, bare, rounds);
        bench::report({u"An answer of JSON in the console, from Send until it is shown whole"_s,
                       size / 1000.0, u"kB"_s, medians.console, u"ms"_s, u"a bare QNetworkAccessManager"_s,
                       medians.bare});
    }
    return 0;
}
