#include "ui/environments/EnvironmentDelegate.h"

#include "app/models/EnvironmentsModel.h"
#include "ui/theme/Icon.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Chip.h"

#include <QPainter>

using namespace Qt::StringLiterals;

namespace keydesk {

void EnvironmentDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    QStyleOptionViewItem item = option;
    initStyleOption(&item, index);
    const QString name = item.text;
    item.text.clear();
    item.icon = {};
    option.widget->style()->drawControl(QStyle::CE_ItemViewItem, &item, painter, option.widget);

    const QPalette &palette = option.palette;
    const QRect rect = option.rect.adjusted(theme::panePadding, 0, -theme::panePadding, 0);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    paintDot(painter, QRect(rect.left(), rect.center().y() - 4, 9, 9),
             theme::environmentColour(palette, index.data(EnvironmentsModel::ColourRole).toString()));

    QRect text = rect.adjusted(9 + theme::panePadding - 2, 4, 0, -4);
    if (index.data(EnvironmentsModel::ProtectedRole).toBool()) {
        const QRect lock(rect.right() - 16, rect.center().y() - 8, 16, 16);
        icon(u"lock"_s, theme::Role::SecondText).paint(painter, lock);
        text.setRight(lock.left() - theme::gap);
    }
    const QRect upper(text.left(), text.top(), text.width(), text.height() / 2);
    const QRect lower(text.left(), upper.bottom(), text.width(), text.height() / 2);
    painter->setFont(option.font);
    painter->setPen(theme::colour(palette, theme::Role::Text));
    painter->drawText(upper, Qt::AlignVCenter, option.fontMetrics.elidedText(name, Qt::ElideRight, upper.width()));
    const QFont second = theme::secondFont(option.font);
    painter->setFont(second);
    painter->setPen(theme::colour(palette, theme::Role::SecondText));
    painter->drawText(lower, Qt::AlignVCenter,
                      QFontMetrics(second).elidedText(index.data(EnvironmentsModel::ProviderNameRole).toString(), Qt::ElideRight,
                                                      lower.width()));
    painter->restore();
}

QSize EnvironmentDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const
{
    return {160, option.fontMetrics.height() + QFontMetrics(theme::secondFont(option.font)).height() + 12};
}

} // namespace keydesk
