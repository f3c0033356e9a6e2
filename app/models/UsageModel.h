#pragma once

#include "app/history/Usage.h"

#include <QAbstractTableModel>

namespace keydesk {

/// A key's uses day by day, oldest first. What the chart draws, and what is read of it.
class UsageModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Day, Calls, Failed, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;

    void setDays(const QList<UsageDay> &days);
    [[nodiscard]] const QList<UsageDay> &days() const { return m_days; }
    /// "Thursday 26 November: 12 calls, 1 failed".
    [[nodiscard]] QString sentence(int row) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QList<UsageDay> m_days;
};

/// "1,204 calls · 2 failed", "no calls".
QString usageWords(const UsageDay &total);

} // namespace keydesk
