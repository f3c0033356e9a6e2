#include "app/keys/SessionStore.h"

#include "app/base/Guarded.h"

#include <QPointer>

namespace keydesk {

SessionStore::SessionStore(QObject *parent)
    : SecretStore(parent)
{
    setState(State::Available);
}

void SessionStore::read(const QUuid &id, QObject *guard, ReadDone done)
{
    later(guard, [this, store = QPointer(this), id, done = std::move(done)] {
        if (!store)
            return;
        const auto found = m_secrets.find(id);
        if (found == m_secrets.end())
            done(failure(Error::Kind::NotFound, tr("This session holds no such token.")));
        else
            done(found->second.copy());
    });
}

void SessionStore::write(const QUuid &id, const Secret &secret, QObject *guard, Done done)
{
    m_secrets.insert_or_assign(id, secret.copy());
    later(guard, [done = std::move(done)] { done({}); });
}

void SessionStore::remove(const QUuid &id, QObject *guard, Done done)
{
    m_secrets.erase(id);
    later(guard, [done = std::move(done)] { done({}); });
}

void SessionStore::list(QObject *guard, ListDone done)
{
    QList<QUuid> ids;
    for (const auto &[id, secret] : m_secrets)
        ids.append(id);
    later(guard, [ids, done = std::move(done)] { done(ids); });
}

void SessionStore::unlock(QObject *guard, Done done)
{
    later(guard, [done = std::move(done)] { done({}); });
}

QString SessionStore::describe() const
{
    return tr("Keys are held in memory and are gone when Keydesk ends.");
}

} // namespace keydesk
