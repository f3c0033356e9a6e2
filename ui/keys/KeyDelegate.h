#pragma once

#include "ui/theme/Theme.h"

#include <QStyledItemDelegate>

namespace keydesk {

/// How a key's status looks everywhere: word, colours, icon.
struct StatusLook
{
    QString word;
    theme::Role ink;
    theme::Role fill;
    QString icon;
};
/// `status` is a value of KeysModel::StatusRole.
StatusLook keyStatusLook(int status);

/// Draws the table of keys: provider badge, environment dot, fixed-pitch hint, status chip.
class KeyDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    QWidget *createEditor(QWidget *parent, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
};

} // namespace keydesk
