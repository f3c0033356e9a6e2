#include "ui/console/HarExport.h"

#include "app/interchange/har/HistoryExport.h"

#include <QDir>
#include <QFileDialog>
#include <QLocale>
#include <QProgressDialog>

namespace keydesk {

using namespace Qt::StringLiterals;

HarExport::HarExport(HistoryStore &history, QWidget &window)
    : QObject(&window)
    , m_history(history)
    , m_window(window)
{
}

void HarExport::ask(const QList<qint64> &ids)
{
    askWhere([ids](HistoryExport &job) {
        if (ids.isEmpty())
            job.start();
        else
            job.start(ids);
    });
}

void HarExport::askFound(const HistoryQuery &query)
{
    askWhere([query](HistoryExport &job) { job.start(query); });
}

void HarExport::askWhere(const std::function<void(HistoryExport &)> &start)
{
    auto *dialog = new QFileDialog(&m_window, tr("Export History as HAR"), QDir::homePath(), tr("HTTP Archives (*.har)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(u"har"_s);
    dialog->selectFile(u"keydesk.har"_s);
    connect(dialog, &QFileDialog::fileSelected, this, [this, start](const QString &path) { exportTo(path, start); });
    dialog->open();
}

void HarExport::exportTo(const QString &path, const std::function<void(HistoryExport &)> &start)
{
    auto *job = new HistoryExport(m_history, path, this);
    auto *shown = new QProgressDialog(tr("Exporting the history…"), tr("Cancel"), 0, 0, &m_window);
    shown->setWindowTitle(tr("Export History as HAR"));
    shown->setMinimumDuration(300);
    shown->setAutoClose(false);
    shown->setAutoReset(false);
    connect(shown, &QProgressDialog::canceled, job, &HistoryExport::cancel);
    connect(job, &HistoryExport::progress, shown, [shown](qint64 done, qint64 total) {
        // Of a search, nobody knows how much it finds before the end.
        shown->setMaximum(static_cast<int>(qMin<qint64>(total, 1'000'000'000)));
        shown->setLabelText(tr("Exporting the history… %1 calls").arg(QLocale().toString(done)));
        shown->setValue(static_cast<int>(qMin<qint64>(done, 1'000'000'000)));
    });
    connect(job, &HistoryExport::finished, this, [this, job, shown, path](const Result<qint64> &written) {
        shown->deleteLater();
        job->deleteLater();
        if (written)
            Q_EMIT message(tr("%n calls were written to %1. They are redacted.", nullptr, static_cast<int>(*written)).arg(path));
        else if (written.error().kind == Error::Kind::Cancelled)
            Q_EMIT message(written.error().message);
        else
            Q_EMIT failed(written.error());
    });
    start(*job);
}

} // namespace keydesk
