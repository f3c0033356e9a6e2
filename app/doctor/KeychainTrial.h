#pragma once

#include "app/base/Secret.h"
#include "app/doctor/Finding.h"

#include <QObject>
#include <QUuid>

namespace keydesk {

class SecretStore;

/// Writes an entry of its own into the keychain, reads it back, and removes it. UI thread.
class KeychainTrial : public QObject
{
    Q_OBJECT

public:
    explicit KeychainTrial(SecretStore &keychain, QObject *parent = nullptr);
    ~KeychainTrial() override;

    void start();
    /// Removes what it wrote, then `finished` follows.
    void cancel();

Q_SIGNALS:
    /// Once. A keychain that never answers: never.
    void finished(const keydesk::Finding &finding);

private:
    void readBack();
    void takeAway(const QString &trouble);
    void finish(const QString &trouble);

    SecretStore &m_keychain;
    const QUuid m_id;
    const Secret m_written;
    bool m_isEnding = false;
};

} // namespace keydesk
