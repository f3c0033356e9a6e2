#include "ui/console/RepeatDialog.h"

#include "app/Core.h"
#include "app/http/BodyText.h"
#include "app/http/RateLimits.h"
#include "app/http/RedactedRequest.h"
#include "ui/console/Consent.h"
#include "ui/console/FlowLayout.h"
#include "ui/console/LatencyChart.h"
#include "ui/setup/RoleLabel.h"

#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QHeaderView>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QSpinBox>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

const QString rememberedPlan = u"console/repeat"_s;
constexpr auto shownEvery = std::chrono::milliseconds(100);
constexpr int longestPause = 60'000; // ms

QSpinBox *number(const QString &name, int least, int most)
{
    auto *box = new QSpinBox;
    box->setRange(least, most);
    box->setAccessibleName(name);
    return box;
}

QTableWidget *table(const QString &name, const QStringList &columns)
{
    auto *widget = new QTableWidget(0, static_cast<int>(columns.size()));
    widget->setHorizontalHeaderLabels(columns);
    widget->setAccessibleName(name);
    widget->setEditTriggers(QAbstractItemView::NoEditTriggers);
    widget->setShowGrid(false);
    widget->setTabKeyNavigation(false);
    widget->setWordWrap(false);
    widget->setFrameShape(QFrame::NoFrame);
    widget->verticalHeader()->hide();
    widget->horizontalHeader()->setHighlightSections(false);
    widget->horizontalHeader()->setSectionsClickable(false);
    widget->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    return widget;
}

void setCell(QTableWidget &table, int row, int column, const QString &text)
{
    if (!table.item(row, column))
        table.setItem(row, column, new QTableWidgetItem);
    QTableWidgetItem *item = table.item(row, column);
    if (item->text() == text)
        return;
    item->setText(text);
    item->setToolTip(text);
}

} // namespace

RepeatDialog::RepeatDialog(Core &core, const RequestSpec &request, const CallContext &context, QWidget *parent)
    : QDialog(parent)
    , m_core(core)
    , m_request(request)
    , m_context(context)
    , m_what(request.method.trimmed() + u' ' + withoutCredentialItems(core.redactor.redactText(request.url)))
    , m_times(number(tr("How many times"), 1, RepeatPlan::mostTimes))
    , m_atOnce(number(tr("At once"), 1, RepeatPlan::mostAtOnce))
    , m_pause(number(tr("Pause"), 0, longestPause))
    , m_waits(new QCheckBox(tr("Wait when the server says so (Retry-After)")))
    , m_planWidget(makePlan())
    , m_progress(new QProgressBar)
    , m_summary(new QLabel)
    , m_message(new RoleLabel(theme::Role::SecondText))
    , m_chart(new LatencyChart)
    , m_figures(table(tr("Latency"), {tr("Min"), tr("p50"), tr("p90"), tr("p95"), tr("p99"), tr("Max"), tr("Mean")}))
    , m_outcomes(table(tr("Answers"), {tr("Calls"), tr("Answer")}))
    , m_copyText(new QPushButton(tr("Copy as Text")))
    , m_copyCsv(new QPushButton(tr("Copy as CSV")))
    , m_start(new QPushButton)
{
    setWindowTitle(tr("Repeat"));
    auto *title = new QLabel(context.environment ? tr("%1 in “%2”").arg(m_what, context.environment->name) : m_what);
    title->setTextFormat(Qt::PlainText);
    title->setFont(theme::titleFont(font()));
    title->setWordWrap(true);
    m_progress->setAccessibleName(tr("Progress"));
    m_progress->setTextVisible(false);
    m_summary->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_summary->setAccessibleName(tr("Summary"));
    m_figures->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    m_figures->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_figures->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_figures->setSizeAdjustPolicy(QAbstractScrollArea::AdjustToContents);
    m_figures->setRowCount(1);
    m_outcomes->horizontalHeader()->setStretchLastSection(true);
    m_outcomes->setMinimumHeight(fontMetrics().height() * 7);
    m_message->setText(tr("For looking at times, not for load. These calls are not kept in the history."));

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme::dialogPadding, theme::dialogPadding, theme::dialogPadding, theme::dialogPadding);
    layout->setSpacing(theme::gap);
    layout->addWidget(title);
    layout->addWidget(m_planWidget);
    layout->addWidget(m_waits);
    layout->addWidget(m_progress);
    layout->addWidget(m_summary);
    layout->addWidget(m_message);
    layout->addWidget(makeResults(), 1);
    layout->addLayout(makeFoot());
    resize(sizeHint()); // the layout would ask for as little as it can do with
    restorePlan();
    m_soon.setSingleShot(true);
    m_soon.setInterval(shownEvery);
    connect(&m_soon, &QTimer::timeout, this, &RepeatDialog::showRun);
    connect(this, &QDialog::finished, this, [this] {
        if (m_run)
            m_run->stop();
    });
    showRun();
    m_times->setFocus();
    m_times->selectAll();
}

QSize RepeatDialog::sizeHint() const
{
    return {720, 600};
}

QWidget *RepeatDialog::makePlan()
{
    m_pause->setSuffix(tr(" ms"));
    m_pause->setSingleStep(100);
    m_atOnce->setToolTip(tr("Six at most: more to one server would wait here, and the wait would be measured."));
    auto *widget = new QWidget;
    auto *row = new FlowLayout(widget);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(theme::groupGap);
    for (QSpinBox *box : {m_times, m_atOnce, m_pause}) {
        auto *pair = new QWidget;
        auto *inner = new QHBoxLayout(pair);
        inner->setContentsMargins(0, 0, 0, 0);
        inner->setSpacing(theme::gap);
        auto *label = new QLabel(box->accessibleName());
        label->setBuddy(box);
        inner->addWidget(label);
        inner->addWidget(box);
        row->addWidget(pair);
    }
    return widget;
}

QWidget *RepeatDialog::makeResults()
{
    auto *results = new QWidget;
    auto *layout = new QVBoxLayout(results);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme::gap);
    layout->addWidget(m_chart, 2);
    layout->addWidget(m_figures);
    layout->addWidget(m_outcomes, 1);
    auto *scroll = new QScrollArea; // with large type there may not be room for all of it
    scroll->setWidget(results);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    return scroll;
}

QLayout *RepeatDialog::makeFoot()
{
    auto *close = new QPushButton(tr("Close"));
    close->setAutoDefault(false);
    m_copyText->setAutoDefault(false);
    m_copyCsv->setAutoDefault(false);
    m_start->setProperty("primary", true);
    m_start->setDefault(true);
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_start, &QPushButton::clicked, this, &RepeatDialog::startOrStop);
    connect(m_copyText, &QPushButton::clicked, this, [this] { QApplication::clipboard()->setText(repeatText(m_what, m_run->calls(), m_run->elapsed())); });
    connect(m_copyCsv, &QPushButton::clicked, this, [this] { QApplication::clipboard()->setText(repeatCsv(m_run->calls())); });
    auto *foot = new QHBoxLayout;
    foot->setSpacing(theme::gap);
    foot->addWidget(m_copyText);
    foot->addWidget(m_copyCsv);
    foot->addStretch(1);
    foot->addWidget(close);
    foot->addWidget(m_start);
    return foot;
}

RepeatPlan RepeatDialog::plan() const
{
    return {m_times->value(), m_atOnce->value(), std::chrono::milliseconds(m_pause->value()), m_waits->isChecked()};
}

void RepeatDialog::restorePlan()
{
    const RepeatPlan usual;
    const QVariantList kept = m_core.settings->remembered(rememberedPlan).toList();
    m_times->setValue(kept.value(0, usual.times).toInt());
    m_atOnce->setValue(kept.value(1, usual.atOnce).toInt());
    m_pause->setValue(kept.value(2, 0).toInt());
    m_waits->setChecked(kept.value(3, false).toBool());
}

void RepeatDialog::rememberPlan() const
{
    m_core.settings->remember(rememberedPlan, QVariantList{m_times->value(), m_atOnce->value(), m_pause->value(), m_waits->isChecked()});
}

void RepeatDialog::startOrStop()
{
    if (m_run && m_run->isRunning())
        m_run->stop();
    else if (changesThings(m_request))
        askRepeatConsent(*this, m_request, m_context, m_core.redactor, m_times->value(), [this] { start(); });
    else
        start();
}

void RepeatDialog::start()
{
    rememberPlan();
    if (m_run)
        m_run->deleteLater();
    m_run = new RepeatRun(m_core, m_request, m_context, plan(), this);
    connect(m_run, &RepeatRun::progressed, this, [this] {
        if (!m_soon.isActive())
            m_soon.start();
    });
    connect(m_run, &RepeatRun::finished, this, &RepeatDialog::showRun);
    m_run->start();
    showRun();
}

void RepeatDialog::showRun()
{
    const bool isRunning = m_run && m_run->isRunning();
    const bool hasCalls = m_run && !m_run->calls().isEmpty();
    m_start->setText(isRunning ? tr("Stop") : tr("Start"));
    m_planWidget->setEnabled(!isRunning);
    m_waits->setEnabled(!isRunning);
    m_copyText->setEnabled(hasCalls);
    m_copyCsv->setEnabled(hasCalls);
    m_progress->setVisible(m_run != nullptr);
    m_summary->setVisible(m_run != nullptr);
    m_figures->setVisible(hasCalls);
    m_outcomes->setVisible(hasCalls);
    if (!m_run)
        return;
    const QList<RepeatCall> &calls = m_run->calls();
    const int times = m_run->plan().times;
    const auto failed = std::ranges::count_if(calls, &RepeatCall::isFailed);
    m_progress->setRange(0, times);
    m_progress->setValue(static_cast<int>(calls.size()));
    m_summary->setText(tr("%1 of %2 calls · %3 failed · %4").arg(QString::number(calls.size()), QString::number(times), QString::number(failed), durationText(m_run->elapsed())));
    const qint64 wait = m_run->secondsToWait();
    m_message->setText(wait > 0 ? tr("The server asks to wait: it takes calls again in %1.").arg(waitText(wait)) : m_run->ending());
    m_message->setVisible(!m_message->text().isEmpty());
    m_chart->setCalls(calls, times);
    showFigures();
    showOutcomes();
    if (isRunning && !m_soon.isActive())
        m_soon.start(); // the time goes on
}

void RepeatDialog::showFigures()
{
    const auto latency = latencyOf(m_run->calls());
    const Latency shown = latency.value_or(Latency());
    int column = 0;
    for (const std::chrono::microseconds time : {shown.least, shown.p50, shown.p90, shown.p95, shown.p99, shown.most, shown.mean})
        setCell(*m_figures, 0, column++, latency ? spanText(time) : tr("–"));
}

void RepeatDialog::showOutcomes()
{
    const QList<RepeatOutcome> outcomes = outcomesOf(m_run->calls());
    m_outcomes->setRowCount(static_cast<int>(outcomes.size()));
    for (int row = 0; row < m_outcomes->rowCount(); ++row) {
        const RepeatOutcome &outcome = outcomes.at(row);
        setCell(*m_outcomes, row, 0, QString::number(outcome.count));
        setCell(*m_outcomes, row, 1, outcome.status > 0 ? outcome.what : tr("No answer: %1").arg(outcome.what));
    }
}

} // namespace keydesk
