#pragma once

#include "app/keys/KeyWorkJob.h"
#include "app/keys/rotation/RotationStore.h"

namespace keydesk {

/// What the jobs of the RotationService work with.
struct RotationWork
{
    KeyWork keys;
    RotationStore &rotations;
    Database &database;
};

/// Where a key is used, whoever uses it there.
QList<KeyUse> usesOf(const EnvironmentStore &environments, const QUuid &keyId);
/// Where a key has to prove itself: the environments that use it; if there are none, the one that it belongs
/// to.
QList<QUuid> provingGrounds(const ApiKey &key, const EnvironmentStore &environments);

/// "CI (old)", or "CI (old 2)" if another key has that name; shortened so that it stays a name.
QString nameBeside(const KeyStore &keys, const QString &name, const QString &word, const QUuid &except);

/// One transaction: the new key takes over everywhere the old one is used, with its name, origins and
/// intervals; what the rotation says is then true. Of an old key that ended (`oldEnded`) nothing is left to
/// do, and the rotation is over.
Result<void> switchOver(const RotationWork &work, const Rotation &rotation);
/// One transaction: the old key is used again where the new one took over from it, and has its name back. The
/// rotation is over.
Result<void> switchBack(const RotationWork &work, const Rotation &rotation);

} // namespace keydesk
