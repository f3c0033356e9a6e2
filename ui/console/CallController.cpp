#include "ui/console/CallController.h"

#include "app/Core.h"
#include "app/http/RedactedRequest.h"
#include "app/http/RequestUrl.h"
#include "app/keys/KeyForRequest.h"
#include "app/keys/StoredTokens.h"
#include "app/keys/TokenApiCall.h"

#include <QJsonDocument>

namespace keydesk {

namespace {

// Redacting is linear in the body; beyond this it would be felt.
constexpr qsizetype largeBody = 64 * 1024;
// A token that lies across the cut is still found whole.
constexpr qsizetype slack = 64 * 1024;

void keepBody(HistoryEntry &entry, const QByteArray &body, const Redactor &redactor)
{
    auto redacted = redactor.redact(body.first(qMin(body.size(), HistoryStore::bodyLimit + slack)));
    entry.row.echoedToken = redacted.hits > 0;
    entry.bodyTruncated = entry.bodyTruncated || body.size() > HistoryStore::bodyLimit;
    redacted.bytes.truncate(HistoryStore::bodyLimit);
    entry.responseBody = redacted.bytes;
}

} // namespace

CallController::CallController(Core &core, QObject *parent)
    : QObject(parent)
    , m_core(core)
{
}

bool CallController::needsConsent(const RequestSpec &request) const
{
    const auto environment = m_core.environments->current();
    const QString method = request.method.trimmed().toUpper();
    return environment && environment->isProtected && method != QLatin1String("GET") &&
           method != QLatin1String("HEAD") && method != QLatin1String("OPTIONS");
}

QList<RequestProblem> CallController::send(const RequestSpec &request)
{
    return send(request, m_core.environments->current());
}

QList<RequestProblem> CallController::send(const RequestSpec &request, const std::optional<Environment> &environment)
{
    if (isRunning())
        return {};
    const QUrl baseUrl = environment ? QUrl(environment->baseUrl) : QUrl();
    const Variables variables = environment ? environment->allVariables() : Variables();
    const auto key = keyForRequest(request.key, environment, m_core.providers, *m_core.keys);

    const auto prepared = prepareRequest(request, baseUrl, variables,
                                         key.key ? std::optional<QUuid>(key.key->id) : std::nullopt);
    if (!prepared) {
        QList<RequestProblem> problems = checkRequest(request, baseUrl, variables);
        if (problems.isEmpty())
            problems.append({RequestProblem::Field::Url, -1, 0, 0, prepared.error().message});
        return problems;
    }

    m_pending = {};
    m_pending.request = request;
    m_pending.environment = environment;
    m_pending.key = key.key;
    m_pending.wantedKindId = key.wantedKindId;
    m_url = prepared->url;
    m_call = m_core.http->send(*prepared);
    connect(m_call, &HttpCall::waitingForToken, this,
            [this] { Q_EMIT phaseChanged(Phase::WaitingForKeychain, 0, -1); });
    connect(m_call, &HttpCall::progress, this, [this](qint64 received, qint64 total) {
        Q_EMIT phaseChanged(Phase::Receiving, received, total);
    });
    connect(m_call, &HttpCall::finished, this, &CallController::finish);
    Q_EMIT phaseChanged(Phase::Sending, 0, -1);
    return {};
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
    learnTokens(outcome);
    outcome.explanation = explainOutcome(outcome);
    Q_EMIT phaseChanged(Phase::Idle, 0, -1);
    Q_EMIT finished(outcome);
    if (m_core.settings->historyEnabled())
        keep(outcome);
}

/// Before the outcome is shown or kept. A token that was typed by hand may be one of a stored key that was
/// not used since the start; one that this call has made is one that nobody has seen yet.
void CallController::learnTokens(const CallOutcome &outcome)
{
    const auto learn = [this](const QByteArray &text) {
        learnStoredTokens(text, *m_core.keys, m_core.redactor);
    };
    learn(QJsonDocument(outcome.request.toJson()).toJson(QJsonDocument::Compact));
    learn(m_url.toEncoded());
    learn(sentText(outcome.trace).toUtf8()); // with the values of variables
    if (outcome.error)
        learn(outcome.error->message.toUtf8());
    if (!outcome.response)
        return;
    learn(responseHeadText(*outcome.response, m_core.redactor).toUtf8());
    learn(outcome.response->body);
    const Provider *provider =
        outcome.environment ? m_core.providers.find(outcome.environment->providerId) : nullptr;
    if (!provider)
        return;
    const QUrl baseUrl(outcome.environment->baseUrl);
    for (const SentRequest &sent : outcome.trace.sent)
        m_core.redactor.add(tokenMadeBy(*provider, baseUrl, sent.method, sent.url, *outcome.response));
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
    for (const ApiKey &key : m_core.keys->all()) {
        const bool same = outcome.key && outcome.key->id == key.id;
        if (!same && facts.provider && key.providerId == facts.provider->id)
            facts.otherKeys.append(key);
    }
    facts.urlNamesHost = namesItsHost(outcome.request.url);
    facts.url = m_url;
    facts.trace = outcome.trace;
    facts.error = outcome.error;
    facts.response = outcome.response;
    return explain(facts);
}

void CallController::keep(const CallOutcome &outcome)
{
    const Redactor &redactor = m_core.redactor;
    HistoryEntry entry;
    entry.row.at =
        outcome.trace.startedAt.isValid() ? outcome.trace.startedAt : QDateTime::currentDateTimeUtc();
    entry.row.method = outcome.request.method.trimmed();
    entry.row.url = withoutCredentialItems(redactor.redactText(m_url.toString(QUrl::FullyEncoded)));
    if (outcome.environment) {
        entry.row.environmentId = outcome.environment->id;
        entry.row.environmentName = outcome.environment->name;
    }
    if (outcome.key)
        entry.row.keyName = outcome.key->name;
    entry.row.microseconds = outcome.trace.elapsed.count();
    entry.request = redactedRequest(outcome.request, redactor);
    entry.sent = redactor.redactText(sentText(outcome.trace));
    if (outcome.error)
        entry.row.errorText = redactor.redactText(outcome.error->message);
    if (!outcome.response) {
        m_core.history->add(std::move(entry));
        return;
    }
    entry.row.status = outcome.response->status;
    entry.row.bytes = outcome.response->body.size();
    entry.responseHead = redactor.redactText(responseHeadText(*outcome.response, redactor));
    entry.bodyTruncated = outcome.response->truncated;
    const QByteArray body = outcome.response->body;
    if (body.size() <= largeBody) {
        keepBody(entry, body, redactor);
        m_core.history->add(std::move(entry));
        return;
    }
    m_background.run(
        this,
        [entry, body, &redactor] {
            HistoryEntry whole = entry;
            keepBody(whole, body, redactor);
            return whole;
        },
        [this](const HistoryEntry &whole) { m_core.history->add(whole); });
}

} // namespace keydesk
