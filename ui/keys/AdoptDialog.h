#pragma once

#include "app/keys/RemoteTokenService.h"

#include <QDialog>

class QComboBox;
class QLineEdit;
class QPushButton;
class QRadioButton;

namespace keydesk {

class RoleLabel;
class TokenField;

/// Makes a token of the provider's list known here: by pasting its value, which the provider will not show again, or by naming the key here that it
/// is. Closes when that is done.
class AdoptDialog : public QDialog
{
    Q_OBJECT

public:
    /// `unlinked`: the keys here that it may be. `likely`: the one that it probably is.
    AdoptDialog(const RemoteSource &source, const RemoteToken &token, const QList<ApiKey> &unlinked, const std::optional<QUuid> &likely,
                RemoteTokenService &service, QWidget *parent = nullptr);

private:
    void showState();
    void go();
    void failed(const Error &error);

    const RemoteSource m_source;
    const RemoteToken m_token;
    RemoteTokenService &m_service;
    QRadioButton *m_paste;
    QRadioButton *m_link;
    TokenField *m_value;
    QLineEdit *m_name;
    QComboBox *m_key;
    RoleLabel *m_state;
    QPushButton *m_go;
    bool m_busy = false;
};

} // namespace keydesk
