#pragma once

#include <QStyledItemDelegate>

namespace keydesk {

/// A provider in the chooser: its lettered badge, its name, and one line about it.
class ProviderDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    enum Role { IdRole = Qt::UserRole, BadgeRole, SummaryRole };

    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
};

} // namespace keydesk
