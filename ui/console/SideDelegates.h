#pragma once

#include <QStyledItemDelegate>

namespace keydesk {

/// How wide the methods are in a font; measured once, not for each row.
class MethodColumn
{
public:
    [[nodiscard]] int width(const QFont &font) const;

private:
    mutable QFont m_font;
    mutable int m_width = 0;
};

/// A row of the requests tree: a provider with its letter, a group with its count, a request with its method.
class RequestDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

private:
    MethodColumn m_method;
};

/// A row of the tree of saved requests: a folder or file with its count, a request with its method.
class SavedDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

private:
    MethodColumn m_method;
};

/// A call of the history list on two lines: method, path and status; when and where.
class HistoryDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

private:
    MethodColumn m_method;
};

} // namespace keydesk
