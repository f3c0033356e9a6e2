#pragma once

#include "app/keys/RemoteTokenService.h"

#include <QDialog>

class QLabel;
class QListView;
class QProgressBar;
class QPushButton;
class QStringListModel;

namespace keydesk {

class RoleLabel;

/// What is about to happen to many tokens or keys, one line each, before it happens; then how it went. Revokes at the provider, forgets keys here,
/// or marks them as revoked. Nothing happens before the button is pressed.
class RemoteActionDialog : public QDialog
{
    Q_OBJECT

public:
    enum class Action { Revoke, Forget, MarkRevoked };

    /// `rows` are those that the action is for. `session` may be empty where none is wanted.
    RemoteActionDialog(Action action, const RemoteSource &source, const QList<Reconciled> &rows, RemoteTokenService &service,
                       const EnvironmentStore &environments, const SignIn &session, QWidget *parent = nullptr);

    /// Which rows an action can be for.
    [[nodiscard]] static bool suits(Action action, const Reconciled &row);

    void reject() override; ///< while it works: stops it

private:
    void run();
    void runHere();
    void runThere();
    void ended(const RevokeTokensJob::Summary &summary);
    void setLine(int row, const QString &outcome);
    [[nodiscard]] QString title() const;
    [[nodiscard]] QString consequence(const Reconciled &row) const;

    const Action m_action;
    const RemoteSource m_source;
    const QList<Reconciled> m_rows;
    RemoteTokenService &m_service;
    const EnvironmentStore &m_environments;
    SignIn m_session;
    RevokeTokensJob *m_job = nullptr;
    int m_done = 0;
    RoleLabel *m_state;
    QListView *m_list;
    QStringListModel *m_lines;
    QProgressBar *m_progress;
    QPushButton *m_go;
    QPushButton *m_close;
};

} // namespace keydesk
