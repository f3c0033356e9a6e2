#include "ui/keys/KeyUsage.h"

#include "app/environments/EnvironmentStore.h"
#include "app/history/HistoryStore.h"
#include "app/history/UsageJournal.h"
#include "app/models/UsageModel.h"
#include "app/storage/Settings.h"
#include "ui/keys/UsageChart.h"
#include "ui/theme/Icon.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Chip.h"
#include "ui/widgets/WrapLabel.h"

#include <QActionGroup>
#include <QHeaderView>
#include <QLocale>
#include <QMenu>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr int periods[] = {30, 90};
constexpr int tableRows = 6;
const auto daysKey = u"keys/usageDays"_s;
const auto tableKey = u"keys/usageAsTable"_s;

QString periodWords(int days)
{
    return KeyUsage::tr("Last %1 days").arg(days);
}

} // namespace

KeyUsage::KeyUsage(UsageJournal &journal, const EnvironmentStore &environments, HistoryStore &history,
                   Settings &settings, QWidget *parent)
    : QWidget(parent)
    , m_journal(journal)
    , m_environments(environments)
    , m_history(history)
    , m_settings(settings)
    , m_model(std::make_unique<UsageModel>())
    , m_title(new QLabel)
    , m_total(new WrapLabel)
    , m_chart(new UsageChart(*m_model))
    , m_table(new QTableView)
    , m_day(new WrapLabel)
    , m_verdict(new Chip)
    , m_reasons(new WrapLabel)
{
    auto *question = new QLabel(tr("Safe to revoke?"));
    question->setFont(theme::groupFont(font()));
    m_reasons->setTextFormat(Qt::PlainText);
    m_reasons->setForegroundRole(QPalette::PlaceholderText);
    m_reasons->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    auto *asked = new QHBoxLayout;
    asked->addWidget(question);
    asked->addStretch(1);
    asked->addWidget(m_verdict);

    prepareTable();
    connect(m_chart, &UsageChart::dayChosen, this, &KeyUsage::showDay);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme::gap);
    layout->addWidget(makeTitle());
    layout->addWidget(m_chart);
    layout->addWidget(m_table);
    layout->addLayout(makeChoice());
    layout->addLayout(asked);
    layout->addWidget(m_reasons);

    choose(m_settings.remembered(daysKey).toInt() == periods[1] ? periods[1] : periods[0],
           m_settings.remembered(tableKey).toBool());
    connect(&m_journal, &UsageJournal::changed, this, [this](const QUuid &id) {
        if (id == m_key.id)
            showUse();
    });
    connect(&m_history, &HistoryStore::cleared, this, &KeyUsage::findRequests);
}

KeyUsage::~KeyUsage() = default;

QWidget *KeyUsage::makeTitle()
{
    m_title->setFont(theme::groupFont(font()));
    m_total->setForegroundRole(QPalette::PlaceholderText);
    m_total->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    auto *title = new QWidget;
    auto *layout = new QHBoxLayout(title);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme::gap);
    layout->addWidget(m_title);
    layout->addWidget(m_total, 1);
    return title;
}

/// What the chart says at a day, and across what it shows.
QLayout *KeyUsage::makeChoice()
{
    m_day->setForegroundRole(QPalette::PlaceholderText);
    m_day->setFont(theme::secondFont(font()));
    auto *choice = new QToolButton;
    choice->setIcon(icon(u"dots"_s, theme::Role::SecondText));
    choice->setAutoRaise(true);
    choice->setPopupMode(QToolButton::InstantPopup);
    choice->setAccessibleName(tr("How use is shown"));
    choice->setToolTip(tr("How use is shown"));
    choice->setMenu(makeMenu(choice));
    auto *row = new QHBoxLayout;
    row->setSpacing(theme::gap);
    row->addWidget(m_day, 1);
    row->addWidget(choice, 0, Qt::AlignTop);
    return row;
}

QMenu *KeyUsage::makeMenu(QWidget *owner)
{
    auto *menu = new QMenu(owner);
    auto *group = new QActionGroup(menu);
    for (const int days : periods) {
        QAction *period = menu->addAction(periodWords(days));
        period->setCheckable(true);
        period->setData(days);
        group->addAction(period);
        connect(period, &QAction::triggered, this,
                [this, days] { choose(days, m_asTable); });
    }
    menu->addSeparator();
    QAction *table = menu->addAction(tr("Show as Table"));
    table->setCheckable(true);
    connect(table, &QAction::triggered, this, [this](bool checked) { choose(m_days, checked); });
    connect(menu, &QMenu::aboutToShow, this, [this, group, table] {
        for (QAction *period : group->actions())
            period->setChecked(period->data().toInt() == m_days);
        table->setChecked(m_asTable);
    });
    return menu;
}

void KeyUsage::prepareTable()
{
    m_table->setModel(m_model.get());
    m_table->setAccessibleName(tr("Usage table"));
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setTabKeyNavigation(false);
    m_table->setShowGrid(false);
    QHeaderView *rows = m_table->verticalHeader();
    rows->hide();
    rows->setDefaultSectionSize(std::max(theme::treeRowHeight, m_table->fontMetrics().height() + 8));
    QHeaderView *header = m_table->horizontalHeader();
    header->setHighlightSections(false);
    header->setMinimumSectionSize(40);
    header->setSectionResizeMode(QHeaderView::ResizeToContents);
    header->setSectionResizeMode(UsageModel::Day, QHeaderView::Stretch);
    m_table->setFixedHeight((tableRows + 1) * rows->defaultSectionSize());
    connect(m_model.get(), &QAbstractItemModel::modelReset, m_table, [this] { m_table->scrollToBottom(); });
}

void KeyUsage::choose(int days, bool asTable)
{
    m_days = days;
    m_settings.remember(daysKey, days);
    m_settings.remember(tableKey, asTable);
    m_title->setText(periodWords(days));
    m_asTable = asTable;
    m_chart->setVisible(!asTable);
    m_table->setVisible(asTable);
    m_model->setDays(usageByDay(m_rows, m_journal.now().date(), m_days));
    m_total->setText(usageWords(usageTotal(m_model->days())));
    showDay();
}

void KeyUsage::show(const ApiKey &key)
{
    const bool another = key.id != m_key.id;
    m_key = key;
    if (another) {
        m_requests.clear();
        findRequests();
    }
    showUse();
}

void KeyUsage::showUse()
{
    const Result<QList<UsageRow>> rows = m_journal.of(m_key.id);
    m_rows = rows.value_or(QList<UsageRow>());
    choose(m_days, m_asTable);
    if (!rows)
        m_total->setText(tr("cannot be read"));
    showAdvice();
}

/// Under the chart: the day that is chosen, or what the chart spans.
void KeyUsage::showDay()
{
    const std::optional<int> day = m_chart->chosenDay();
    if (m_model->rowCount() == 0)
        m_day->setText({});
    else if (day && *day < m_model->rowCount())
        m_day->setText(m_model->sentence(*day));
    else
        m_day->setText(
            tr("%1 until today").arg(QLocale().toString(m_model->days().first().day, tr("d MMMM"))));
}

void KeyUsage::findRequests()
{
    m_history.requestsNaming(m_key.id, this, [this, id = m_key.id](const Result<QStringList> &requests) {
        if (id != m_key.id)
            return;
        m_requests = requests.value_or(QStringList());
        showAdvice();
    });
}

void KeyUsage::showAdvice()
{
    QStringList requests = m_drafts ? m_drafts(m_key.id) : QStringList();
    for (const QString &request : std::as_const(m_requests)) {
        if (!requests.contains(request))
            requests.append(request);
    }
    m_advice = revokeAdvice(m_key, m_rows, m_environments.all(), requests, m_journal.now());
    using enum theme::Role;
    switch (m_advice.level) {
    case RevokeAdvice::Level::Safe:
        m_verdict->setContent(m_advice.verdict, Success, SuccessFill);
        break;
    case RevokeAdvice::Level::Careful:
        m_verdict->setContent(m_advice.verdict, Caution, CautionFill);
        break;
    case RevokeAdvice::Level::InUse:
        m_verdict->setContent(m_advice.verdict, Danger, DangerFill);
        break;
    }
    m_reasons->setText(m_advice.text());
}

} // namespace keydesk
