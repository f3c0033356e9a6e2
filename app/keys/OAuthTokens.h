#pragma once

#include "app/http/HttpClient.h"
#include "app/keys/AccessToken.h"
#include "app/keys/KeyRing.h"

#include <QHash>
#include <QObject>

#include <functional>
#include <map>

namespace keydesk {

/// What is known of a key's access token.
struct AccessTokenState
{
    bool isFetching = false;
    bool isHeld = false; ///< and still good
    QDateTime expiresAt; ///< UTC; null: the server did not say
    QString problem;     ///< why the last attempt gave none, sentences; empty: it went well, or there was none

    bool operator==(const AccessTokenState &) const = default;
};

/// "Token expires in 42 minutes", "Fetching an access token…".
QString describe(const AccessTokenState &state, const QDateTime &now);

/// Tokens for HttpClient: those of the key ring, and access tokens for the keys that are OAuth clients' secrets.
/// Such a one is fetched when a call needs it and none is held, as the call's environment is connected, and for that environment
/// alone: another one may trust less. Calls that come meanwhile wait for the same. It is
/// held in memory only, renewed by the next call from shortly before its end, and let go of with its key, when the
/// secret's store is locked, and at exit. A fetch that nobody waits for any more is stopped; one that failed is
/// not repeated by itself. UI thread.
class OAuthTokens : public QObject, public TokenSource
{
    Q_OBJECT

public:
    using Send = std::function<HttpCall *(const PreparedRequest &)>;
    using Clock = std::function<QDateTime()>;
    using FetchDone = std::function<void(const Result<AccessTokenState> &)>;

    /// `send`: HttpClient::send of the client that asks this for tokens.
    OAuthTokens(KeyStore &keys, KeyRing &ring, Send send, Clock now = &QDateTime::currentDateTimeUtc,
                QObject *parent = nullptr);
    ~OAuthTokens() override;

    [[nodiscard]] std::optional<KeyBinding> binding(const QUuid &keyId) const override;
    void readToken(const QUuid &keyId, QObject *guard, Done done) override;
    void readTokenFor(const std::optional<QUuid> &environmentId, const QUuid &keyId, QObject *guard, Done done) override;

    /// Of the environment whose call needed it last.
    [[nodiscard]] AccessTokenState state(const QUuid &keyId) const;
    /// Lets go of all that are held and fetches another, as that environment is connected. `done` as in readToken; a
    /// key that needs none: NotFound.
    void renew(const QUuid &keyId, QObject *guard, FetchDone done);
    /// Fetches one with a secret that is not stored, as the environment is connected, and does not hold it.
    void tryOut(const OAuthClient &client, const Secret &secret, const std::optional<QUuid> &environmentId, QObject *guard, FetchDone done);

    /// How long before its end a token is no longer used, at most.
    static constexpr std::chrono::seconds margin{30};

Q_SIGNALS:
    /// `state` of this key may be another one.
    void changed(const QUuid &keyId);

private:
    class Fetch;
    using Whose = std::pair<QUuid, QUuid>; // a key's, for an environment, or for none (null)
    struct Held
    {
        AccessToken access;
        OAuthClient client;
        QByteArray fingerprint; // of the secret
    };

    [[nodiscard]] const Held *good(const ApiKey &key, const std::optional<QUuid> &environmentId) const;
    /// The one that is under way, or a new one.
    Fetch &fetch(const ApiKey &key, const std::optional<QUuid> &environmentId);
    void fetched(const ApiKey &key, const Whose &whose, const Result<AccessToken> &outcome);
    void letGoOf(const std::function<bool(const QUuid &)> &which);

    KeyStore &m_keys;
    KeyRing &m_ring;
    const Send m_send;
    const Clock m_now;
    std::map<Whose, Held> m_held;
    std::map<Whose, Fetch *> m_fetches; // children of this
    QHash<QUuid, std::optional<QUuid>> m_lastFor; // which environment's call needed a key's token last
    QHash<QUuid, QString> m_problems;
};

} // namespace keydesk
