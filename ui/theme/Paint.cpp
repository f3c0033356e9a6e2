#include "ui/theme/Paint.h"

#include <QPainter>
#include <QStyleOption>
#include <QWidget>

namespace keydesk::paint {

using theme::Role;

namespace {

void polyline(QPainter *painter, const QPolygonF &points, const QColor &ink, qreal width)
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(ink, width, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter->setBrush(Qt::NoBrush);
    painter->drawPolyline(points);
    painter->restore();
}

QRectF squareIn(const QRectF &rect, qreal side)
{
    QRectF square(0, 0, side, side);
    square.moveCenter(rect.center());
    return square;
}

/// The line of a box that can be ticked must be seen without its label: darker than a hairline.
QColor boxLine(const QStyleOption &option)
{
    if (!(option.state & QStyle::State_Enabled))
        return theme::colour(option.palette, Role::Hairline);
    const QColor second = theme::colour(option.palette, Role::SecondText);
    return option.state & QStyle::State_MouseOver ? theme::colour(option.palette, Role::Accent) : second;
}

QColor onFill(const QStyleOption &option)
{
    return option.state & QStyle::State_Enabled ? theme::colour(option.palette, Role::Accent)
                                                : option.palette.color(QPalette::Disabled, QPalette::Text);
}

} // namespace

QColor mixed(const QColor &ink, const QColor &ground, qreal amount)
{
    const auto channel = [amount](int a, int b) { return qRound(a * amount + b * (1 - amount)); };
    return {channel(ink.red(), ground.red()), channel(ink.green(), ground.green()),
            channel(ink.blue(), ground.blue())};
}

void box(QPainter *painter, const QRectF &rect, const QColor &fill, const QColor &line, qreal radius,
         qreal lineWidth)
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setBrush(fill.isValid() ? QBrush(fill) : QBrush(Qt::NoBrush));
    if (line.isValid()) {
        const qreal inset = lineWidth / 2;
        painter->setPen(QPen(line, lineWidth));
        painter->drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), radius - inset, radius - inset);
    } else {
        painter->setPen(Qt::NoPen);
        painter->drawRoundedRect(rect, radius, radius);
    }
    painter->restore();
}

void focusRing(QPainter *painter, const QRectF &rect, const QPalette &palette, qreal radius)
{
    box(painter, rect, {}, theme::colour(palette, Role::Accent), radius, 2);
}

void chevron(QPainter *painter, const QRectF &rect, const QColor &ink, Arrow direction)
{
    const QPointF c = rect.center();
    constexpr qreal wide = 3.5;
    constexpr qreal deep = 1.75;
    QPolygonF points;
    switch (direction) {
    case Arrow::Down:
        points << QPointF(-wide, -deep) << QPointF(0, deep) << QPointF(wide, -deep);
        break;
    case Arrow::Up:
        points << QPointF(-wide, deep) << QPointF(0, -deep) << QPointF(wide, deep);
        break;
    case Arrow::Right:
        points << QPointF(-deep, -wide) << QPointF(deep, 0) << QPointF(-deep, wide);
        break;
    case Arrow::Left:
        points << QPointF(deep, -wide) << QPointF(-deep, 0) << QPointF(deep, wide);
        break;
    }
    polyline(painter, points.translated(c), ink, 1.6);
}

void triangle(QPainter *painter, const QRectF &rect, const QColor &ink)
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(ink, 1, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter->setBrush(ink);
    const QPolygonF points{QPointF(-3.5, -1.75), QPointF(3.5, -1.75), QPointF(0, 1.75)};
    painter->drawPolygon(points.translated(rect.center()));
    painter->restore();
}

void tick(QPainter *painter, const QRectF &rect, const QColor &ink)
{
    const QPolygonF points{QPointF(-3.6, 0.3), QPointF(-1.2, 2.7), QPointF(3.8, -2.5)};
    polyline(painter, points.translated(rect.center()), ink, 1.8);
}

void check(QPainter *painter, const QStyleOption &option)
{
    const QRectF square = squareIn(option.rect, 17);
    const QColor onAccent = theme::colour(option.palette, Role::OnAccent);
    if (option.state & QStyle::State_On) {
        box(painter, square, onFill(option), {}, 4);
        tick(painter, square, onAccent);
    } else if (option.state & QStyle::State_NoChange) {
        box(painter, square, onFill(option), {}, 4);
        polyline(painter, QPolygonF{QPointF(-3.5, 0), QPointF(3.5, 0)}.translated(square.center()), onAccent,
                 1.8);
    } else {
        box(painter, square, option.palette.color(QPalette::Base), boxLine(option), 4);
    }
    if (showsKeyboardFocus(option))
        focusRing(painter, square.adjusted(-2, -2, 2, 2), option.palette, 5);
}

void radio(QPainter *painter, const QStyleOption &option)
{
    const QRectF square = squareIn(option.rect, 17);
    if (option.state & QStyle::State_On) {
        box(painter, square, onFill(option), {}, 8.5);
        box(painter, squareIn(square, 7), theme::colour(option.palette, Role::OnAccent), {}, 3.5);
    } else {
        box(painter, square, option.palette.color(QPalette::Base), boxLine(option), 8.5);
    }
    if (showsKeyboardFocus(option))
        focusRing(painter, square.adjusted(-2, -2, 2, 2), option.palette, 10.5);
}

void toggle(QPainter *painter, const QStyleOption &option)
{
    QRectF track(0, 0, 34, 20);
    track.moveCenter(QRectF(option.rect).center());
    const bool isOn = option.state & QStyle::State_On;
    const QColor ground = theme::colour(option.palette, Role::Window);
    QRectF knob(0, 0, 16, 16);
    const bool isRight = isOn != (option.direction == Qt::RightToLeft);
    knob.moveCenter(QPointF(isRight ? track.right() - 10 : track.left() + 10, track.center().y()));
    if (isOn) {
        box(painter, track, onFill(option), {}, 10);
        box(painter, knob, theme::colour(option.palette, Role::OnAccent), {}, 8);
    } else {
        box(painter, track, ground, boxLine(option), 10);
        box(painter, squareIn(knob, 12), boxLine(option), {}, 6);
    }
    if (showsKeyboardFocus(option))
        focusRing(painter, track.adjusted(-2, -2, 2, 2), option.palette, 12);
}

bool showsKeyboardFocus(const QStyleOption &option)
{
    return (option.state & QStyle::State_HasFocus) && (option.state & QStyle::State_KeyboardFocusChange);
}

bool hasProperty(const QWidget *widget, const char *name)
{
    return widget && widget->property(name).toBool();
}

int controlHeight(const QFontMetrics &metrics)
{
    return qMax(theme::controlHeight, metrics.height() + 14);
}

int rowHeight(const QFontMetrics &metrics, int least)
{
    return qMax(least, metrics.height() + least - 18);
}

} // namespace keydesk::paint
