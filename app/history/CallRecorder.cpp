#include "app/history/CallRecorder.h"

#include "app/base/Redactor.h"
#include "app/http/RedactedRequest.h"
#include "app/keys/KeyStore.h"
#include "app/keys/StoredTokens.h"
#include "app/keys/TokenApiCall.h"
#include "app/providers/ProviderCatalog.h"
#include "app/storage/Settings.h"

#include <QJsonDocument>
#include <QPointer>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

// Redacting is linear in the body; beyond this it would be felt.
constexpr qsizetype largeBody = 64 * 1024;
// A token that lies across the cut is still found whole.
constexpr qsizetype slack = 64 * 1024;

void keepBody(HistoryEntry &entry, const QByteArray &body, const Redactor &redactor)
{
    auto redacted = redactor.redact(body.first(qMin(body.size(), HistoryStore::bodyLimit + slack)));
    entry.row.echoedToken = entry.row.echoedToken || redacted.hits > 0;
    entry.bodyTruncated = entry.bodyTruncated || body.size() > HistoryStore::bodyLimit;
    redacted.bytes.truncate(HistoryStore::bodyLimit);
    entry.responseBody = redacted.bytes;
}

} // namespace

CallRecorder::CallRecorder(StoredTokens &tokens, const ProviderCatalog &providers, const Settings &settings,
                           Redactor &redactor, HistoryStore &history, QObject *parent)
    : QObject(parent)
    , m_tokens(tokens)
    , m_providers(providers)
    , m_settings(settings)
    , m_redactor(redactor)
    , m_history(history)
{
}

void CallRecorder::learnTokens(const FinishedCall &call)
{
    const auto learn = [this](const QByteArray &text) { m_tokens.learn(text); };
    learn(QJsonDocument(call.request.toJson()).toJson(QJsonDocument::Compact));
    learn(call.url.toEncoded());
    learn(sentText(call.trace).toUtf8()); // with the values of variables
    if (call.error)
        learn(call.error->message.toUtf8());
    if (!call.response)
        return;
    learn(responseHeadText(*call.response, m_redactor).toUtf8());
    learn(call.response->body);
    const Provider *provider = call.environment ? m_providers.find(call.environment->providerId) : nullptr;
    if (!provider)
        return;
    const QUrl baseUrl(call.environment->baseUrl);
    for (const SentRequest &sent : call.trace.sent)
        m_redactor.add(tokenMadeBy(*provider, baseUrl, sent.method, sent.url, *call.response));
}

void CallRecorder::keep(const FinishedCall &call)
{
    if (!m_settings.historyEnabled())
        return;
    const Redactor &redactor = m_redactor;
    HistoryEntry entry;
    entry.row.at = call.trace.startedAt.isValid() ? call.trace.startedAt : QDateTime::currentDateTimeUtc();
    entry.row.method = call.request.method.trimmed();
    entry.row.url = addressOf(call, redactor);
    if (call.environment) {
        entry.row.environmentId = call.environment->id;
        entry.row.environmentName = call.environment->name;
    }
    if (call.key)
        entry.row.keyName = call.key->name;
    entry.row.microseconds = call.trace.elapsed.count();
    entry.request = redactedRequest(call.request, redactor);
    if (entry.request.body.file.startsWith("/proc/self/fd/"_L1))
        entry.request.body.file
            .clear(); // it was of this process alone: another one would send something else
    entry.sent = redactor.redactText(sentText(call.trace));
    entry.timings = call.trace.timings;
    for (HopTiming &timing : entry.timings) // a token may have become known since
        timing.url = QUrl(redactor.redactText(timing.url.toString(QUrl::FullyEncoded)));
    if (call.error)
        entry.row.errorText = redactor.redactText(call.error->message);
    if (!call.response) {
        m_history.add(std::move(entry));
        return;
    }
    entry.row.status = call.response->status;
    entry.row.errorText = redactor.redactText(call.response->brokenOff);
    entry.row.bytes = call.response->bodySize();
    entry.row.echoedToken = call.response->hasMasked;
    entry.responseHead = redactor.redactText(responseHeadText(*call.response, redactor));
    entry.bodyTruncated = call.response->hasOnlyBegin();
    if (!m_settings.historyRules().of(entry.row.environmentId).keepsBodies) {
        entry.row.echoedToken =
            entry.row.echoedToken ||
            redactor.redact(call.response->body.first(qMin(call.response->body.size(), largeBody))).hits > 0;
        entry.bodyTruncated = !call.response->body.isEmpty();
        m_history.add(std::move(entry));
        return;
    }
    const QByteArray body = call.response->body;
    if (body.size() <= largeBody) {
        keepBody(entry, body, redactor);
        m_history.add(std::move(entry));
        return;
    }
    ++m_redacting;
    m_background.run(
        this,
        [entry, body, &redactor] {
            HistoryEntry whole = entry;
            keepBody(whole, body, redactor);
            return whole;
        },
        [this](const HistoryEntry &whole) {
            m_history.add(whole);
            if (--m_redacting > 0)
                return;
            for (const std::function<void()> &goOn : std::exchange(m_waiting, {}))
                goOn();
        });
}

void CallRecorder::whenKept(QObject *guard, std::function<void()> done)
{
    const auto wait = [this, guard = QPointer(guard), done = std::move(done)] {
        if (guard)
            m_history.whenWritten(guard, done);
    };
    if (m_redacting > 0)
        m_waiting.append(wait);
    else
        wait();
}

QString CallRecorder::addressOf(const FinishedCall &call, const Redactor &redactor)
{
    return withoutCredentialItems(redactor.redactText(call.url.toString(QUrl::FullyEncoded)));
}

void CallRecorder::record(const FinishedCall &call)
{
    learnTokens(call);
    keep(call);
}

} // namespace keydesk
