#include "ui/console/RunDialog.h"

#include "app/Core.h"
#include "app/base/VisibleText.h"
#include "app/calls/ReportFormats.h"
#include "app/http/BodyText.h"
#include "ui/console/Consent.h"
#include "ui/console/OutcomeWords.h"
#include "ui/console/PromptDialog.h"
#include "ui/setup/RoleLabel.h"
#include "ui/theme/Icon.h"
#include "ui/widgets/MessageBar.h"

#include <QBoxLayout>
#include <QCheckBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QHeaderView>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QSaveFile>
#include <QTreeWidget>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

using State = RequestResult::State;

const QString rememberedStop = u"console/runStopsAtFailure"_s;
constexpr auto shownEvery = std::chrono::milliseconds(50);
enum Column { Name, How, Why };

QTreeWidget *resultsTree()
{
    auto *tree = new QTreeWidget;
    tree->setColumnCount(3);
    tree->setHeaderHidden(true);
    tree->setUniformRowHeights(true);
    tree->setFrameShape(QFrame::NoFrame);
    tree->setTextElideMode(Qt::ElideRight);
    tree->header()->setStretchLastSection(true);
    tree->header()->resizeSection(Name, 300);
    tree->header()->setSectionResizeMode(How, QHeaderView::ResizeToContents);
    return tree;
}

OutcomeWord stateWord(State state)
{
    switch (state) {
    case State::Passed:
        return {RunDialog::tr("Passed"), u"check"_s, theme::Role::Success};
    case State::Failed:
        return {RunDialog::tr("Failed"), u"refused"_s, theme::Role::Danger};
    case State::Skipped:
        return {RunDialog::tr("Skipped"), u"info"_s, theme::Role::Caution};
    case State::Sending:
        return {RunDialog::tr("Sending…"), u"send"_s, theme::Role::Accent};
    case State::Waiting:
        break;
    }
    return {RunDialog::tr("Waiting"), u"clock"_s, theme::Role::SecondText};
}

void setRow(QTreeWidgetItem &item, const OutcomeWord &word, const QString &why)
{
    const QString shown = withVisibleControls(why);
    item.setIcon(How, icon(word.icon, word.ink));
    item.setText(How, word.word);
    item.setText(Why, QString(shown).replace(u'\n', u' '));
    item.setToolTip(Why, plainTip(shown));
    item.setData(Why, Qt::UserRole, shown);
}

} // namespace

RunDialog::RunDialog(Core &core, const QString &path, const std::optional<Environment> &environment, QWidget *parent)
    : QDialog(parent)
    , m_core(core)
    , m_path(path)
    , m_environment(environment)
    , m_run(core, RunPlan{{path}, environment, core.workspace->folder()})
    , m_title(new QLabel)
    , m_progress(new QProgressBar)
    , m_summary(new QLabel(tr("Reading the requests…")))
    , m_messages(new MessageBar)
    , m_tree(resultsTree())
    , m_whole(new RoleLabel(theme::Role::SecondText))
    , m_stopsAtFailure(new QCheckBox(tr("Stop at the first failure")))
    , m_save(new QPushButton(tr("Save Report…")))
    , m_start(new QPushButton(tr("Run")))
{
    setWindowTitle(tr("Run Requests"));
    const QString name = QFileInfo(path).fileName();
    m_title->setText(environment ? tr("Run %1 in “%2”").arg(name, environment->name) : tr("Run %1 without an environment").arg(name));
    m_title->setTextFormat(Qt::PlainText);
    m_title->setFont(theme::titleFont(font()));
    m_title->setWordWrap(true);
    m_progress->setAccessibleName(tr("Progress"));
    m_progress->setTextVisible(false);
    m_summary->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_summary->setAccessibleName(tr("Summary"));
    m_tree->setAccessibleName(tr("Results"));
    m_stopsAtFailure->setChecked(core.settings->remembered(rememberedStop).toBool());

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme::dialogPadding, theme::dialogPadding, theme::dialogPadding, theme::dialogPadding);
    layout->setSpacing(theme::gap);
    layout->addWidget(m_title);
    layout->addWidget(m_stopsAtFailure);
    layout->addWidget(m_messages);
    layout->addWidget(m_progress);
    layout->addWidget(m_summary);
    layout->addWidget(m_tree, 1);
    layout->addWidget(m_whole);
    layout->addLayout(makeFoot());
    resize(sizeHint());

    connect(&m_run, &RequestRun::loaded, this, [this] {
        listRequests();
        m_start->setFocus();
    });
    connect(&m_run, &RequestRun::failed, this, [this](const Error &error) {
        m_summary->setText(tr("There is nothing to run."));
        m_messages->show(MessageBar::Level::Danger, error.message);
    });
    connect(&m_run, &RequestRun::progressed, this, [this](int file, int request) {
        showRequest(file, request);
        if (!m_soon.isActive())
            m_soon.start();
    });
    const auto showWhole = [this](const QTreeWidgetItem *item) {
        m_whole->setText(item ? item->data(Why, Qt::UserRole).toString() : QString());
        m_whole->setVisible(!m_whole->text().isEmpty());
    };
    connect(m_tree, &QTreeWidget::currentItemChanged, this, showWhole);
    showWhole(nullptr);
    m_soon.setSingleShot(true);
    m_soon.setInterval(shownEvery);
    connect(&m_soon, &QTimer::timeout, this, &RunDialog::showSummary);
    connect(&m_run, &RequestRun::finished, this, &RunDialog::showSummary);
    connect(this, &QDialog::finished, &m_run, &RequestRun::stop);
    m_start->setEnabled(false);
    m_save->setEnabled(false);
    m_run.load();
}

RunDialog::~RunDialog()
{
    m_run.disconnect(this);
}

QSize RunDialog::sizeHint() const
{
    return {760, 560};
}

void RunDialog::showNote(const QString &text)
{
    m_messages->show(MessageBar::Level::Info, text);
}

QLayout *RunDialog::makeFoot()
{
    auto *close = new QPushButton(tr("Close"));
    close->setAutoDefault(false);
    m_save->setAutoDefault(false);
    m_start->setProperty("primary", true);
    m_start->setDefault(true);
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_save, &QPushButton::clicked, this, &RunDialog::saveReport);
    connect(m_start, &QPushButton::clicked, this, &RunDialog::startOrStop);
    auto *foot = new QHBoxLayout;
    foot->setSpacing(theme::gap);
    foot->addWidget(m_save);
    foot->addStretch(1);
    foot->addWidget(close);
    foot->addWidget(m_start);
    return foot;
}

void RunDialog::startOrStop()
{
    if (m_run.isRunning())
        m_run.stop();
    else
        askValues();
}

/// What the requests' files ask for (`@prompt`, `@note`), all of it at once.
void RunDialog::askValues()
{
    const RunQuestions &questions = m_run.questions();
    RunChoices choices;
    choices.stopsAtFailure = m_stopsAtFailure->isChecked();
    if (questions.prompts.isEmpty() && questions.notes == 0) {
        askConsent(choices);
        return;
    }
    RequestSpec about;
    about.name = QFileInfo(m_path).fileName();
    HttpOptions options;
    options.prompts = questions.prompts;
    options.confirm = questions.notes > 0;
    auto *dialog = new PromptDialog(about, options, m_core.redactor, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog, choices] {
        RunChoices filled = choices;
        filled.agreesToNotes = true;
        filled.values = dialog->values();
        askConsent(filled);
    });
    dialog->open();
}

void RunDialog::askConsent(const RunChoices &choices)
{
    const int changing = m_run.questions().changing;
    if (changing == 0) {
        start(choices);
        return;
    }
    askRunConsent(*this, m_environment->name, changing, [this, choices] {
        RunChoices agreed = choices;
        agreed.agreesToChanges = true;
        start(agreed);
    });
}

void RunDialog::start(const RunChoices &choices)
{
    m_core.settings->remember(rememberedStop, choices.stopsAtFailure);
    m_messages->clear();
    m_run.start(choices);
    listRequests();
}

void RunDialog::listRequests()
{
    m_tree->clear();
    const QList<FileResult> &files = m_run.report().files;
    for (int file = 0; file < files.size(); ++file) {
        auto *item = new QTreeWidgetItem(m_tree, {files.at(file).name});
        item->setFont(Name, theme::groupFont(font()));
        if (!files.at(file).problem.isEmpty())
            setRow(*item, {tr("Cannot be read"), u"warning"_s, theme::Role::Danger}, files.at(file).problem);
        item->setExpanded(true);
        for (int request = 0; request < files.at(file).requests.size(); ++request) {
            new QTreeWidgetItem(item);
            showRequest(file, request);
        }
    }
    showSummary();
}

void RunDialog::showRequest(int file, int request)
{
    QTreeWidgetItem *item = m_tree->topLevelItem(file)->child(request);
    const RequestResult &result = m_run.report().files.at(file).requests.at(request);
    item->setText(Name, withVisibleControls(result.name));
    item->setToolTip(Name, plainTip(withVisibleControls(result.method + u' ' + result.url)));
    QStringList facts;
    if (result.status > 0)
        facts << result.answer;
    if (result.state == State::Passed || result.state == State::Failed)
        facts << durationText(result.elapsed);
    if (!result.expectations.isEmpty())
        facts << expectationsSummary(result.expectations);
    if (!result.reason.isEmpty())
        facts << result.reason;
    setRow(*item, stateWord(result.state), facts.join(u" · "_s));
    qDeleteAll(item->takeChildren());
    for (const ExpectationOutcome &each : result.expectations) {
        auto *child = new QTreeWidgetItem(item, {withVisibleControls(each.text)});
        setRow(*child, outcomeWord(each), each.message);
    }
    item->setExpanded(result.state == State::Failed);
    if (result.state == State::Sending)
        m_tree->scrollToItem(item);
}

void RunDialog::showSummary()
{
    const RunReport &report = m_run.report();
    const bool isRunning = m_run.isRunning();
    const int count = report.count();
    const int left = report.count(State::Waiting) + report.count(State::Sending);
    const bool hasRun = report.startedAt.isValid();
    m_progress->setRange(0, std::max(count, 1));
    m_progress->setValue(count - left);
    m_progress->setVisible(hasRun);
    if (hasRun)
        m_summary->setText(isRunning ? tr("%1 of %2 requests · %3").arg(QString::number(count - left), QString::number(count), report.summary())
                                     : tr("%1 · %2").arg(report.summary(), durationText(report.elapsed)) + (report.ending.isEmpty() ? QString() : u" · "_s + report.ending));
    else
        m_summary->setText(tr("%n request(s) will be sent, one after another.", nullptr, count));
    m_start->setText(isRunning ? tr("Stop") : hasRun ? tr("Run Again") : tr("Run"));
    m_start->setEnabled(count > 0);
    m_stopsAtFailure->setEnabled(!isRunning);
    m_save->setEnabled(hasRun && !isRunning);
}

void RunDialog::saveReport()
{
    auto *dialog = new QFileDialog(this, tr("Save Report"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters({tr("JUnit XML (*.xml)"), tr("Web page (*.html)")});
    dialog->setDefaultSuffix(u"xml"_s);
    connect(dialog, &QFileDialog::filterSelected, dialog,
            [dialog](const QString &filter) { dialog->setDefaultSuffix(filter.contains("html"_L1) ? u"html"_s : u"xml"_s); });
    dialog->selectFile(QFileInfo(m_path).completeBaseName() + u"-report.xml"_s);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString &path) {
        const bool isPage = path.endsWith(".html"_L1, Qt::CaseInsensitive) || path.endsWith(".htm"_L1, Qt::CaseInsensitive);
        const QByteArray text = isPage ? htmlReport(m_run.report(), m_core.redactor) : junitReport(m_run.report(), m_core.redactor);
        QSaveFile file(path);
        if (file.open(QIODevice::WriteOnly) && file.write(text) == text.size() && file.commit())
            m_messages->show(MessageBar::Level::Success, tr("The report was saved as %1. It holds no token.").arg(path));
        else
            m_messages->show(MessageBar::Level::Danger, tr("The report could not be saved as %1. %2").arg(path, file.errorString()));
    });
    dialog->open();
}

} // namespace keydesk
