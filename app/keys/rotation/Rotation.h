#pragma once

#include "app/keys/rotation/ClockMark.h"

#include <QList>
#include <QString>
#include <QUuid>

#include <optional>

namespace keydesk {

/// Where a key is used: as the key of a kind, by one identity of an environment.
struct KeyUse
{
    QUuid environmentId;
    QString identity; ///< empty: the default one
    QString kindId;

    bool operator==(const KeyUse &) const = default;
};

/// One key being replaced by another. It is written down before each step is taken, so that whoever finds it
/// after a crash knows what may have happened. It holds no secret. Gone when it is over; the audit trail
/// tells what was.
struct Rotation
{
    enum class Method {
        Api,   ///< the provider's token API makes the new token
        Guided ///< the user makes it in the dashboard and pastes it
    };
    /// What was begun last.
    enum class Step {
        Creating,   ///< the provider was asked for a new token; nobody here has it
        Storing,    ///< the token is on its way into its store, as key `newKeyId`
        Proving,    ///< the new key is stored and read back; the old one is used everywhere
        Overlap,    ///< the new key is used everywhere; the old one still works
        Revoking,   ///< the provider was asked to revoke the old one
        TakingBack, ///< the new one is not wanted: it is being revoked and removed, the old one stays
    };

    QUuid id;
    Method method = Method::Api;
    Step step = Step::Creating;
    QUuid oldKeyId;
    QUuid newKeyId; ///< given before there is such a key
    QString providerId;
    QString kindId;
    QString name;          ///< of the key, before and after
    QUuid environmentId;   ///< whose base URL the provider's token API is asked at; null if no environment is
                           ///< known
    QString remoteName;    ///< the new token's name at the provider, which no other has
    QString remoteId;      ///< its number there; empty if unknown
    bool oldEnded = false; ///< making the new token ended the old one: there is nothing to go back to
    QList<KeyUse> switched; ///< where the new key took over
    /// Of the overlap, at `seen`: how long until the old key is revoked. Nothing: when the user says so.
    std::optional<std::chrono::milliseconds> left;
    ClockMark seen;
    QDateTime startedAt; ///< UTC
    QString lastError;   ///< what went wrong last, a sentence; empty if nothing did

    bool operator==(const Rotation &) const = default;

    /// The new key is used.
    [[nodiscard]] bool isSwitched() const { return step == Step::Overlap || step == Step::Revoking; }
};

} // namespace keydesk
