#pragma once

#include "app/base/Error.h"
#include "app/history/HistoryQuery.h"
#include "app/http/RequestSpec.h"
#include "ui/UndoHistory.h"
#include "ui/console/PaneParts.h"

class QLineEdit;
class QMimeData;
class QModelIndex;
class QStackedWidget;
class QTabBar;
class QTreeView;

namespace keydesk {

class EnvironmentStore;
class HistoryPane;
class HistoryStore;
class CatalogueStore;
class ProviderCatalog;
class RequestFilter;
class RequestsModel;
class SavedRequests;
class Settings;
class Workspace;

/// The pane at left: the providers' requests as a tree, and the calls that were made.
class SidePanel : public Pane
{
    Q_OBJECT

public:
    SidePanel(const ProviderCatalog &providers, CatalogueStore &catalogues,
              const EnvironmentStore &environments, HistoryStore &history, Workspace &workspace, Settings &settings,
              QWidget *parent = nullptr);

    [[nodiscard]] SavedRequests &saved() const { return *m_saved; }

    /// Unfolds a provider, so that its requests can be seen.
    void unfold(const QString &providerId);
    void focusInside();

Q_SIGNALS:
    /// `id` is the same for the same request, whenever it is opened.
    void requestOpened(const QString &id, const QString &providerId, const keydesk::RequestSpec &request);
    void callOpened(qint64 id, bool sendAgain); ///< this and what follows: see HistoryPane
    void codeRequested(qint64 id);
    /// A call was chosen that cannot be made: why.
    void explained(const QString &text);
    void importRequested();                    ///< an OpenAPI file is to be chosen
    void dropped(const QMimeData &mime, bool isOnCatalogues); ///< on one of the trees: files or addresses
    void exportRequested(const QList<qint64> &ids);
    void exportFoundRequested(const keydesk::HistoryQuery &query);
    void compareRequested(qint64 one, qint64 other);
    void compareWithShownRequested(qint64 id);
    void undoable(const keydesk::UndoStep &step);
    void failed(const keydesk::Error &error);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    enum Tab { RequestsTab, HistoryTab };

    QWidget *makeRequests(const ProviderCatalog &providers, Workspace &workspace);
    QWidget *makeHistory(const EnvironmentStore &environments, HistoryStore &history, Settings &settings);
    QLineEdit *makeSearch(const QString &hint);
    void openRequest(const QModelIndex &index);
    void showRequestMenu(const QPoint &position);
    void askToRemove(const QString &catalogueId, const QString &name);

    CatalogueStore &m_catalogues;
    SavedRequests *m_saved;
    QTabBar *m_tabs;
    QStackedWidget *m_pages;
    RequestsModel *m_requests = nullptr;
    RequestFilter *m_found = nullptr;
    QTreeView *m_tree = nullptr;
    HistoryPane *m_calls = nullptr;
    QString m_unfolded; // the provider whose requests are shown when nothing is searched for
};

} // namespace keydesk
