#include "ui/theme/Paint.h"
#include "ui/theme/Style.h"

#include <QMenuBar>
#include <QStyleOption>

namespace keydesk {

using theme::Role;

namespace {

constexpr int leadingRoom = 30; ///< for the check mark or the icon
constexpr int trailingRoom = 26;
constexpr int textInset = 10;

bool hasLeading(const QStyleOptionMenuItem &option)
{
    return option.menuHasCheckableItems || option.maxIconWidth > 0 || !option.icon.isNull();
}

int leadingWidth(const QStyleOptionMenuItem &option)
{
    return qRound(leadingRoom * paint::scaleOf(option.fontMetrics));
}

} // namespace

QSize Style::menuItemSize(const QStyleOption *option, const QSize &content) const
{
    const auto *item = qstyleoption_cast<const QStyleOptionMenuItem *>(option);
    if (!item)
        return content;
    if (item->menuItemType == QStyleOptionMenuItem::Separator)
        return {10, 9};
    int width = content.width() + (hasLeading(*item) ? leadingWidth(*item) : textInset) + trailingRoom;
    if (item->text.contains(u'\t'))
        width += 20;
    return {width, qMax(28, item->fontMetrics.height() + 11)};
}

void Style::drawMenuItem(const QStyleOptionMenuItem &option, QPainter *painter) const
{
    if (option.menuItemType == QStyleOptionMenuItem::Separator) {
        const int y = option.rect.center().y();
        painter->fillRect(QRect(option.rect.left(), y, option.rect.width(), 1),
                          theme::colour(option.palette, Role::Hairline));
        return;
    }
    const bool isEnabled = option.state & State_Enabled;
    const bool isSelected = option.state & State_Selected;
    QColor ink = isEnabled ? theme::colour(option.palette, Role::Text)
                           : option.palette.color(QPalette::Disabled, QPalette::Text);
    if (isSelected && isEnabled) {
        const QColor fill = theme::colour(option.palette, Role::Selection);
        paint::box(painter, option.rect, fill, {}, theme::radius - 2);
        ink = option.palette.color(QPalette::Active, QPalette::HighlightedText);
    }

    const qreal scale = paint::scaleOf(option.fontMetrics);
    const bool leads = hasLeading(option);
    const int room = leads ? leadingWidth(option) : textInset;
    const QRect leading(option.rect.left(), option.rect.top(), room, option.rect.height());
    const QRect mark = visualRect(option.direction, option.rect, leading);
    if (option.checkType != QStyleOptionMenuItem::NotCheckable && option.checked) {
        paint::tick(painter, mark, ink, scale);
    } else if (!option.icon.isNull()) {
        QRect icon(0, 0, qRound(16 * scale), qRound(16 * scale));
        icon.moveCenter(mark.center());
        option.icon.paint(painter, icon, Qt::AlignCenter, isEnabled ? QIcon::Normal : QIcon::Disabled);
    }

    const QRect text = option.rect.adjusted(room, 0, -textInset, 0);
    const QRect place = visualRect(option.direction, option.rect, text);
    const qsizetype tab = option.text.indexOf(u'\t');
    painter->setFont(option.font);
    painter->setPen(ink);
    painter->drawText(place, Qt::AlignLeading | Qt::AlignVCenter | Qt::TextSingleLine | Qt::TextShowMnemonic,
                      tab < 0 ? option.text : option.text.left(tab));
    if (tab >= 0) {
        painter->setPen(isEnabled && !isSelected ? theme::colour(option.palette, Role::SecondText) : ink);
        painter->drawText(place, Qt::AlignTrailing | Qt::AlignVCenter | Qt::TextSingleLine,
                          option.text.mid(tab + 1));
    }
    if (option.menuItemType == QStyleOptionMenuItem::SubMenu) {
        const QRect arrow(option.rect.right() - 20, option.rect.top(), 16, option.rect.height());
        paint::chevron(painter, visualRect(option.direction, option.rect, arrow), ink,
                       option.direction == Qt::RightToLeft ? paint::Arrow::Left : paint::Arrow::Right, scale);
    }
}

void Style::drawMenuBarItem(const QStyleOptionMenuItem &option, QPainter *painter,
                            const QWidget *widget) const
{
    painter->fillRect(option.rect, theme::colour(option.palette, Role::Pane));
    const bool isOpen = option.state & State_Sunken;
    QColor ink = option.state & State_Enabled
                     ? theme::colour(option.palette, Role::Text)
                     : option.palette.color(QPalette::Disabled, QPalette::WindowText);
    if (option.state & State_Selected) {
        const QColor fill = theme::colour(option.palette, isOpen ? Role::Selection : Role::Hover);
        paint::box(painter, option.rect.adjusted(0, 3, 0, -3), fill,
                   fill == theme::colour(option.palette, Role::Pane) ? ink : QColor(), theme::radius - 2);
        if (isOpen)
            ink = option.palette.color(QPalette::Active, QPalette::HighlightedText);
    }
    painter->setPen(ink);
    painter->drawText(
        option.rect,
        Qt::AlignCenter | Qt::TextSingleLine |
            (styleHint(SH_UnderlineShortcut, &option, widget) ? Qt::TextShowMnemonic : Qt::TextHideMnemonic),
        option.text);
}

} // namespace keydesk
