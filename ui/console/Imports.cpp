#include "ui/console/Imports.h"

#include "app/Core.h"
#include "app/interchange/SourceFile.h"
#include "app/keys/SecretVariables.h"
#include "app/workspace/DiskSteps.h"
#include "ui/console/ImportApiDialog.h"
#include "ui/console/ImportRequestsDialog.h"
#include "ui/console/SavedRequests.h"
#include "ui/keys/ImportStart.h"

#include <QFileDialog>
#include <QMimeData>
#include <QPointer>

namespace keydesk {

namespace {

bool describesApi(const QString &path)
{
    const auto file = readSourceFile(path, collectionFileLimit);
    return file && guessFormat(bytesOf(*file), path) == CollectionFormat::OpenApi;
}

} // namespace

Imports::Imports(Core &core, SavedRequests &saved, QWidget &page)
    : QObject(&page)
    , m_core(core)
    , m_saved(saved)
    , m_page(page)
{
}

void Imports::importApi(const QString &path)
{
    if (path.isEmpty()) {
        QFileDialog *files = ImportApiDialog::makeFileDialog(&m_page);
        connect(files, &QFileDialog::fileSelected, this, &Imports::importApi);
        files->open();
        return;
    }
    auto *dialog = new ImportApiDialog(m_core, path, &m_page);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &ImportApiDialog::imported, this, &Imports::message);
    dialog->open();
}

void Imports::importRequests(const QStringList &paths)
{
    auto *dialog = m_page.findChild<ImportRequestsDialog *>();
    if (!dialog) {
        dialog = new ImportRequestsDialog(m_core, &m_page);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        connect(dialog, &ImportRequestsDialog::imported, this,
                [this](const FileChange &change, const QList<StoredCredential> &stored, const QString &folder, const QString &text) {
                    m_saved.take(change, folder, [this, stored] { return restOf(stored); });
                    if (text != change.step.message)
                        Q_EMIT message(text);
                });
        dialog->open();
    }
    if (!paths.isEmpty() && dialog->isIdle())
        dialog->readPaths(paths);
}

void Imports::take(const QMimeData &dropped, bool isOnCatalogues)
{
    const QStringList paths = localFiles(dropped);
    if (paths.isEmpty() || paths.size() < dropped.urls().size()) {
        Q_EMIT message(tr("Only files and folders of this computer can be dropped here. Save what lies elsewhere to a file first."));
        return;
    }
    if (!isOnCatalogues || paths.size() > 1) {
        importRequests(paths);
        return;
    }
    m_background.run(
        this, [path = paths.first()] { return describesApi(path); },
        [this, paths](bool isApi) {
            if (isApi)
                importApi(paths.first());
            else
                importRequests(paths);
        });
}

/// Files are taken back at once; a token would be lost for good.
std::optional<UndoRest> Imports::restOf(const QList<StoredCredential> &stored) const
{
    const QList<StoredCredential> still = stillStored(stored, *m_core.environments);
    if (still.isEmpty())
        return std::nullopt;
    return UndoRest{tr("These secret variables, which it stored in the keychain, stay: %1.").arg(namesOf(still, *m_core.environments)),
                    tr("Remove Them"), tr("The secret variables of the import are removed."),
                    [imports = QPointer(const_cast<Imports *>(this)), still] { return imports ? imports->remove(still) : Result<void>(); }};
}

Result<void> Imports::remove(const QList<StoredCredential> &stored)
{
    for (const StoredCredential &each : stillStored(stored, *m_core.environments)) {
        if (const Result<void> removed = m_core.secretVariables->remove(each.environment, each.variable); !removed)
            return removed;
    }
    return {};
}

} // namespace keydesk
