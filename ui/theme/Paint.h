#pragma once

#include "ui/theme/Theme.h"

#include <QRectF>

class QPainter;
class QStyleOption;
class QWidget;

/// The few shapes that everything in Style is made of.
namespace keydesk::paint {

enum class Arrow { Up, Down, Left, Right };

QColor mixed(const QColor &ink, const QColor &ground, qreal amount);

/// A filled box with a 1-px line inside its edge. An invalid colour leaves out the fill or the line.
void box(QPainter *painter, const QRectF &rect, const QColor &fill, const QColor &line, qreal radius,
         qreal lineWidth = 1);
/// Where the keyboard is: an accent line just inside `rect`.
void focusRing(QPainter *painter, const QRectF &rect, const QPalette &palette, qreal radius);
/// `scale`: as large as the text beside it, see scaleOf.
void chevron(QPainter *painter, const QRectF &rect, const QColor &ink, Arrow direction, qreal scale = 1);
/// The small filled triangle of combo boxes and menu buttons.
void triangle(QPainter *painter, const QRectF &rect, const QColor &ink, qreal scale = 1);
void tick(QPainter *painter, const QRectF &rect, const QColor &ink, qreal scale = 1);
void check(QPainter *painter, const QStyleOption &option);
void radio(QPainter *painter, const QStyleOption &option);
void toggle(QPainter *painter, const QStyleOption &option);

/// The focus came by keyboard, so it is shown on controls that a mouse click would only press.
bool showsKeyboardFocus(const QStyleOption &option);
bool hasProperty(const QWidget *widget, const char *name);
/// How much larger than our 13-px text the font is; never below 1.
qreal scaleOf(const QFontMetrics &metrics);
/// As QFontMetrics::elidedText, which lays even a short text out to see that it fits.
QString elided(const QString &text, const QFontMetrics &metrics, int width, Qt::TextElideMode mode = Qt::ElideRight);
/// 32 px, more where the font is larger.
int controlHeight(const QFontMetrics &metrics);
int rowHeight(const QFontMetrics &metrics, int least);

} // namespace keydesk::paint
