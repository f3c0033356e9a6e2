#include "ui/viewer/ImageView.h"

#include "ui/theme/Theme.h"

#include <QPainter>

namespace keydesk {

void ImageView::setImage(const QImage &image)
{
    m_image = image;
    setAccessibleName(tr("Image, %1 × %2 pixels").arg(image.width()).arg(image.height()));
    update();
}

void ImageView::paintEvent(QPaintEvent *)
{
    if (m_image.isNull())
        return;
    const QRect area = rect().marginsRemoved(
        {theme::panePadding, theme::panePadding, theme::panePadding, theme::panePadding});
    QSize size = m_image.size();
    if (size.width() > area.width() || size.height() > area.height())
        size.scale(area.size(), Qt::KeepAspectRatio);
    QPainter painter(this);
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    painter.drawImage(QRect(area.topLeft(), size), m_image);
}

} // namespace keydesk
