#pragma once

#include "ui/theme/Theme.h"

#include <QWidget>

namespace keydesk {

/// One icon as a widget, optionally in a filled circle. Drawn from the palette at each paint, so that it
/// follows the theme (a pixmap in a label would not). It has no accessible name of its own: what it says must
/// stand in words beside it.
class IconView : public QWidget
{
    Q_OBJECT

public:
    explicit IconView(const QString &iconName, int size = 16, QWidget *parent = nullptr);

    void setIcon(const QString &iconName, theme::Role ink = theme::Role::Text);
    void setCircle(theme::Role fill, int diameter);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    /// As much larger as the font is than our 13-px text.
    [[nodiscard]] int scaled(int size) const;

    QString m_name;
    int m_size;
    int m_diameter = 0;
    theme::Role m_ink = theme::Role::Text;
    theme::Role m_fill = theme::Role::NeutralFill;
};

} // namespace keydesk
