#pragma once

#include "app/keys/Reconciliation.h"
#include "app/keys/RemoteTokenJobs.h"

namespace keydesk {

/// The local keys that a list can know: of its provider and kind, and bound to its environment's origin.
QList<ApiKey> keysOf(const RemoteSource &source, const KeyStore &keys, const EnvironmentStore &environments);
/// What a key learnt, as a sentence part: "abilities read; expires on 3 March 2027".
QString learntWords(const ApiKey &before, const ApiKey &after);

/// What the provider's list says about one key.
struct RemoteSighting
{
    std::optional<RemoteToken> token; ///< nothing: it is not in the list
    QDateTime fetchedAt;              ///< when the list was had
    QString error;                    ///< why it could not be had since; empty if it could
    bool cut = false;                 ///< the list is not whole
};

/// The providers' lists of tokens and what can be done about them: fetch, compare with the keys here, adopt,
/// link, revoke, forget. UI thread.
class RemoteTokenService : public QObject
{
    Q_OBJECT

public:
    RemoteTokenService(KeyStore &keys, KeyRing &ring, EnvironmentStore &environments,
                       const ProviderCatalog &providers, HttpClient &http, KeyService &keyService,
                       RemoteTokenStore &lists, QObject *parent = nullptr);

    /// Everywhere that a list can be asked for, in the order of the environments.
    [[nodiscard]] QList<RemoteSource> sources() const;
    [[nodiscard]] const Provider *
    providerOf(const RemoteSource &source) const; ///< nullptr if it is not known any more
    [[nodiscard]] const TokenApi *apiOf(const RemoteSource &source) const;
    [[nodiscard]] std::optional<Environment> environmentOf(const RemoteSource &source) const;

    [[nodiscard]] RemoteList list(const RemoteSource &source) const;
    [[nodiscard]] QList<Reconciled> compare(const RemoteSource &source) const;
    /// Nothing if no list of its provider and kind was ever had where it is bound to, or if its id there is
    /// not known.
    [[nodiscard]] std::optional<RemoteSighting> sightingOf(const ApiKey &key) const;

    /// The stored keys that can sign in there.
    [[nodiscard]] QList<ApiKey> sessionKeys(const RemoteSource &source) const;
    /// `session` authorises these calls and is not kept; empty where none is needed.
    ListTokensJob *fetch(const RemoteSource &source, const SignIn &session);
    RevokeTokensJob *revoke(const RemoteSource &source, const QList<RevokeTokensJob::Item> &items,
                            const SignIn &session);

    /// Stores a token that the provider lists and nobody here holds. Error::InvalidInput at once if it cannot
    /// be that one.
    Result<KeyJob *> adopt(const RemoteSource &source, const RemoteToken &token,
                           std::shared_ptr<const Secret> secret, const QString &name);
    /// Says that a local key is that token. Where the list tells how the token begins, the key's own is read
    /// and compared. `done` once, later, not after `guard` died.
    void link(const QUuid &keyId, const RemoteToken &token, QObject *guard,
              std::function<void(const Result<void> &)> done);
    /// A key that is gone there: its row and its secret.
    Result<void> forget(const QUuid &keyId);
    Result<void> markRevoked(const QUuid &keyId);
    /// Sets what the API must be told (`TokenApi::variables`) in the environment.
    Result<void> setVariable(const RemoteSource &source, const QString &name, const QString &value);

Q_SIGNALS:
    void changed(const keydesk::RemoteSource &source); ///< its list is another one

private:
    [[nodiscard]] KeyWork work() const;
    Result<void> linkNow(const QUuid &keyId, const RemoteToken &token);

    KeyStore &m_keys;
    KeyRing &m_ring;
    EnvironmentStore &m_environments;
    const ProviderCatalog &m_providers;
    HttpClient &m_http;
    KeyService &m_keyService;
    RemoteTokenStore &m_lists;
};

} // namespace keydesk
