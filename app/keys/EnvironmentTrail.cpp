#include "app/keys/EnvironmentTrail.h"

#include "app/base/Log.h"
#include "app/environments/EnvironmentStore.h"
#include "app/keys/KeyStore.h"

namespace keydesk {

namespace {

/// The keys that each identity has, none twice: of the default one, then of the others in their order.
QList<QList<QUuid>> keysOfEach(const Environment &environment)
{
    const auto inOrder = [](const QHash<QString, QUuid> &keys) {
        QStringList kinds = keys.keys();
        kinds.sort();
        QList<QUuid> ids;
        for (const QString &kind : std::as_const(kinds)) {
            if (!ids.contains(keys.value(kind)))
                ids.append(keys.value(kind));
        }
        return ids;
    };
    QList<QList<QUuid>> all{inOrder(environment.keys)};
    for (const Identity &each : environment.identities)
        all.append(inOrder(each.keys));
    return all;
}

QStringList namesOfEach(const Environment &environment)
{
    QStringList names{QString()};
    for (const Identity &each : environment.identities)
        names.append(each.name);
    return names;
}

/// Where somebody of `one` is found in `other`; -1: nowhere. When as many are there and the name is not, the
/// one in its place was renamed.
qsizetype placeIn(const QStringList &other, const QStringList &one, qsizetype place)
{
    const qsizetype found = other.indexOf(one.at(place));
    return found < 0 && other.size() == one.size() && !one.contains(other.at(place)) ? place : found;
}

QString words(KeyAction action, const QString &environment, const QString &identity)
{
    if (action == KeyAction::Bound)
        return identity.isEmpty()
                   ? EnvironmentTrail::tr("Used by the environment “%1”").arg(environment)
                   : EnvironmentTrail::tr("Used by the environment “%1” as “%2”").arg(environment, identity);
    return identity.isEmpty()
               ? EnvironmentTrail::tr("No longer used by the environment “%1”").arg(environment)
               : EnvironmentTrail::tr("No longer used by the environment “%1” as “%2”")
                     .arg(environment, identity);
}

/// What `one` uses and `other` does not.
QList<EnvironmentUse> onlyIn(const Environment &one, const Environment &other, KeyAction action)
{
    const QStringList names = namesOfEach(one);
    const QStringList otherNames = namesOfEach(other);
    const QList<QList<QUuid>> keys = keysOfEach(one);
    const QList<QList<QUuid>> otherKeys = keysOfEach(other);
    QList<EnvironmentUse> uses;
    for (qsizetype each = 0; each < names.size(); ++each) {
        const qsizetype there = placeIn(otherNames, names, each);
        for (const QUuid &key : keys.at(each)) {
            if (there < 0 || !otherKeys.at(there).contains(key))
                uses.append({key, action, words(action, one.name, names.at(each))});
        }
    }
    return uses;
}

} // namespace

QList<EnvironmentUse> environmentUses(const Environment &before, const Environment &after)
{
    return onlyIn(before, after, KeyAction::Unbound) + onlyIn(after, before, KeyAction::Bound);
}

EnvironmentTrail::EnvironmentTrail(const EnvironmentStore &environments, KeyStore &keys, QObject *parent)
    : QObject(parent)
    , m_keys(keys)
{
    connect(&environments, &EnvironmentStore::keysChanged, this, &EnvironmentTrail::note);
}

void EnvironmentTrail::note(const Environment &before, const Environment &after)
{
    for (const EnvironmentUse &use : environmentUses(before, after)) {
        const Result<void> noted = m_keys.addEvent(use.keyId, use.action, use.what);
        if (!noted && noted.error().kind != Error::Kind::NotFound) // it was deleted, which says it all
            qCWarning(lcKeys) << "an event was not noted:" << noted.error().detail;
    }
}

} // namespace keydesk
