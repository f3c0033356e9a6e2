#include "ui/theme/Paint.h"
#include "ui/theme/Style.h"
#include "ui/widgets/Chip.h"

#include <QApplication>
#include <QStyleOption>
#include <QTabBar>
#include <QTabWidget>

namespace keydesk {

using theme::Role;

namespace {

constexpr int windowTabPadding = 15;
constexpr int paneTabGap = 20;
constexpr int countGap = 7;
constexpr int tabIconGap = 8;

/// The tabs of the window have icons and are padded; those of a pane are words that align with its text.
bool isWindowTab(const QStyleOptionTab &option)
{
    return !option.icon.isNull();
}

QString countOf(const QStyleOptionTab &option, const QWidget *widget)
{
    const auto *bar = qobject_cast<const QTabBar *>(widget);
    return bar && option.tabIndex >= 0 ? bar->tabData(option.tabIndex).toString() : QString();
}

int countWidth(const QStyleOptionTab &option, const QWidget *widget, const QString &count)
{
    if (count.isEmpty())
        return 0;
    const QFontMetrics small(theme::secondFont(widget->font()));
    return small.horizontalAdvance(count) + countGap + (isWindowTab(option) ? 18 : 0);
}

/// The tab without the room between it and the next; in a bar that is squeezed there is less of it.
QRect underlined(const QStyleOptionTab &option, int contentWidth)
{
    QRect rect = option.rect;
    if (!isWindowTab(option))
        rect.setWidth(qMax(rect.width() - paneTabGap, qMin(rect.width(), contentWidth)));
    return QStyle::visualRect(option.direction, option.rect, rect);
}

} // namespace

/// A tab bar asks for it dozens of times while it is laid out, and most of the time of a first frame is taken
/// by shaping text.
int Style::titleWidth(const QStyleOptionTab &option, const QWidget *widget) const
{
    const QString key = (widget ? widget->font() : QApplication::font()).key() + u'\n' + option.text;
    const auto known = m_titleWidths.constFind(key);
    if (known != m_titleWidths.constEnd())
        return *known;
    return *m_titleWidths.insert(key, option.fontMetrics.size(Qt::TextShowMnemonic, option.text).width());
}

QSize Style::tabSize(const QStyleOption *option, const QWidget *widget) const
{
    const auto *tab = qstyleoption_cast<const QStyleOptionTab *>(option);
    if (!tab)
        return {};
    int width = titleWidth(*tab, widget) + countWidth(*tab, widget, countOf(*tab, widget));
    width += tab->leftButtonSize.width() + tab->rightButtonSize.width();
    if (isWindowTab(*tab))
        width += tab->iconSize.width() + tabIconGap + 2 * windowTabPadding;
    else
        width += paneTabGap;
    const int line = tab->fontMetrics.height();
    return {width, isWindowTab(*tab) ? qMax(42, line + 24) : qMax(38, line + 20)};
}

void Style::drawTabShape(const QStyleOptionTab &option, QPainter *painter, const QWidget *widget) const
{
    const QRect rect = underlined(option, titleWidth(option, widget) + countWidth(option, widget, countOf(option, widget)));
    if (option.state & State_Selected)
        painter->fillRect(QRect(rect.left(), rect.bottom() - 1, rect.width(), 2),
                          theme::colour(option.palette, Role::Accent));
    if (paint::showsKeyboardFocus(option)) {
        const int outside = isWindowTab(option) ? 0 : 4;
        const QRect ring =
            rect.adjusted(-outside, 5, outside, -5).intersected(option.rect.adjusted(0, 0, 0, 0));
        paint::focusRing(painter, ring, option.palette, theme::radius - 2);
    }
}

void Style::drawTabLabel(const QStyleOptionTab &option, QPainter *painter, const QWidget *widget) const
{
    const bool isActive = option.state & (State_Selected | State_MouseOver);
    const bool isEnabled = option.state & State_Enabled;
    QRect area = option.rect;
    if (isWindowTab(option)) {
        area.adjust(windowTabPadding, 0, -windowTabPadding, 0);
        const int side = option.iconSize.width();
        const QRect icon(area.left(), area.top() + (area.height() - side) / 2, side, side);
        painter->save();
        // One icon for both states: the ink of a tab that is not chosen is the fainter one.
        painter->setOpacity(isActive ? 1.0 : 0.75);
        option.icon.paint(painter, visualRect(option.direction, option.rect, icon), Qt::AlignCenter,
                          isEnabled ? QIcon::Normal : QIcon::Disabled);
        painter->restore();
        area.setLeft(area.left() + side + tabIconGap);
    }
    const QRect title(area.left(), area.top(), titleWidth(option, widget) + 1, area.height());
    const bool underline = styleHint(SH_UnderlineShortcut, &option, widget);
    painter->setPen(!isEnabled ? option.palette.color(QPalette::Disabled, QPalette::WindowText)
                               : theme::colour(option.palette, isActive ? Role::Text : Role::SecondText));
    painter->drawText(visualRect(option.direction, option.rect, title),
                      Qt::AlignLeading | Qt::AlignVCenter | Qt::TextSingleLine |
                          (underline ? Qt::TextShowMnemonic : Qt::TextHideMnemonic),
                      option.text);

    const QString count = countOf(option, widget);
    if (count.isEmpty())
        return;
    const QRect rest(title.right() + countGap, area.top(), countWidth(option, widget, count), area.height());
    const QRect place = visualRect(option.direction, option.rect, rest);
    QFont plain = painter->font();
    plain.setWeight(QFont::Normal);
    if (isWindowTab(option)) {
        Chip::paint(painter, place, option.palette, plain, count, Role::Caution, Role::CautionFill, {});
        return;
    }
    const QFont before = painter->font();
    painter->setFont(theme::secondFont(plain));
    painter->setPen(theme::colour(option.palette, Role::SecondText));
    painter->drawText(place, Qt::AlignLeading | Qt::AlignVCenter, count);
    painter->setFont(before);
}

void Style::drawTabPane(const QStyleOption *option, QPainter *painter, const QWidget *widget) const
{
    const auto *tabs = qobject_cast<const QTabWidget *>(widget);
    if (tabs && paint::hasProperty(tabs, "pane"))
        painter->fillRect(QRect(0, 0, tabs->width(), option->rect.top()),
                          theme::colour(option->palette, Role::Pane));
    painter->fillRect(QRect(option->rect.left(), option->rect.top(), option->rect.width(), 1),
                      theme::colour(option->palette, Role::Hairline));
}

} // namespace keydesk
