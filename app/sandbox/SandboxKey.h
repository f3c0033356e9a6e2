#pragma once

#include <QDateTime>
#include <QJsonObject>
#include <QString>
#include <QStringList>

namespace keydesk::sandbox {

/// A key that the sandbox gave out; everything but its token.
struct SandboxKey
{
    enum class Status { Active, Expired, Revoked };

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

    /// "*" stands for every ability.
    [[nodiscard]] bool may(const QString &ability) const
    {
        return abilities.contains(QStringLiteral("*")) || abilities.contains(ability);
    }
};

struct KeyDraft
{
    QString service;
    QString kind;
    QString name;
    QString environment;
    QStringList abilities;
};

/// A key with its token, for the one reply that shows it.
struct IssuedKey
{
    SandboxKey key;
    QByteArray token;
};

QString statusName(SandboxKey::Status status); ///< "active", "expired", "revoked"
/// What the dashboard's list gives of a key.
QJsonObject toJson(const SandboxKey &key);

} // namespace keydesk::sandbox
