#pragma once

#include "app/keys/KeyWorkJob.h"

namespace keydesk {

/// Stores a token that the user has.
class AddKeyJob final : public KeyWorkJob
{
    Q_OBJECT

public:
    AddKeyJob(const KeyWork &work, const NewKey &draft, std::shared_ptr<const Secret> token, QObject *parent);

protected:
    void start() override;
    void stop() override;

private:
    const NewKey m_draft;
    const std::shared_ptr<const Secret> m_token;
    QUuid m_storing;
};

/// Has the provider make a token, and stores it. A token that was made is never lost in silence: if it cannot
/// be stored it is revoked again, and if that cannot be done the Error says that it is there.
class CreateKeyJob final : public KeyWorkJob
{
    Q_OBJECT

public:
    CreateKeyJob(const KeyWork &work, const NewKey &draft, const SignIn &session, QObject *parent);

protected:
    void start() override;
    void stop() override;

private:
    [[nodiscard]] std::optional<Error> hindrance() const;
    void create();
    void created(const HttpResponse &response);
    void store(const std::shared_ptr<const Secret> &token);
    void undo(const Error &reason);

    const NewKey m_draft;
    SignIn m_session;
    const Provider *m_provider = nullptr; // providers are loaded once, before there are jobs
    const TokenApi *m_api = nullptr;
    TokenApi m_filledApi; // with the environment's variables
    QUrl m_baseUrl;
    Authorisation m_authorisation;
    ApiKey m_key;
    bool m_storing = false;
};

} // namespace keydesk
