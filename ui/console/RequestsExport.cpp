#include "ui/console/RequestsExport.h"

#include "app/Core.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QProgressDialog>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

QList<CollectionFormatInfo> writableFormats()
{
    QList<CollectionFormatInfo> formats = collectionFormats();
    formats.removeIf(
        [](const CollectionFormatInfo &format) { return !format.isWritable || !format.hasRequests; });
    return formats;
}

/// "har" of "*.har".
QString suffixOf(const CollectionFormatInfo &format)
{
    return format.files.first().section(u'.', -1);
}

} // namespace

RequestsExport::RequestsExport(Core &core, QWidget &window)
    : QObject(&window)
    , m_core(core)
    , m_window(window)
{
}

RequestsExport::~RequestsExport()
{
    if (m_cancelled)
        *m_cancelled = true; // what still works ends soon, and is waited for
}

void RequestsExport::ask(const QString &path)
{
    if (path.isEmpty()) {
        Q_EMIT message(tr("No folder of requests is open, so there is nothing to export. Request → Open Folder of Requests… opens one."));
        return;
    }
    const QList<CollectionFormatInfo> formats = writableFormats();
    QStringList filters;
    for (const CollectionFormatInfo &format : formats)
        filters.append(fileFilter(format));
    auto *dialog = new QFileDialog(&m_window, tr("Export Requests of %1").arg(QFileInfo(path).fileName()), QDir::homePath());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters(filters);
    dialog->setDefaultSuffix(suffixOf(formats.first()));
    dialog->setLabelText(QFileDialog::FileType, tr("Format:"));
    dialog->selectFile(QFileInfo(path).completeBaseName());
    const auto chosen = [dialog, formats, filters] { return formats.at(std::max<qsizetype>(0, filters.indexOf(dialog->selectedNameFilter()))); };
    connect(dialog, &QFileDialog::filterSelected, dialog, [dialog, chosen] { dialog->setDefaultSuffix(suffixOf(chosen())); });
    connect(dialog, &QFileDialog::fileSelected, this,
            [this, path, chosen](const QString &target) { exportTo(path, chosen().format, target); });
    dialog->open();
}

void RequestsExport::exportTo(const QString &path, CollectionFormat format, const QString &target)
{
    if (m_cancelled)
        *m_cancelled = true;
    const auto cancelled = std::make_shared<std::atomic_bool>(false);
    m_cancelled = cancelled;
    auto *shown = new QProgressDialog(tr("Exporting the requests…"), tr("Cancel"), 0, 0, &m_window);
    shown->setWindowTitle(tr("Export Requests"));
    shown->setMinimumDuration(300);
    connect(shown, &QProgressDialog::canceled, this, [cancelled] { *cancelled = true; });
    m_background.run(
        this,
        [path, format, target, cancelled, &redactor = std::as_const(m_core.redactor), patterns = tokenPatterns(m_core.providers)] {
            return exportRequests(path, format, target, redactor, patterns, *cancelled);
        },
        [this, target, shown](const Result<ExportedRequests> &exported) {
            shown->deleteLater();
            tell(target, exported);
        });
}

void RequestsExport::tell(const QString &target, const Result<ExportedRequests> &exported)
{
    if (!exported && exported.error().kind == Error::Kind::Cancelled) {
        Q_EMIT message(exported.error().message);
        return;
    }
    if (!exported) {
        Q_EMIT failed(exported.error());
        return;
    }
    QString text = tr("%n request(s) were written to %1, without secrets.", nullptr, exported->requests).arg(QDir::toNativeSeparators(target));
    if (!exported->notes.isEmpty()) {
        const ImportNote &first = exported->notes.first();
        text += u' ' + tr("%n thing(s) are not there as they were. The first: %1: %2", nullptr, static_cast<int>(exported->notes.size()))
                           .arg(first.place, first.text);
    }
    Q_EMIT message(text);
}

} // namespace keydesk
