#include "app/keys/StoreKeyJobs.h"

#include "app/base/Log.h"
#include "app/keys/TokenApiCall.h"
#include "app/providers/TokenFormat.h"

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

std::optional<Error> problemOf(const Secret *token, KeyPlacement placement = KeyPlacement::Header)
{
    if (!token || token->isEmpty())
        return Error{Error::Kind::InvalidInput, KeyService::tr("There is no token yet. Paste it first."), {}};
    if (!canBeSent(*token, placement))
        return Error{Error::Kind::InvalidInput,
                     placement == KeyPlacement::Basic
                         ? KeyService::tr("This is not a user name and a password with a colon between them, or it "
                                          "holds control characters.")
                         :
                     KeyService::tr("This cannot be a token: it is too long, or holds characters that HTTP "
                                    "cannot carry. Copy it again."),
                     {}};
    return {};
}

} // namespace

// --- Add
// -----------------------------------------------------------------------------------------------------------------

AddKeyJob::AddKeyJob(const KeyWork &work, const NewKey &draft, std::shared_ptr<const Secret> token,
                     QObject *parent)
    : KeyWorkJob(work, parent)
    , m_draft(draft)
    , m_token(std::move(token))
{
}

void AddKeyJob::start()
{
    const Result<ApiKey> key = keyOfDraft(m_draft, m_work);
    if (!key) {
        finish(key);
        return;
    }
    if (const std::optional<Error> problem = problemOf(m_token.get(), key->placement)) {
        finish(tl::unexpected(*problem));
        return;
    }
    whenStorable(key->place, [this, stored = *key]() mutable {
        watchPlace(stored.place);
        stored.id = m_storing = QUuid::createUuid();
        m_work.ring.store(stored, m_token, this, [this](const Result<ApiKey> &outcome) {
            if (outcome && !m_draft.importedFrom.isEmpty()) {
                const Result<void> noted = m_work.keys.addEvent(
                    outcome->id, KeyAction::Imported, KeyService::tr("Imported from %1").arg(m_draft.importedFrom));
                if (!noted)
                    qCWarning(lcKeys) << "an event was not noted:" << noted.error().detail;
            }
            finish(outcome ? putIntoEnvironment(*outcome, m_draft, m_work) : outcome);
        });
    });
}

void AddKeyJob::stop()
{
    if (m_storing.isNull())
        KeyWorkJob::stop();
    else
        m_work.ring.cancelStore(
            m_storing); // whose answer ends the job; if it was stored already, that comes first
}

// --- Create
// --------------------------------------------------------------------------------------------------------------

CreateKeyJob::CreateKeyJob(const KeyWork &work, const NewKey &draft, const SignIn &session, QObject *parent)
    : KeyWorkJob(work, parent)
    , m_draft(draft)
    , m_session(session)
{
}

/// What would keep the token from being stored: better found before it is made.
std::optional<Error> CreateKeyJob::hindrance() const
{
    if (!m_api)
        return Error{
            Error::Kind::Unsupported,
            tr("%1 cannot make keys of this kind through its API. Make it in its dashboard and paste it.")
                .arg(m_provider ? m_provider->name : m_draft.providerId),
            {}};
    if (!m_draft.environmentId)
        return Error{
            Error::Kind::InvalidInput, tr("Choose an environment first: it says where to make the key."), {}};
    const TokenKind *sessionKind = m_provider->kind(m_api->sessionKindId);
    if (!m_api->sessionKindId.isEmpty() && m_session.isEmpty())
        return Error{Error::Kind::InvalidInput,
                     tr("%1 makes a key only for somebody who is signed in. Paste the %2 first.")
                         .arg(m_provider->name, sessionKind ? sessionKind->name : m_api->sessionKindId),
                     {}};
    return hindranceOf(m_key.place);
}

void CreateKeyJob::start()
{
    const Result<ApiKey> key = keyOfDraft(m_draft, m_work);
    if (!key) {
        finish(key);
        return;
    }
    m_key = *key;
    m_provider = m_work.providers.find(m_draft.providerId);
    m_api = m_provider->tokenApi(m_draft.kindId);
    if (const std::optional<Error> error = hindrance()) {
        finish(tl::unexpected(*error));
        return;
    }
    const Environment environment = *m_work.environments.find(*m_draft.environmentId);
    const Result<TokenApi> filled = tokenApiFor(*m_api, environment);
    if (!filled) {
        finish(tl::unexpected(filled.error()));
        return;
    }
    m_filledApi = *filled;
    m_api = &m_filledApi;
    m_baseUrl = QUrl(environment.baseUrl);
    m_authorisation = authorisationOf(m_session, m_provider->kind(m_api->sessionKindId), m_key.origins.first(),
                                      environment.id);
    whenStorable(m_key.place, [this] {
        whenReadable(std::exchange(m_session, {}).keyId, [this](const Result<void> &unlocked) {
            if (unlocked)
                create();
            else
                finish(tl::unexpected(unlocked.error()));
        });
    });
}

void CreateKeyJob::create()
{
    Q_EMIT progress(tr("Asking %1 for a new key…").arg(m_provider->name));
    sendSignedIn(createTokenRequest(*m_api, m_baseUrl, m_key.name, m_key.abilities, m_authorisation),
         [this](const Result<HttpResponse> &outcome, const CallTrace &trace) {
             if (outcome && outcome->isOk()) {
                 created(*outcome);
             } else if (isCancelled()) {
                 KeyWorkJob::stop();
             } else if (outcome) {
                 finish(tl::unexpected(refusedBy(*m_provider, *outcome, m_work.ring.redactor())));
             } else {
                 Error error = outcome.error();
                 if (!trace.sent.isEmpty())
                     error.message += u' ' + tr("The key may have been made all the same. Look for it in the "
                                                "provider's dashboard.");
                 finish(tl::unexpected(error));
             }
         });
}

void CreateKeyJob::created(const HttpResponse &response)
{
    Result<CreatedToken> made = readCreatedToken(*m_api, response.body);
    if (!made) {
        finish(tl::unexpected(made.error()));
        return;
    }
    m_work.ring.makeKnown(made->token); // before anything can be said about it
    m_key.remoteId = made->remoteId;
    const auto token = std::make_shared<const Secret>(std::move(made->token));
    if (const std::optional<Error> problem = problemOf(token.get()))
        undo(*problem);
    else if (isCancelled())
        undo({Error::Kind::Cancelled, tr("It was stopped."), {}});
    else
        store(token);
}

void CreateKeyJob::store(const std::shared_ptr<const Secret> &token)
{
    m_key.id = QUuid::createUuid();
    m_storing = true;
    watchPlace(m_key.place);
    m_work.ring.store(m_key, token, this, [this](const Result<ApiKey> &outcome) {
        m_storing = false;
        if (outcome) {
            const Result<void> noted =
                m_work.keys.addEvent(outcome->id, KeyAction::Created, tr("Created through the API of %1").arg(m_provider->name));
            if (!noted)
                qCWarning(lcKeys) << "an event was not noted:" << noted.error().detail;
            finish(putIntoEnvironment(*outcome, m_draft, m_work));
        } else {
            undo(outcome.error());
        }
    });
}

/// The token exists, but not with us.
void CreateKeyJob::undo(const Error &reason)
{
    const QString made = tr("%1 made the key “%2”, but it could not be kept: %3")
                             .arg(m_provider->name, m_key.name, reason.message);
    const auto stillThere = [this, made, reason](const QString &why) {
        const QString advice =
            tr("It still exists there, and nobody knows its token: delete it in the dashboard of %1.")
                .arg(m_provider->name);
        // Not Cancelled: the user has something left to do, and must see this.
        const Error::Kind kind = reason.kind == Error::Kind::Cancelled ? Error::Kind::Refused : reason.kind;
        finish(failure(kind, QStringList{made, why, advice}.join(u' ').simplified(), reason.detail));
    };
    const std::optional<PreparedRequest> revoke =
        revokeTokenRequest(*m_api, m_baseUrl, m_key.remoteId, m_authorisation);
    if (!revoke) {
        stillThere({});
        return;
    }
    Q_EMIT progress(tr("The key could not be kept. Revoking it again…"));
    sendSignedIn(*revoke, [this, made, reason, stillThere](const Result<HttpResponse> &outcome, const CallTrace &) {
        if (outcome && (outcome->isOk() || outcome->status == 404))
            finish(failure(reason.kind, made + u' ' + tr("It was revoked again."), reason.detail));
        else
            stillThere(tr("It could not be revoked: %1")
                           .arg(outcome ? refusedBy(*m_provider, *outcome, m_work.ring.redactor()).message
                                        : outcome.error().message));
    });
}

void CreateKeyJob::stop()
{
    if (m_storing) {
        m_work.ring.cancelStore(m_key.id); // whose answer goes on with `undo`
    } else if (m_key.remoteId.isEmpty() && !isCalling()) {
        KeyWorkJob::stop();
    }
    // A call that is on its way is waited for: aborting it would leave a token at the provider that nobody
    // knows of. It ends with its answer or its timeout, and `created` takes the token back.
}

} // namespace keydesk
