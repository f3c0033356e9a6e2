#pragma once

#include "app/keys/CheckAllJob.h"
#include "ui/setup/KeySetupDialog.h"

#include <QPointer>
#include <QWidget>

class QHBoxLayout;
class QLabel;
class QProgressBar;
class QPushButton;
class QTableView;

namespace keydesk {

class EnvironmentStore;
class KeyGridModel;
class KeyService;
class KeyStore;
class ProviderCatalog;
class KeyRing;

/// Environments × kinds of key at a glance: status, age, expiry and last check in each cell, gaps stand out. Checks all keys, with progress
/// and a way to stop. Enter opens the key of a cell or adds one to a gap.
class KeyGrid : public QWidget
{
    Q_OBJECT

public:
    KeyGrid(KeyStore &keys, EnvironmentStore &environments, KeyService &service, const ProviderCatalog &providers, const KeyRing &ring,
            QWidget *parent = nullptr);

    /// Puts a widget of the owner's between the summary and the buttons.
    void addToTop(QWidget *widget);
    /// Checks every key of every environment; does nothing while that is going on.
    void checkAll();

Q_SIGNALS:
    void openKey(const QUuid &id);
    void openEnvironment(const QUuid &id);
    void newKeyRequested(const keydesk::NewKeyHints &hints);
    void message(const QString &text);
    void failed(const keydesk::Error &error);

private:
    void activate(const QModelIndex &index);
    void showMenu(const QPoint &place);
    void checkCell(const QModelIndex &index);
    void run(const QList<KeyPlace> &places);
    void showSummary();
    [[nodiscard]] static NewKeyHints hintsOf(const QModelIndex &index, const EnvironmentStore &environments);

    EnvironmentStore &m_environments;
    KeyService &m_service;
    KeyGridModel *m_model;
    QTableView *m_table;
    QHBoxLayout *m_top;
    QLabel *m_summary;
    QProgressBar *m_progress;
    QPushButton *m_cancel;
    QPushButton *m_checkAll;
    QPointer<CheckAllJob> m_job;
};

} // namespace keydesk
