#pragma once

#include "app/keys/RemoteTokenStore.h"
#include "app/keys/SignIn.h"

#include <QWidget>

#include <optional>

class QComboBox;
class QFormLayout;
class QLineEdit;
class QPushButton;

namespace keydesk {

class RemoteTokenService;
class SessionField;

/// Where a provider's list is asked for, what its API must be told besides, and the session token that it wants; Refresh and Stop.
class RemoteSourceBar : public QWidget
{
    Q_OBJECT

public:
    explicit RemoteSourceBar(RemoteTokenService &service, QWidget *parent = nullptr);

    [[nodiscard]] std::optional<RemoteSource> source() const;
    void select(const RemoteSource &source);
    /// Empty where nothing is chosen or typed. What was typed is held until the window closes.
    [[nodiscard]] SignIn session() const;
    /// Other stored keys may be able to sign in now.
    void offerSessionKeys();
    [[nodiscard]] bool wantsSession() const { return m_session != nullptr; }
    /// Writes what the API must be told into the environment.
    Result<void> keepVariables();
    void setBusy(bool busy);

Q_SIGNALS:
    void sourceChanged();
    void refreshRequested();
    void stopRequested();
    void sessionEdited();

private:
    void fill();
    void showFields();
    void showState();

    RemoteTokenService &m_service;
    QComboBox *m_where;
    QFormLayout *m_form;
    QPushButton *m_refresh;
    QPushButton *m_stop;
    QList<std::pair<QString, QLineEdit *>> m_variables; // by name
    SessionField *m_session = nullptr;
    bool m_busy = false;
};

} // namespace keydesk
