#include "ui/console/CallController.h"

#include "app/Core.h"
#include "app/http/RequestUrl.h"
#include "app/keys/KeyForRequest.h"
#include "app/workspace/HttpSend.h"

namespace keydesk {

namespace {

/// With what the request's file leaves to other files.
Result<HttpSendable> whole(const RequestSpec &request, const CallContext &context)
{
    if (context.baseFolder.isEmpty())
        return HttpSendable{request, context.sources};
    return sendableRequest(request, context.baseFolder, context.sources);
}

} // namespace

CallController::CallController(Core &core, QObject *parent)
    : QObject(parent)
    , m_core(core)
{
}

QList<RequestProblem> CallController::problems(const RequestSpec &request, const CallContext &context)
{
    const Result<HttpSendable> sendable = whole(request, context);
    if (!sendable)
        return {{RequestProblem::Field::Body, -1, 0, 0, sendable.error().message}};
    const QUrl baseUrl = context.environment ? QUrl(context.environment->baseUrl) : QUrl();
    return checkRequest(sendable->spec, baseUrl, sendable->sources, context.baseFolder);
}

QList<RequestProblem> CallController::send(const RequestSpec &request, const CallContext &context)
{
    if (isRunning())
        return {};
    const std::optional<Environment> &environment = context.environment;
    const QUrl baseUrl = environment ? QUrl(environment->baseUrl) : QUrl();
    const auto key = keyForRequest(request.key, environment, m_core.providers, *m_core.keys);

    const Result<HttpSendable> sendable = whole(request, context);
    auto prepared = sendable.and_then([&](const HttpSendable &made) {
        return prepareRequest(made.spec, baseUrl, made.sources, key.key ? std::optional<QUuid>(key.key->id) : std::nullopt, context.baseFolder);
    });
    if (!prepared) {
        QList<RequestProblem> found = problems(request, context);
        if (found.isEmpty())
            found.append({RequestProblem::Field::Url, -1, 0, 0, prepared.error().message});
        return found;
    }

    prepared->followRedirects = context.options.followRedirects;
    if (context.options.timeoutMs)
        prepared->timeout = std::chrono::milliseconds(*context.options.timeoutMs);
    m_keep = context.options.keepLog;
    if (environment)
        prepared->environmentId = environment->id;
    m_pending = {};
    m_pending.request = request;
    m_pending.environment = environment;
    m_pending.key = key.key;
    m_pending.wantedKindId = key.wantedKindId;
    m_pending.url = prepared->url;
    m_call = m_core.http->send(*prepared);
    connect(m_call, &HttpCall::waitingForToken, this,
            [this] {
                const bool fetching = m_pending.key && m_core.oauth->state(m_pending.key->id).isFetching;
                tell(fetching ? Phase::FetchingToken : Phase::WaitingForKeychain, 0, -1);
            });
    connect(m_call, &HttpCall::uploaded, this,
            [this](qint64 sent, qint64 total) { tell(Phase::Sending, sent, total); });
    connect(m_call, &HttpCall::progress, this, [this](qint64 received, qint64 total) {
        tell(Phase::Receiving, received, total);
    });
    connect(m_call, &HttpCall::finished, this, &CallController::finish);
    tell(Phase::Sending, 0, -1);
    return {};
}

void CallController::tell(Phase phase, qint64 done, qint64 total)
{
    m_phase = phase;
    Q_EMIT phaseChanged(phase, done, total);
}

void CallController::cancel()
{
    if (m_call)
        m_call->cancel();
}

void CallController::finish(const Result<HttpResponse> &result)
{
    CallOutcome outcome = std::exchange(m_pending, {});
    outcome.trace = m_call->trace();
    m_call = nullptr;
    if (result)
        outcome.response = *result;
    else
        outcome.error = result.error();
    // The key is judged only by an answer to the key: not after a redirect that dropped it.
    if (outcome.key && outcome.response && !outcome.trace.sent.isEmpty() && outcome.trace.sent.last().keySent)
        m_core.keyService->noteUse(outcome.key->id, outcome.response->status);
    m_core.recorder->learnTokens(outcome);
    outcome.explanation = explainOutcome(outcome);
    tell(Phase::Idle, 0, -1);
    Q_EMIT finished(outcome);
    if (m_keep)
        m_core.recorder->keep(outcome);
}

Explanation CallController::explainOutcome(const CallOutcome &outcome) const
{
    CallFacts facts;
    facts.environment = outcome.environment;
    facts.provider = outcome.environment ? m_core.providers.find(outcome.environment->providerId) : nullptr;
    facts.key = outcome.key;
    facts.wantedKindId = outcome.wantedKindId;
    if (outcome.key)
        facts.keyUsedBy = m_core.environments->usedBy(outcome.key->id);
    if (outcome.environment) {
        const auto found = outcome.environment->keyOf(outcome.wantedKindId);
        facts.hasKeyOfWantedKind = found && m_core.keys->find(*found);
    }
    if (!outcome.response || !outcome.response->isOk()) { // there may be thousands
        for (const ApiKey &key : m_core.keys->all()) {
            const bool same = outcome.key && outcome.key->id == key.id;
            if (!same && facts.provider && key.providerId == facts.provider->id)
                facts.otherKeys.append(key);
        }
    }
    facts.urlNamesHost = namesItsHost(outcome.request.url);
    facts.url = outcome.url;
    facts.trace = outcome.trace;
    facts.error = outcome.error;
    facts.response = outcome.response;
    return explain(facts);
}

} // namespace keydesk
