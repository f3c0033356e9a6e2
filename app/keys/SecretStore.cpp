#include "app/keys/SecretStore.h"

namespace keydesk {

void SecretStore::setState(State state)
{
    if (m_state == state)
        return;
    m_state = state;
    Q_EMIT stateChanged(state);
}

} // namespace keydesk
