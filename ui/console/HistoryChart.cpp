#include "ui/console/HistoryChart.h"

#include "app/history/HistoryBars.h"
#include "ui/theme/Paint.h"
#include "ui/theme/Theme.h"

#include <QAccessible>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QStyleOption>

#include <algorithm>

namespace keydesk {

namespace {

constexpr int leastBar = 3;
constexpr int leastFailed = 2;
constexpr int mostSentences = 40;

} // namespace

HistoryChart::HistoryChart(QWidget *parent)
    : QWidget(parent)
{
    setAccessibleName(tr("Calls over time"));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void HistoryChart::setBars(const QList<HistoryBar> &bars)
{
    if (bars == m_bars)
        return;
    m_bars = bars;
    m_cursor = qMin(m_cursor, static_cast<int>(bars.size()) - 1);
    m_pointed.reset();
    describe();
    update();
    Q_EMIT barChosen();
}

QSize HistoryChart::sizeHint() const
{
    return {200, 40 * std::max(16, fontMetrics().height()) / 16};
}

std::optional<int> HistoryChart::chosen() const
{
    if (m_pointed)
        return m_pointed;
    return hasFocus() && m_cursor >= 0 ? std::optional(m_cursor) : std::nullopt;
}

QRect HistoryChart::barRect(int bar) const
{
    const int count = std::max<int>(1, static_cast<int>(m_bars.size()));
    const int left = bar * width() / count;
    return QStyle::visualRect(layoutDirection(), rect(),
                              QRect(left, 0, (bar + 1) * width() / count - left, height()));
}

/// The one under the keyboard first, then all that have calls, the newest first.
void HistoryChart::describe()
{
    QStringList sentences;
    if (m_cursor >= 0 && m_cursor < m_bars.size())
        sentences.append(barSentence(m_bars.at(m_cursor)));
    for (auto bar = m_bars.crbegin(); bar != m_bars.crend() && sentences.size() < mostSentences; ++bar) {
        if (bar->calls > 0)
            sentences.append(barSentence(*bar));
    }
    sentences.removeDuplicates();
    setAccessibleDescription(sentences.isEmpty() ? tr("No calls.") : sentences.join(QLatin1String(". ")));
}

void HistoryChart::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const QColor bar = theme::colour(palette(), theme::Role::Accent);
    const QColor failed = theme::colour(palette(), theme::Role::Danger);
    const int room = height() - 3;
    painter.fillRect(QRect(0, height() - 1, width(), 1), theme::colour(palette(), theme::Role::Hairline));
    qint64 most = 1;
    for (const HistoryBar &each : std::as_const(m_bars))
        most = std::max(most, each.calls);
    const std::optional<int> current = chosen();
    for (int i = 0; i < m_bars.size(); ++i) {
        const HistoryBar &each = m_bars.at(i);
        QRect slot = barRect(i);
        if (current == i)
            painter.fillRect(slot, theme::colour(palette(), theme::Role::Hover));
        if (each.calls == 0)
            continue;
        slot.setWidth(std::max(1, slot.width() - (slot.width() >= 6 ? 2 : slot.width() >= 3 ? 1 : 0)));
        const auto heightOf = [&](qint64 calls) {
            return static_cast<int>(double(room) * double(calls) / double(most));
        };
        const int whole = std::max(leastBar, heightOf(each.calls));
        const int top =
            each.failures == 0 ? 0 : std::min(whole, std::max(leastFailed, heightOf(each.failures)));
        QRect column(slot.left(), height() - 1 - whole, slot.width(), whole);
        painter.fillRect(column, bar);
        column.setHeight(top);
        painter.fillRect(column, failed);
        if (top > 0 && top < whole) // a gap, so that the two differ without colour too
            painter.fillRect(QRect(column.left(), column.bottom() + 1, column.width(), 1),
                             theme::colour(palette(), theme::Role::Pane));
    }
    QStyleOption option;
    option.initFrom(this);
    if (paint::showsKeyboardFocus(option))
        paint::focusRing(&painter, rect(), palette(), theme::radius - 2);
}

void HistoryChart::keyPressEvent(QKeyEvent *event)
{
    const int last = static_cast<int>(m_bars.size()) - 1;
    const int forth = layoutDirection() == Qt::RightToLeft ? -1 : 1;
    int bar = m_cursor;
    switch (event->key()) {
    case Qt::Key_Left:
        bar -= forth;
        break;
    case Qt::Key_Right:
        bar += forth;
        break;
    case Qt::Key_Home:
        bar = 0;
        break;
    case Qt::Key_End:
        bar = last;
        break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
        if (m_cursor >= 0 && m_cursor <= last)
            Q_EMIT barTaken(m_bars.at(m_cursor));
        return;
    default:
        QWidget::keyPressEvent(event);
        return;
    }
    if (last < 0)
        return;
    m_cursor = std::clamp(bar, 0, last);
    describe();
    update();
    Q_EMIT barChosen();
    QAccessibleEvent said(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&said);
}

std::optional<int> HistoryChart::at(const QPoint &point) const
{
    for (int i = 0; i < m_bars.size(); ++i) {
        if (barRect(i).contains(point))
            return i;
    }
    return std::nullopt;
}

void HistoryChart::mouseMoveEvent(QMouseEvent *event)
{
    const std::optional<int> bar = at(event->position().toPoint());
    if (bar == m_pointed)
        return;
    m_pointed = bar;
    update();
    Q_EMIT barChosen();
}

void HistoryChart::mousePressEvent(QMouseEvent *event)
{
    if (const std::optional<int> bar = at(event->position().toPoint());
        bar && event->button() == Qt::LeftButton)
        Q_EMIT barTaken(m_bars.at(*bar));
}

void HistoryChart::leaveEvent(QEvent *event)
{
    QWidget::leaveEvent(event);
    m_pointed.reset();
    update();
    Q_EMIT barChosen();
}

void HistoryChart::focusInEvent(QFocusEvent *event)
{
    QWidget::focusInEvent(event);
    if (m_cursor < 0)
        m_cursor = static_cast<int>(m_bars.size()) - 1;
    describe();
    Q_EMIT barChosen();
}

void HistoryChart::focusOutEvent(QFocusEvent *event)
{
    QWidget::focusOutEvent(event);
    update();
    Q_EMIT barChosen();
}

} // namespace keydesk
