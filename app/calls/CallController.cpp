#include "app/calls/CallController.h"

#include "app/base/Redactor.h"
#include "app/base/VisibleText.h"
#include "app/body/SocketDrafts.h"
#include "app/body/StreamLog.h"
#include "app/environments/EnvironmentStore.h"
#include "app/history/CallRecorder.h"
#include "app/http/BodyText.h"
#include "app/http/RedactedRequest.h"
#include "app/http/RequestUrl.h"
#include "app/http/SecretMarkers.h"
#include "app/keys/KeyForRequest.h"
#include "app/keys/KeyService.h"
#include "app/keys/KeyStore.h"
#include "app/keys/OAuthTokens.h"
#include "app/keys/StoredTokens.h"
#include "app/providers/ProviderCatalog.h"
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

CallController::CallController(const CallParts &parts, QObject *parent)
    : QObject(parent)
    , m_parts(parts)
{
}

CallController::~CallController()
{
    if ((m_stream || m_arriving) && m_call)
        m_call->cancel();
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
    const KeyChoice choice = context.oneTimeToken ? KeyChoice{KeyChoice::Mode::None, {}, request.key.kindId} : request.key;
    const auto key = keyForRequest(choice, environment, m_parts.providers, m_parts.keys);

    const Result<HttpSendable> sendable = whole(request, context);
    auto prepared = sendable.and_then([&](const HttpSendable &made) {
        return prepareRequest(made.spec, baseUrl, made.sources, key.key ? std::optional<QUuid>(key.key->id) : std::nullopt, context.baseFolder,
                              context.options.encodeUrl ? QueryEncoding::Encoded : QueryEncoding::AsWritten);
    });
    if (!prepared) {
        QList<RequestProblem> found = problems(request, context);
        if (found.isEmpty())
            found.append({RequestProblem::Field::Url, -1, 0, 0, prepared.error().message});
        return found;
    }

    prepared->streams = m_followsStreams;
    prepared->tellsPieces = m_tellsPieces;
    prepared->spools = m_spoolsBodies;
    prepared->oneTimeToken = context.oneTimeToken;
    m_drafts = isWebSocket(prepared->url) ? socketDrafts(sendable->spec.body, sendable->sources) : QStringList();
    m_stream.reset();
    m_arriving.reset();
    m_spooled.reset();
    m_socketEnd.reset();
    m_isStopped = false;
    prepared->followRedirects = context.options.followRedirects;
    prepared->usesCookies = context.options.keepCookies;
    if (context.options.timeoutMs)
        prepared->timeout = std::chrono::milliseconds(*context.options.timeoutMs);
    if (context.options.connectionTimeoutMs)
        prepared->connectionTimeout = std::chrono::milliseconds(*context.options.connectionTimeoutMs);
    m_keep = context.options.keepLog;
    if (environment)
        prepared->environmentId = environment->id;
    m_pending = {};
    m_pending.request = request;
    m_pending.environment = environment;
    m_pending.key = key.key;
    m_pending.wantedKindId = key.wantedKindId;
    m_pending.url = maskedMarkers(prepared->url);
    m_call = m_parts.http.send(*prepared);
    connect(m_call, &HttpCall::waitingForToken, this,
            [this] {
                const bool fetching = m_pending.key && m_parts.oauth.state(m_pending.key->id).isFetching;
                tell(fetching ? Phase::FetchingToken : Phase::WaitingForKeychain, 0, -1);
            });
    connect(m_call, &HttpCall::uploaded, this,
            [this](qint64 sent, qint64 total) { tell(Phase::Sending, sent, total); });
    connect(m_call, &HttpCall::progress, this, [this](qint64 received, qint64 total) {
        if (m_spooled)
            startArriving();
        tell(Phase::Receiving, received, total);
    });
    connect(m_call, &HttpCall::streaming, this, &CallController::startStream);
    connect(m_call, &HttpCall::spooling, this, [this](const HttpResponse &head) { m_spooled = head; });
    connect(m_call, &HttpCall::answered, this, &CallController::answered);
    if (m_tellsPieces)
        connect(m_call, &HttpCall::arrived, this, &CallController::arrived);
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
    m_isStopped = m_stream.has_value();
    if (m_call)
        m_call->cancel();
}

void CallController::finish(const Result<HttpResponse> &result)
{
    CallOutcome outcome = std::exchange(m_pending, {});
    outcome.trace = m_call->trace();
    m_call = nullptr;
    m_arriving.reset();
    m_spooled.reset();
    if (result)
        outcome.response = *result;
    else
        outcome.error = result.error();
    endStream(outcome);
    // The key is judged only by an answer to the key: not after a redirect that dropped it.
    if (outcome.key && outcome.response && !outcome.trace.sent.isEmpty() && outcome.trace.sent.last().keySent)
        m_parts.keyService.noteUse(outcome.key->id, outcome.response->status == 101 ? 200 : outcome.response->status);
    m_parts.recorder.learnTokens(outcome);
    outcome.explanation = explainOutcome(outcome);
    if (outcome.stream && outcome.stream->kind() != StreamKind::Messages)
        outcome.response->truncated = !outcome.stream->isWhole();
    tell(Phase::Idle, 0, -1);
    Q_EMIT finished(outcome);
    if (m_keep)
        m_parts.recorder.keep(outcome);
}

void CallController::startStream(const HttpResponse &head)
{
    WebSocket *socket = m_call->webSocket();
    const StreamKind byType = streamKind(head.header("Content-Type"));
    const StreamKind kind = socket ? StreamKind::Messages : byType != StreamKind::None ? byType : StreamKind::Lines;
    // A stored key that was not used since the start is known by its traces only.
    const auto redact = [&parts = m_parts](const QByteArray &bytes) {
        parts.storedTokens.learn(bytes);
        return parts.redactor.redact(bytes).bytes;
    };
    auto log = std::make_shared<StreamLog>(kind, head.contentType(), redact);
    if (socket) {
        connect(socket, &WebSocket::message, log.get(), &StreamLog::add);
        connect(socket, &WebSocket::ended, this, [this](const SocketEnd &end) { m_socketEnd = end; });
    } else {
        connect(m_call, &HttpCall::arrived, log.get(), &StreamLog::feed);
    }
    m_stream = RunningStream{head, log, socket, m_drafts, m_parts.redactor.redactText(sentText(m_call->trace()))};
    tell(Phase::Streaming, 0, -1);
    Q_EMIT streaming();
}

/// Its first screen is there: what it is shown as depends on how it begins.
void CallController::startArriving()
{
    m_arriving = ArrivingAnswer{*std::exchange(m_spooled, {}), m_parts.redactor.redactText(sentText(m_call->trace()))};
    Q_EMIT spooling();
}

void CallController::endStream(CallOutcome &outcome)
{
    if (!m_stream)
        return;
    outcome.stream = m_stream->log;
    m_stream.reset();
    StreamLog &log = *outcome.stream;
    const QString broken = outcome.response ? outcome.response->brokenOff : outcome.error->message;
    const QString time = durationText(outcome.trace.elapsed);
    QString how;
    if (!broken.isEmpty())
        how = tr("%1 That was after %2.").arg(broken, time);
    else if (m_socketEnd)
        how = (m_socketEnd->closedHere ? tr("Closed here after %1: %2.") : tr("Closed by the server after %1: %2."))
                  .arg(time, closeCodeText(m_socketEnd->closeCode));
    else
        how = m_isStopped ? tr("Stopped after %1.").arg(time) : tr("The server ended it after %1.").arg(time);
    if (m_socketEnd && !m_socketEnd->closeReason.isEmpty())
        how += tr(" Reason: “%1”.").arg(m_parts.redactor.redactText(withVisibleControls(m_socketEnd->closeReason)));
    log.end(how);
    if (!outcome.response)
        return;
    outcome.response->body = log.text(HistoryStore::bodyLimit);
    if (log.kind() == StreamKind::Events && !log.isWhole())
        outcome.response->body.prepend(": the newest of " + QByteArray::number(log.count()) + " events\n\n");
}

Explanation CallController::explainOutcome(const CallOutcome &outcome) const
{
    CallFacts facts;
    facts.environment = outcome.environment;
    facts.provider = outcome.environment ? m_parts.providers.find(outcome.environment->providerId) : nullptr;
    facts.key = outcome.key;
    facts.wantedKindId = outcome.wantedKindId;
    if (outcome.key)
        facts.keyUsedBy = m_parts.environments.usedBy(outcome.key->id);
    if (outcome.environment) {
        const auto found = outcome.environment->keyOf(outcome.wantedKindId);
        facts.hasKeyOfWantedKind = found && m_parts.keys.find(*found);
    }
    if (!outcome.response || !outcome.response->isOk()) { // there may be thousands
        for (const ApiKey &key : m_parts.keys.all()) {
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
