#pragma once

#include "app/base/Background.h"
#include "app/interchange/collection/ImportRequests.h"
#include "ui/UndoHistory.h"

#include <QObject>

class QMimeData;

namespace keydesk {

struct Core;
class SavedRequests;

/// What comes into the console from files: requests of other tools, and OpenAPI descriptions for the list of requests. Opens the dialogs for
/// them over `page`, and puts what they imported into `saved`.
class Imports : public QObject
{
    Q_OBJECT

public:
    Imports(Core &core, SavedRequests &saved, QWidget &page);

    /// Asks for an OpenAPI file, or takes the one at `path`.
    void importApi(const QString &path = {});
    /// Requests of other tools become files of the folder of requests; empty: the dialog asks for files.
    void importRequests(const QStringList &paths = {});
    /// Files that were dropped: to be imported as requests. One that describes an API, on the list of the providers' requests, goes there.
    void take(const QMimeData &dropped, bool isOnCatalogues);

Q_SIGNALS:
    void message(const QString &text);

private:
    [[nodiscard]] std::optional<UndoRest> restOf(const QList<StoredCredential> &stored) const;
    Result<void> remove(const QList<StoredCredential> &stored);

    Core &m_core;
    SavedRequests &m_saved;
    QWidget &m_page;
    Background m_background; // last: its work refers to the others
};

} // namespace keydesk
