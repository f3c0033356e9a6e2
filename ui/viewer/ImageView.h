#pragma once

#include <QImage>
#include <QWidget>

namespace keydesk {

/// A picture in its own size, made smaller if there is not enough room.
class ImageView : public QWidget
{
    Q_OBJECT

public:
    using QWidget::QWidget;

    void setImage(const QImage &image);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QImage m_image;
};

} // namespace keydesk
