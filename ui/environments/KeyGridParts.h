#pragma once

#include <QHeaderView>
#include <QStyledItemDelegate>

namespace keydesk {

/// A cell of the grid: the key's name with its status, below it age, expiry and last check; a gap as a call to fill it.
class KeyGridDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
};

/// The environments at left, with their dots; an identity stands under its environment.
class KeyGridHeader : public QHeaderView
{
    Q_OBJECT

public:
    explicit KeyGridHeader(QWidget *parent);

    QSize sizeHint() const override;

protected:
    void paintSection(QPainter *painter, const QRect &rect, int section) const override;
    void changeEvent(QEvent *event) override;

private:
    void fit();
};

} // namespace keydesk
