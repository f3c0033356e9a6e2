#include "ui/console/RunDialog.h"

#include "app/Core.h"
#include "app/calls/ReportFormats.h"
#include "app/http/BodyText.h"
#include "ui/console/Consent.h"
#include "ui/console/PromptDialog.h"
#include "ui/console/RunResults.h"
#include "ui/setup/RoleLabel.h"
#include "ui/widgets/MessageBar.h"

#include <QBoxLayout>
#include <QCheckBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QSaveFile>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

using ResultState = RequestResult::State;

const QString rememberedStop = u"console/runStopsAtFailure"_s;
constexpr auto shownEvery = std::chrono::milliseconds(50);

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
    , m_results(new RunResults)
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
    m_stopsAtFailure->setChecked(core.settings->remembered(rememberedStop).toBool());

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme::dialogPadding, theme::dialogPadding, theme::dialogPadding, theme::dialogPadding);
    layout->setSpacing(theme::gap);
    layout->addWidget(m_title);
    layout->addWidget(m_stopsAtFailure);
    layout->addWidget(m_messages);
    layout->addWidget(m_progress);
    layout->addWidget(m_summary);
    layout->addWidget(m_results, 1);
    layout->addWidget(m_whole);
    layout->addLayout(makeFoot());
    resize(sizeHint());

    connect(&m_run, &RequestRun::loaded, this, [this] {
        showRequests();
        m_start->setFocus();
    });
    connect(&m_run, &RequestRun::failed, this, [this](const Error &error) {
        m_summary->setText(tr("There is nothing to run."));
        m_messages->show(MessageBar::Level::Danger, error.message);
    });
    connect(&m_run, &RequestRun::progressed, this, [this](int file, int request) {
        m_results->showRequest(m_run.report(), file, request);
        if (!m_soon.isActive())
            m_soon.start();
    });
    connect(m_results, &RunResults::detailChanged, m_whole, [this](const QString &text) {
        m_whole->setText(text);
        m_whole->setVisible(!text.isEmpty());
    });
    m_whole->hide();
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
    auto *dialog = new PromptDialog(PromptDialog::Purpose::Sending, about, options, m_core.redactor, this);
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
    showRequests();
}

void RunDialog::showRequests()
{
    m_results->setReport(m_run.report());
    showSummary();
}

void RunDialog::showSummary()
{
    const RunReport &report = m_run.report();
    const bool isRunning = m_run.isRunning();
    const int count = report.count();
    const int left = report.count(ResultState::Waiting) + report.count(ResultState::Sending);
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
