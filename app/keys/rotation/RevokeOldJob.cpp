#include "app/keys/rotation/RevokeOldJob.h"

#include "app/base/Log.h"
#include "app/keys/ProofKeyJobs.h"
#include "app/storage/Database.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

bool canRevokeByApi(const ApiKey &key, const Provider *provider)
{
    const TokenApi *api = provider ? provider->tokenApi(key.kindId) : nullptr;
    return api && !api->revokeMethod.isEmpty() && !key.remoteId.isEmpty();
}

Result<void> endRotation(const RotationWork &work, const Rotation &rotation, const QString &what)
{
    const Result<void> done = work.database.transaction([&]() -> Result<void> {
        std::optional<ApiKey> key = work.keys.keys.find(rotation.oldKeyId);
        if (key) {
            key->status = ApiKey::Status::Revoked;
            const Result<void> written = work.keys.keys.update(*key).and_then(
                [&] { return work.keys.keys.addEvent(key->id, KeyAction::Revoked, what); });
            if (!written)
                return written;
        }
        return work.rotations.remove(rotation.id);
    });
    if (!done) {
        std::ignore = work.keys.keys.refresh();
        std::ignore = work.rotations.load();
    }
    return done;
}

RevokeOldJob::RevokeOldJob(const RotationWork &work, const Rotation &rotation, const SignIn &session,
                           QObject *parent)
    : KeyWorkJob(work.keys, parent)
    , m_rotationWork(work)
    , m_rotation(rotation)
    , m_session(session)
{
}

void RevokeOldJob::start()
{
    const std::optional<ApiKey> old = m_work.keys.find(m_rotation.oldKeyId);
    const std::optional<ApiKey> key = m_work.keys.find(m_rotation.newKeyId);
    if (!old) {
        finish(failure(Error::Kind::NotFound, tr("This key does not exist any more.")));
        return;
    }
    if (!key) {
        notYet({Error::Kind::NotFound,
                tr("The key that replaced “%1” is not here any more.").arg(old->name),
                {}});
        return;
    }
    if (old->status ==
        ApiKey::Status::Revoked) { // somebody did it meanwhile, or the last time was not noted to its end
        const Result<void> removed = m_rotationWork.rotations.remove(m_rotation.id);
        finish(removed ? Result<ApiKey>(*old) : tl::unexpected(removed.error()));
        return;
    }
    whenReadable(key->id, [this](const Result<void> &unlocked) {
        if (unlocked)
            prove();
        else
            notYet(unlocked.error());
    });
}

void RevokeOldJob::prove()
{
    const std::optional<ApiKey> key = m_work.keys.find(m_rotation.newKeyId);
    if (!key) {
        notYet({Error::Kind::NotFound, tr("The new key is not here any more."), {}});
        return;
    }
    Rotation next = m_rotation;
    next.step = Rotation::Step::Revoking;
    if (const Result<void> written = m_rotationWork.rotations.write(next); !written) {
        finish(tl::unexpected(written.error()));
        return;
    }
    m_rotation = next;
    Q_EMIT progress(tr("Trying the new key once more…"));
    m_proof = new KeyProof(m_work, key->id, provingGrounds(*key, m_work.environments), this);
    connect(m_proof, &KeyProof::finished, this, &RevokeOldJob::proved);
    m_proof->start();
}

void RevokeOldJob::proved()
{
    const QList<Proof> proofs = m_proof->proofs();
    const Proof::State verdict = verdictOf(proofs);
    if (verdict == Proof::State::Refused || verdict == Proof::State::Unreachable) {
        const auto worst = std::ranges::find(proofs, verdict, &Proof::state);
        notYet({worst->error ? worst->error->kind : Error::Kind::Refused,
                tr("The new key could not be proven. In “%1”: %2")
                    .arg(worst->environmentName, worst->why.isEmpty() ? worst->note : worst->why),
                {}});
        return;
    }
    // Inconclusive it was before the switch too, or somebody would have been asked: the user took it so.
    if (m_rotation.method == Rotation::Method::Guided)
        tryOld();
    else
        revoke();
}

/// What was renewed in a dashboard may have kept its number: revoking the old token by it would then end the
/// new one. A token that ended needs no revoking.
void RevokeOldJob::tryOld()
{
    const std::optional<ApiKey> old = m_work.keys.find(m_rotation.oldKeyId);
    const std::optional<Environment> home = old ? homeOf(*old, m_work.environments) : std::nullopt;
    if (!home) {
        revoke();
        return;
    }
    auto *check = new CheckKeyJob(m_work, old->id, home->id, this);
    connect(check, &KeyJob::finished, this, [this](const Result<ApiKey> &outcome) {
        if (hasEnded() || isCancelled())
            return;
        using Status = ApiKey::Status;
        if (!outcome) {
            notYet(outcome.error());
        } else if (outcome->status == Status::Refused || outcome->status == Status::Expired ||
                   outcome->status == Status::Revoked) {
            const Result<void> done =
                endRotation(m_rotationWork, m_rotation, tr("The provider refuses it: it has ended there"));
            finish(done ? Result<ApiKey>(m_work.keys.find(m_rotation.oldKeyId).value_or(ApiKey()))
                        : tl::unexpected(done.error()));
        } else {
            revoke();
        }
    });
}

void RevokeOldJob::revoke()
{
    m_revoking = new RevokeKeyJob(m_work, m_rotation.oldKeyId, std::exchange(m_session, {}), this);
    connect(m_revoking, &KeyJob::progress, this, &KeyJob::progress);
    connect(m_revoking, &KeyJob::finished, this, [this](const Result<ApiKey> &outcome) {
        m_revoking = nullptr;
        end(outcome);
    });
}

void RevokeOldJob::end(const Result<ApiKey> &outcome)
{
    if (!outcome) {
        notYet(outcome.error());
        return;
    }
    const Result<void> removed = m_rotationWork.rotations.remove(m_rotation.id);
    finish(removed ? outcome : tl::unexpected(removed.error()));
}

void RevokeOldJob::stop()
{
    m_rotation.left.reset(); // who stops it wants to decide anew
    if (m_revoking)
        m_revoking->cancel(); // whose answer ends this
    else if (m_proof) {
        m_proof->stop();
        notYet({Error::Kind::Cancelled, tr("It was stopped."), {}});
    } else {
        KeyWorkJob::stop();
    }
}

void RevokeOldJob::notYet(const Error &error)
{
    m_rotation.step = Rotation::Step::Overlap;
    m_rotation.lastError = error.message;
    if (const Result<void> written = m_rotationWork.rotations.write(m_rotation); !written)
        qCWarning(lcKeys) << "a step of a rotation was not noted:" << written.error().detail;
    const std::optional<ApiKey> old = m_work.keys.find(m_rotation.oldKeyId);
    finish(failure(error.kind,
                   tr("“%1” was not revoked. %2").arg(old ? old->name : m_rotation.name, error.message),
                   error.detail));
}

} // namespace keydesk
