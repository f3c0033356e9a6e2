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

void chevron(QPainter *painter, const QRectF &rect, const QColor &ink, Arrow direction, qreal scale)
{
    const QPointF c = rect.center();
    const qreal wide = 3.5 * scale;
    const qreal deep = 1.75 * scale;
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
    polyline(painter, points.translated(c), ink, 1.6 * scale);
}

void triangle(QPainter *painter, const QRectF &rect, const QColor &ink, qreal scale)
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(ink, 1, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter->setBrush(ink);
    const QPolygonF points{QPointF(-3.5, -1.75) * scale, QPointF(3.5, -1.75) * scale,
                           QPointF(0, 1.75) * scale};
    painter->drawPolygon(points.translated(rect.center()));
    painter->restore();
}

void tick(QPainter *painter, const QRectF &rect, const QColor &ink, qreal scale)
{
    const QPolygonF points{QPointF(-3.6, 0.3) * scale, QPointF(-1.2, 2.7) * scale,
                           QPointF(3.8, -2.5) * scale};
    polyline(painter, points.translated(rect.center()), ink, 1.8 * scale);
}

void check(QPainter *painter, const QStyleOption &option)
{
    const qreal scale = scaleOf(option.fontMetrics);
    const QRectF square = squareIn(option.rect, 17 * scale);
    const QColor onAccent = theme::colour(option.palette, Role::OnAccent);
    if (option.state & QStyle::State_On) {
        box(painter, square, onFill(option), {}, 4 * scale);
        tick(painter, square, onAccent, scale);
    } else if (option.state & QStyle::State_NoChange) {
        box(painter, square, onFill(option), {}, 4 * scale);
        const QPolygonF dash{QPointF(-3.5, 0) * scale, QPointF(3.5, 0) * scale};
        polyline(painter, dash.translated(square.center()), onAccent, 1.8 * scale);
    } else {
        box(painter, square, option.palette.color(QPalette::Base), boxLine(option), 4 * scale, scale);
    }
    if (showsKeyboardFocus(option))
        focusRing(painter, square.adjusted(-2, -2, 2, 2), option.palette, 4 * scale + 1);
}

void radio(QPainter *painter, const QStyleOption &option)
{
    const qreal scale = scaleOf(option.fontMetrics);
    const QRectF square = squareIn(option.rect, 17 * scale);
    if (option.state & QStyle::State_On) {
        box(painter, square, onFill(option), {}, square.width() / 2);
        const QRectF point = squareIn(square, 7 * scale);
        box(painter, point, theme::colour(option.palette, Role::OnAccent), {}, point.width() / 2);
    } else {
        box(painter, square, option.palette.color(QPalette::Base), boxLine(option), square.width() / 2,
            scale);
    }
    if (showsKeyboardFocus(option))
        focusRing(painter, square.adjusted(-2, -2, 2, 2), option.palette, square.width() / 2 + 2);
}

void toggle(QPainter *painter, const QStyleOption &option)
{
    const qreal scale = scaleOf(option.fontMetrics);
    QRectF track(0, 0, 34 * scale, 20 * scale);
    track.moveCenter(QRectF(option.rect).center());
    const bool isOn = option.state & QStyle::State_On;
    const bool isRight = isOn != (option.direction == Qt::RightToLeft);
    const qreal reach = 10 * scale;
    const QPointF centre(isRight ? track.right() - reach : track.left() + reach, track.center().y());
    const auto knob = [&centre](qreal side) {
        return QRectF(centre.x() - side / 2, centre.y() - side / 2, side, side);
    };
    if (isOn) {
        box(painter, track, onFill(option), {}, reach);
        box(painter, knob(16 * scale), theme::colour(option.palette, Role::OnAccent), {}, 8 * scale);
    } else {
        box(painter, track, theme::colour(option.palette, Role::Window), boxLine(option), reach, scale);
        box(painter, knob(12 * scale), boxLine(option), {}, 6 * scale);
    }
    if (showsKeyboardFocus(option))
        focusRing(painter, track.adjusted(-2, -2, 2, 2), option.palette, reach + 2);
}

bool showsKeyboardFocus(const QStyleOption &option)
{
    return (option.state & QStyle::State_HasFocus) && (option.state & QStyle::State_KeyboardFocusChange);
}

bool hasProperty(const QWidget *widget, const char *name)
{
    return widget && widget->property(name).toBool();
}

qreal scaleOf(const QFontMetrics &metrics)
{
    return qMax(1.0, metrics.height() / 16.0);
}

QString elided(const QString &text, const QFontMetrics &metrics, int width, Qt::TextElideMode mode)
{
    // No letter is wider than a line is high.
    return text.size() * metrics.height() <= width ? text : metrics.elidedText(text, mode, width);
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
