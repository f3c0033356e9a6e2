#include "ui/theme/Paint.h"
#include "ui/theme/Style.h"

#include <QAbstractSpinBox>
#include <QLineEdit>
#include <QScrollBar>
#include <QStyleOption>

namespace keydesk {

using theme::Role;

void Style::drawFieldBox(const QStyleOption *option, QPainter *painter) const
{
    const bool isEnabled = option->state & State_Enabled;
    const bool isReadOnly = option->state & State_ReadOnly;
    const QColor fill =
        isEnabled ? option->palette.color(QPalette::Base) : theme::colour(option->palette, Role::Pane);
    paint::box(painter, option->rect, fill, theme::colour(option->palette, Role::Hairline), theme::radius);
    Q_UNUSED(isReadOnly)
    // Any focus shows in a field: it is where the typing goes.
    if (option->state & State_HasFocus)
        paint::focusRing(painter, option->rect, option->palette, theme::radius);
}

void Style::drawComboBox(const QStyleOptionComboBox &option, QPainter *painter, const QWidget *widget) const
{
    if (option.frame) {
        QStyleOption frame = option;
        const bool hasFocus =
            option.editable ? bool(option.state & State_HasFocus) : paint::showsKeyboardFocus(option);
        frame.state.setFlag(State_HasFocus, hasFocus);
        const bool isEnabled = option.state & State_Enabled;
        QColor fill =
            isEnabled ? option.palette.color(QPalette::Base) : theme::colour(option.palette, Role::Pane);
        if (!option.editable && isEnabled && (option.state & State_MouseOver))
            fill = paint::mixed(theme::colour(option.palette, Role::Hover), fill, 0.6);
        paint::box(painter, option.rect, fill, theme::colour(option.palette, Role::Hairline), theme::radius);
        if (hasFocus)
            paint::focusRing(painter, option.rect, option.palette, theme::radius);
    } else if (paint::showsKeyboardFocus(option)) {
        paint::focusRing(painter, option.rect, option.palette, theme::radius);
    }
    if (option.subControls & SC_ComboBoxArrow) {
        const QRect arrow = subControlRect(CC_ComboBox, &option, SC_ComboBoxArrow, widget);
        paint::triangle(painter, arrow,
                        option.state & State_Enabled
                            ? theme::colour(option.palette, Role::SecondText)
                            : option.palette.color(QPalette::Disabled, QPalette::Text),
                        paint::scaleOf(option.fontMetrics));
    }
}

void Style::drawSpinBox(const QStyleOptionSpinBox &option, QPainter *painter, const QWidget *widget) const
{
    if (option.frame && (option.subControls & SC_SpinBoxFrame))
        drawFieldBox(&option, painter);
    for (const SubControl part : {SC_SpinBoxUp, SC_SpinBoxDown}) {
        if (!(option.subControls & part))
            continue;
        const bool isUp = part == SC_SpinBoxUp;
        const bool canStep =
            option.stepEnabled & (isUp ? QAbstractSpinBox::StepUpEnabled : QAbstractSpinBox::StepDownEnabled);
        const QRect rect = subControlRect(CC_SpinBox, &option, part, widget);
        if (canStep && (option.activeSubControls & part) && (option.state & (State_MouseOver | State_Sunken)))
            paint::box(painter, rect.adjusted(2, isUp ? 2 : 0, -2, isUp ? 0 : -2),
                       theme::colour(option.palette, Role::Hover), {}, 3);
        const bool isEnabled = canStep && (option.state & State_Enabled);
        paint::chevron(painter, rect,
                       isEnabled ? theme::colour(option.palette, Role::SecondText)
                                 : option.palette.color(QPalette::Disabled, QPalette::Text),
                       isUp ? paint::Arrow::Up : paint::Arrow::Down, paint::scaleOf(option.fontMetrics));
    }
}

void Style::drawScrollBar(const QStyleOptionSlider &option, QPainter *painter, const QWidget *widget) const
{
    // The bar paints all of itself, so it needs the ground of what it stands beside.
    const QWidget *area = widget ? widget->parentWidget() : nullptr;
    if (area && area->parentWidget() && qobject_cast<const QAbstractScrollArea *>(area->parentWidget()))
        area = area->parentWidget();
    const auto *scrollArea = qobject_cast<const QAbstractScrollArea *>(area);
    const QWidget *ground = scrollArea ? scrollArea->viewport() : widget;
    if (ground)
        painter->fillRect(option.rect, ground->palette().color(ground->backgroundRole()));
    if (option.minimum == option.maximum)
        return;
    const bool isActive = option.state & (State_MouseOver | State_Sunken);
    const bool isHorizontal = option.orientation == Qt::Horizontal;
    QRectF handle = subControlRect(CC_ScrollBar, &option, SC_ScrollBarSlider, widget);
    const qreal inset = isActive ? 2 : 3;
    handle.adjust(isHorizontal ? 2 : inset, isHorizontal ? inset : 2, isHorizontal ? -2 : -inset,
                  isHorizontal ? -inset : -2);
    const QColor ink = theme::colour(option.palette, Role::SecondText);
    const QColor page = theme::colour(option.palette, Role::Window);
    paint::box(painter, handle, paint::mixed(ink, page, isActive ? 0.6 : 0.32), {},
               (isHorizontal ? handle.height() : handle.width()) / 2);
}

void Style::drawGroupBox(const QStyleOptionGroupBox &option, QPainter *painter, const QWidget *widget) const
{
    if ((option.subControls & SC_GroupBoxLabel) && !option.text.isEmpty()) {
        const QRect label = subControlRect(CC_GroupBox, &option, SC_GroupBoxLabel, widget);
        painter->save();
        painter->setFont(theme::groupFont(painter->font()));
        painter->setPen(option.state & State_Enabled ? theme::colour(option.palette, Role::Text)
                                                     : option.palette.color(QPalette::WindowText));
        painter->drawText(label,
                          Qt::AlignLeading | Qt::AlignVCenter |
                              (styleHint(SH_UnderlineShortcut, &option, widget) ? Qt::TextShowMnemonic
                                                                                : Qt::TextHideMnemonic),
                          option.text);
        painter->restore();
    }
    if (option.subControls & SC_GroupBoxCheckBox) {
        QStyleOption box = option;
        box.rect = subControlRect(CC_GroupBox, &option, SC_GroupBoxCheckBox, widget);
        paint::check(painter, box);
    }
}

void Style::drawProgress(const QStyleOptionProgressBar &option, QPainter *painter) const
{
    QRectF track = option.rect;
    const qreal thickness = qMin<qreal>(4, track.height());
    track.setTop(track.center().y() - thickness / 2);
    track.setHeight(thickness);
    paint::box(painter, track, theme::colour(option.palette, Role::Hairline), {}, thickness / 2);
    QRectF done = track;
    if (option.maximum > option.minimum) {
        const qreal share = qreal(option.progress - option.minimum) / (option.maximum - option.minimum);
        done.setWidth(track.width() * qBound(0.0, share, 1.0));
    } else {
        // Busy: no motion, so a middle piece that is neither a start nor an end.
        done.adjust(track.width() * 0.3, 0, -track.width() * 0.3, 0);
    }
    if (option.direction == Qt::RightToLeft)
        done.moveRight(track.right());
    if (done.width() > 0)
        paint::box(painter, done, theme::colour(option.palette, Role::Accent), {}, thickness / 2);
}

void Style::drawFrame(const QStyleOption *option, QPainter *painter, const QWidget *widget) const
{
    const QColor hairline = theme::colour(option->palette, Role::Hairline);
    const bool isView = qobject_cast<const QAbstractItemView *>(widget);
    const auto *area = qobject_cast<const QAbstractScrollArea *>(widget);
    if (isView) {
        paint::box(painter, option->rect, {}, hairline, 0);
    } else if (area && area->viewport()->backgroundRole() == QPalette::Base) {
        drawFieldBox(option, painter);
        return;
    } else {
        const bool isPopup = widget && widget->isWindow();
        paint::box(painter, option->rect, {}, hairline,
                   isPopup ? 0
                   : area  ? theme::radius
                           : theme::cardRadius);
    }
    if (isView && paint::showsKeyboardFocus(*option))
        paint::box(painter, option->rect, {}, theme::colour(option->palette, Role::Accent), 0);
}

} // namespace keydesk
