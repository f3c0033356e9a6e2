#pragma once

#include "app/keys/SecretStore.h"

#include <map>

namespace keydesk {

/// Holds tokens in memory until Keydesk ends (SECURITY S5). Always available.
class SessionStore : public SecretStore
{
    Q_OBJECT

public:
    explicit SessionStore(QObject *parent = nullptr);

    void read(const QUuid &id, QObject *guard, ReadDone done) override;
    void write(const QUuid &id, const Secret &secret, QObject *guard, Done done) override;
    void remove(const QUuid &id, QObject *guard, Done done) override;
    void list(QObject *guard, ListDone done) override;
    void probe() override {}
    void unlock(QObject *guard, Done done) override;
    [[nodiscard]] QString describe() const override;

private:
    std::map<QUuid, Secret> m_secrets;
};

} // namespace keydesk
