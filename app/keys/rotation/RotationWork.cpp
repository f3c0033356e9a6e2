#include "app/keys/rotation/RotationWork.h"

#include "app/storage/Database.h"

#include <QCoreApplication>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

struct RotationWorkText
{
    Q_DECLARE_TR_FUNCTIONS(Rotation)
};

constexpr qsizetype longestName = 200; // leaves room for the words behind it

QString shortened(QString name)
{
    name.truncate(longestName);
    if (!name.isEmpty() && name.back().isHighSurrogate())
        name.chop(1);
    return name;
}

QHash<QString, QUuid> *keysOf(Environment &environment, const QString &identity)
{
    if (identity.isEmpty())
        return &environment.keys;
    const auto found = std::ranges::find(environment.identities, identity, &Identity::name);
    return found == environment.identities.end() ? nullptr : &found->keys;
}

/// Gives each place of `uses` to `to` if it is `from`'s, or nobody's.
Result<void> reassign(EnvironmentStore &environments, const QList<KeyUse> &uses, const QUuid &from,
                      const QUuid &to)
{
    for (Environment environment : QList<Environment>(environments.all())) {
        bool changed = false;
        for (const KeyUse &use : uses) {
            QHash<QString, QUuid> *keys =
                use.environmentId == environment.id ? keysOf(environment, use.identity) : nullptr;
            if (!keys || (keys->contains(use.kindId) && keys->value(use.kindId) != from))
                continue;
            keys->insert(use.kindId, to);
            changed = true;
        }
        if (!changed)
            continue;
        if (const Result<void> written = environments.update(environment); !written)
            return written;
    }
    return {};
}

QString environmentNames(const EnvironmentStore &environments, const QList<KeyUse> &uses)
{
    QStringList names;
    for (const KeyUse &use : uses) {
        const std::optional<Environment> environment = environments.find(use.environmentId);
        if (environment && !names.contains(environment->name))
            names.append(environment->name);
    }
    return names.join(u", "_s);
}

/// All or nothing, in the database and in memory.
Result<void> together(const RotationWork &work, const std::function<Result<void>()> &change)
{
    const Result<void> done = work.database.transaction(change);
    if (!done) {
        std::ignore = work.keys.keys.refresh();
        std::ignore = work.keys.environments.refresh();
        std::ignore = work.rotations.load();
    }
    return done;
}

tl::unexpected<Error> noSuchKey()
{
    return failure(
        Error::Kind::NotFound,
        RotationWorkText::tr("One of the two keys does not exist any more. Nothing was switched."));
}

} // namespace

QList<KeyUse> usesOf(const EnvironmentStore &environments, const QUuid &keyId)
{
    QList<KeyUse> uses;
    for (const Environment &environment : environments.all()) {
        const auto collect = [&](const QString &identity, const QHash<QString, QUuid> &keys) {
            for (auto key = keys.begin(); key != keys.end(); ++key) {
                if (key.value() == keyId)
                    uses.append({environment.id, identity, key.key()});
            }
        };
        collect({}, environment.keys);
        for (const Identity &each : environment.identities)
            collect(each.name, each.keys);
    }
    return uses;
}

QList<QUuid> provingGrounds(const ApiKey &key, const EnvironmentStore &environments)
{
    QList<QUuid> grounds;
    for (const Environment &environment : environments.usedBy(key.id))
        grounds.append(environment.id);
    if (grounds.isEmpty()) {
        if (const std::optional<Environment> home = homeOf(key, environments))
            grounds.append(home->id);
    }
    return grounds;
}

QString nameBeside(const KeyStore &keys, const QString &name, const QString &word, const QUuid &except)
{
    const QString base = shortened(name);
    const auto isTaken = [&](const QString &candidate) {
        return std::ranges::any_of(
            keys.all(), [&](const ApiKey &key) { return key.id != except && key.name == candidate; });
    };
    QString candidate = u"%1 (%2)"_s.arg(base, word);
    for (int number = 2; isTaken(candidate) && number < 1000; ++number)
        candidate = u"%1 (%2 %3)"_s.arg(base, word).arg(number);
    return candidate;
}

Result<void> switchOver(const RotationWork &work, const Rotation &rotation)
{
    KeyStore &keys = work.keys.keys;
    return together(work, [&]() -> Result<void> {
        std::optional<ApiKey> before = keys.find(rotation.oldKeyId);
        std::optional<ApiKey> after = keys.find(rotation.newKeyId);
        if (!before || !after)
            return noSuchKey();
        Rotation now = rotation;
        now.step = Rotation::Step::Overlap;
        now.name = before->name;
        now.switched = usesOf(work.keys.environments, before->id);
        now.lastError.clear();

        after->name = before->name;
        after->origins = before->origins;
        after->rotateAfterDays = before->rotateAfterDays;
        after->setForm(before->form());
        after->oauth = before->oauth;
        before->name = nameBeside(keys, now.name,
                                  RotationWorkText::tr("old", "in the name of a key: CI (old)"), before->id);
        if (rotation.oldEnded) {
            before->status = ApiKey::Status::Revoked;
            // The number went over to the new token: revoking the old one by it would end the new one.
            if (after->remoteId.isEmpty())
                after->remoteId = before->remoteId;
            before->remoteId.clear();
        }
        const QString places = environmentNames(work.keys.environments, now.switched);
        return keys.update(*before)
            .and_then([&] { return keys.update(*after); })
            .and_then([&] { return reassign(work.keys.environments, now.switched, before->id, after->id); })
            .and_then([&] {
                return keys.addEvent(before->id, KeyAction::Rotated,
                                     places.isEmpty()
                                         ? RotationWorkText::tr("Replaced by a new key")
                                         : RotationWorkText::tr("Replaced by a new key in %1").arg(places));
            })
            .and_then([&] {
                return keys.addEvent(
                    after->id, KeyAction::Rotated,
                    RotationWorkText::tr("Proved, and took the place of “%1”").arg(before->name));
            })
            .and_then([&]() -> Result<void> {
                if (!rotation.oldEnded)
                    return work.rotations.write(now);
                return keys
                    .addEvent(before->id, KeyAction::Revoked,
                              RotationWorkText::tr("Ended at the provider when its token was renewed there"))
                    .and_then([&] { return work.rotations.remove(rotation.id); });
            });
    });
}

Result<void> switchBack(const RotationWork &work, const Rotation &rotation)
{
    KeyStore &keys = work.keys.keys;
    return together(work, [&]() -> Result<void> {
        std::optional<ApiKey> before = keys.find(rotation.oldKeyId);
        if (!before)
            return noSuchKey();
        std::optional<ApiKey> after = keys.find(rotation.newKeyId);
        if (after) {
            const QString name = after->name;
            after->name = nameBeside(
                keys, name, RotationWorkText::tr("new", "in the name of a key: CI (new)"), after->id);
            before->name = name;
            if (const Result<void> written = keys.update(*after); !written)
                return written;
        } else {
            before->name = rotation.name;
        }
        return keys.update(*before)
            .and_then([&] {
                return reassign(work.keys.environments, rotation.switched, rotation.newKeyId, before->id);
            })
            .and_then([&] {
                return keys.addEvent(
                    before->id, KeyAction::RevocationCancelled,
                    RotationWorkText::tr(
                        "The rotation was undone: it is used again, and will not be revoked"));
            })
            .and_then([&] {
                return after ? keys.addEvent(
                                   after->id, KeyAction::Rotated,
                                   RotationWorkText::tr("The rotation was undone: it is used no longer"))
                             : Result<void>();
            })
            .and_then([&] { return work.rotations.remove(rotation.id); });
    });
}

} // namespace keydesk
