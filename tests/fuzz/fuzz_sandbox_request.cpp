#include "app/sandbox/AisouleMessage.h"
#include "app/sandbox/AisouleService.h"
#include "app/sandbox/SandboxState.h"
#include "app/sandbox/StopSignal.h"
#include "app/sandbox/TalkoverService.h"
#include "app/sandbox/TalkturoService.h"

#include <QJsonDocument>
#include <QTemporaryDir>

#include <cstddef>
#include <cstdint>

using namespace keydesk::sandbox;

namespace {

/// The three services with a key for each, made once.
struct World
{
    World()
    {
        for (Service *service : {static_cast<Service *>(&talkover), static_cast<Service *>(&talkturo),
                                 static_cast<Service *>(&aisoule)}) {
            const KeyKind kind = service->kinds().first();
            const KeyDraft draft{service->id(),
                                 kind.id,
                                 QStringLiteral("k"),
                                 QStringLiteral("production"),
                                 {QStringLiteral("*")}};
            const auto issued =
                state.issue(draft, [&](qint64 number) { return service->makeToken(draft, number); });
            if (!issued)
                __builtin_trap();
            services.append({service, issued->token});
        }
    }

    QTemporaryDir folder;
    SandboxState state{folder.filePath(QStringLiteral("state.json"))};
    StopSignal stop;
    TalkoverService talkover{state, stop};
    TalkturoService talkturo{state, stop};
    AisouleService aisoule{state, stop};
    QList<std::pair<Service *, QByteArray>> services;
};

} // namespace

// METHOD TARGET, a line break, then a body: every service answers every request, refusals in its JSON, and
// never with 5xx.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static World world;
    const QByteArray input(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    const QByteArray line = input.split('\n').first();
    const QByteArray target = line.split(' ').last();
    const QList<QByteArray> halves = target.split('?');
    Request request;
    request.method = line.split(' ').first();
    request.path = u'/' + QString::fromUtf8(QByteArray::fromPercentEncoding(halves.first()));
    if (request.path.contains(u"dashboard") || request.path.contains(u"slow"))
        return 0; // writes to the disk, sleeps
    if (halves.size() > 1)
        request.query = parseForm(halves[1]);
    request.body = input.mid(line.size() + 1);
    if (const auto body = parseObject(request))
        (void)checkMessage(*body); // the service itself answers 429 to most of these calls
    for (const auto &[service, token] : std::as_const(world.services)) {
        request.authorization = {"Bearer " + token};
        const Reply reply = service->handle(request);
        const bool isPage = reply.contentType.startsWith("text/html") || reply.stream;
        if (!isPage && (reply.status >= 500 || !QJsonDocument::fromJson(reply.body).isObject()))
            __builtin_trap();
    }
    return 0;
}
