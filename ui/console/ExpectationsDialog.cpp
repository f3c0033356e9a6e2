#include "ui/console/ExpectationsDialog.h"

#include "app/base/VisibleText.h"
#include "app/http/ExpectationSuggestions.h"
#include "ui/console/ExpectMenu.h"
#include "ui/console/OutcomeWords.h"
#include "ui/setup/RoleLabel.h"
#include "ui/theme/Icon.h"

#include <QBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTreeWidget>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr auto typingPause = std::chrono::milliseconds(200);
constexpr qsizetype quickBody = 256 * 1024; // bytes that are checked without a thread
enum OutcomeColumn { StateColumn, TextColumn, WhyColumn };

QTreeWidget *outcomesList()
{
    auto *list = new QTreeWidget;
    list->setHeaderHidden(true);
    list->setColumnCount(3);
    list->setRootIsDecorated(false);
    list->setUniformRowHeights(true);
    list->setFrameShape(QFrame::NoFrame);
    list->setSelectionMode(QAbstractItemView::SingleSelection);
    list->header()->setStretchLastSection(true);
    list->header()->setSectionResizeMode(StateColumn, QHeaderView::ResizeToContents);
    list->header()->setSectionResizeMode(TextColumn, QHeaderView::ResizeToContents);
    list->setTextElideMode(Qt::ElideRight);
    return list;
}

} // namespace

ExpectationsDialog::ExpectationsDialog(const ExpectationsOfRequest &request, const Redactor &redactor, QWidget *parent)
    : QDialog(parent)
    , m_request(request)
    , m_redactor(redactor)
    , m_text(new QPlainTextEdit)
    , m_summary(new QLabel)
    , m_outcomes(outcomesList())
    , m_whole(new RoleLabel(theme::Role::SecondText))
    , m_problem(new RoleLabel(theme::Role::Danger))
{
    setWindowTitle(tr("Expectations"));
    auto *title = new QLabel(tr("What “%1” expects of its answer").arg(request.title));
    title->setTextFormat(Qt::PlainText);
    title->setFont(theme::titleFont(font()));
    title->setWordWrap(true);
    auto *how = new RoleLabel(theme::Role::SecondText);
    how->setText(tr("One a line: status 2xx, header Content-Type contains json, body $.data[0].id exists, time < 500 ms. %1")
                     .arg(request.isSaved ? tr("They are kept in the request's file as comments (# @expect).")
                                          : tr("They go into the request's file as comments (# @expect) when it is saved; until then they stay with its tab.")));
    m_text->setFont(theme::fixedFont(font()));
    m_text->setPlainText(request.expectations.join(u'\n'));
    m_text->setAccessibleName(tr("Expectations, one a line"));
    m_text->setPlaceholderText(u"status 200"_s);
    m_text->setTabChangesFocus(true);
    m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_outcomes->setAccessibleName(tr("How they go with the last answer"));
    m_summary->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_problem->hide();
    m_whole->hide();
    connect(m_outcomes, &QTreeWidget::currentItemChanged, this, [this](const QTreeWidgetItem *item) {
        m_whole->setText(item ? item->text(WhyColumn) : QString());
        m_whole->setVisible(!m_whole->text().isEmpty());
    });

    auto *addButton = new QPushButton(icon(u"plus"_s), tr("Add From Answer"));
    addButton->setAutoDefault(false);
    addSuggestions(*addButton);
    auto *above = new QHBoxLayout;
    above->setSpacing(theme::gap);
    above->addWidget(m_summary, 1);
    above->addWidget(addButton);
    auto *cancel = new QPushButton(tr("Cancel"));
    cancel->setAutoDefault(false);
    auto *save = new QPushButton(request.isSaved ? tr("Save") : tr("Keep"));
    save->setProperty("primary", true);
    save->setDefault(true);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(save, &QPushButton::clicked, this, &ExpectationsDialog::saveRequested);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(theme::gap);
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(save);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme::dialogPadding, theme::dialogPadding, theme::dialogPadding, theme::dialogPadding);
    layout->setSpacing(theme::gap);
    layout->addWidget(title);
    layout->addWidget(how);
    layout->addWidget(m_text, 1);
    layout->addLayout(above);
    layout->addWidget(m_outcomes, 1);
    layout->addWidget(m_whole);
    layout->addWidget(m_problem);
    layout->addSpacing(theme::gap);
    layout->addLayout(buttons);
    resize(sizeHint()); // the layout would ask for as little as it can do with

    m_soon.setSingleShot(true);
    m_soon.setInterval(typingPause);
    connect(&m_soon, &QTimer::timeout, this, &ExpectationsDialog::checkAnswer);
    connect(m_text, &QPlainTextEdit::textChanged, this, [this] { m_soon.start(); });
    checkAnswer();
    m_text->setFocus();
    m_text->moveCursor(QTextCursor::End);
}

QSize ExpectationsDialog::sizeHint() const
{
    return {720, 520};
}

QStringList ExpectationsDialog::expectations() const
{
    QStringList lines;
    for (const WrittenExpectation &each : written())
        lines << each.text;
    return lines;
}

QList<WrittenExpectation> ExpectationsDialog::written() const
{
    QList<WrittenExpectation> all;
    const QStringList lines = m_text->toPlainText().split(u'\n');
    for (qsizetype at = 0; at < lines.size(); ++at) {
        const QString text = lines.at(at).trimmed();
        if (!text.isEmpty())
            all.append({static_cast<int>(at) + 1, static_cast<int>(lines.at(at).indexOf(text)) + 1, text});
    }
    return all;
}

void ExpectationsDialog::showProblem(const QString &sentence)
{
    m_problem->setText(sentence);
    m_problem->show();
}

void ExpectationsDialog::addSuggestions(QPushButton &button)
{
    auto *menu = new QMenu(&button);
    addExpectations(*menu, suggestedExpectations(m_request.facts), m_redactor, [this](const QString &each) { add(each); });
    button.setEnabled(!menu->isEmpty());
    if (menu->isEmpty())
        button.setToolTip(tr("Send the request first. Then its answer says what could be expected of it."));
    button.setMenu(menu);
}

void ExpectationsDialog::add(const QString &expectation)
{
    m_text->moveCursor(QTextCursor::End);
    const QString before = m_text->toPlainText();
    m_text->insertPlainText(before.isEmpty() || before.endsWith(u'\n') ? expectation : u'\n' + expectation);
    m_text->setFocus();
}

void ExpectationsDialog::checkAnswer()
{
    if (m_isChecking) { // of what was typed meanwhile, after it
        m_soon.start();
        return;
    }
    const auto work = [expectations = written(), facts = m_request.facts, sources = m_request.sources, redactor = &m_redactor] {
        return checkExpectations(expectations, facts, sources, *redactor);
    };
    if (!m_request.facts.response || m_request.facts.response->body.size() <= quickBody) {
        showOutcomes(work());
        return;
    }
    m_isChecking = true;
    m_background.run(this, work, [this](const QList<ExpectationOutcome> &outcomes) {
        m_isChecking = false;
        showOutcomes(outcomes);
    });
}

void ExpectationsDialog::showOutcomes(const QList<ExpectationOutcome> &outcomes)
{
    const bool hasAnswer = m_request.facts.response.has_value();
    m_summary->setText(outcomes.isEmpty() ? tr("Nothing is expected yet.") : hasAnswer ? expectationsSummary(outcomes) : tr("There is no answer yet to check them with."));
    m_outcomes->clear();
    for (const ExpectationOutcome &each : outcomes) {
        if (!hasAnswer && each.state != ExpectationOutcome::State::Unreadable)
            continue;
        const OutcomeWord word = outcomeWord(each);
        auto *item = new QTreeWidgetItem(m_outcomes, {word.word, withVisibleControls(each.text), withVisibleControls(each.message)});
        item->setIcon(StateColumn, icon(word.icon, word.ink));
        item->setToolTip(WhyColumn, plainTip(each.message));
    }
}

} // namespace keydesk
