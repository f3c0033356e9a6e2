#include "ui/theme/Paint.h"
#include "ui/theme/Style.h"

#include <QStyleOption>
#include <QTabBar>
#include <QToolButton>

namespace keydesk {

using theme::Role;

namespace {

constexpr int buttonPadding = 12;
constexpr int iconGap = 8;

int arrowRoomOf(const QStyleOption &option)
{
    return qRound(16 * paint::scaleOf(option.fontMetrics));
}

struct ButtonInk
{
    QColor fill, line, text;
};

bool isLink(const QWidget *widget)
{
    return paint::hasProperty(widget, "link");
}

ButtonInk inkOf(const QStyleOption &option, bool isFlat, const QWidget *widget)
{
    const QPalette &palette = option.palette;
    const bool isEnabled = option.state & QStyle::State_Enabled;
    const bool isDown = option.state & (QStyle::State_Sunken | QStyle::State_On);
    const bool isHovered = isEnabled && (option.state & QStyle::State_MouseOver);
    const QColor hairline = theme::colour(palette, Role::Hairline);
    const QColor hover = theme::colour(palette, Role::Hover);
    const QColor text = theme::colour(palette, Role::Text);

    if (isLink(widget))
        return {
            {}, {}, isEnabled ? theme::colour(palette, Role::Accent) : palette.color(QPalette::ButtonText)};
    if (paint::hasProperty(widget, "primary")) {
        if (!isEnabled)
            return {theme::colour(palette, Role::NeutralFill), hairline, palette.color(QPalette::ButtonText)};
        const QColor accent = theme::colour(palette, Role::Accent);
        const QColor fill = isDown ? paint::mixed(accent, Qt::black, 0.82)
                            : isHovered
                                ? paint::mixed(accent, theme::isDark(palette) ? Qt::white : Qt::black, 0.9)
                                : accent;
        return {fill, {}, theme::colour(palette, Role::OnAccent)};
    }

    ButtonInk ink;
    if (!isFlat) {
        ink.fill = palette.color(QPalette::Button);
        ink.line = hairline;
    }
    if (isHovered)
        ink.fill = hover;
    if (isDown && isEnabled)
        ink.fill = paint::mixed(text, hover, 0.07);
    if (!isEnabled)
        ink.text = palette.color(QPalette::ButtonText);
    else if (paint::hasProperty(widget, "danger"))
        ink.text = theme::colour(palette, Role::Danger);
    else
        ink.text = theme::colour(palette, isFlat && !isHovered && !isDown ? Role::SecondText : Role::Text);
    // With a palette of the system's own a hover has no colour: the line says it.
    if (isFlat && isHovered && hover == palette.color(QPalette::Window))
        ink.line = hairline;
    return ink;
}

bool isFlatButton(const QStyleOption *option)
{
    const auto *button = qstyleoption_cast<const QStyleOptionButton *>(option);
    return button && (button->features & QStyleOptionButton::Flat);
}

int mnemonicFlag(const QStyle *style, const QStyleOption &option, const QWidget *widget)
{
    return style->styleHint(QStyle::SH_UnderlineShortcut, &option, widget) ? Qt::TextShowMnemonic
                                                                           : Qt::TextHideMnemonic;
}

QIcon::Mode modeOf(const QStyleOption &option)
{
    return option.state & QStyle::State_Enabled ? QIcon::Normal : QIcon::Disabled;
}

} // namespace

QSize Style::pushButtonSize(const QStyleOption *option, const QSize &content, const QWidget *widget) const
{
    const auto *button = qstyleoption_cast<const QStyleOptionButton *>(option);
    if (!button)
        return content;
    if (isLink(widget))
        return {content.width() + 4, content.height() + 4};
    int width = content.width() + 2 * buttonPadding;
    if (!button->icon.isNull() && !button->text.isEmpty())
        width += iconGap - 4; // QPushButton itself counts 4
    if (button->features & QStyleOptionButton::HasMenu)
        width += arrowRoomOf(*option) - pixelMetric(PM_MenuButtonIndicator, option, widget);
    const int height = paint::hasProperty(widget, "compact") ? qMax(26, option->fontMetrics.height() + 8)
                                                             : paint::controlHeight(option->fontMetrics);
    return {qMax(width, height), height};
}

QSize Style::toolButtonSize(const QStyleOption *option, const QSize &content, const QWidget *widget) const
{
    const auto *button = qstyleoption_cast<const QStyleOptionToolButton *>(option);
    if (!button)
        return content;
    const int height = paint::hasProperty(widget, "compact") ? qMax(24, option->fontMetrics.height() + 8)
                                                             : paint::controlHeight(option->fontMetrics);
    if (button->toolButtonStyle == Qt::ToolButtonIconOnly || button->text.isEmpty()) {
        const bool hasArrow = button->features & QStyleOptionToolButton::MenuButtonPopup;
        return {height + (hasArrow ? arrowRoomOf(*option) : 0), height};
    }
    const bool hasIcon = button->toolButtonStyle != Qt::ToolButtonTextOnly && !button->icon.isNull();
    const bool hasArrow = button->features & QStyleOptionToolButton::HasMenu;
    const int text = option->fontMetrics.size(Qt::TextShowMnemonic, button->text).width();
    return {text + 2 * buttonPadding + (hasIcon ? button->iconSize.width() + iconGap : 0) +
                (hasArrow ? arrowRoomOf(*option) : 0),
            height};
}

void Style::drawButtonBox(const QStyleOption *option, QPainter *painter, const QWidget *widget) const
{
    const ButtonInk ink = inkOf(*option, isFlatButton(option), widget);
    if (ink.fill.isValid() || ink.line.isValid())
        paint::box(painter, option->rect, ink.fill, ink.line, theme::radius);
    if (!paint::showsKeyboardFocus(*option))
        return;
    // On a filled button the ring needs a gap of its own to be seen.
    if (paint::hasProperty(widget, "primary"))
        paint::box(painter, QRectF(option->rect).adjusted(2, 2, -2, -2), {},
                   theme::colour(option->palette, Role::OnAccent), theme::radius - 2, 1.5);
    else
        paint::focusRing(painter, option->rect, option->palette, theme::radius);
}

void Style::drawPushButtonLabel(const QStyleOptionButton &option, QPainter *painter,
                                const QWidget *widget) const
{
    const ButtonInk ink = inkOf(option, option.features & QStyleOptionButton::Flat, widget);
    const bool hasMenu = option.features & QStyleOptionButton::HasMenu;
    const int arrowRoom = arrowRoomOf(option);
    QRect area = isLink(widget) ? option.rect : option.rect.adjusted(4, 0, -4, 0);
    if (hasMenu) {
        const QRect arrow(option.rect.right() - arrowRoom - 6, option.rect.top(), arrowRoom,
                          option.rect.height());
        paint::triangle(painter, visualRect(option.direction, option.rect, arrow), ink.text,
                        paint::scaleOf(option.fontMetrics));
        area = visualRect(option.direction, option.rect, option.rect.adjusted(4, 0, -arrowRoom - 4, 0));
    }
    const bool hasIcon = !option.icon.isNull();
    const int iconSide = hasIcon ? option.iconSize.width() : 0;
    const int gap = hasIcon && !option.text.isEmpty() ? iconGap : 0;
    const int room = area.width() - iconSide - gap;
    const QString text =
        option.fontMetrics.elidedText(option.text, Qt::ElideRight, room, Qt::TextShowMnemonic);
    const int textWidth = option.fontMetrics.size(Qt::TextShowMnemonic, text).width();
    const int left = area.left() + (area.width() - iconSide - gap - textWidth) / 2;

    if (hasIcon) {
        const QRect icon(left, area.top() + (area.height() - iconSide) / 2, iconSide, iconSide);
        option.icon.paint(painter, visualRect(option.direction, area, icon), Qt::AlignCenter, modeOf(option),
                          option.state & State_On ? QIcon::On : QIcon::Off);
    }
    const QRect label(left + iconSide + gap, area.top(), textWidth + 1, area.height());
    painter->setPen(ink.text);
    if (isLink(widget) && (option.state & State_MouseOver)) {
        QFont underlined = painter->font();
        underlined.setUnderline(true);
        painter->setFont(underlined);
    }
    painter->drawText(visualRect(option.direction, area, label),
                      Qt::AlignCenter | Qt::TextSingleLine | mnemonicFlag(this, option, widget), text);
}

void Style::drawToolButton(const QStyleOptionToolButton &option, QPainter *painter,
                           const QWidget *widget) const
{
    const bool scrollsTabs = widget && qobject_cast<const QTabBar *>(widget->parentWidget());
    const bool isFlat = scrollsTabs || (option.state & State_AutoRaise);
    const ButtonInk ink = inkOf(option, isFlat, widget);
    if (scrollsTabs) // it lies over tabs
        painter->fillRect(option.rect, option.palette.color(widget->backgroundRole() == QPalette::Button
                                                                ? widget->parentWidget()->backgroundRole()
                                                                : widget->backgroundRole()));
    if (ink.fill.isValid() || ink.line.isValid())
        paint::box(painter, option.rect, ink.fill, ink.line, theme::radius);
    if (paint::showsKeyboardFocus(option))
        paint::focusRing(painter, option.rect, option.palette, theme::radius);

    QRect area = option.rect;
    const int arrowRoom = arrowRoomOf(option);
    const bool isIconOnly = option.toolButtonStyle == Qt::ToolButtonIconOnly || option.text.isEmpty();
    const bool hasMenu = option.features & QStyleOptionToolButton::HasMenu;
    const bool showsArrow =
        isIconOnly ? bool(option.features & QStyleOptionToolButton::MenuButtonPopup) : hasMenu;
    if (showsArrow) {
        const int inset = isIconOnly ? 2 : 6;
        const QRect arrow(area.right() - arrowRoom - inset, area.top(), arrowRoom, area.height());
        paint::triangle(painter, visualRect(option.direction, option.rect, arrow), ink.text,
                        paint::scaleOf(option.fontMetrics));
        area = visualRect(option.direction, option.rect, option.rect.adjusted(0, 0, -arrowRoom, 0));
    }
    const QIcon::State state = option.state & State_On ? QIcon::On : QIcon::Off;
    if (option.features & QStyleOptionToolButton::Arrow) {
        const auto direction = option.arrowType == Qt::LeftArrow    ? paint::Arrow::Left
                               : option.arrowType == Qt::RightArrow ? paint::Arrow::Right
                               : option.arrowType == Qt::UpArrow    ? paint::Arrow::Up
                                                                    : paint::Arrow::Down;
        paint::chevron(painter, area, ink.text, direction, paint::scaleOf(option.fontMetrics));
        return;
    }
    if (isIconOnly) {
        QRect icon(QPoint(), option.iconSize);
        icon.moveCenter(area.center());
        option.icon.paint(painter, icon, Qt::AlignCenter, modeOf(option), state);
        return;
    }
    QRect text = area.adjusted(buttonPadding, 0, showsArrow ? 0 : -buttonPadding, 0);
    if (option.toolButtonStyle != Qt::ToolButtonTextOnly && !option.icon.isNull()) {
        const int side = option.iconSize.width();
        const QRect icon(text.left(), text.top() + (text.height() - side) / 2, side, side);
        option.icon.paint(painter, visualRect(option.direction, area, icon), Qt::AlignCenter, modeOf(option),
                          state);
        text.setLeft(text.left() + side + iconGap);
    }
    painter->setFont(option.font);
    painter->setPen(ink.text);
    painter->drawText(
        visualRect(option.direction, area, text),
        Qt::AlignLeading | Qt::AlignVCenter | Qt::TextSingleLine | mnemonicFlag(this, option, widget),
        option.fontMetrics.elidedText(option.text, Qt::ElideRight, text.width() + 1, Qt::TextShowMnemonic));
}

} // namespace keydesk
