#pragma once

#include "app/http/HttpClient.h"
#include "app/keys/KeyRing.h"
#include "app/keys/SignIn.h"
#include "app/providers/Provider.h"

#include <QObject>

#include <chrono>
#include <memory>

namespace keydesk {

class EnvironmentStore;
class ProviderCatalog;
class MoveKeysJob;
struct FinishedCall;
struct KeyWork;

/// What a test call with a token said.
struct TokenCheck
{
    CallTrace trace;
    int status = 0; ///< 0: nobody answered
    QString note;   ///< "GET /api/v1/health answered 200 in 84 ms"
    ApiKey::Status verdict = ApiKey::Status::Unchecked;
    std::chrono::seconds retryAfter{0}; ///< with 429: how long to leave it alone; 0 if it does not say
    std::optional<Error> error;
    std::optional<HttpResponse> answer; ///< nothing: nobody answered
};

/// One flow with a key. Owned by the KeyService; deletes itself after `finished`. `finished` comes exactly once, never inside the call that
/// made the job, after `cancel` too.
class KeyJob : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;
    /// What is stored already stays consistent: a job cancelled while the secret is being written takes it back.
    virtual void cancel() = 0;

Q_SIGNALS:
    void progress(const QString &what); ///< "Waiting for the keychain…"
    /// A check was answered, or by nobody; `finished` follows.
    void checked(const keydesk::TokenCheck &check);
    void called(const keydesk::FinishedCall &call); ///< a check got its answer, or none; before `finished`
    void finished(const keydesk::Result<keydesk::ApiKey> &outcome);
};

/// What the provider said to a token before it was stored.
struct TokenVerdict
{
    ApiKey::Status status = ApiKey::Status::Unchecked;
    QString note; ///< "401 Unauthorized, 84 ms"
    QDateTime at; ///< UTC
};

/// What the New Key form collected.
struct NewKey
{
    QString name;
    QString providerId;
    QString kindId;
    /// It is bound to this environment's origin and becomes its key of its kind; a token that was refused does not take the place of a key that
    /// may work.
    std::optional<QUuid> environmentId = {};
    QString identity = {};              ///< of that environment; empty: the default one
    QList<Origin> origins = {};         ///< further ones that it is bound to
    QString remoteId = {};              ///< the provider's id for it, if it is known already
    std::optional<KeyForm> form = {};   ///< how it is sent; nothing: as the kind says
    std::optional<OAuthClient> oauth = {}; ///< the token is this client's secret
    QStringList abilities = {}; ///< asked for when the API creates the token
    QDateTime expiresAt = {};
    std::optional<SecretPlace> place; ///< nothing: KeyRing::defaultPlace()
    QString importedFrom = {};        ///< for the key's history: ".env, line 3"; empty: it was not imported
    std::optional<TokenVerdict> verdict = {}; ///< of a call with it in that environment
};

/// The life of a key: add, create through the provider's API, check, rename, bind, revoke, delete. UI thread.
class KeyService : public QObject
{
    Q_OBJECT

public:
    KeyService(KeyStore &keys, KeyRing &ring, EnvironmentStore &environments, const ProviderCatalog &providers, HttpClient &http,
               QObject *parent = nullptr);

    /// Stores a token that the user has.
    KeyJob *add(const NewKey &draft, std::shared_ptr<const Secret> token);
    /// Creates the token through the provider's token API and stores it. `session` authorises that one call; it may be empty if the provider's
    /// token API needs none. `environmentId` must be set: it says where.
    KeyJob *create(const NewKey &draft, const SignIn &session);
    /// The cheapest authenticated call of the provider in the environment (the one that is named, else the first that uses the key, else where the
    /// key is bound to); the outcome is written to the key. A key that is bound to nothing: Error::InvalidInput.
    KeyJob *check(const QUuid &keyId, const std::optional<QUuid> &environmentId = {});
    /// Through the provider's token API; on success the key's status is Revoked. Error::Unsupported where there is none or the remote id is
    /// unknown.
    KeyJob *revoke(const QUuid &keyId, const SignIn &session);
    /// The stored keys that `revoke` can be authorised with.
    [[nodiscard]] QList<ApiKey> sessionKeysFor(const ApiKey &key) const;

    /// The cheapest call with a token that is not stored. Calls `done` once, later, not after `guard` died. The returned call can be cancelled;
    /// it is null if nothing could be sent, which `done` then hears the reason of. Connected as that environment is, if there is one.
    HttpCall *tryToken(const OneTimeToken &token, const Provider &provider, const QString &kindId, const QUrl &baseUrl, QObject *guard,
                       std::function<void(const TokenCheck &)> done, const std::optional<QUuid> &environmentId = {});

    /// The token goes to another store; the key stays what it is.
    KeyJob *move(const QUuid &keyId, SecretPlace to);
    MoveKeysJob *move(const QList<QUuid> &keyIds, SecretPlace to);
    /// Makes a key of a token that lies in `place` and belongs to none; what it is for is told by its form.
    void adopt(const QUuid &orphan, SecretPlace place, QObject *guard, KeyRing::StoreDone done);

    Result<void> rename(const QUuid &keyId, const QString &name);
    Result<void> bindOrigin(const QUuid &keyId, const Origin &origin);
    Result<void> unbindOrigin(const QUuid &keyId, const Origin &origin);
    Result<void> setExpiry(const QUuid &keyId, const QDateTime &expiresAt);
    /// 0: never; nothing: as Settings say for its provider.
    Result<void> setRotation(const QUuid &keyId, const std::optional<int> &days);
    /// No reminder before; null: no longer put off.
    Result<void> snooze(const QUuid &keyId, const QDateTime &until);
    /// The row, its places in environments, then the secret.
    Result<void> remove(const QUuid &keyId);
    [[nodiscard]] std::optional<ApiKey> duplicateOf(const Secret &token) const;
    /// For copying and revealing. Notes `why` in the key's events when it succeeds ("copied as TALKOVER_TOKEN").
    void readForUser(const QUuid &keyId, KeyAction action, const QString &why, QObject *guard, SecretStore::ReadDone done);
    /// A call of the console with this key ended with this status: updates status (401 → Refused, 2xx → Works) and last use.
    void noteUse(const QUuid &keyId, int status);

private:
    [[nodiscard]] KeyWork work() const;
    Result<void> change(const QUuid &keyId, KeyAction action, const std::function<Result<QString>(ApiKey &key)> &edit);

    KeyStore &m_keys;
    KeyRing &m_ring;
    EnvironmentStore &m_environments;
    const ProviderCatalog &m_providers;
    HttpClient &m_http;
};

/// Why a key's name cannot be used, or nothing: empty, over 255 characters, control characters.
std::optional<QString> keyNameProblem(const QString &name);

} // namespace keydesk
