#pragma once

#include "app/body/AnswerComparison.h"

#include <QAbstractTableModel>

namespace keydesk {

/// What differs between two answers, a row each.
class ComparisonModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { What, Place, Left, Right, ColumnCount };
    enum Role {
        KindRole = Qt::UserRole, ///< AnswerDifference::Kind as int
        WholeRole,               ///< of Left and Right: the value with its line breaks
    };

    using QAbstractTableModel::QAbstractTableModel;

    void setDifferences(const QList<AnswerDifference> &differences);
    [[nodiscard]] const QList<AnswerDifference> &differences() const { return m_differences; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    [[nodiscard]] static QString what(const AnswerDifference &difference);

    QList<AnswerDifference> m_differences;
};

} // namespace keydesk
