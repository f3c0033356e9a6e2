#pragma once

#include "app/environments/Environment.h"
#include "app/keys/AuditTrail.h"

#include <QObject>

namespace keydesk {

class EnvironmentStore;
class KeyStore;

/// That an environment began to use a key, or ceased to.
struct EnvironmentUse
{
    QUuid keyId;
    KeyAction action = KeyAction::Bound; ///< or Unbound
    QString what;                        ///< "Used by the environment “Production” as “read only”"

    bool operator==(const EnvironmentUse &) const = default;
};

/// What the change of an environment means for keys: first those that it uses no longer. A new name, of the
/// environment or of an identity, means nothing; a key that stays with somebody under another kind neither.
QList<EnvironmentUse> environmentUses(const Environment &before, const Environment &after);

/// Writes into the audit trail of each key which environments use it, whoever decided that: the environment's
/// page, the setup, an import, a rotation, an undo. Another process writes its own.
class EnvironmentTrail : public QObject
{
    Q_OBJECT

public:
    EnvironmentTrail(const EnvironmentStore &environments, KeyStore &keys, QObject *parent = nullptr);

private:
    void note(const Environment &before, const Environment &after);

    KeyStore &m_keys;
};

} // namespace keydesk
