#pragma once

#include "app/http/RequestSpec.h"
#include "app/providers/AuthExplainer.h"
#include "ui/UndoHistory.h"
#include "ui/setup/KeySetupDialog.h"

#include <QWidget>

#include <memory>

class QAction;
class QMimeData;

namespace keydesk {

class FilterHistory;
struct Core;
struct Error;
struct RequestAsCode;

/// The Console tab: requests and history at left, the request, the response. Sends with the current
/// environment.
class ConsolePage : public QWidget
{
    Q_OBJECT

public:
    ConsolePage(Core &core, QWidget *parent = nullptr);
    ~ConsolePage() override;

    /// Send, cancel, focus URL, find in body, next pane, clear: for the Request menu and the command palette.
    [[nodiscard]] QList<QAction *> requestActions() const;
    /// Of the expressions that answers are filtered with; before the first answer.
    void setFilterHistory(const std::shared_ptr<FilterHistory> &history);
    void open(const RequestSpec &request);
    [[nodiscard]] RequestSpec request() const;
    /// The requests that are open or were edited and name this very key ("GET /api/v1/agents").
    [[nodiscard]] QStringList requestsNaming(const QUuid &keyId) const;
    void send();
    void focusUrl();
    /// Asks for an OpenAPI file, or takes the one at `path`, and imports it.
    void importApi(const QString &path = {});
    /// Asks for a file and writes all of the history into it.
    void exportHistory();
    /// Requests of other tools become files of the folder of requests.
    void importRequests();
    /// Files and folders that were dropped on the window: as requests. What cannot be taken is said by `message`.
    void importDropped(const QMimeData &dropped);
    /// All requests of the folder, in the format of another tool.
    void exportRequests();

Q_SIGNALS:
    void newKeyRequested(const keydesk::NewKeyHints &hints);
    void openEnvironment(const QUuid &id);
    /// At a field of how it is connected.
    void openConnection(const QUuid &id, const QString &field);
    void openKey(const QUuid &id);
    void preferencesRequested();
    void unlockRequested(keydesk::SecretPlace place);
    void undoable(const keydesk::UndoStep &step);
    void message(const QString &text);
    void failed(const keydesk::Error &error);
    void codeRequested(const keydesk::RequestAsCode &code); ///< Copy as Code…
    void responseShown(); ///< the answer (or why there is none) is on screen

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace keydesk
