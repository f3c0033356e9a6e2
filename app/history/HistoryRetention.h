#pragma once

#include <QHash>
#include <QUuid>

namespace keydesk {

/// How long calls stay in the history.
struct HistoryRetention
{
    int days = 30;           ///< 1–3650
    int megabytes = 0;       ///< 1–100,000 without pinned calls, the oldest go first; 0: any
    bool keepsBodies = true; ///< of answers that come from now on

    bool operator==(const HistoryRetention &) const = default;
};

/// The same for all environments, but for those that say otherwise.
struct HistoryRules
{
    HistoryRetention general;
    QHash<QUuid, HistoryRetention> environments;

    [[nodiscard]] HistoryRetention of(const QUuid &environment) const
    {
        return environments.value(environment, general);
    }
};

/// What a purge would take, or has taken.
struct HistoryPurged
{
    qint64 calls = 0;
    qint64 bytes = 0; ///< about: whole hours are counted

    bool operator==(const HistoryPurged &) const = default;
};

} // namespace keydesk
