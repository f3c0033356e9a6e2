#pragma once

#include "app/http/KeyForm.h"
#include "app/http/Origin.h"
#include "app/keys/OAuthClient.h"

#include <QByteArray>
#include <QDateTime>
#include <QList>
#include <QString>
#include <QStringList>
#include <QUuid>

#include <optional>

namespace keydesk {

/// Where a key's token lies.
enum class SecretPlace {
    SystemKeychain,
    Session,    ///< in memory, until Keydesk ends
    SealedFile, ///< encrypted under the user's passphrase
};

/// What is known about a key; everything but its token. Times are UTC, null if unknown.
struct ApiKey
{
    enum class Status {
        Unchecked,
        Works,
        Refused, ///< the last call with it got 401
        Expired,
        Revoked,
        Missing, ///< the row is here, the secret is not in its store (and the store is available)
    };

    QUuid id;
    QString name; ///< 1–255 characters
    QString providerId;
    QString kindId;
    QString hint;           ///< "talq_••••3f9a"
    /// Keyed hash of the token, for recognising a duplicate; the hash's key is made per installation. Empty: the token is so short that it
    /// could be found by trying.
    QByteArray fingerprint;
    KeyPlacement placement = KeyPlacement::Header;
    QString headerName = QStringLiteral("Authorization"); ///< or the name of the query parameter
    QString headerPrefix = QStringLiteral("Bearer ");
    std::optional<OAuthClient> oauth; ///< the token is this client's secret, and what is sent is an access token for it
    QList<Origin> origins; ///< what it is bound to
    QStringList abilities; ///< empty: unknown
    QString remoteId;      ///< the provider's id for it, if it has one
    SecretPlace place = SecretPlace::SystemKeychain;
    Status status = Status::Unchecked;
    QDateTime createdAt;
    QDateTime lastUsedAt;
    QDateTime expiresAt;
    QDateTime lastCheckedAt;
    QString lastCheckNote; ///< "200 OK, 84 ms"
    std::optional<int> rotateAfterDays; ///< 1–3650, 0: never; nothing: what Settings say for its provider
    QDateTime snoozedUntil;             ///< no reminder about it before

    bool operator==(const ApiKey &) const = default;

    [[nodiscard]] KeyForm form() const { return {placement, headerName.toUtf8(), headerPrefix.toUtf8()}; }
    void setForm(const KeyForm &form)
    {
        placement = form.placement;
        headerName = QString::fromUtf8(form.name);
        headerPrefix = QString::fromUtf8(form.prefix);
    }
};

/// Of rows that hold no API key but another secret of an environment, see EnvironmentSecrets: not offered where keys are chosen.
inline const QString environmentSecretProvider = QStringLiteral("keydesk.environment");
inline bool isEnvironmentSecret(const ApiKey &key)
{
    return key.providerId == environmentSecretProvider;
}

/// Of rows that hold the value of a secret variable, see SecretVariables: likewise.
inline const QString secretVariableKind = QStringLiteral("variable");
inline bool isApiKey(const ApiKey &key)
{
    return !isEnvironmentSecret(key) && key.kindId != secretVariableKind;
}

} // namespace keydesk
