#include "ui/viewer/RowsArea.h"

#include <QApplication>
#include <QScrollBar>
#include <QTimerEvent>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace keydesk {

RowsArea::RowsArea(QWidget *parent)
    : QAbstractScrollArea(parent)
{
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    viewport()->setAutoFillBackground(false);
    connect(verticalScrollBar(), &QScrollBar::actionTriggered, this, &RowsArea::takeAction);
}

int RowsArea::rowsInSight() const
{
    return std::max(1, rowsRect().height() / rowHeight());
}

void RowsArea::scrollRows(int rows)
{
    verticalScrollBar()->setValue(verticalScrollBar()->value() + rows);
}

double RowsArea::scrollScale(qint64 size)
{
    constexpr int longest = 1 << 30;
    return std::min(1.0, double(longest) / double(std::max<qint64>(1, size)));
}

void RowsArea::takeAction(int action)
{
    const int rows = action == QAbstractSlider::SliderSingleStepAdd   ? 1
                     : action == QAbstractSlider::SliderSingleStepSub ? -1
                     : action == QAbstractSlider::SliderPageStepAdd   ? rowsInSight() - 1
                     : action == QAbstractSlider::SliderPageStepSub   ? 1 - rowsInSight()
                                                                      : 0;
    if (rows == 0)
        return;
    scrollRows(rows);
    verticalScrollBar()->setSliderPosition(
        verticalScrollBar()->value()); // and not where its own step would be
}

void RowsArea::mouseMoveEvent(QMouseEvent *event)
{
    if (!(event->buttons() & Qt::LeftButton))
        return;
    constexpr int milliseconds = 50;
    m_dragPlace = event->position().toPoint();
    if (rowsRect().contains(m_dragPlace))
        m_dragging.stop();
    else if (!m_dragging.isActive())
        m_dragging.start(milliseconds, this);
    dragTo(m_dragPlace);
}

void RowsArea::mouseReleaseEvent(QMouseEvent *)
{
    m_dragging.stop();
}

void RowsArea::timerEvent(QTimerEvent *event)
{
    if (event->timerId() != m_dragging.timerId()) {
        QAbstractScrollArea::timerEvent(event);
        return;
    }
    const QRect inside = rowsRect();
    const int beyond = m_dragPlace.y() < inside.top() ? m_dragPlace.y() - inside.top()
                                                      : std::max(0, m_dragPlace.y() - inside.bottom());
    if (beyond != 0)
        scrollRows(beyond / rowHeight() + (beyond > 0 ? 1 : -1));
    dragTo(m_dragPlace);
}

void RowsArea::wheelEvent(QWheelEvent *event)
{
    const QPoint turned = event->angleDelta();
    if (std::abs(turned.x()) > std::abs(turned.y()) || event->modifiers() & Qt::ShiftModifier) {
        QAbstractScrollArea::wheelEvent(event);
        return;
    }
    constexpr double notch = 120; // eighths of a degree
    const double rows = -turned.y() / notch * QApplication::wheelScrollLines() + m_turned;
    scrollRows(int(rows));
    m_turned = rows - int(rows); // of touchpads, which turn by less than a row
    event->accept();
}

void RowsArea::focusInEvent(QFocusEvent *event)
{
    QAbstractScrollArea::focusInEvent(event);
    viewport()->update();
}

void RowsArea::focusOutEvent(QFocusEvent *event)
{
    QAbstractScrollArea::focusOutEvent(event);
    viewport()->update();
}

} // namespace keydesk
