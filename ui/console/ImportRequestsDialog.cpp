#include "ui/console/ImportRequestsDialog.h"

#include "app/Core.h"
#include "ui/console/CredentialChoices.h"
#include "ui/console/PaneParts.h"
#include "ui/keys/ImportStart.h"
#include "ui/setup/RoleLabel.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/MessageBar.h"

#include <QBoxLayout>
#include <QClipboard>
#include <QDir>
#include <QDropEvent>
#include <QFileDialog>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLineEdit>
#include <QListWidget>
#include <QMimeData>
#include <QProgressBar>
#include <QPushButton>
#include <QTreeWidget>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

constexpr int mostNotes = 5000;

enum RequestColumn { RequestName, RequestMethod };

QTreeWidget *makeTree(const QStringList &titles, const QString &name)
{
    auto *tree = new QTreeWidget;
    tree->setHeaderLabels(titles);
    tree->setAccessibleName(name);
    tree->setUniformRowHeights(true);
    tree->setAllColumnsShowFocus(true); // one frame around the row, its box and all
    tree->header()->setStretchLastSection(false);
    tree->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    return tree;
}

/// "a.json, b.yaml", without their folders.
QString namesOf(const QStringList &paths)
{
    QStringList names;
    for (const QString &path : paths)
        names << QFileInfo(path).fileName();
    return names.join(u", "_s);
}

QString wordFor(ImportNote::What what)
{
    switch (what) {
    case ImportNote::What::Changed:
        return ImportRequestsDialog::tr("Changed");
    case ImportNote::What::ToKeychain:
        return ImportRequestsDialog::tr("Credential");
    case ImportNote::What::NotExpressed:
        return ImportRequestsDialog::tr("Left out");
    }
    return {};
}

} // namespace

ImportRequestsDialog::ImportRequestsDialog(Core &core, QWidget *parent)
    : QDialog(parent)
    , m_core(core)
    , m_work(core.providers, *core.environments, *core.secretVariables)
    , m_source(new ElidedLabel)
    , m_progress(new QProgressBar)
    , m_messages(new MessageBar)
    , m_start(
          new EmptyState(u"download"_s, tr("Drop files or a folder here: requests of Postman, Insomnia, Bruno, OpenAPI, HAR, cURL or .http."), {}))
    , m_facts(new QWidget)
    , m_summary(new RoleLabel(theme::Role::Text))
    , m_requests(makeTree({tr("Request"), tr("Method")}, tr("Requests to import")))
    , m_credentials(new CredentialChoices(*core.environments))
    , m_reportTitle(new QLabel)
    , m_report(new QListWidget)
    , m_target(new QLineEdit)
    , m_chooseTarget(new QPushButton(tr("Choose…")))
    , m_keep(new QPushButton(tr("Import")))
    , m_cancel(new QPushButton(tr("Cancel")))
{
    setWindowTitle(tr("Import Requests"));
    setWindowFlag(Qt::WindowMinMaxButtonsHint);
    auto *title = new QLabel(tr("Import Requests"));
    title->setFont(theme::titleFont(font()));
    m_source->setTextFormat(Qt::PlainText);
    m_source->setText(tr("Choose files or a folder of another tool, or paste. Nothing is sent, run or changed."));
    m_progress->setAccessibleName(tr("Progress"));
    m_progress->setTextVisible(false);
    m_progress->setFixedHeight(4);
    m_progress->setRange(0, 0);
    m_cancel->setAutoDefault(false);
    m_keep->setProperty("primary", true);
    m_keep->setDefault(true);
    QWidget *source = makeSourceRow();
    buildFacts();
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(theme::gap);
    buttons->addStretch(1);
    buttons->addWidget(m_cancel);
    buttons->addWidget(m_keep);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme::dialogPadding, theme::dialogPadding, theme::dialogPadding, theme::dialogPadding);
    layout->setSpacing(theme::panePadding);
    layout->addWidget(title);
    layout->addWidget(m_source);
    layout->addWidget(source);
    layout->addWidget(m_progress);
    layout->addWidget(m_messages);
    layout->addWidget(m_start, 1);
    layout->addWidget(m_facts, 1);
    layout->addStretch(0);
    layout->addLayout(buttons);
    resize(720, 660);

    connect(m_cancel, &QPushButton::clicked, this, [this] {
        if (!m_work.isReading()) {
            reject();
            return;
        }
        m_work.cancel();
        m_messages->show(MessageBar::Level::Info, tr("Stopped. Nothing was imported."));
        showState();
    });
    connect(m_keep, &QPushButton::clicked, this, &ImportRequestsDialog::keep);
    connect(&m_work, &ImportRequests::read, this, &ImportRequestsDialog::showCollection);
    connect(&m_work, &ImportRequests::failed, this, &ImportRequestsDialog::showFailure);
    connect(&m_work, &ImportRequests::kept, this, [this](const FileChange &change, const QList<ImportNote> &leftOut) {
        QString message = change.step.message;
        if (!leftOut.isEmpty())
            message += u' ' + tr("%n part(s) could not be written into files. The first: %1: %2", nullptr, static_cast<int>(leftOut.size()))
                                  .arg(leftOut.first().place, leftOut.first().text);
        Q_EMIT imported(change, m_work.stored(), m_target->text(), message);
        accept();
    });
    connect(&m_work, &ImportRequests::storing, this, [this](int done, int total) {
        m_progress->setRange(0, done < total ? total : 0);
        m_progress->setValue(done);
    });
    setAcceptDrops(true);
    showState();
}

QWidget *ImportRequestsDialog::makeSourceRow()
{
    auto *whole = new QWidget;
    auto *row = new QHBoxLayout(whole);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(theme::gap);
    const auto add = [&](const QString &text, auto slot) {
        auto *button = new QPushButton(text);
        button->setAutoDefault(false);
        connect(button, &QPushButton::clicked, this, slot);
        row->addWidget(button);
        m_sources.append(button);
    };
    add(tr("Choose Files…"), [this] { chooseFile(false); });
    add(tr("Choose Folder…"), [this] { chooseFile(true); });
    add(tr("Paste"), [this] { paste(); });
    row->addStretch(1);
    return whole;
}

void ImportRequestsDialog::buildFacts()
{
    m_report->setAccessibleName(tr("Report"));
    m_report->setWordWrap(true);
    m_report->setMinimumHeight(2 * fontMetrics().height() + theme::gap);
    m_requests->setMinimumHeight(m_requests->header()->sizeHint().height() + 3 * theme::rowHeight);
    m_reportTitle->setBuddy(m_report);
    m_target->setReadOnly(true);
    m_target->setText(QDir::toNativeSeparators(m_core.workspace->folder()));
    m_target->setPlaceholderText(tr("No folder is chosen"));
    m_target->setAccessibleName(tr("Folder"));
    m_chooseTarget->setAutoDefault(false);
    auto *target = new QHBoxLayout;
    target->setSpacing(theme::gap);
    target->addWidget(new QLabel(tr("Into the folder")));
    target->addWidget(m_target, 1);
    target->addWidget(m_chooseTarget);
    auto *layout = new QVBoxLayout(m_facts);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme::gap);
    layout->addWidget(m_summary);
    layout->addWidget(m_requests, 4);
    layout->addWidget(m_credentials, 3);
    layout->addWidget(m_reportTitle);
    layout->addWidget(m_report, 2);
    layout->addLayout(target);
    connect(m_chooseTarget, &QPushButton::clicked, this, &ImportRequestsDialog::chooseTarget);
    m_stateTimer.setSingleShot(true);
    m_stateTimer.setInterval(0); // ticking a folder is a change a row
    connect(&m_stateTimer, &QTimer::timeout, this, &ImportRequestsDialog::showState);
    connect(m_requests, &QTreeWidget::itemChanged, &m_stateTimer, qOverload<>(&QTimer::start));
    connect(m_credentials, &CredentialChoices::changed, &m_stateTimer, qOverload<>(&QTimer::start));
}

void ImportRequestsDialog::chooseFile(bool isFolder)
{
    auto *dialog = new QFileDialog(this, isFolder ? tr("Choose a Folder of Requests") : tr("Choose Files of Requests"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(isFolder ? QFileDialog::Directory : QFileDialog::ExistingFiles);
    if (!isFolder)
        dialog->setNameFilters(readableFileFilters());
    connect(dialog, &QFileDialog::filesSelected, this, &ImportRequestsDialog::readPaths);
    dialog->open();
}

void ImportRequestsDialog::chooseTarget()
{
    auto *dialog = new QFileDialog(this, tr("Choose the Folder to Import Into"), m_target->text());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString &folder) {
        m_target->setText(QDir::toNativeSeparators(folder));
        showState();
    });
    dialog->open();
}

void ImportRequestsDialog::readPaths(const QStringList &paths)
{
    m_source->setText(paths.size() == 1 ? QDir::toNativeSeparators(paths.first())
                                        : tr("%n file(s): %1", nullptr, static_cast<int>(paths.size())).arg(namesOf(paths)));
    m_messages->clear();
    m_work.readPaths(paths);
    showState();
}

void ImportRequestsDialog::dragEnterEvent(QDragEnterEvent *event)
{
    if (isIdle() && !localFiles(*event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void ImportRequestsDialog::dropEvent(QDropEvent *event)
{
    event->setDropAction(Qt::CopyAction);
    event->accept();
    readPaths(localFiles(*event->mimeData()));
}

void ImportRequestsDialog::paste()
{
    const QMimeData *mime = QGuiApplication::clipboard()->mimeData();
    const QStringList files = mime ? localFiles(*mime) : QStringList();
    if (!files.isEmpty()) {
        readPaths(files);
        return;
    }
    QString text = mime ? mime->text() : QString();
    if (text.trimmed().isEmpty()) {
        m_messages->show(MessageBar::Level::Info, tr("There is no text in the clipboard. Copy what is to be imported first."));
        return;
    }
    m_source->setText(tr("Pasted text"));
    m_messages->clear();
    m_work.readText(text.toUtf8());
    wipe(text);
    showState();
}

void ImportRequestsDialog::showCollection()
{
    const ImportedCollection &imported = *m_work.imported();
    m_summary->setText(tr("%1: %2.", "what was read, and how much of it")
                           .arg(imported.format, tr("%n request(s)", nullptr, static_cast<int>(imported.collection.requests.size()))));
    fillRequests();
    m_credentials->setCredentials(imported.credentials);
    fillReport();
    showState();
    m_requests->setFocus();
}

void ImportRequestsDialog::fillRequests()
{
    m_requests->clear();
    QHash<QStringList, QTreeWidgetItem *> folders;
    const std::function<QTreeWidgetItem *(const QStringList &)> folderOf = [&](const QStringList &path) -> QTreeWidgetItem * {
        if (path.isEmpty())
            return m_requests->invisibleRootItem();
        if (const auto known = folders.constFind(path); known != folders.cend())
            return *known;
        auto *item = new QTreeWidgetItem(folderOf(path.first(path.size() - 1)), {path.last()});
        item->setFlags(item->flags() | Qt::ItemIsUserCheckable | Qt::ItemIsAutoTristate);
        item->setCheckState(RequestName, Qt::Checked);
        folders.insert(path, item);
        return item;
    };
    const QList<CollectionRequest> &requests = m_work.imported()->collection.requests;
    for (int i = 0; i < requests.size(); ++i) {
        const RequestSpec &spec = requests.at(i).spec;
        const QString name = spec.name.isEmpty() ? spec.url : spec.name;
        auto *item = new QTreeWidgetItem(folderOf(requests.at(i).folder), {name, spec.method});
        item->setFlags((item->flags() | Qt::ItemIsUserCheckable | Qt::ItemNeverHasChildren));
        item->setCheckState(RequestName, Qt::Checked);
        item->setData(RequestName, Qt::UserRole, i);
        item->setForeground(RequestMethod, theme::methodColour(palette(), spec.method));
    }
    m_requests->expandToDepth(0);
}

void ImportRequestsDialog::fillReport()
{
    m_report->clear();
    const QList<ImportNote> &notes = m_work.imported()->notes;
    for (const ImportNote &note : notes.first(std::min<qsizetype>(notes.size(), mostNotes)))
        m_report->addItem(note.place.isEmpty() ? u"%1: %2"_s.arg(wordFor(note.what), note.text)
                                               : u"%1: %2: %3"_s.arg(wordFor(note.what), note.place, note.text));
    m_reportTitle->setText(notes.size() > mostNotes ? tr("What was changed or left out (the first %1 of %2):").arg(mostNotes).arg(notes.size())
                                                    : tr("What was changed or left out (%1):").arg(notes.size()));
    m_reportTitle->setVisible(!notes.isEmpty());
    m_report->setVisible(!notes.isEmpty());
}

void ImportRequestsDialog::showFailure(const Error &error)
{
    m_keeping = false;
    QString text = error.message;
    if (!m_work.stored().isEmpty())
        text += u' ' +
                tr("These secret variables were stored before, and stay for the next try: %1.").arg(namesOf(m_work.stored(), *m_core.environments));
    m_messages->show(MessageBar::Level::Danger, text);
    showState();
}

QList<int> ImportRequestsDialog::chosenRequests() const
{
    QList<int> chosen;
    for (QTreeWidgetItemIterator each(m_requests); *each; ++each) {
        const QVariant number = (*each)->data(RequestName, Qt::UserRole);
        if (number.isValid() && (*each)->checkState(RequestName) == Qt::Checked)
            chosen.append(number.toInt());
    }
    std::ranges::sort(chosen);
    return chosen;
}

void ImportRequestsDialog::showState()
{
    const bool isReading = m_work.isReading();
    const bool isThere = m_work.imported() != nullptr;
    m_progress->setVisible(isReading || m_keeping);
    for (QPushButton *button : std::as_const(m_sources))
        button->setEnabled(!isReading && !m_keeping);
    m_start->setVisible(!isThere && !isReading);
    m_facts->setVisible(isThere);
    m_facts->setEnabled(!m_keeping);
    m_cancel->setText(isReading ? tr("Stop") : tr("Cancel"));
    m_cancel->setEnabled(!m_keeping);
    const QString problem = isThere ? m_work.problemWith(m_credentials->chosen()) : QString();
    if (!problem.isEmpty())
        m_messages->show(MessageBar::Level::Caution, problem);
    else if (!m_problem.isEmpty() && m_messages->text() == m_problem)
        m_messages->clear();
    m_problem = problem;
    m_keep->setEnabled(isThere && !m_keeping && problem.isEmpty() && !m_target->text().isEmpty() && !chosenRequests().isEmpty());
}

void ImportRequestsDialog::keep()
{
    m_keeping = true;
    m_messages->clear();
    showState();
    m_work.keep(chosenRequests(), m_credentials->chosen(), QDir::fromNativeSeparators(m_target->text()));
}

void ImportRequestsDialog::reject()
{
    if (!m_keeping)
        QDialog::reject();
}

} // namespace keydesk
