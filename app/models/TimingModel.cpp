#include "app/models/TimingModel.h"

namespace keydesk {

void TimingModel::setTimings(const QList<HopTiming> &timings)
{
    beginResetModel();
    m_timings = timings;
    m_rows.clear();
    m_total = {};
    for (qsizetype hop = 0; hop < m_timings.size(); ++hop) {
        const HopTiming &timing = m_timings.at(hop);
        m_rows.append({hop, -1, m_total, timing.total()});
        for (qsizetype span = 0; span < timing.spans.size(); ++span) {
            m_rows.append({hop, span, m_total, timing.spans.at(span).length});
            m_total += timing.spans.at(span).length;
        }
    }
    endResetModel();
}

int TimingModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int TimingModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant TimingModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Row &row = m_rows.at(index.row());
    const HopTiming &timing = m_timings.at(row.hop);
    const bool isHop = row.span < 0;
    switch (role) {
    case IsHopRole:
        return isHop;
    case PhaseRole:
        return isHop ? QVariant() : QVariant::fromValue(timing.spans.at(row.span).phase);
    case StartRole:
        return static_cast<qint64>(row.start.count());
    case LengthRole:
        return static_cast<qint64>(row.length.count());
    case Qt::TextAlignmentRole:
        return index.column() == Time ? QVariant::fromValue(Qt::Alignment(Qt::AlignRight | Qt::AlignVCenter)) : QVariant();
    case Qt::DisplayRole:
        if (index.column() == What)
            return isHop ? hopLine(timing) : phaseName(timing.spans.at(row.span).phase);
        return index.column() == Time ? QVariant(spanText(row.length)) : QVariant();
    case Qt::AccessibleTextRole:
        if (isHop && index.column() == What)
            return tr("%1, %2").arg(hopLine(timing), spanText(row.length));
        if (index.column() == Picture)
            return tr("begins after %1").arg(spanText(row.start));
        return data(index, Qt::DisplayRole);
    default:
        return {};
    }
}

QVariant TimingModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(Qt::Alignment((section == Time ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter));
    if (role == Qt::ToolTipRole && section == Time)
        return tr("Each time is taken when Keydesk hears of it: below a millisecond they say little.");
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case What:
        return tr("Phase");
    case Time:
        return tr("Time");
    default:
        return tr("From 0 to %1").arg(spanText(m_total));
    }
}

} // namespace keydesk
