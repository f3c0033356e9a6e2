#pragma once

#include "app/keys/RemoteTokenService.h"

#include <QDialog>
#include <QTimer>

class QComboBox;
class QLineEdit;
class QPushButton;
class QStackedWidget;
class QTableView;

namespace keydesk {

class EmptyState;
class RemoteSourceBar;
class RemoteTokenFilter;
class RemoteTokensModel;
class RoleLabel;
class Settings;

/// “At the Provider”: a provider's list of tokens beside the keys here: which are known, which nobody here holds, which are gone; and what can be
/// done about many of them at once. The list as it was last seen is there offline, with its age.
class RemoteTokensDialog : public QDialog
{
    Q_OBJECT

public:
    RemoteTokensDialog(RemoteTokenService &service, const KeyStore &keys, const EnvironmentStore &environments, Settings &settings,
                       QWidget *parent = nullptr);

    void select(const RemoteSource &source);

protected:
    void done(int result) override; ///< however it is closed

private:
    QWidget *makeFilters();
    QWidget *makeTable();
    QWidget *makeActions();
    void refresh();
    void fetched(const Result<RemoteTokens> &outcome);
    void showList();
    void showAge();
    void showSelection();
    void adopt();
    [[nodiscard]] QList<Reconciled> selected() const;

    RemoteTokenService &m_service;
    const EnvironmentStore &m_environments;
    Settings &m_settings;
    RemoteSourceBar *m_bar;
    RoleLabel *m_age;
    QLineEdit *m_search;
    QComboBox *m_show;
    QStackedWidget *m_pages;
    EmptyState *m_empty;
    QTableView *m_table;
    RemoteTokensModel *m_model;
    RemoteTokenFilter *m_filter;
    RoleLabel *m_count;
    QPushButton *m_adopt;
    QPushButton *m_revoke;
    QPushButton *m_mark;
    QPushButton *m_forget;
    QTimer m_later;  // many keys may change at once
    QTimer m_minute; // the age grows
    ListTokensJob *m_job = nullptr;
    QString m_problem; // of the last attempt, where no list remembers it
};

} // namespace keydesk
