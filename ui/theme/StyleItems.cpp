#include "ui/theme/Paint.h"
#include "ui/theme/Style.h"

#include <QListView>
#include <QStyleOption>
#include <QTableView>
#include <QTreeView>

namespace keydesk {

using theme::Role;

void Style::drawRow(const QStyleOptionViewItem &option, QPainter *painter, const QWidget *widget) const
{
    if (qobject_cast<const QTableView *>(widget)) {
        painter->fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1),
                          theme::colour(option.palette, Role::Hairline));
        return;
    }
    // A tree's row, with the room of its branches.
    if (option.state & State_Selected)
        painter->fillRect(option.rect, theme::colour(option.palette, Role::Selection));
    else if ((option.state & State_MouseOver) && (option.state & State_Enabled))
        painter->fillRect(option.rect, theme::colour(option.palette, Role::Hover));
}

void Style::drawCell(const QStyleOptionViewItem &option, QPainter *painter, const QWidget *widget) const
{
    const bool isTable = qobject_cast<const QTableView *>(widget);
    // The line under a table's row stays visible under the selection.
    const QRect ground = isTable ? option.rect.adjusted(0, 0, 0, -1) : option.rect;
    if (option.backgroundBrush.style() != Qt::NoBrush)
        painter->fillRect(ground, option.backgroundBrush);
    if (option.state & State_Selected)
        painter->fillRect(ground, theme::colour(option.palette, Role::Selection));
    else if (!isTable && (option.state & State_MouseOver) && (option.state & State_Enabled))
        painter->fillRect(ground, theme::colour(option.palette, Role::Hover));
}

void Style::drawBranch(const QStyleOption *option, QPainter *painter, const QWidget *widget) const
{
    Q_UNUSED(widget)
    if (!(option->state & State_Children))
        return;
    const bool isOpen = option->state & State_Open;
    const bool isMirrored = option->direction == Qt::RightToLeft;
    QColor ink = theme::colour(option->palette, Role::Text);
    if (option->state & State_Selected)
        ink = option->palette.color(QPalette::Active, QPalette::HighlightedText);
    paint::chevron(painter, option->rect, ink,
                   isOpen       ? paint::Arrow::Down
                   : isMirrored ? paint::Arrow::Left
                                : paint::Arrow::Right,
                   paint::scaleOf(option->fontMetrics));
}

void Style::drawHeaderSection(const QStyleOptionHeader &option, QPainter *painter,
                              const QWidget *widget) const
{
    const QPalette::ColorRole ground = widget ? widget->backgroundRole() : QPalette::Window;
    painter->fillRect(option.rect,
                      option.palette.color(ground == QPalette::Button ? QPalette::Window : ground));
    const QColor hairline = theme::colour(option.palette, Role::Hairline);
    if (option.orientation == Qt::Horizontal)
        painter->fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1), hairline);
    else
        painter->fillRect(QRect(option.rect.right(), option.rect.top(), 1, option.rect.height()), hairline);
}

void Style::drawHeaderLabel(const QStyleOptionHeader &option, QPainter *painter, const QWidget *widget) const
{
    QFont font = theme::secondFont(widget ? widget->font() : QApplication::font());
    font.setWeight(QFont::Medium);
    const QFontMetrics metrics(font);
    const QColor ink = theme::colour(option.palette, Role::SecondText);
    painter->save();
    painter->setFont(font);
    painter->setPen(ink);
    QRect place = option.rect.adjusted(8, 0, -8, 0);
    if (!option.icon.isNull()) {
        const QRect icon(place.left(), place.top() + (place.height() - 16) / 2, 16, 16);
        option.icon.paint(painter, visualRect(option.direction, option.rect, icon));
        place.setLeft(place.left() + 22);
    }
    constexpr int arrow = 16;
    const bool isSorted = option.sortIndicator != QStyleOptionHeader::None;
    const int room = place.width() - (isSorted ? arrow : 0);
    const QString title = metrics.elidedText(option.text, Qt::ElideRight, room);
    // Qt centres titles unless it is told otherwise; a column reads better under a title at its own edge.
    const bool isTrailing = option.textAlignment & Qt::AlignRight;
    const int width = qMin(room, metrics.horizontalAdvance(title) + 1);
    QRect text(place.left(), place.top(), width, place.height());
    if (isTrailing)
        text.moveRight(place.left() + room - 1);
    painter->drawText(visualRect(option.direction, option.rect, text),
                      Qt::AlignLeading | Qt::AlignVCenter | Qt::TextSingleLine, title);
    if (isSorted) {
        // Ascending is Qt's SortDown: an arrow that points down, as Fusion draws it. We point where the
        // values grow.
        const QRect mark(text.right() + 1, place.top(), arrow, place.height());
        paint::chevron(painter, visualRect(option.direction, option.rect, mark), ink,
                       option.sortIndicator == QStyleOptionHeader::SortDown ? paint::Arrow::Up
                                                                            : paint::Arrow::Down);
    }
    painter->restore();
}

} // namespace keydesk
