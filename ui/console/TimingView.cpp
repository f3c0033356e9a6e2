#include "ui/console/TimingView.h"

#include "app/models/TimingModel.h"
#include "ui/console/PaneParts.h"
#include "ui/setup/RoleLabel.h"
#include "ui/theme/Icon.h"
#include "ui/theme/Paint.h"

#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr int barHeight = 10;
constexpr int leastBar = 2;

/// The word beside the bar carries the meaning; the colour only helps to find it again.
theme::Role inkOf(HopTiming::Phase phase)
{
    using Phase = HopTiming::Phase;
    switch (phase) {
    case Phase::Keychain:
    case Phase::ProxySettings:
    case Phase::Queue:
        return theme::Role::SecondText;
    case Phase::Lookup:
    case Phase::Connect:
    case Phase::ConnectAndTls:
    case Phase::Send:
        return theme::Role::Caution;
    case Phase::Wait:
        return theme::Role::Accent;
    case Phase::Download:
        break;
    }
    return theme::Role::Success;
}

/// A hop's line over the whole width with its time at the end, and the bars.
class TimingDelegate : public QStyledItemDelegate
{
public:
    TimingDelegate(const TimingModel &model, QObject *parent)
        : QStyledItemDelegate(parent)
        , m_model(model)
    {
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        if (index.data(TimingModel::IsHopRole).toBool())
            paintHop(painter, option, index);
        else if (index.column() == TimingModel::Picture)
            paintBar(painter, option, index);
        else
            QStyledItemDelegate::paint(painter, option, index);
    }

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        option->features &= ~QStyleOptionViewItem::HasDecoration;
    }

private:
    static void paintHop(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index)
    {
        const QStyle *style = option.widget->style();
        style->drawPrimitive(QStyle::PE_PanelItemViewItem, &option, painter, option.widget);
        const QRect area = option.rect.adjusted(theme::gap, 0, -theme::gap, 0);
        const QFont font = theme::groupFont(option.font);
        const QFontMetrics metrics(font);
        const QString time = index.siblingAtColumn(TimingModel::Time).data().toString();
        const int room = area.width() - metrics.horizontalAdvance(time) - theme::groupGap;
        const QString line = metrics.elidedText(index.siblingAtColumn(TimingModel::What).data().toString(), Qt::ElideMiddle, room);
        painter->save();
        painter->setFont(font);
        painter->setPen(theme::colour(option.palette, theme::Role::Text));
        const QRect whole = QStyle::visualRect(option.direction, option.rect, area);
        painter->drawText(whole, QStyle::visualAlignment(option.direction, Qt::AlignLeft | Qt::AlignVCenter), line);
        painter->drawText(whole, QStyle::visualAlignment(option.direction, Qt::AlignRight | Qt::AlignVCenter), time);
        painter->restore();
    }

    void paintBar(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
    {
        const QStyle *style = option.widget->style();
        style->drawPrimitive(QStyle::PE_PanelItemViewItem, &option, painter, option.widget);
        const double total = static_cast<double>(std::max<qint64>(1, m_model.total().count()));
        const QRect area = option.rect.adjusted(theme::gap, 0, -theme::gap, 0);
        const int height = std::min(area.height() - 4, static_cast<int>(barHeight * paint::scaleOf(option.fontMetrics)));
        const int width = std::max(leastBar, static_cast<int>(area.width() * static_cast<double>(index.data(TimingModel::LengthRole).toLongLong()) / total));
        const int left = std::min(area.width() - width, static_cast<int>(area.width() * static_cast<double>(index.data(TimingModel::StartRole).toLongLong()) / total));
        const QRect bar(area.left() + left, area.center().y() - height / 2, width, height);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        const auto phase = index.data(TimingModel::PhaseRole).value<HopTiming::Phase>();
        paint::box(painter, QStyle::visualRect(option.direction, option.rect, bar), theme::colour(option.palette, inkOf(phase)), {}, std::min(3, width / 2));
        painter->restore();
    }

    const TimingModel &m_model;
};

} // namespace

TimingView::TimingView(QWidget *parent)
    : QWidget(parent)
    , m_model(new TimingModel(this))
    , m_table(new QTableView)
    , m_notes(new RoleLabel(theme::Role::SecondText, RoleLabel::Size::Second))
    , m_copy(new QToolButton)
{
    m_table->setModel(m_model);
    m_table->setItemDelegate(new TimingDelegate(*m_model, this));
    m_table->setAccessibleName(tr("Timing"));
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setShowGrid(false);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setTabKeyNavigation(false);
    m_table->setWordWrap(false);
    m_table->verticalHeader()->hide();
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setSectionsClickable(false);
    m_notes->setContentsMargins(theme::panePadding, theme::gap, theme::panePadding, theme::gap);
    m_copy->setAutoRaise(true);
    m_copy->setText(tr("Copy as Text"));
    m_copy->setIcon(icon(u"copy"_s, theme::Role::SecondText));
    m_copy->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    connect(m_copy, &QToolButton::clicked, this, [this] {
        copy();
        Q_EMIT copied();
    });

    auto *foot = new FootBar;
    foot->row()->addStretch(1);
    foot->row()->addWidget(m_copy);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_table, 1);
    layout->addWidget(m_notes);
    layout->addWidget(foot);
}

void TimingView::setTimings(const QList<HopTiming> &timings)
{
    m_model->setTimings(timings);
    m_table->clearSpans();
    for (int row = 0; row < m_model->rowCount(); ++row) {
        if (m_model->index(row, 0).data(TimingModel::IsHopRole).toBool())
            m_table->setSpan(row, 0, 1, TimingModel::ColumnCount);
    }
    // A hop's line is as wide as the table; the phases alone say how wide their column is.
    int widest = 0;
    for (const HopTiming &timing : timings) {
        for (const HopTiming::Span &span : timing.spans)
            widest = std::max(widest, m_table->fontMetrics().horizontalAdvance(phaseName(span.phase)));
    }
    m_table->setColumnWidth(TimingModel::What, widest + 3 * theme::gap);
    m_table->setColumnWidth(TimingModel::Time, m_table->fontMetrics().horizontalAdvance(u"00 min 00 s"_s) + 3 * theme::gap);

    QStringList notes;
    for (const HopTiming &timing : timings)
        notes += timingNotes(timing);
    notes.removeDuplicates();
    if (timings.isEmpty())
        notes = {tr("No timing was kept.")};
    m_notes->setText(notes.join(u' '));
    m_notes->setVisible(!notes.isEmpty());
    m_table->setVisible(!timings.isEmpty());
    m_copy->setEnabled(!timings.isEmpty());
}

void TimingView::copy() const
{
    QApplication::clipboard()->setText(timingText(m_model->timings()));
}

} // namespace keydesk
