#pragma once

#include "app/keys/KeyRing.h"

#include <QObject>

namespace keydesk {

class EnvironmentStore;
struct Environment;

/// Variables of an environment whose values lie where tokens lie: each is a key of the kind `secretVariableKind`, bound to the origin of the
/// environment's base URL, and the default identity's. The old value is let go of only when the new one was stored, read back and taken. UI thread.
class SecretVariables : public QObject
{
    Q_OBJECT

public:
    using Done = std::function<void(Result<void>)>;

    SecretVariables(EnvironmentStore &environments, KeyStore &keys, KeyRing &ring, QObject *parent = nullptr);

    /// A name that {{…}} can say; and no other variable of the environment has it, but the one that is called `renamed`.
    static Result<QString> checkName(const Environment &environment, const QString &name, const QString &renamed = {});

    /// Gives the variable this value. A plain variable of the name is taken away: its value is in no file afterwards, but for calls in the history.
    /// `done` hears it once, later, unless `guard` died; the value is stored all the same.
    void set(const QUuid &environmentId, const QString &name, std::shared_ptr<const Secret> value, QObject *guard, Done done);
    Result<void> rename(const QUuid &environmentId, const QString &name, const QString &newName);
    /// With its value, unless another place uses that.
    Result<void> remove(const QUuid &environmentId, const QString &name);

private:
    Result<void> take(const QUuid &environmentId, const QString &name, const ApiKey &key);
    void letGo(const QUuid &keyId);

    EnvironmentStore &m_environments;
    KeyStore &m_keys;
    KeyRing &m_ring;
};

} // namespace keydesk
