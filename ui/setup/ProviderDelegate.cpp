#include "ui/setup/ProviderDelegate.h"

#include "ui/theme/Theme.h"
#include "ui/widgets/Chip.h"

#include <QPainter>

namespace keydesk {

QSize ProviderDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const
{
    const int lines = QFontMetrics(theme::groupFont(option.font)).height() +
                      QFontMetrics(theme::secondFont(option.font)).height();
    return {160, lines + 2 * theme::gap + 2};
}

void ProviderDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                             const QModelIndex &index) const
{
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    const QRectF box = QRectF(option.rect).adjusted(1, 1, -1, -1);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    if (selected || option.state.testFlag(QStyle::State_MouseOver)) {
        // The accent line says "chosen" without relying on the fill; it is stronger while the list has the
        // focus.
        const bool focused = selected && option.state.testFlag(QStyle::State_HasFocus);
        painter->setPen(selected ? QPen(theme::colour(option.palette, theme::Role::Accent), focused ? 2 : 1)
                                 : QPen(Qt::NoPen));
        painter->setBrush(
            theme::colour(option.palette, selected ? theme::Role::Selection : theme::Role::Hover));
        painter->drawRoundedRect(box, theme::radius, theme::radius);
    }

    const QFont nameFont = theme::groupFont(option.font);
    const QFont wordsFont = theme::secondFont(option.font);
    const int nameHeight = QFontMetrics(nameFont).height();
    const int side = qMax(24, nameHeight + theme::gap);
    const QRect badge(option.rect.left() + theme::panePadding,
                      option.rect.top() + (option.rect.height() - side) / 2, side, side);
    paintBadge(painter, badge, option.palette, nameFont, index.data(BadgeRole).toString());

    const QRect text = option.rect.adjusted(badge.right() - option.rect.left() + theme::panePadding,
                                            theme::gap, -theme::panePadding, -theme::gap);
    painter->setFont(nameFont);
    painter->setPen(theme::colour(option.palette, theme::Role::Text));
    painter->drawText(
        QRect(text.left(), text.top(), text.width(), nameHeight), Qt::AlignLeft | Qt::AlignVCenter,
        painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideRight, text.width()));
    painter->setFont(wordsFont);
    painter->setPen(theme::colour(option.palette, theme::Role::SecondText));
    painter->drawText(
        QRect(text.left(), text.top() + nameHeight, text.width(), text.height() - nameHeight),
        Qt::AlignLeft | Qt::AlignVCenter,
        painter->fontMetrics().elidedText(index.data(SummaryRole).toString(), Qt::ElideRight, text.width()));
    painter->restore();
}

} // namespace keydesk
