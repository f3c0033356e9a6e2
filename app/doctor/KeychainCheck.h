#pragma once

#include "app/doctor/DatabaseCheck.h"
#include "app/doctor/Finding.h"
#include "app/keys/SecretService.h"

#include <QObject>

namespace keydesk {

class SecretStore;

/// Asks for the system keychain and compares what lies in it with the keys that there are. Reads no token. UI
/// thread.
class KeychainCheck : public QObject
{
    Q_OBJECT

public:
    /// `keychain`: what lists the entries. `rows`: nothing if it is not known which keys there are.
    /// `patience`: the longest wait for one answer.
    KeychainCheck(SecretStore &keychain, std::optional<StoredRows> rows, bool hasSealedFile,
                  std::chrono::milliseconds patience, QObject *parent = nullptr);

    void start();

Q_SIGNALS:
    void found(const keydesk::Finding &finding);
    /// Once, later than `start`.
    void finished();

private:
    void answered(SecretService::Answer answer);
    void listed(const QList<QUuid> &entries);
    [[nodiscard]] bool isNeeded() const;

    SecretStore &m_keychain;
    const std::optional<StoredRows> m_rows;
    const bool m_hasSealedFile;
    SecretService m_service;
};

} // namespace keydesk
