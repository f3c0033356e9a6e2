#include "ui/widgets/IconView.h"

#include "ui/theme/Icon.h"

namespace keydesk {

IconView::IconView(const QString &iconName, int size, QWidget *parent)
    : QWidget(parent)
    , m_name(iconName)
    , m_size(size)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void IconView::setIcon(const QString &iconName, theme::Role ink)
{
    m_name = iconName;
    m_ink = ink;
    update();
}

void IconView::setCircle(theme::Role fill, int diameter)
{
    m_fill = fill;
    m_diameter = diameter;
    updateGeometry();
    update();
}

QSize IconView::sizeHint() const
{
    const int side = scaled(qMax(m_size, m_diameter));
    return {side, side};
}

int IconView::scaled(int size) const
{
    return qRound(size * qMax(1.0, fontMetrics().height() / 16.0));
}

void IconView::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    if (m_diameter > 0) {
        QRect circle(0, 0, scaled(m_diameter), scaled(m_diameter));
        circle.moveCenter(rect().center());
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme::colour(palette(), m_fill));
        painter.drawEllipse(circle);
    }
    QRect square(0, 0, scaled(m_size), scaled(m_size));
    square.moveCenter(rect().center());
    icon(m_name, m_ink)
        .paint(&painter, square, Qt::AlignCenter, isEnabled() ? QIcon::Normal : QIcon::Disabled);
}

} // namespace keydesk
