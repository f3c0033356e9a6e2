#pragma once

#include "app/base/Error.h"

#include <QDialog>

class QCheckBox;
class QPushButton;

namespace keydesk {

class RoleLabel;
class SealedStore;
class TokenField;

/// Asks for the sealed file's passphrase: to make the file, to unlock it, or to change it. Does it itself and
/// is accepted when it is done; what goes wrong is said here, and can be tried again.
class PassphraseDialog : public QDialog
{
    Q_OBJECT

public:
    enum class Purpose { Create, Unlock, Change };

    PassphraseDialog(SealedStore &store, Purpose purpose, QWidget *parent = nullptr);

protected:
    void showEvent(QShowEvent *event) override;

private:
    TokenField *addField(const QString &label);
    void edited();
    void apply();
    void applied(const Result<void> &outcome);
    void say(const QString &text, bool trouble);
    [[nodiscard]] QString problem() const;

    SealedStore &m_store;
    const Purpose m_purpose;
    TokenField *m_old = nullptr;
    TokenField *m_new = nullptr;
    TokenField *m_again = nullptr;
    QCheckBox *m_understood = nullptr;
    RoleLabel *m_words;
    QPushButton *m_apply;
    bool m_working = false;
};

} // namespace keydesk
