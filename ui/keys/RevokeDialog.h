#pragma once

#include "app/base/Secret.h"
#include "app/keys/ApiKey.h"

#include <QDialog>

#include <memory>

class QLabel;
class QPushButton;

namespace keydesk {

class KeyService;
class TokenField;
struct Provider;

/// Revokes a key at its provider: names it and what will stop working, asks for a session token where the provider's API wants one. Stays open while it
/// works, says what went wrong, and closes when the key is revoked.
class RevokeDialog : public QDialog
{
    Q_OBJECT

public:
    RevokeDialog(const ApiKey &key, const Provider &provider, const QStringList &usedBy, KeyService &service, QWidget *parent = nullptr);

private:
    void revoke();

    KeyService &m_service;
    QUuid m_key;
    TokenField *m_session = nullptr;
    QLabel *m_state;
    QPushButton *m_revoke;
};

} // namespace keydesk
