#include "app/models/UsageModel.h"

#include <QLocale>

namespace keydesk {

namespace {

QString number(qint64 count)
{
    return QLocale().toString(count);
}

QString callsWords(qint64 calls)
{
    return calls == 0   ? UsageModel::tr("no calls")
           : calls == 1 ? UsageModel::tr("1 call")
                        : UsageModel::tr("%1 calls").arg(number(calls));
}

} // namespace

void UsageModel::setDays(const QList<UsageDay> &days)
{
    if (days == m_days)
        return;
    // Other numbers of the same days: who reads or walks along them stays where he is.
    if (!days.isEmpty() && days.size() == m_days.size() && days.first().day == m_days.first().day) {
        m_days = days;
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
        return;
    }
    beginResetModel();
    m_days = days;
    endResetModel();
}

QString UsageModel::sentence(int row) const
{
    const UsageDay &day = m_days.at(row);
    const QString date = QLocale().toString(day.day, tr("dddd d MMMM"));
    return day.failures == 0 ? tr("%1: %2").arg(date, callsWords(day.calls))
                             : tr("%1: %2, %3 failed").arg(date, callsWords(day.calls), number(day.failures));
}

int UsageModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_days.size());
}

int UsageModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant UsageModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid) || (role != Qt::DisplayRole && role != Qt::AccessibleTextRole))
        return {};
    const UsageDay &day = m_days.at(index.row());
    switch (index.column()) {
    case Day:
        return role == Qt::DisplayRole ? QLocale().toString(day.day, tr("ddd d MMM")) // short to the eye, whole to the ear
                                       : QLocale().toString(day.day, QLocale::LongFormat);
    case Calls:
        return number(day.calls);
    default:
        return number(day.failures);
    }
}

QVariant UsageModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return QAbstractTableModel::headerData(section, orientation, role);
    switch (section) {
    case Day:
        return tr("Day");
    case Calls:
        return tr("Calls");
    default:
        return tr("Failed");
    }
}

QString usageWords(const UsageDay &total)
{
    return total.failures == 0
               ? callsWords(total.calls)
               : UsageModel::tr("%1 · %2 failed").arg(callsWords(total.calls), number(total.failures));
}

} // namespace keydesk
