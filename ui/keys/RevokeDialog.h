#pragma once

#include "app/keys/RevokeAdvice.h"

#include <QDialog>
#include <QPointer>

class QLabel;
class QPushButton;

namespace keydesk {

class KeyJob;
class KeyService;
class SessionField;
struct Provider;

/// Revokes a key at its provider: names it and what will stop working, asks for a session token where the provider's API wants one. Stays open while it
/// works, says what went wrong, and closes when the key is revoked. Closing it while it works stops the work and waits for what became of it.
class RevokeDialog : public QDialog
{
    Q_OBJECT

public:
    RevokeDialog(const ApiKey &key, const Provider &provider, const RevokeAdvice &advice, KeyService &service, QWidget *parent = nullptr);

    void reject() override;

private:
    void revoke();
    void setRunning(bool running);

    KeyService &m_service;
    const ApiKey m_key;
    SessionField *m_session = nullptr;
    QLabel *m_state;
    QPushButton *m_revoke;
    QPushButton *m_cancel;
    QPointer<KeyJob> m_job;
};

} // namespace keydesk
