#include "ui/console/LatencyChart.h"

#include "app/http/HopTiming.h"
#include "ui/theme/Paint.h"
#include "ui/theme/Theme.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <vector>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr int gapAt = 4;    // px of a bar's place from which it has a gap beside it
constexpr int leastBar = 2; // px; a failed one has room for its mark
constexpr int leastPlace = 2;
constexpr int widestPlace = theme::dialogPadding; // a few calls are no wall

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

LatencyChart::Places LatencyChart::places() const
{
    const QFontMetrics metrics(theme::secondFont(font()));
    const int labels = std::max(metrics.horizontalAdvance(spanText(m_most)), metrics.horizontalAdvance(medianText())) + theme::gap;
    Places places;
    places.area = rect().adjusted(0, metrics.height() / 2, -labels, -1);
    places.count = std::clamp(m_planned, 1, std::max(1, places.area.width() / leastPlace));
    places.width = std::clamp<double>(static_cast<double>(places.area.width()) / places.count, 1, widestPlace);
    return places;
}

int LatencyChart::Places::of(const RepeatCall &call, int planned) const
{
    return std::clamp((call.number - 1) * count / planned, 0, count - 1);
}

const RepeatCall *LatencyChart::callAt(int place) const
{
    const Places places = this->places();
    const RepeatCall *slowest = nullptr;
    for (const RepeatCall &call : m_calls) {
        if (places.of(call, m_planned) == place && (!slowest || call.elapsed > slowest->elapsed))
            slowest = &call;
    }
    return slowest;
}

QString LatencyChart::medianText() const
{
    return tr("median %1").arg(spanText(m_median));
}

bool LatencyChart::event(QEvent *event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto *help = static_cast<QHelpEvent *>(event);
    const RepeatCall *call = m_calls.isEmpty() ? nullptr : callAt(static_cast<int>(help->pos().x() / places().width));
    if (call)
        QToolTip::showText(help->globalPos(), tr("Call %1: %2, %3").arg(QString::number(call->number), spanText(call->elapsed), call->status > 0 ? QString::number(call->status) : call->failure), this);
    else
        QToolTip::hideText();
    return true;
}

void LatencyChart::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const QFont font = theme::secondFont(this->font());
    const QFontMetrics metrics(font);
    const QColor second = theme::colour(palette(), theme::Role::SecondText);
    painter.setFont(font);
    painter.setPen(second);
    if (m_calls.isEmpty()) {
        painter.drawText(rect(), Qt::AlignCenter | Qt::TextWordWrap, tr("The time of each call appears here."));
        return;
    }
    const Places places = this->places();
    const QRect bars = places.area;
    painter.fillRect(QRect(bars.left(), bars.bottom() + 1, bars.width(), 1), theme::colour(palette(), theme::Role::Hairline));
    paintBars(painter, places);

    const auto labelAt = [&](int y, const QString &text) {
        painter.setPen(second);
        painter.drawText(QRect(bars.right() + theme::gap, y - metrics.height() / 2, width() - bars.width(), metrics.height()), Qt::AlignLeft | Qt::AlignVCenter, text);
    };
    labelAt(bars.top(), spanText(m_most));
    if (m_median.count() == 0)
        return;
    const int y = bars.bottom() - heightOf(m_median, bars);
    painter.setPen(QPen(second, 1, Qt::DashLine));
    painter.drawLine(bars.left(), y, bars.right(), y);
    labelAt(std::clamp(y, bars.top() + metrics.height(), height() - metrics.height() / 2), medianText());
}

int LatencyChart::heightOf(std::chrono::microseconds time, const QRect &area) const
{
    return static_cast<int>(static_cast<double>(area.height()) * static_cast<double>(time.count()) / static_cast<double>(m_most.count()));
}

void LatencyChart::paintBars(QPainter &painter, const Places &places) const
{
    struct Column
    {
        std::chrono::microseconds most{-1};
        bool isFailed = false; // one of its calls
    };
    std::vector<Column> columns(static_cast<std::size_t>(places.count));
    for (const RepeatCall &call : m_calls) {
        Column &column = columns[static_cast<std::size_t>(places.of(call, m_planned))];
        column.most = std::max(column.most, call.elapsed);
        column.isFailed = column.isFailed || call.isFailed();
    }
    const QRect bars = places.area;
    const double place = places.width;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const Column &column = columns[i];
        if (column.most.count() < 0)
            continue;
        const int left = bars.left() + static_cast<int>(static_cast<double>(i) * place);
        const int next = bars.left() + static_cast<int>(static_cast<double>(i + 1) * place);
        const int width = std::max(1, next - left - (place >= gapAt ? 1 + static_cast<int>(place / 6) : 0));
        const int height = std::max(leastBar, heightOf(column.most, bars));
        const QRect bar(left, bars.bottom() - height + 1, width, height);
        painter.fillRect(bar, theme::colour(palette(), column.isFailed ? theme::Role::Danger : theme::Role::Accent));
        if (column.isFailed && height > 3 * leastBar)
            painter.fillRect(QRect(bar.left(), bar.top() + leastBar, width, leastBar), palette().color(backgroundRole()));
    }
}

} // namespace keydesk
