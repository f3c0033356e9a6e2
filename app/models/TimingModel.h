#pragma once

#include "app/http/HopTiming.h"

#include <QAbstractTableModel>

namespace keydesk {

/// Where the time of a call went, hop after hop: a row for the hop, then one for each of its phases.
class TimingModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { What, Time, Picture, ColumnCount };
    enum Role {
        IsHopRole = Qt::UserRole, ///< bool
        PhaseRole,                ///< HopTiming::Phase, of a phase
        StartRole,                ///< microseconds since the call began
        LengthRole,               ///< microseconds
    };

    using QAbstractTableModel::QAbstractTableModel;

    void setTimings(const QList<HopTiming> &timings);
    [[nodiscard]] const QList<HopTiming> &timings() const { return m_timings; }
    /// Of all hops together.
    [[nodiscard]] std::chrono::microseconds total() const { return m_total; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Row
    {
        qsizetype hop = 0;
        qsizetype span = -1; // -1: the hop itself
        std::chrono::microseconds start{0};
        std::chrono::microseconds length{0};
    };

    QList<HopTiming> m_timings;
    QList<Row> m_rows;
    std::chrono::microseconds m_total{0};
};

} // namespace keydesk
