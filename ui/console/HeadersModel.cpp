#include "ui/console/HeadersModel.h"

#include "app/base/Redactor.h"
#include "ui/widgets/CodeView.h"

namespace keydesk {

HeadersModel::HeadersModel(const Redactor &redactor, QObject *parent)
    : QAbstractTableModel(parent)
    , m_redactor(redactor)
{
}

void HeadersModel::setHeaders(const Headers &headers)
{
    beginResetModel();
    m_rows.clear();
    for (const auto &[name, value] : headers)
        m_rows.append(
            {CodeView::withVisibleControls(QString::fromUtf8(name)),
             CodeView::withVisibleControls(QString::fromUtf8(m_redactor.redactHeader(name, value)))});
    endResetModel();
}

int HeadersModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int HeadersModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant HeadersModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || (role != Qt::DisplayRole && role != Qt::ToolTipRole))
        return {};
    const auto &[name, value] = m_rows.at(index.row());
    return index.column() == Name ? name : value;
}

QVariant HeadersModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return section == Name ? tr("Name") : tr("Value");
}

} // namespace keydesk
