#pragma once

#include "app/base/Error.h"
#include "app/base/Secret.h"
#include "app/http/KeyForm.h"
#include "app/http/Origin.h"

#include <QList>
#include <QObject>
#include <QUuid>

#include <functional>
#include <optional>

namespace keydesk {

/// Where a key may go and how it is written there.
struct KeyBinding
{
    QString keyName;
    KeyForm form;
    QList<Origin> origins;
};

/// What HttpClient asks for a token. Implemented by KeyRing.
class TokenSource
{
public:
    using Done = std::function<void(Result<Secret>)>;

    virtual ~TokenSource() = default;
    /// Nothing if there is no such key.
    [[nodiscard]] virtual std::optional<KeyBinding> binding(const QUuid &keyId) const = 0;
    /// Never calls back inside the call, at most once, not after `guard` dies; may never call back.
    virtual void readToken(const QUuid &keyId, QObject *guard, Done done) = 0;
    /// The same on behalf of an environment: what has to be fetched first is fetched as that one is connected.
    virtual void readTokenFor(const std::optional<QUuid> & /*environmentId*/, const QUuid &keyId, QObject *guard, Done done)
    {
        readToken(keyId, guard, std::move(done));
    }
};

} // namespace keydesk
