#include "ui/console/CompareDialog.h"

#include "app/base/Redactor.h"
#include "app/http/BodyText.h"
#include "app/models/ComparisonModel.h"
#include "ui/setup/RoleLabel.h"
#include "ui/theme/Icon.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Chip.h"
#include "ui/widgets/CodeView.h"
#include "ui/widgets/EmptyState.h"

#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

Answer answerOf(const ComparedCall &side)
{
    return {side.call.response, statusWord(side.call)};
}

QString factsOf(const ShownCall &call)
{
    QString facts = durationText(call.elapsed);
    if (call.response)
        facts += u" · "_s + sizeText(call.response->bodySize());
    return facts;
}

} // namespace

CompareDialog::CompareDialog(const ComparedCall &left, const ComparedCall &right, const Redactor &redactor, QWidget *parent)
    : QDialog(parent)
    , m_redactor(redactor)
    , m_left(left)
    , m_right(right)
    , m_sides(new QWidget)
    , m_summary(new QLabel)
    , m_notes(new RoleLabel(theme::Role::SecondText))
    , m_search(new QLineEdit)
    , m_states(new QStackedWidget)
    , m_model(new ComparisonModel(this))
    , m_found(new QSortFilterProxyModel(this))
    , m_table(new QTableView)
    , m_place(new QLabel)
    , m_leftValue(new CodeView)
    , m_rightValue(new CodeView)
{
    setWindowTitle(tr("Compare Answers"));
    new QHBoxLayout(m_sides);
    m_sides->layout()->setContentsMargins(0, 0, 0, 0);
    m_sides->layout()->setSpacing(theme::groupGap);

    m_summary->setFont(theme::groupFont(font()));
    m_summary->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_summary->setAccessibleName(tr("Summary"));
    m_search->setPlaceholderText(tr("Filter differences"));
    m_search->setAccessibleName(tr("Filter differences"));
    m_search->setClearButtonEnabled(true);
    m_search->addAction(icon(u"search"_s, theme::Role::SecondText), QLineEdit::LeadingPosition);
    m_search->setMaximumWidth(fontMetrics().averageCharWidth() * 40);
    connect(m_search, &QLineEdit::textChanged, m_found, &QSortFilterProxyModel::setFilterFixedString);
    auto *bar = new QHBoxLayout;
    bar->setSpacing(theme::gap);
    bar->addWidget(m_summary, 1);
    bar->addWidget(m_search, 1);

    auto *waiting = new QLabel(tr("Comparing…"));
    waiting->setAlignment(Qt::AlignCenter);
    waiting->setForegroundRole(QPalette::PlaceholderText);
    m_states->addWidget(waiting);
    m_states->addWidget(new EmptyState(u"check"_s, tr("Both answers are the same."), {}));
    auto *halves = new QSplitter(Qt::Vertical);
    halves->setHandleWidth(1);
    halves->setChildrenCollapsible(false);
    halves->addWidget(makeTable());
    halves->addWidget(makeValues());
    halves->setSizes({300, 180});
    m_states->addWidget(halves);

    auto *swapSides = new QPushButton(tr("Swap Sides"));
    connect(swapSides, &QPushButton::clicked, this, &CompareDialog::swap);
    auto *close = new QPushButton(tr("Close"));
    close->setDefault(true);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    auto *foot = new QHBoxLayout;
    foot->addWidget(swapSides);
    foot->addStretch(1);
    foot->addWidget(close);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme::dialogPadding, theme::dialogPadding, theme::dialogPadding, theme::dialogPadding);
    layout->setSpacing(theme::panePadding);
    layout->addWidget(m_sides);
    layout->addWidget(m_notes);
    layout->addLayout(bar);
    layout->addWidget(m_states, 1);
    layout->addLayout(foot);
    resize(980, 640);
    compare();
    m_table->setFocus();
}

QWidget *CompareDialog::makeSide(const ComparedCall &side, const QString &accessibleName)
{
    auto *title = new QLabel(side.title);
    title->setTextFormat(Qt::PlainText);
    title->setFont(theme::titleFont(font()));
    title->setWordWrap(true);
    title->setAccessibleName(accessibleName + u": "_s + side.title);
    auto *status = new Chip;
    const int code = side.call.response ? side.call.response->status : 0;
    status->setContent(statusWord(side.call), theme::statusRole(code), theme::statusFillRole(code));
    auto *facts = new QLabel(factsOf(side.call));
    facts->setForegroundRole(QPalette::PlaceholderText);
    auto *widget = new QWidget;
    auto *layout = new QVBoxLayout(widget);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(title);
    auto *row = new QHBoxLayout;
    row->setSpacing(theme::gap);
    row->addWidget(status);
    row->addWidget(facts, 1);
    layout->addLayout(row);
    return widget;
}

QWidget *CompareDialog::makeTable()
{
    m_found->setSourceModel(m_model);
    m_found->setFilterKeyColumn(-1);
    m_found->setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_table->setModel(m_found);
    m_table->setAccessibleName(tr("Differences"));
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setTabKeyNavigation(false);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(std::max(theme::rowHeight, m_table->fontMetrics().height() + 10));
    QHeaderView *header = m_table->horizontalHeader();
    header->setHighlightSections(false);
    header->setSectionResizeMode(ComparisonModel::Left, QHeaderView::Stretch);
    header->setSectionResizeMode(ComparisonModel::Right, QHeaderView::Stretch);
    m_table->setColumnWidth(ComparisonModel::What, fontMetrics().horizontalAdvance(tr("Header only at right")) + 2 * theme::panePadding);
    m_table->setColumnWidth(ComparisonModel::Place, fontMetrics().averageCharWidth() * 34);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &CompareDialog::showValues);
    // What is filtered out is no longer what is shown below.
    connect(m_found, &QAbstractItemModel::rowsRemoved, this, &CompareDialog::showValues);
    return m_table;
}

QWidget *CompareDialog::makeValues()
{
    m_place->setTextFormat(Qt::PlainText);
    m_place->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_place->setAccessibleName(tr("Where"));
    m_place->setFont(theme::fixedFont(font()));
    m_leftValue->setAccessibleName(tr("Left value"));
    m_rightValue->setAccessibleName(tr("Right value"));
    auto *row = new QHBoxLayout;
    row->setSpacing(theme::groupGap);
    for (CodeView *value : {m_leftValue, m_rightValue}) {
        value->setReadOnly(true);
        value->setLineWrapMode(QPlainTextEdit::WidgetWidth);
        row->addWidget(value);
    }
    auto *widget = new QWidget;
    auto *layout = new QVBoxLayout(widget);
    layout->setContentsMargins(0, theme::gap, 0, 0);
    layout->setSpacing(theme::gap);
    layout->addWidget(m_place);
    layout->addLayout(row, 1);
    return widget;
}

void CompareDialog::compare()
{
    qDeleteAll(m_sides->findChildren<QWidget *>(QString(), Qt::FindDirectChildrenOnly));
    auto *sides = static_cast<QHBoxLayout *>(m_sides->layout());
    sides->addWidget(makeSide(m_left, tr("Left")), 1);
    sides->addWidget(makeSide(m_right, tr("Right")), 1);
    m_states->setCurrentIndex(Waiting);
    m_summary->clear();
    m_background.run(
        this, [left = answerOf(m_left), right = answerOf(m_right), &redactor = m_redactor] { return compareAnswers(left, right, redactor); },
        [this](const AnswerComparison &comparison) { showComparison(comparison); });
}

void CompareDialog::showComparison(const AnswerComparison &comparison)
{
    m_model->setDifferences(comparison.differences);
    const auto listed = comparison.differences.size();
    QStringList notes = comparison.notes;
    if (listed < comparison.count)
        notes << tr("The first %L1 of %L2 differences are listed.").arg(listed).arg(comparison.count);
    m_notes->setText(notes.join(u' '));
    m_notes->setVisible(!notes.isEmpty());
    m_summary->setText(comparison.count == 0 ? QString()
                       : comparison.count == 1 ? tr("1 difference")
                                               : tr("%L1 differences").arg(comparison.count));
    m_search->setVisible(comparison.count > 0);
    m_states->setCurrentIndex(comparison.count == 0 ? Same : Different);
    if (m_found->rowCount() > 0)
        m_table->selectRow(0);
    showValues();
    Q_EMIT compared();
}

void CompareDialog::showValues()
{
    const QModelIndex current = m_table->currentIndex();
    const auto text = [&](int column) { return current.siblingAtColumn(column).data(ComparisonModel::WholeRole).toString(); };
    m_place->setText(current.isValid() ? text(ComparisonModel::Place) : tr("Select a difference to see both values."));
    m_leftValue->setPlainText(CodeView::withVisibleControls(text(ComparisonModel::Left)));
    m_rightValue->setPlainText(CodeView::withVisibleControls(text(ComparisonModel::Right)));
}

void CompareDialog::swap()
{
    std::swap(m_left, m_right);
    compare();
}

} // namespace keydesk
