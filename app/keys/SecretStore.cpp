#include "app/keys/SecretStore.h"

#include "app/base/Guarded.h"

namespace keydesk {

void SecretStore::list(QObject *guard, ListDone done)
{
    later(guard, [done = std::move(done)] {
        done(failure(Error::Kind::Unsupported, tr("This keychain does not tell which entries it holds.")));
    });
}

void SecretStore::setState(State state)
{
    if (m_state == state)
        return;
    m_state = state;
    Q_EMIT stateChanged(state);
}

} // namespace keydesk
