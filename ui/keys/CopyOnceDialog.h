#pragma once

#include "app/base/Secret.h"
#include "app/keys/ApiKey.h"

#include <QDialog>

class QLabel;

namespace keydesk {

class Clipboard;
class TokenField;

/// Shows a new token once: masked until revealed, Copy with a countdown, where it is already stored, Done. Wipes its copy when closed.
class CopyOnceDialog : public QDialog
{
    Q_OBJECT

public:
    CopyOnceDialog(const ApiKey &key, const QString &providerName, const Secret &token, Clipboard &clipboard, QWidget *parent = nullptr);

private:
    void showCountdown(int seconds);

    Clipboard &m_clipboard;
    TokenField *m_token;
    QLabel *m_countdown;
};

} // namespace keydesk
