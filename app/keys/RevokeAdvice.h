#pragma once

#include "app/environments/Environment.h"
#include "app/history/Usage.h"
#include "app/keys/ApiKey.h"

#include <QStringList>

namespace keydesk {

/// Whether a key can be revoked without anything standing still, as far as Keydesk knows: it knows its own
/// calls.
struct RevokeAdvice
{
    enum class Level {
        Safe,    ///< never used or not for a long time, and nothing names it
        Careful, ///< something names it, or it was used not so long ago
        InUse,   ///< used within a week
    };

    Level level = Level::Safe;
    QString verdict; ///< "In use", "Perhaps in use", "Safe to revoke"
    QString use;     ///< a sentence: when it was last used, by whom
    QString named;   ///< a sentence: the environments and requests that name it
    QStringList places; ///< all the environments that name it: "Production", "Production (as admin)"

    [[nodiscard]] QString text() const { return use + u' ' + named; }
};

/// `environments`: all there are. `requests`: the saved and edited requests that name this very key, as they
/// are to be called ("GET /api/v1/agents"). `now` in the user's time zone.
RevokeAdvice revokeAdvice(const ApiKey &key, const QList<UsageRow> &usage,
                          const QList<Environment> &environments, const QStringList &requests,
                          const QDateTime &now);

} // namespace keydesk
