#include "ui/viewer/FilterResult.h"

#include "app/filter/FilterJob.h"
#include "app/filter/FilterProgram.h"
#include "app/http/BodyText.h"
#include "app/storage/Paths.h"
#include "ui/console/CopyBar.h"
#include "ui/console/PaneParts.h"
#include "ui/setup/RoleLabel.h"
#include "ui/theme/Icon.h"
#include "ui/viewer/FileView.h"
#include "ui/viewer/TextPane.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/MessageBar.h"
#include "ui/widgets/PageStack.h"

#include <QBoxLayout>
#include <QFileDialog>
#include <QGridLayout>
#include <QListWidget>

#include <limits>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr int shownMessages = 4; // rows

} // namespace

FilterResult::FilterResult(QWidget *parent)
    : QWidget(parent)
    , m_timeLimit(FilterJob::Limits().time)
    , m_message(new MessageBar)
    , m_copying(new CopyBar)
    , m_head(new Pane)
    , m_facts(secondLabel())
    , m_keepGoing(new QToolButton)
    , m_error(new RoleLabel(theme::Role::Danger, RoleLabel::Size::Second))
    , m_notes(new RoleLabel(theme::Role::SecondText, RoleLabel::Size::Second))
    , m_messages(new QListWidget)
    , m_pages(new PageStack)
    , m_examples(makeExamples())
    , m_nothing(new EmptyState(u"search"_s, {}, {}))
{
    m_keepGoing->setText(tr("Keep Going"));
    m_keepGoing->setAutoRaise(true);
    m_keepGoing->setProperty("compact", true);
    m_keepGoing->hide();
    for (RoleLabel *label : {m_error, m_notes}) {
        label->setContentsMargins(theme::panePadding, theme::gap / 2, theme::panePadding, 0);
        label->hide();
    }
    m_messages->setAccessibleName(tr("Filter messages"));
    m_messages->setFrameShape(QFrame::NoFrame);
    m_messages->setFont(theme::secondFont(font()));
    m_messages->setSpacing(2);
    m_messages->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_messages->hide();
    m_pages->addWidget(m_examples);
    m_pages->addWidget(m_nothing);

    auto *row = new QHBoxLayout(m_head);
    row->setContentsMargins(theme::panePadding, 4, theme::gap, 4);
    row->setSpacing(theme::gap);
    row->addWidget(m_facts, 1);
    row->addWidget(m_keepGoing);
    m_head->hide();
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(new Hairline);
    column->addWidget(m_message);
    column->addWidget(m_copying);
    column->addWidget(m_head);
    column->addWidget(m_error);
    column->addWidget(m_notes);
    auto *inset = new QHBoxLayout;
    inset->setContentsMargins(theme::panePadding - 2, 0, theme::panePadding, 0);
    inset->addWidget(m_messages);
    column->addLayout(inset);
    column->addWidget(m_pages, 1);
    connect(m_copying, &CopyBar::saved, this, [this](const QString &path) {
        m_message->show(MessageBar::Level::Success, tr("The result was saved as %1.").arg(path));
    });
    connect(m_copying, &CopyBar::failed, this,
            [this](const Error &error) { m_message->show(MessageBar::Level::Danger, error.message); });
    constexpr int often = 200; // milliseconds
    m_clock.setInterval(often);
    connect(&m_clock, &QTimer::timeout, this, &FilterResult::showFacts);
    connect(m_keepGoing, &QToolButton::clicked, this, [this] {
        m_job->keepGoing();
        m_keepGoing->hide();
        m_clock.start();
        showNotes();
    });
}

FilterResult::~FilterResult() = default;

QWidget *FilterResult::makeExamples()
{
    auto *page = new QWidget;
    auto *grid = new QGridLayout;
    grid->setHorizontalSpacing(theme::groupGap);
    grid->setVerticalSpacing(2);
    const std::pair<QString, QString> examples[] = {
        {u".[0]"_s, tr("jq: the first element")},
        {u"keys"_s, tr("jq: the names of the members")},
        {u"[.. | numbers] | add"_s, tr("jq: the sum of all numbers")},
        {u".[] | select(.id > 10)"_s, tr("jq: the elements whose id is above 10")},
        {u"/0/name"_s, tr("JSON Pointer: one value, exactly as it was sent")},
        {u"$..name"_s, tr("JSON Path: every name, however deep, exactly as it was sent")},
    };
    for (const auto &[expression, meaning] : examples) {
        auto *button = new QToolButton;
        button->setText(expression);
        button->setFont(theme::fixedFont(button->font()));
        button->setAutoRaise(true);
        button->setProperty("compact", true);
        button->setAccessibleName(tr("Example: %1").arg(expression));
        grid->addWidget(button, grid->rowCount(), 0, Qt::AlignLeft);
        grid->addWidget(secondLabel(meaning), grid->rowCount() - 1, 1);
        connect(button, &QToolButton::clicked, this,
                [this, text = expression] { Q_EMIT exampleChosen(text); });
    }
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(theme::panePadding, theme::gap, theme::panePadding, theme::gap);
    column->addLayout(grid);
    column->addStretch(1);
    grid->setColumnStretch(2, 1); // the other columns stay together
    return page;
}

bool FilterResult::isRunning() const
{
    return m_job && m_job->isRunning();
}

void FilterResult::run(const std::shared_ptr<const FileBytes> &body, FilterLanguage language,
                       const QString &expression)
{
    m_body = body;
    m_job = std::make_unique<FilterJob>(body, language, expression);
    m_isShown = false;
    m_message->clear();
    m_toldMessages = 0;
    m_keepGoing->hide();
    m_begun.start();
    m_clock.start();
    connect(m_job.get(), &FilterJob::grew, this, &FilterResult::takeGrowth);
    connect(m_job.get(), &FilterJob::ended, this, &FilterResult::takeEnd);
    connect(m_job.get(), &FilterJob::timeUp, this, [this] {
        m_keepGoing->show();
        m_clock.stop();
        showFacts();
    });
    const Result<Paths> paths = Paths::standard();
    FilterJob::Limits limits = FilterJob::Limits::forBody(body->size());
    limits.time = m_timeLimit;
    m_job->start(filterProgram(), paths ? paths->cache : QString(), limits);
    Q_EMIT stateChanged();
}

void FilterResult::stop()
{
    if (isRunning())
        m_job->stop();
}

void FilterResult::clear()
{
    m_clock.stop();
    m_job.reset();
    m_output.reset();
    m_isShown = false;
    for (QWidget *part : {m_head, static_cast<QWidget *>(m_error), static_cast<QWidget *>(m_notes),
                          static_cast<QWidget *>(m_messages)})
        part->hide();
    m_messages->clear();
    m_pages->setCurrentWidget(m_examples);
    Q_EMIT stateChanged();
}

void FilterResult::takeGrowth()
{
    if (m_job->output() && m_job->output()->size() > 0)
        showOutput();
    if (m_isShown || m_job->errors() > 0)
        showFacts();
}

void FilterResult::showOutput()
{
    if (!m_view) {
        m_view = new FileView;
        m_view->setFilterable(false);
        m_view->text().setAccessibleName(tr("Filter result"));
        m_save = new QToolButton;
        m_save->setIcon(icon(u"download"_s, theme::Role::SecondText));
        m_save->setIconSize({16, 16});
        m_save->setAutoRaise(true);
        m_save->setAccessibleName(tr("Save Result…"));
        m_save->setToolTip(m_save->accessibleName());
        m_view->addToFoot(m_save);
        connect(m_save, &QToolButton::clicked, this, &FilterResult::save);
        m_pages->addWidget(m_view);
    }
    if (m_isShown) {
        m_view->grew();
        return;
    }
    m_isShown = true;
    m_output = m_job->output();
    m_view->open(m_output, tr("result.json"), "application/json");
    m_save->setEnabled(false); // until it is whole
    m_pages->setCurrentWidget(m_view);
}

void FilterResult::save()
{
    auto *dialog = new QFileDialog(this, tr("Save Result"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->selectFile(tr("result.json"));
    connect(dialog, &QFileDialog::fileSelected, this,
            [this, output = m_output](const QString &path) { m_copying->copy(output, path); });
    dialog->open();
}

void FilterResult::takeEnd()
{
    m_clock.stop();
    m_keepGoing->hide();
    if (m_isShown)
        m_save->setEnabled(true);
    if (m_job->problem()) // what was shown before stays, while it is mended
        Q_EMIT problemFound(*m_job->problem());
    else
        showFacts();
    if (m_job->problem() && m_pages->currentWidget() == m_nothing)
        showNothing();
    Q_EMIT stateChanged();
}

/// Why there is nothing to see: what was shown before belongs to another expression.
void FilterResult::showNothing()
{
    QString sentence = tr("Filtering…");
    if (m_job->problem())
        sentence = tr("The expression cannot be used.");
    else if (m_job->error())
        sentence = tr("There is no result.");
    else if (!m_job->isRunning())
        sentence = tr("The expression finds nothing in this body.");
    m_nothing->setSentence(sentence);
    m_pages->setCurrentWidget(m_nothing);
}

void FilterResult::showFacts()
{
    const auto count = [](qint64 of) { return int(std::min<qint64>(of, std::numeric_limits<int>::max())); };
    QStringList facts{tr("%Ln result(s)", nullptr, count(m_job->results()))};
    if (m_job->errors() > 0)
        facts << tr("%Ln document(s) with errors", nullptr, count(m_job->errors()));
    if (m_job->isRunning() && m_body->size() > 0)
        facts << tr("%1 of %2 read").arg(sizeText(m_job->read()), sizeText(m_body->size()));
    const QString taken = durationText(std::chrono::milliseconds(m_begun.elapsed()));
    facts << (m_job->isRunning() ? tr("%1, asks after %2").arg(taken, durationText(m_timeLimit)) : taken);
    m_facts->setText(facts.join(u"  ·  "_s));
    m_head->show();
    showNotes();
    if (!m_isShown)
        showNothing();
    showMessages();
}

void FilterResult::showMessages()
{
    const QList<FilterMessage> &messages = m_job->messages();
    if (m_toldMessages == 0)
        m_messages->clear(); // of the run before
    for (; m_toldMessages < messages.size(); ++m_toldMessages) {
        const FilterMessage &message = messages.at(m_toldMessages);
        const QString where = m_job->documents() > 1 || message.document > 1
                                  ? tr("Document %L1: ").arg(message.document)
                                  : QString();
        m_messages->addItem(where + message.text);
    }
    const int rows = std::min(m_messages->count(), shownMessages);
    if (rows > 0)
        m_messages->setFixedHeight(rows * (m_messages->sizeHintForRow(0) + 2 * m_messages->spacing()) +
                                   theme::gap / 2);
    m_messages->setVisible(rows > 0);
}

void FilterResult::showNotes()
{
    QStringList notes;
    if (m_job->isWaiting())
        notes << tr("It has taken %1 so far and waits. A filter may take %2 of memory and give %3.")
                     .arg(durationText(m_job->limits().time), sizeText(m_job->limits().memory),
                          sizeText(m_job->limits().output));
    if (m_job->hasRounded())
        notes << tr("jq has rounded numbers here: the body writes them with more digits. JSON Pointer and "
                    "JSON Path give them as they are.");
    m_notes->setText(notes.join(u'\n'));
    m_notes->setVisible(!notes.isEmpty());
    const std::optional<Error> &error = m_job->error();
    m_error->setText(error ? error->message : QString());
    m_error->setInk(error && error->kind == Error::Kind::Cancelled ? theme::Role::SecondText
                                                                   : theme::Role::Danger);
    m_error->setVisible(error.has_value());
}

} // namespace keydesk
