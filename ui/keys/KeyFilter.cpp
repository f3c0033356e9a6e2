#include "ui/keys/KeyFilter.h"

#include "app/models/KeysModel.h"

namespace keydesk {

KeyFilter::KeyFilter(QObject *parent)
    : QSortFilterProxyModel(parent)
{
    setSortRole(KeysModel::SortRole);
    setSortCaseSensitivity(Qt::CaseInsensitive);
    setSortLocaleAware(true);
    setDynamicSortFilter(true);
}

void KeyFilter::setSearch(const QString &text)
{
    m_words = text.simplified().split(u' ', Qt::SkipEmptyParts);
    invalidateFilter();
}

void KeyFilter::setProvider(const QString &id)
{
    m_provider = id;
    invalidateFilter();
}

void KeyFilter::setEnvironment(const std::optional<QUuid> &id)
{
    m_environment = id;
    invalidateFilter();
}

void KeyFilter::setStatus(const std::optional<int> &status)
{
    m_status = status;
    invalidateFilter();
}

void KeyFilter::clear()
{
    m_words.clear();
    m_provider.clear();
    m_environment.reset();
    m_status.reset();
    invalidateFilter();
}

bool KeyFilter::isFiltering() const
{
    return !m_words.isEmpty() || !m_provider.isEmpty() || m_environment || m_status;
}

Qt::ItemFlags KeyFilter::flags(const QModelIndex &index) const
{
    const Qt::ItemFlags own = QSortFilterProxyModel::flags(index);
    return index.column() == KeysModel::Name ? own | Qt::ItemIsEditable : own;
}

bool KeyFilter::setData(const QModelIndex &index, const QVariant &value, int role)
{
    if (role != Qt::EditRole || index.column() != KeysModel::Name)
        return false;
    if (value.toString() != index.data(Qt::DisplayRole).toString())
        Q_EMIT renamed(index.data(KeysModel::IdRole).toUuid(), value.toString());
    return true;
}

bool KeyFilter::filterAcceptsRow(int row, const QModelIndex &parent) const
{
    const QModelIndex index = sourceModel()->index(row, 0, parent);
    if (!m_provider.isEmpty() && index.data(KeysModel::ProviderIdRole).toString() != m_provider)
        return false;
    if (m_status && index.data(KeysModel::StatusRole).toInt() != *m_status)
        return false;
    if (m_environment
        && !index.data(KeysModel::EnvironmentIdsRole).toStringList().contains(m_environment->toString(QUuid::WithoutBraces)))
        return false;
    if (m_words.isEmpty())
        return true;
    const QString text = index.data(KeysModel::SearchRole).toString();
    return std::all_of(m_words.begin(), m_words.end(),
                       [&text](const QString &word) { return text.contains(word, Qt::CaseInsensitive); });
}

} // namespace keydesk
