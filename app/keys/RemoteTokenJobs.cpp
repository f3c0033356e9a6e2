#include "app/keys/RemoteTokenJobs.h"

#include "app/base/Guarded.h"
#include "app/base/Log.h"
#include "app/base/Redactor.h"
#include "app/keys/Reconciliation.h"
#include "app/keys/RemoteTokenService.h"
#include "app/keys/SecretPlaces.h"
#include "app/keys/TokenApiCall.h"
#include "app/providers/AuthExplainer.h"

#include <QLocale>

using namespace Qt::StringLiterals;

namespace keydesk {

// --- What both have in common
// -----------------------------------------------------------------------------------------

RemoteTokenJob::RemoteTokenJob(const KeyWork &work, RemoteTokenStore &store, const RemoteSource &source,
                               const SignIn &session, QObject *parent)
    : QObject(parent)
    , m_work(work)
    , m_store(store)
    , m_source(source)
    , m_session(session)
{
    later(this, [this] {
        if (!m_cancelled)
            begin();
    });
}

void RemoteTokenJob::begin()
{
    if (const Result<void> ready = prepare(); !ready) {
        notReady(ready.error());
        return;
    }
    const std::optional<QUuid> keyId = std::exchange(m_session, {}).keyId;
    const std::optional<SecretPlace> locked = keyId ? m_work.ring.lockedPlaceOf(*keyId) : std::nullopt;
    if (!locked) {
        start();
        return;
    }
    Q_EMIT progress(waitingToUnlock(*locked));
    m_work.ring.store(*locked).unlock(this, [this](const Result<void> &outcome) {
        if (m_ended || m_cancelled)
            return;
        if (outcome)
            start();
        else
            notReady(outcome.error());
    });
}

void RemoteTokenJob::cancel()
{
    if (m_ended || m_cancelled)
        return;
    m_cancelled = true;
    later(this, [this] {
        if (m_ended)
            return;
        const bool wasCalling = !m_call.isNull();
        if (wasCalling) {
            disconnect(m_call, nullptr, this, nullptr);
            m_call->cancel();
        }
        stopped(wasCalling);
    });
}

bool RemoteTokenJob::end()
{
    if (m_ended)
        return false;
    m_ended = true;
    deleteLater();
    return true;
}

/// Finds provider, API and environment, or says what is missing.
Result<void> RemoteTokenJob::prepare()
{
    m_environment = m_work.environments.find(m_source.environmentId);
    if (!m_environment)
        return failure(Error::Kind::NotFound,
                       tr("This environment does not exist any more. Choose another one."));
    m_provider = m_work.providers.find(m_environment->providerId);
    const TokenApi *api = m_provider ? m_provider->tokenApi(m_source.kindId) : nullptr;
    if (!api)
        return failure(Error::Kind::Unsupported,
                       tr("The provider of “%1” has no API for its keys.").arg(m_environment->name));
    const Result<TokenApi> filled = tokenApiFor(*api, *m_environment);
    if (!filled)
        return tl::unexpected(filled.error());
    m_api = *filled;
    const Result<Origin> origin = Origin::fromUrl(QUrl(m_environment->baseUrl));
    if (!origin)
        return tl::unexpected(origin.error());
    m_authorisation.environmentId = m_environment->id;
    if (m_api.sessionKindId.isEmpty())
        return {};
    const TokenKind *kind = m_provider->kind(m_api.sessionKindId);
    if (m_session.isEmpty())
        return failure(Error::Kind::InvalidInput,
                       tr("%1 tells about its keys only to somebody who is signed in. Paste the %2 first.")
                           .arg(m_provider->name, kind ? kind->name : m_api.sessionKindId));
    m_authorisation = authorisationOf(m_session, kind, *origin, m_environment->id);
    return {};
}

void RemoteTokenJob::send(const PreparedRequest &request, Answered answered)
{
    m_call = m_work.http.send(request);
    connect(m_call, &HttpCall::waitingForToken, this, [this] { Q_EMIT progress(tr("Waiting for the keychain…")); });
    connect(m_call, &HttpCall::finished, this,
            [this, call = m_call.get(), keyId = request.keyId,
             answered = std::move(answered)](const Result<HttpResponse> &outcome) {
                m_call.clear();
                if (m_ended || m_cancelled)
                    return;
                if (outcome && keyId && call->trace().keyWithheld.isEmpty())
                    noteKeyUse(m_work.keys, *keyId, outcome->status);
                answered(outcome);
            });
}

Error RemoteTokenJob::refusal(const HttpResponse &response) const
{
    if (response.status != 429)
        return refusedBy(*m_provider, response, m_work.ring.redactor());
    const qint64 wait = retryAfterSeconds(response, QDateTime::currentDateTimeUtc());
    const QString when =
        wait <= 0    ? tr("It does not say for how long; wait a minute, then go on.")
        : wait < 120 ? tr("It wants %n seconds of quiet; go on after that.", nullptr, static_cast<int>(wait))
                     : tr("It wants %n minutes of quiet; go on after that.", nullptr,
                          static_cast<int>((wait + 59) / 60));
    return {Error::Kind::Refused,
            tr("%1 takes no more calls for now (429 Too Many Requests).").arg(m_provider->name) + u' ' + when,
            {}};
}

// --- List
// -------------------------------------------------------------------------------------------------------------

void ListTokensJob::notReady(const Error &error)
{
    if (end())
        Q_EMIT finished(tl::unexpected(error)); // no attempt to remember
}

void ListTokensJob::start()
{
    if (!m_api.canList()) {
        if (end())
            Q_EMIT finished(
                failure(Error::Kind::Unsupported,
                        tr("%1 does not list its keys through its API. Look at them in its dashboard.")
                            .arg(m_provider->name)));
        return;
    }
    m_reader.emplace(
        m_api.list, QUrl(m_environment->baseUrl),
        [&redactor = m_work.ring.redactor()](const QString &words) { return redactor.redactText(words); });
    fetch();
}

void ListTokensJob::fetch()
{
    const qsizetype read = m_reader->tokens().tokens.size();
    Q_EMIT progress(
        m_reader->page() == 1
            ? tr("Asking %1 for its keys…").arg(m_provider->name)
            : tr("Asking %1 for more; %2 so far…").arg(m_provider->name, QLocale().toString(read)));
    send(listTokensRequest(m_api.list, *m_reader->next(), m_authorisation),
         [this](const Result<HttpResponse> &outcome) { answered(outcome); });
}

void ListTokensJob::answered(const Result<HttpResponse> &outcome)
{
    if (!outcome) {
        fail(outcome.error());
        return;
    }
    if (!outcome->isOk()) {
        fail(refusal(*outcome));
        return;
    }
    if (outcome->truncated) {
        fail({Error::Kind::TooLarge,
              tr("The answer is larger than Keydesk takes, which is no list of keys."),
              {}});
        return;
    }
    if (const Result<void> added = m_reader->add(outcome->body); !added)
        fail({added.error().kind,
              tr("%1 sent no list of keys.").arg(m_provider->name) + u' ' + added.error().message,
              added.error().detail});
    else if (m_reader->next())
        fetch();
    else
        keep();
}

void ListTokensJob::keep()
{
    const Result<void> kept = m_store.setFetched(m_source, m_environment->baseUrl, m_reader->tokens(),
                                                 QDateTime::currentDateTimeUtc());
    if (kept)
        teach();
    if (!end())
        return;
    if (kept)
        Q_EMIT finished(m_reader->tokens());
    else
        Q_EMIT finished(tl::unexpected(kept.error()));
}

/// Local keys learn what the list says about them.
void ListTokensJob::teach()
{
    for (const Reconciled &row :
         reconcile(keysOf(m_source, m_work.keys, m_work.environments), m_reader->tokens())) {
        if (row.standing != Reconciled::Standing::Matched)
            continue;
        const std::optional<ApiKey> updated = learnt(*row.key, *row.remote);
        if (!updated)
            continue;
        Result<void> step = m_work.keys.update(*updated);
        if (step)
            step = m_work.keys.addEvent(
                updated->id, KeyAction::Edited,
                tr("Took over what %1 says: %2").arg(m_provider->name, learntWords(*row.key, *updated)));
        if (!step)
            qCWarning(lcKeys) << "what a list says was not noted:" << step.error().detail;
    }
}

void ListTokensJob::fail(const Error &error)
{
    if (const Result<void> noted = m_store.setFailed(m_source, m_environment->baseUrl, error.message,
                                                     QDateTime::currentDateTimeUtc());
        !noted)
        qCWarning(lcKeys) << "a failed list was not noted:" << noted.error().detail;
    if (end())
        Q_EMIT finished(tl::unexpected(error));
}

void ListTokensJob::stopped(bool)
{
    if (end())
        Q_EMIT finished(failure(Error::Kind::Cancelled, tr("It was stopped. What was known before stays.")));
}

// --- Revoke
// -----------------------------------------------------------------------------------------------------------

RevokeTokensJob::RevokeTokensJob(const KeyWork &work, RemoteTokenStore &store, const RemoteSource &source,
                                 const QList<Item> &items, const SignIn &session, QObject *parent)
    : RemoteTokenJob(work, store, source, session, parent)
    , m_items(items)
{
    m_summary.outcomes.fill(Outcome::NotTried, items.size());
    m_summary.reasons.resize(items.size());
}

void RevokeTokensJob::notReady(const Error &error)
{
    finish(error);
}

void RevokeTokensJob::start()
{
    if (!m_api.canRevoke()) {
        finish(Error{
            Error::Kind::Unsupported,
            tr("%1 cannot revoke keys through its API. Revoke them in its dashboard.").arg(m_provider->name),
            {}});
        return;
    }
    revokeNext();
}

void RevokeTokensJob::revokeNext()
{
    if (m_at >= m_items.size()) {
        finish({});
        return;
    }
    const Item &item = m_items.at(m_at);
    const std::optional<PreparedRequest> request =
        revokeTokenRequest(m_api, QUrl(m_environment->baseUrl), item.remoteId, m_authorisation);
    if (!request) {
        m_summary.outcomes[m_at] = Outcome::Failed;
        m_summary.reasons[m_at] = tr("Its number at the provider is not known.");
        Q_EMIT itemDone(static_cast<int>(m_at++));
        later(this, [this] { revokeNext(); });
        return;
    }
    Q_EMIT progress(
        tr("Asking %1 to revoke “%2” (%3 of %4)…")
            .arg(m_provider->name, item.name, QString::number(m_at + 1), QString::number(m_items.size())));
    send(*request, [this](const Result<HttpResponse> &outcome) { answered(outcome); });
}

void RevokeTokensJob::answered(const Result<HttpResponse> &outcome)
{
    const Item &item = m_items.at(m_at);
    if (!outcome) {
        // It may have got there.
        m_summary.outcomes[m_at] = Outcome::Failed;
        m_summary.reasons[m_at] = outcome.error().message;
        Q_EMIT itemDone(static_cast<int>(m_at));
        finish(outcome.error());
        return;
    }
    if (outcome->status == 429 || outcome->status == 401) {
        finish(refusal(*outcome));
        return;
    }
    const bool wasGone = outcome->status == 404 || outcome->status == 410;
    if (outcome->isOk() || wasGone) {
        m_summary.outcomes[m_at] = wasGone ? Outcome::WasGone : Outcome::Revoked;
        noteRevoked(item);
    } else {
        m_summary.outcomes[m_at] = Outcome::Failed;
        m_summary.reasons[m_at] = refusal(*outcome).message;
    }
    Q_EMIT itemDone(static_cast<int>(m_at++));
    revokeNext();
}

void RevokeTokensJob::noteRevoked(const Item &item)
{
    std::optional<ApiKey> key = item.keyId ? m_work.keys.find(*item.keyId) : std::nullopt;
    if (!key)
        return;
    key->status = ApiKey::Status::Revoked;
    Result<void> step = m_work.keys.update(*key);
    if (step)
        step = m_work.keys.addEvent(key->id, KeyAction::Revoked, tr("Revoked at the provider"));
    if (!step)
        qCWarning(lcKeys) << "a revocation was not noted:" << step.error().detail;
}

void RevokeTokensJob::stopped(bool wasCalling)
{
    Error error{Error::Kind::Cancelled, tr("It was stopped."), {}};
    if (wasCalling) {
        m_summary.outcomes[m_at] = Outcome::Failed;
        m_summary.reasons[m_at] =
            tr("It was stopped while the provider was being asked; it may be revoked already.");
        Q_EMIT itemDone(static_cast<int>(m_at));
    }
    finish(error);
}

void RevokeTokensJob::finish(const std::optional<Error> &stoppedBy)
{
    m_summary.stoppedBy = stoppedBy;
    QStringList revoked;
    for (qsizetype i = 0; i < m_items.size(); ++i) {
        if (m_summary.outcomes[i] == Outcome::Revoked || m_summary.outcomes[i] == Outcome::WasGone)
            revoked << m_items[i].remoteId;
    }
    if (!revoked.isEmpty()) {
        if (const Result<void> noted = m_store.setRevoked(m_source, m_environment->baseUrl, revoked); !noted)
            qCWarning(lcKeys) << "revocations were not noted in the list:" << noted.error().detail;
    }
    if (end())
        Q_EMIT finished(m_summary);
}

} // namespace keydesk
