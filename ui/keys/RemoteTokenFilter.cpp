#include "ui/keys/RemoteTokenFilter.h"

#include "app/models/RemoteTokensModel.h"

#include <algorithm>

namespace keydesk {

RemoteTokenFilter::RemoteTokenFilter(QObject *parent)
    : QSortFilterProxyModel(parent)
{
    setSortRole(RemoteTokensModel::SortRole);
    setSortCaseSensitivity(Qt::CaseInsensitive);
    setDynamicSortFilter(true);
}

void RemoteTokenFilter::setSearch(const QString &text)
{
    m_words = text.simplified().split(u' ', Qt::SkipEmptyParts);
    invalidateFilter();
}

void RemoteTokenFilter::setShow(Show show)
{
    m_show = show;
    invalidateFilter();
}

bool RemoteTokenFilter::filterAcceptsRow(int row, const QModelIndex &parent) const
{
    const QModelIndex index = sourceModel()->index(row, 0, parent);
    const auto standing = static_cast<Reconciled::Standing>(index.data(RemoteTokensModel::StandingRole).toInt());
    const bool shown = m_show == Everything
                       || (m_show == Matched && standing == Reconciled::Standing::Matched)
                       || (m_show == OnlyThere && standing == Reconciled::Standing::OnlyThere)
                       || (m_show == GoneThere && standing == Reconciled::Standing::Gone)
                       || (m_show == NotLinked && standing == Reconciled::Standing::Unlinked);
    if (!shown || m_words.isEmpty())
        return shown;
    const QString text = index.data(RemoteTokensModel::SearchRole).toString();
    return std::all_of(m_words.begin(), m_words.end(),
                       [&text](const QString &word) { return text.contains(word, Qt::CaseInsensitive); });
}

} // namespace keydesk
