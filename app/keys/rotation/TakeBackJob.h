#pragma once

#include "app/keys/RemoteTokens.h"
#include "app/keys/rotation/RotationWork.h"

namespace keydesk {

/// The new key of a rotation is not wanted: its token is revoked at the provider (looked up by its name if
/// its number is unknown), its row and secret are removed, and the rotation is over. What cannot be revoked
/// now stays written down as a rotation in Step::TakingBack, so that no token is left at the provider
/// unnoticed; the Error says what there is to do. Finishes with the old key.
class TakeBackJob final : public KeyWorkJob
{
    Q_OBJECT

public:
    /// `session` authorises the calls where the token API wants one; may be empty.
    TakeBackJob(const RotationWork &work, const Rotation &rotation, const SignIn &session, QObject *parent);

protected:
    void start() override;
    /// What was asked cannot be taken back: it is waited for.
    void stop() override {}

private:
    bool keepWhatIsUsed();
    void find();
    void listed(const Result<HttpResponse> &outcome);
    void revoke();
    void gone();
    void stays(const Error &error);
    void removeHere();

    const RotationWork m_rotationWork;
    Rotation m_rotation;
    SignIn m_session;
    const Provider *m_provider = nullptr; // providers are loaded once, before there are jobs
    TokenApi m_api;
    QUrl m_baseUrl;
    std::optional<TokenListReader> m_list;
    Authorisation m_authorisation;
};

} // namespace keydesk
