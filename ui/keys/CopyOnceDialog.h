#pragma once

#include "app/base/Secret.h"
#include "app/keys/ApiKey.h"

#include <QDialog>

namespace keydesk {

class Clipboard;
class FactsCard;
class TokenField;

/// Shows a new token once: masked until revealed, Copy with a countdown, where it is already stored, Done.
/// Wipes its copy when closed.
class CopyOnceDialog : public QDialog
{
    Q_OBJECT

public:
    CopyOnceDialog(const ApiKey &key, const QString &providerName, const Secret &token, Clipboard &clipboard,
                   QWidget *parent = nullptr);

    void done(int result) override;

Q_SIGNALS:
    void copied(); ///< the token is on the clipboard

private:
    QWidget *makeHeading(const QString &providerName);
    void copy();
    void showFacts();

    const ApiKey m_key;
    Clipboard &m_clipboard;
    TokenField *m_token;
    FactsCard *m_facts;
    bool m_copied = false;
    int m_seconds = 0; // until the clipboard is cleared
};

} // namespace keydesk
