#pragma once

#include <QDateTime>
#include <QJsonObject>
#include <QString>
#include <QStringList>

namespace keydesk::sandbox {

/// A key that the sandbox gave out; everything but its token.
struct SandboxKey
{
    /// Paused: refused until it is switched on again (Talkturo's `is_active`).
    enum class Status { Active, Paused, Expired, Revoked };

    QString id;
    QString service;
    QString kind;
    QString name;
    QString
        environment; ///< "production" or "development"; empty for kinds that belong to a user or an account
    QStringList abilities;
    QString hint; ///< "talq_••••3f9a"
    Status status = Status::Active;
    QDateTime createdAt;
    QDateTime lastUsedAt; ///< null: never
    QDateTime expiresAt;  ///< null: never; from then on it is Expired without anybody's doing
    QString description;
    QString prefix; ///< how the token begins, where the service shows that in its list ("tk_live_a1b2c3d4")
    int hourlyLimit = 0; ///< as it was asked for; 0: the service's own

    /// "*" stands for every ability.
    [[nodiscard]] bool may(const QString &ability) const
    {
        return abilities.contains(QStringLiteral("*")) || abilities.contains(ability);
    }
    /// `status`, or Expired if its time has come.
    [[nodiscard]] Status statusAt(const QDateTime &now) const
    {
        return status == Status::Active && expiresAt.isValid() && expiresAt <= now ? Status::Expired : status;
    }
};

struct KeyDraft
{
    QString service;
    QString kind;
    QString name;
    QString environment;
    QStringList abilities;
    QDateTime expiresAt = {}; ///< null: never
    QString description = {};
    qsizetype shownCharacters = 0; ///< of the token's beginning, kept as `SandboxKey::prefix`
    int hourlyLimit = 0;
};

/// A key with its token, for the one reply that shows it.
struct IssuedKey
{
    SandboxKey key;
    QByteArray token;
};

QString statusName(SandboxKey::Status status); ///< "active", "paused", "expired", "revoked"
/// What the dashboard's list gives of a key.
QJsonObject toJson(const SandboxKey &key);

} // namespace keydesk::sandbox
