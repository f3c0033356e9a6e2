#include "app/sandbox/SandboxKey.h"

#include "app/sandbox/Message.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace keydesk::sandbox {

QString statusName(SandboxKey::Status status)
{
    switch (status) {
    case SandboxKey::Status::Active:
        return u"active"_s;
    case SandboxKey::Status::Paused:
        return u"paused"_s;
    case SandboxKey::Status::Expired:
        return u"expired"_s;
    case SandboxKey::Status::Revoked:
        return u"revoked"_s;
    }
    return {};
}

QJsonObject toJson(const SandboxKey &key)
{
    const auto timeOrNull = [](const QDateTime &time) {
        return time.isNull() ? QJsonValue() : QJsonValue(timeText(time));
    };
    return {
        {u"id"_s, key.id},
        {u"name"_s, key.name},
        {u"kind"_s, key.kind},
        {u"environment"_s, key.environment.isEmpty() ? QJsonValue() : QJsonValue(key.environment)},
        {u"abilities"_s, QJsonArray::fromStringList(key.abilities)},
        {u"hint"_s, key.hint},
        {u"status"_s, statusName(key.status)},
        {u"created_at"_s, timeText(key.createdAt)},
        {u"last_used_at"_s, timeOrNull(key.lastUsedAt)},
        {u"expires_at"_s, timeOrNull(key.expiresAt)}};
}

} // namespace keydesk::sandbox
