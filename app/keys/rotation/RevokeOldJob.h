#pragma once

#include "app/keys/rotation/KeyProof.h"
#include "app/keys/rotation/RotationWork.h"

namespace keydesk {

/// Ends a rotation's overlap: proves the new key once more wherever it is used, then has the provider revoke
/// the old one. While the new key is not proven nothing is revoked; the rotation is then in its overlap
/// again. Finishes with the old key, revoked, and the rotation is over.
class RevokeOldJob final : public KeyWorkJob
{
    Q_OBJECT

public:
    RevokeOldJob(const RotationWork &work, const Rotation &rotation, const SignIn &session, QObject *parent);

protected:
    void start() override;
    void stop() override;

private:
    void prove();
    void proved();
    void tryOld();
    void revoke();
    void end(const Result<ApiKey> &outcome);
    void notYet(const Error &error);

    const RotationWork m_rotationWork;
    Rotation m_rotation;
    SignIn m_session;
    KeyProof *m_proof = nullptr;
    KeyJob *m_revoking = nullptr;
};

/// The provider's API can revoke it: not where there is none, or where the key's number is unknown.
bool canRevokeByApi(const ApiKey &key, const Provider *provider);
/// Marks the old key as revoked and ends the rotation, in one transaction. `what` is for the trail.
Result<void> endRotation(const RotationWork &work, const Rotation &rotation, const QString &what);

} // namespace keydesk
