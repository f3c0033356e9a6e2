#include "ui/leaks/LeakCheckDialog.h"

#include "app/Core.h"
#include "app/leaks/LeakList.h"
#include "app/leaks/LeakScan.h"
#include "ui/leaks/LeakResults.h"
#include "ui/leaks/LeakSourcesBox.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/MessageBar.h"
#include "ui/widgets/PageStack.h"
#include "ui/widgets/WrappingLabel.h"

#include <QAccessible>
#include <QAction>
#include <QFileDialog>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QSaveFile>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr int mostNames = 5; // of keys, in a sentence
constexpr int mostNotes = 4; // of sentences, in the message

QString sizeText(qint64 bytes)
{
    return QLocale().formattedDataSize(bytes);
}

int plural(qint64 count)
{
    return static_cast<int>(std::min<qint64>(count, 2'000'000'000));
}

} // namespace

LeakCheckDialog::LeakCheckDialog(Core &core, Clipboard &clipboard, QWidget *parent)
    : QDialog(parent)
    , m_core(core)
    , m_model(*core.keys)
    , m_sources(new LeakSourcesBox(core.paths, *core.settings))
    , m_start(new QPushButton(tr("Start")))
    , m_state(new WrappingLabel)
    , m_progress(new QProgressBar)
    , m_messages(new MessageBar)
    , m_pages(new PageStack)
    , m_before(new EmptyState(
          u"search"_s,
          tr("Find out whether a token of yours, or another one that looks like it, lies in a file, in a "
             "git history or in what Keydesk has written. Nothing is sent, and nothing is written down."),
          {}))
    , m_nothing(new EmptyState(u"shield"_s, {}, {}))
    , m_results(new LeakResults(m_model, clipboard, *core.settings))
    , m_save(new QPushButton(tr("Save Report…")))
{
    setWindowTitle(tr("Leak Check"));
    setWindowFlag(Qt::WindowMinMaxButtonsHint);
    auto *title = new QLabel(tr("Leak Check"));
    title->setFont(theme::titleFont(font()));
    m_state->setTextFormat(Qt::PlainText);
    m_state->setWordWrap(true);
    m_state->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_state->setForegroundRole(QPalette::PlaceholderText);
    m_progress->setAccessibleName(tr("Progress"));
    m_progress->setTextVisible(false);
    m_progress->setFixedHeight(4);
    QSizePolicy kept = m_progress->sizePolicy();
    kept.setRetainSizeWhenHidden(true); // or else the table jumps when a search ends
    m_progress->setSizePolicy(kept);
    m_progress->hide();
    m_pages->addWidget(m_before);
    m_pages->addWidget(m_nothing);
    m_pages->addWidget(m_results);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme::dialogPadding, theme::dialogPadding, theme::dialogPadding,
                               theme::dialogPadding);
    layout->setSpacing(theme::panePadding);
    layout->addWidget(title);
    layout->addWidget(m_sources);
    auto *row = new QHBoxLayout;
    row->setSpacing(theme::panePadding);
    m_start->setProperty("primary", true);
    m_start->setDefault(true);
    row->addWidget(m_start);
    row->addWidget(m_state, 1);
    layout->addLayout(row);
    layout->addWidget(m_progress);
    layout->addWidget(m_messages);
    layout->addWidget(m_pages, 1);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(theme::gap);
    auto *close = new QPushButton(tr("Close"));
    close->setAutoDefault(false);
    m_save->setAutoDefault(false);
    buttons->addWidget(m_save);
    buttons->addStretch(1);
    buttons->addWidget(close);
    layout->addLayout(buttons);
    resize(860, 620);
    restoreGeometry(core.settings->remembered(u"leaks/geometry"_s).toByteArray());

    connect(close, &QPushButton::clicked, this, &QDialog::close);
    connect(m_save, &QPushButton::clicked, this, &LeakCheckDialog::saveReport);
    connect(m_start, &QPushButton::clicked, this, [this] { m_scan ? stop() : start(); });
    connect(m_sources, &LeakSourcesBox::changed, this, &LeakCheckDialog::showState);
    connect(m_results, &LeakResults::rotateRequested, this, &LeakCheckDialog::rotateRequested);
    connect(m_results, &LeakResults::keyRequested, this, &LeakCheckDialog::keyRequested);
    showState();
}

LeakCheckDialog::~LeakCheckDialog() = default;

void LeakCheckDialog::setFolder(const QString &folder)
{
    m_sources->setFolder(folder);
}

void LeakCheckDialog::done(int result)
{
    m_core.settings->remember(u"leaks/geometry"_s, saveGeometry());
    if (m_scan) {
        delete m_scan;
        m_pages->setCurrentWidget(m_model.rowCount() > 0 ? static_cast<QWidget *>(m_results) : m_before);
        showState();
    }
    QDialog::done(result);
}

void LeakCheckDialog::start()
{
    if (m_scan || !m_sources->problem().isEmpty())
        return;
    m_model.clear();
    m_messages->clear();
    m_hasReport = false;
    m_scan = new LeakScan(*m_core.keys, *m_core.ring, m_core.providers, m_sources->sources(), this);
    connect(m_scan, &LeakScan::progress, this, &LeakCheckDialog::showProgress);
    connect(m_scan, &LeakScan::found, this, [this](const QList<LeakFinding> &findings) {
        m_model.append(findings);
        m_pages->setCurrentWidget(m_results);
        m_results->selectFirst();
    });
    connect(m_scan, &LeakScan::finished, this, &LeakCheckDialog::showEnd);
    m_progress->setRange(0, 0);
    m_state->setText(tr("Searching…"));
    m_scan->start();
    showState();
}

void LeakCheckDialog::stop()
{
    m_scan->cancel();
    m_start->setEnabled(false);
    m_state->setText(tr("Stopping…"));
}

void LeakCheckDialog::showState()
{
    const bool runs = m_scan;
    m_start->setText(runs ? tr("Stop") : tr("Start"));
    m_sources->setEnabled(!runs);
    m_progress->setVisible(runs);
    m_save->setEnabled(!runs && m_hasReport);
    const QString problem = runs ? QString() : m_sources->problem();
    m_start->setEnabled(problem.isEmpty());
    if (!runs && !m_hasReport)
        m_state->setText(problem);
    else if (!problem.isEmpty())
        m_state->setText(problem);
}

void LeakCheckDialog::showProgress(const LeakProgress &progress)
{
    if (!m_start->isEnabled()) // it says that it stops
        return;
    int value = 0;
    int most = 0; // unknown
    switch (progress.phase) {
    case LeakProgress::Phase::Keys:
        m_state->setText(tr("Reading keys: %1 of %2").arg(progress.keys).arg(progress.keysTotal));
        value = progress.keys;
        most = progress.keysTotal;
        break;
    case LeakProgress::Phase::Folder:
        m_state->setText(
            tr("Searching files: %1, %2").arg(QLocale().toString(progress.files), sizeText(progress.bytes)));
        break;
    case LeakProgress::Phase::GitHistory:
        m_state->setText(tr("Searching git history: %1 of %2 objects")
                             .arg(QLocale().toString(progress.objects),
                                  QLocale().toString(std::max(progress.objects, progress.objectsTotal))));
        if (progress.objectsTotal > 0) {
            most = 1000;
            value = static_cast<int>(std::min<qint64>(1000, progress.objects * 1000 / progress.objectsTotal));
        }
        break;
    case LeakProgress::Phase::OwnData:
        m_state->setText(tr("Searching what Keydesk has written: %n row(s)", nullptr, plural(progress.rows)));
        break;
    }
    m_progress->setRange(0, most);
    m_progress->setValue(value);
}

QString LeakCheckDialog::summary(const LeakReport &report) const
{
    QStringList parts;
    const LeakProgress &all = report.searched;
    if (all.files > 0)
        parts.append(tr("%n file(s)", nullptr, plural(all.files)) + u" ("_s + sizeText(all.bytes) + u')');
    if (all.objects > 0)
        parts.append(tr("%n object(s) of git", nullptr, plural(all.objects)));
    if (all.rows > 0)
        parts.append(tr("%n row(s) of Keydesk's", nullptr, plural(all.rows)));
    if (parts.isEmpty())
        parts.append(tr("nothing"));
    return tr("Searched %1, for %2.")
        .arg(parts.join(tr(", ")),
             tr("the tokens of %n key(s) and the providers' patterns", nullptr, report.keysSearched));
}

void LeakCheckDialog::showEnd(const LeakReport &report)
{
    m_report = report;
    m_hasReport = true;
    m_scan->deleteLater();
    m_scan = nullptr;
    const int count = m_model.rowCount();
    const QString outcome = report.cancelled ? tr("Stopped. %n finding(s) so far.", nullptr, count)
                            : count == 0     ? tr("Nothing was found.")
                                             : tr("%n finding(s).", nullptr, count);
    showState();
    m_state->setText(outcome + u' ' + summary(report));
    m_nothing->setSentence(outcome + u' ' + summary(report));
    m_pages->setCurrentWidget(count > 0 ? static_cast<QWidget *>(m_results) : m_nothing);
    m_results->selectFirst();
    showNotes(report);
    announce(m_state->text());
}

void LeakCheckDialog::showNotes(const LeakReport &report)
{
    QStringList sentences;
    QList<QAction *> actions;
    if (!report.keysNotSearched.isEmpty()) {
        QStringList names;
        for (const QUuid &id : report.keysNotSearched.mid(0, mostNames)) {
            const auto key = m_core.keys->find(id);
            names.append(key ? u'“' + key->name + u'”' : tr("a deleted key"));
        }
        const auto more = static_cast<int>(report.keysNotSearched.size() - names.size());
        QString list = names.join(tr(", "));
        if (more > 0)
            list = tr("%1 and %n more", nullptr, more).arg(list);
        sentences.append(tr("Not searched for, because their tokens could not be read: %1.").arg(list));
        if (report.storeIsLocked) {
            auto *unlock = new QAction(tr("Unlock…"), m_messages);
            connect(unlock, &QAction::triggered, this, &LeakCheckDialog::unlockRequested);
            actions.append(unlock);
        }
    }
    if (report.leftOut > 0)
        sentences.append(tr("%n more finding(s) are not listed.", nullptr, plural(report.leftOut)));
    if (report.unreadableCount > 0)
        sentences.append(
            tr("%n file(s) could not be read, such as %1.", nullptr, plural(report.unreadableCount))
                .arg(report.unreadable.value(0)));
    for (const QString &each : report.notes.mid(0, mostNotes))
        sentences.append(each);
    if (report.notes.size() > mostNotes)
        sentences.append(
            tr("The report holds %n more remark(s).", nullptr, plural(report.notes.size() - mostNotes)));
    if (!sentences.isEmpty())
        m_messages->show(actions.isEmpty() && report.leftOut == 0 ? MessageBar::Level::Info
                                                                  : MessageBar::Level::Caution,
                         sentences.join(u'\n'), actions);
}

void LeakCheckDialog::announce(const QString &text)
{
    m_state->setAccessibleName(text);
    QAccessibleEvent alert(m_state, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
}

void LeakCheckDialog::saveReport()
{
    auto *dialog = new QFileDialog(this, tr("Save Report"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters({tr("JSON (*.json)"), tr("CSV (*.csv)")});
    dialog->setDefaultSuffix(u"json"_s);
    connect(dialog, &QFileDialog::filterSelected, dialog, [dialog](const QString &filter) {
        dialog->setDefaultSuffix(filter.contains(u"csv"_s) ? u"csv"_s : u"json"_s);
    });
    dialog->selectFile(u"leak-check.json"_s);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString &path) {
        const auto names = [this](const QUuid &id) {
            const auto key = m_core.keys->find(id);
            return key ? LeakKeyName{key->name, key->hint} : LeakKeyName{tr("A key that was deleted"), {}};
        };
        QSaveFile file(path);
        const QByteArray text = path.endsWith(u".csv"_s, Qt::CaseInsensitive)
                                    ? leaksAsCsv(m_model.findings(), names)
                                    : leaksAsJson(m_model.findings(), m_report, names);
        if (file.open(QIODevice::WriteOnly) && file.write(text) == text.size() && file.commit())
            m_messages->show(MessageBar::Level::Success,
                             tr("The report was saved as %1. It holds no token.").arg(path));
        else
            m_messages->show(MessageBar::Level::Danger,
                             tr("The report could not be saved as %1. %2").arg(path, file.errorString()));
    });
    dialog->open();
}

} // namespace keydesk
