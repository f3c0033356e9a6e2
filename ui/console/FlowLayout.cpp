#include "ui/console/FlowLayout.h"

#include <QWidget>

namespace keydesk {

FlowLayout::FlowLayout(QWidget *parent)
    : QLayout(parent)
{
}

FlowLayout::~FlowLayout()
{
    qDeleteAll(m_items);
}

void FlowLayout::addItem(QLayoutItem *item)
{
    m_items.append(item);
    invalidate();
}

QLayoutItem *FlowLayout::takeAt(int index)
{
    return index >= 0 && index < m_items.size() ? m_items.takeAt(index) : nullptr;
}

int FlowLayout::heightForWidth(int width) const
{
    return arrange(QRect(0, 0, width, 0), false);
}

QSize FlowLayout::sizeHint() const
{
    const QMargins margins = contentsMargins();
    QSize size;
    for (const QLayoutItem *item : m_items) {
        size.rwidth() += item->sizeHint().width() + (size.isEmpty() ? 0 : spacing());
        size.setHeight(qMax(size.height(), item->sizeHint().height()));
    }
    return size.grownBy(margins);
}

QSize FlowLayout::minimumSize() const
{
    QSize size;
    for (const QLayoutItem *item : m_items)
        size = size.expandedTo(item->minimumSize());
    return size.grownBy(contentsMargins());
}

void FlowLayout::setGeometry(const QRect &rect)
{
    QLayout::setGeometry(rect);
    arrange(rect, true);
}

int FlowLayout::arrange(const QRect &rect, bool move) const
{
    const QRect area = rect.marginsRemoved(contentsMargins());
    const bool mirrored = parentWidget() && parentWidget()->layoutDirection() == Qt::RightToLeft;
    QPoint at = area.topLeft();
    int lineHeight = 0;
    for (QLayoutItem *item : m_items) {
        if (item->isEmpty())
            continue;
        const QSize size = item->sizeHint();
        if (at.x() > area.left() && at.x() + size.width() > area.left() + area.width()) {
            at = QPoint(area.left(), at.y() + lineHeight + spacing());
            lineHeight = 0;
        }
        if (move) {
            QRect place(at, size);
            if (mirrored)
                place.moveLeft(area.left() + area.right() - place.right());
            item->setGeometry(place);
        }
        at.rx() += size.width() + spacing();
        lineHeight = qMax(lineHeight, size.height());
    }
    return at.y() + lineHeight - rect.top() + contentsMargins().bottom();
}

} // namespace keydesk
