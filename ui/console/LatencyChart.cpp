#include "ui/console/LatencyChart.h"

#include "app/http/HopTiming.h"
#include "ui/theme/Paint.h"
#include "ui/theme/Theme.h"

#include <QPainter>

#include <algorithm>
#include <vector>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr int gapAt = 4;    // px of a bar's place from which it has a gap beside it
constexpr int leastBar = 2; // px; a failed one has room for its mark

} // namespace

LatencyChart::LatencyChart(QWidget *parent)
    : QWidget(parent)
{
    setAccessibleName(tr("Time of each call"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
}

QSize LatencyChart::sizeHint() const
{
    return {480, fontMetrics().height() * 8};
}

QSize LatencyChart::minimumSizeHint() const
{
    return {120, fontMetrics().height() * 4};
}

void LatencyChart::setCalls(const QList<RepeatCall> &calls, int planned)
{
    m_calls = calls;
    m_planned = std::max(1, planned);
    const auto latency = latencyOf(calls);
    m_median = latency ? latency->p50 : std::chrono::microseconds(0);
    m_most = std::chrono::microseconds(1);
    for (const RepeatCall &call : calls)
        m_most = std::max(m_most, call.elapsed);
    describe();
    update();
}

void LatencyChart::describe()
{
    const auto failed = std::ranges::count_if(m_calls, &RepeatCall::isFailed);
    setAccessibleDescription(m_calls.isEmpty() ? tr("No call has ended yet.")
                                               : tr("%1 calls, %2 failed; the median is %3, the slowest took %4.")
                                                     .arg(QString::number(m_calls.size()), QString::number(failed), spanText(m_median), spanText(m_most)));
}

void LatencyChart::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const QFont font = theme::secondFont(this->font());
    const QFontMetrics metrics(font);
    painter.setFont(font);
    const QColor second = theme::colour(palette(), theme::Role::SecondText);
    painter.setPen(second);
    if (m_calls.isEmpty()) {
        painter.drawText(rect(), Qt::AlignCenter | Qt::TextWordWrap, tr("The time of each call appears here."));
        return;
    }
    const QString top = spanText(m_most);
    const QString middle = tr("median %1").arg(spanText(m_median));
    const int labels = std::max(metrics.horizontalAdvance(top), metrics.horizontalAdvance(middle)) + theme::gap;
    const bool hasMedian = m_median.count() > 0;
    const QRect area = rect().adjusted(0, metrics.height() / 2, -labels, -1);
    painter.fillRect(QRect(area.left(), area.bottom() + 1, area.width(), 1), theme::colour(palette(), theme::Role::Hairline));
    paintBars(painter, area);

    const auto labelAt = [&](int y, const QString &text) {
        painter.setPen(second);
        painter.drawText(QRect(area.right() + theme::gap, y - metrics.height() / 2, labels, metrics.height()), Qt::AlignLeft | Qt::AlignVCenter, text);
    };
    labelAt(area.top(), top);
    if (!hasMedian)
        return;
    const int y = area.bottom() - static_cast<int>(static_cast<double>(area.height()) * static_cast<double>(m_median.count()) / static_cast<double>(m_most.count()));
    painter.setPen(QPen(second, 1, Qt::DashLine));
    painter.drawLine(area.left(), y, area.right(), y);
    labelAt(std::clamp(y, area.top() + metrics.height(), height() - metrics.height() / 2), middle);
}

void LatencyChart::paintBars(QPainter &painter, const QRect &area) const
{
    // As many as there is room for; where calls share a place, the slowest stands for them, and a failed one counts.
    struct Column
    {
        std::chrono::microseconds most{-1};
        bool isFailed = false;
    };
    const int places = std::clamp(m_planned, 1, std::max(1, area.width() / 2));
    std::vector<Column> columns(static_cast<std::size_t>(places));
    for (const RepeatCall &call : m_calls) {
        Column &column = columns[static_cast<std::size_t>(std::clamp((call.number - 1) * places / m_planned, 0, places - 1))];
        column.most = std::max(column.most, call.elapsed);
        column.isFailed = column.isFailed || call.isFailed();
    }
    const int widest = theme::dialogPadding; // a few calls are no wall
    const double place = std::min<double>(widest, static_cast<double>(area.width()) / places);
    for (int i = 0; i < places; ++i) {
        const Column &column = columns[static_cast<std::size_t>(i)];
        if (column.most.count() < 0)
            continue;
        const int left = area.left() + static_cast<int>(i * place);
        const int next = area.left() + static_cast<int>((i + 1) * place);
        const int width = std::max(1, next - left - (place >= gapAt ? 1 + static_cast<int>(place / 6) : 0));
        const int height = std::max(leastBar, static_cast<int>(static_cast<double>(area.height()) * static_cast<double>(column.most.count()) / static_cast<double>(m_most.count())));
        const QRect bar(left, area.bottom() - height + 1, width, height);
        painter.fillRect(bar, theme::colour(palette(), column.isFailed ? theme::Role::Danger : theme::Role::Accent));
        if (column.isFailed && height > 3 * leastBar)
            painter.fillRect(QRect(bar.left(), bar.top() + leastBar, width, leastBar), palette().color(backgroundRole()));
    }
}

} // namespace keydesk
