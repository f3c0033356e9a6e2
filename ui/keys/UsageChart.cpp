#include "ui/keys/UsageChart.h"

#include "app/models/UsageModel.h"
#include "ui/keys/UsageChartTable.h"
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

} // namespace

UsageChart::UsageChart(const UsageModel &model, QWidget *parent)
    : QWidget(parent)
    , m_model(model)
{
    installUsageChartTable();
    setAccessibleName(tr("Usage by day"));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&model, &QAbstractItemModel::modelReset, this, &UsageChart::rowsChanged);
    connect(&model, &QAbstractItemModel::dataChanged, this, [this] {
        update();
        Q_EMIT dayChosen();
    });
}

QSize UsageChart::sizeHint() const
{
    return {240, 48 * std::max(16, fontMetrics().height()) / 16};
}

QSize UsageChart::minimumSizeHint() const
{
    return {90, sizeHint().height()};
}

std::optional<int> UsageChart::chosenDay() const
{
    if (m_pointed)
        return m_pointed;
    return hasFocus() && m_cursor >= 0 ? std::optional(m_cursor) : std::nullopt;
}

QRect UsageChart::dayRect(int row) const
{
    const int days = std::max(1, m_model.rowCount());
    const int left = row * width() / days;
    const QRect rect(left, 0, (row + 1) * width() / days - left, height());
    return QStyle::visualRect(layoutDirection(), this->rect(), rect);
}

void UsageChart::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const QColor bar = theme::colour(palette(), theme::Role::Accent);
    const QColor failed = theme::colour(palette(), theme::Role::Danger);
    const QRect area = rect().adjusted(0, 2, 0, -1); // the base line is the last pixel
    painter.fillRect(QRect(0, height() - 1, width(), 1), theme::colour(palette(), theme::Role::Hairline));

    qint64 most = 1;
    for (const UsageDay &day : m_model.days())
        most = std::max(most, day.calls);
    const std::optional<int> chosen = chosenDay();
    for (int row = 0; row < m_model.rowCount(); ++row) {
        const UsageDay &day = m_model.days().at(row);
        QRect slot = dayRect(row);
        if (chosen == row)
            painter.fillRect(slot, theme::colour(palette(), theme::Role::Hover));
        slot.setWidth(std::max(1, slot.width() - (slot.width() >= 6 ? 2 : slot.width() >= 2 ? 1 : 0)));
        if (day.calls == 0)
            continue;
        const auto heightOf = [&](qint64 calls) {
            return static_cast<int>(double(area.height()) * double(calls) / double(most));
        };
        const int whole = std::max(leastBar, heightOf(day.calls));
        const int top =
            day.failures == 0 ? 0 : std::min(whole, std::max(leastFailed, heightOf(day.failures)));
        QRect column(slot.left(), area.bottom() - whole + 1, slot.width(), whole);
        painter.fillRect(column, bar);
        if (top == 0)
            continue;
        column.setHeight(top);
        painter.fillRect(column, failed);
        if (top < whole) // a gap, so that the two differ without colour too
            painter.fillRect(QRect(column.left(), column.bottom() + 1, column.width(), 1),
                             palette().color(backgroundRole()));
    }

    QStyleOption option;
    option.initFrom(this);
    if (paint::showsKeyboardFocus(option))
        paint::focusRing(&painter, rect(), palette(), theme::radius - 2);
}

void UsageChart::keyPressEvent(QKeyEvent *event)
{
    const int last = m_model.rowCount() - 1;
    const int forth = layoutDirection() == Qt::RightToLeft ? -1 : 1;
    int row = m_cursor;
    switch (event->key()) {
    case Qt::Key_Left:
        row -= forth;
        break;
    case Qt::Key_Right:
        row += forth;
        break;
    case Qt::Key_PageUp:
        row -= 7;
        break;
    case Qt::Key_PageDown:
        row += 7;
        break;
    case Qt::Key_Home:
        row = 0;
        break;
    case Qt::Key_End:
        row = last;
        break;
    default:
        QWidget::keyPressEvent(event);
        return;
    }
    if (last >= 0)
        stand(std::clamp(row, 0, last));
}

void UsageChart::stand(int row)
{
    m_cursor = row;
    update();
    Q_EMIT dayChosen();
    tellScreenReader();
}

void UsageChart::tellScreenReader()
{
    if (m_cursor < 0 || !hasFocus())
        return;
    QAccessibleEvent event(this, QAccessible::Focus);
    event.setChild(m_cursor * UsageModel::ColumnCount);
    QAccessible::updateAccessibility(&event);
}

void UsageChart::mouseMoveEvent(QMouseEvent *event)
{
    for (int row = 0; row < m_model.rowCount(); ++row) {
        if (dayRect(row).contains(event->position().toPoint())) {
            point(row);
            return;
        }
    }
    point({});
}

void UsageChart::leaveEvent(QEvent *event)
{
    QWidget::leaveEvent(event);
    point({});
}

void UsageChart::point(std::optional<int> row)
{
    if (row == m_pointed)
        return;
    m_pointed = row;
    update();
    Q_EMIT dayChosen();
}

void UsageChart::focusInEvent(QFocusEvent *event)
{
    QWidget::focusInEvent(event);
    if (m_cursor < 0)
        m_cursor = m_model.rowCount() - 1;
    Q_EMIT dayChosen();
    tellScreenReader();
}

void UsageChart::focusOutEvent(QFocusEvent *event)
{
    QWidget::focusOutEvent(event);
    update();
    Q_EMIT dayChosen();
}

void UsageChart::rowsChanged()
{
    m_cursor = hasFocus() ? m_model.rowCount() - 1 : -1;
    m_pointed.reset();
    update();
    Q_EMIT dayChosen();
}

} // namespace keydesk
