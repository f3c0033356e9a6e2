#pragma once

#include "app/history/FinishedCall.h"
#include "app/keys/KeyWorkJob.h"

namespace keydesk {

/// Makes the cheapest call with a stored key and writes down what it said.
class CheckKeyJob final : public KeyWorkJob
{
    Q_OBJECT

public:
    CheckKeyJob(const KeyWork &work, const QUuid &keyId, const std::optional<QUuid> &environmentId,
                QObject *parent);

protected:
    void start() override;

private:
    [[nodiscard]] std::optional<Environment> placeOf(const ApiKey &key) const;
    void answered(const Provider &provider, const Result<HttpResponse> &outcome, const CallTrace &trace);

    const QUuid m_keyId;
    const std::optional<QUuid> m_environmentId;
    FinishedCall m_record;
};

/// Has the provider revoke a key.
class RevokeKeyJob final : public KeyWorkJob
{
    Q_OBJECT

public:
    RevokeKeyJob(const KeyWork &work, const QUuid &keyId, const SignIn &session, QObject *parent);

protected:
    void start() override;
    void stop() override;

private:
    void revoke(const Provider &provider, const PreparedRequest &request);
    void revoked();
    void noteDoubt(const QString &what);

    const QUuid m_keyId;
    SignIn m_session;
};

} // namespace keydesk
