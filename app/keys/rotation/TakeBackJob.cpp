#include "app/keys/rotation/TakeBackJob.h"

#include "app/base/Log.h"
#include "app/keys/TokenApiCall.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

TakeBackJob::TakeBackJob(const RotationWork &work, const Rotation &rotation, const SignIn &session,
                         QObject *parent)
    : KeyWorkJob(work.keys, parent)
    , m_rotationWork(work)
    , m_rotation(rotation)
    , m_session(session)
{
}

void TakeBackJob::start()
{
    if (keepWhatIsUsed())
        return;
    m_rotation.step = Rotation::Step::TakingBack;
    // Without it the token is revoked all the same: better now than never.
    if (const Result<void> written = m_rotationWork.rotations.write(m_rotation); !written)
        qCWarning(lcKeys) << "a step of a rotation was not noted:" << written.error().detail;
    Q_EMIT progress(tr("Taking the new key back…"));
    if (m_rotation.method == Rotation::Method::Guided) {
        gone(); // who made it in the dashboard can delete it there
        return;
    }
    m_provider = m_work.providers.find(m_rotation.providerId);
    const TokenApi *api = m_provider ? m_provider->tokenApi(m_rotation.kindId) : nullptr;
    const std::optional<Environment> home = m_work.environments.find(m_rotation.environmentId);
    const Result<Origin> origin = Origin::fromUrl(QUrl(home ? home->baseUrl : QString()));
    if (!api || !api->canRevoke() || !origin) {
        stays({Error::Kind::Unsupported, tr("Keydesk cannot revoke it there."), {}});
        return;
    }
    const Result<TokenApi> filled = tokenApiFor(*api, *home);
    if (!filled) {
        stays(filled.error());
        return;
    }
    m_api = *filled;
    if (!m_api.sessionKindId.isEmpty() && m_session.isEmpty()) {
        const TokenKind *kind = m_provider->kind(m_api.sessionKindId);
        stays({Error::Kind::InvalidInput,
               tr("%1 revokes a key only for somebody who is signed in: it needs your %2.")
                   .arg(m_provider->name, kind ? kind->name : m_api.sessionKindId),
               {}});
        return;
    }
    m_baseUrl = QUrl(home->baseUrl);
    m_authorisation = authorisationOf(m_session, m_provider->kind(m_api.sessionKindId), *origin, home->id);
    whenReadable(std::exchange(m_session, {}).keyId, [this](const Result<void> &unlocked) {
        if (!unlocked)
            stays(unlocked.error());
        else if (m_rotation.remoteId.isEmpty())
            find();
        else
            revoke();
    });
}

/// Somebody gave it a place in an environment meanwhile: then it is wanted.
bool TakeBackJob::keepWhatIsUsed()
{
    const std::optional<ApiKey> key = m_work.keys.find(m_rotation.newKeyId);
    const QList<Environment> users = m_work.environments.usedBy(m_rotation.newKeyId);
    if (!key || users.isEmpty())
        return false;
    if (const Result<void> removed = m_rotationWork.rotations.remove(m_rotation.id); !removed)
        finish(tl::unexpected(removed.error()));
    else
        finish(failure(Error::Kind::Conflict,
                       tr("The new key “%1” is used by “%2” already, so it was kept, and so was the old one.")
                           .arg(key->name, users.first().name)));
    return true;
}

/// Whether the provider made it is not known: its list tells.
void TakeBackJob::find()
{
    if (!m_api.canList()) {
        stays({Error::Kind::Unsupported, tr("Whether %1 made it is not known.").arg(m_provider->name), {}});
        return;
    }
    if (!m_list)
        m_list.emplace(m_api.list, m_baseUrl);
    sendSignedIn(listTokensRequest(m_api.list, *m_list->next(), m_authorisation),
         [this](const Result<HttpResponse> &outcome, const CallTrace &) { listed(outcome); });
}

void TakeBackJob::listed(const Result<HttpResponse> &outcome)
{
    if (!outcome || !outcome->isOk()) {
        stays(outcome ? refusedBy(*m_provider, *outcome, m_work.ring.redactor()) : outcome.error());
        return;
    }
    if (const Result<void> read = m_list->add(outcome->body); !read) {
        stays(read.error());
        return;
    }
    const QList<RemoteToken> &tokens = m_list->tokens().tokens;
    const auto found = std::ranges::find_if(tokens, [this](const RemoteToken &token) {
        return token.name == m_rotation.remoteName && token.state != RemoteToken::State::Revoked;
    });
    if (found != tokens.end()) {
        m_rotation.remoteId = found->id;
        revoke();
    } else if (m_list->next()) {
        find();
    } else if (m_list->tokens().cut) {
        stays({Error::Kind::TooLarge,
               tr("The list of keys at %1 is longer than Keydesk reads.").arg(m_provider->name),
               {}});
    } else {
        gone(); // it was never made
    }
}

void TakeBackJob::revoke()
{
    sendSignedIn(*revokeTokenRequest(m_api, m_baseUrl, m_rotation.remoteId, m_authorisation),
         [this](const Result<HttpResponse> &outcome, const CallTrace &) {
             if (outcome && (outcome->isOk() || outcome->status == 404 || outcome->status == 410))
                 gone();
             else
                 stays(outcome ? refusedBy(*m_provider, *outcome, m_work.ring.redactor()) : outcome.error());
         });
}

/// Its token works no longer.
void TakeBackJob::gone()
{
    removeHere();
    if (const Result<void> removed = m_rotationWork.rotations.remove(m_rotation.id); !removed) {
        finish(tl::unexpected(removed.error()));
        return;
    }
    finish(m_work.keys.find(m_rotation.oldKeyId).value_or(ApiKey()));
}

/// Its token may work still.
void TakeBackJob::stays(const Error &error)
{
    removeHere();
    const QString provider = m_provider ? m_provider->name : m_rotation.providerId;
    m_rotation.lastError = tr("A key named “%1” may still exist at %2, and nobody has its token. %3 If it is "
                              "there, delete it in the dashboard.")
                               .arg(m_rotation.remoteName, provider, error.message);
    if (const Result<void> written = m_rotationWork.rotations.write(m_rotation); !written)
        qCWarning(lcKeys) << "a step of a rotation was not noted:" << written.error().detail;
    finish(failure(error.kind, m_rotation.lastError, error.detail));
}

void TakeBackJob::removeHere()
{
    Result<void> removed;
    if (m_work.keys.find(m_rotation.newKeyId)) {
        removed = m_work.ring.remove(m_rotation.newKeyId).and_then([this] {
            return m_work.environments.forgetKey(m_rotation.newKeyId);
        });
    } else if (std::ranges::any_of(m_work.keys.pending(),
                                   [this](const ApiKey &key) { return key.id == m_rotation.newKeyId; })) {
        removed = m_work.keys.discardPending(m_rotation.newKeyId);
        m_work.ring.reconcile(); // which removes what it left in its store
    }
    if (!removed)
        qCWarning(lcKeys) << "a key was not taken back:" << removed.error().detail;
}

} // namespace keydesk
