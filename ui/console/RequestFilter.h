#pragma once

#include "app/models/RequestsModel.h"

#include <QSortFilterProxyModel>

namespace keydesk {

/// The calls that have all words of a search, below the providers and groups that they are in; and all calls
/// of those that have them themselves.
class RequestFilter : public QSortFilterProxyModel
{
public:
    explicit RequestFilter(RequestsModel &requests, QObject *parent = nullptr)
        : QSortFilterProxyModel(parent)
        , m_requests(requests)
    {
        setSourceModel(&requests);
        setRecursiveFilteringEnabled(true);
        setAutoAcceptChildRows(true);
    }

    void setSearch(const QString &text)
    {
        m_words = text.split(u' ', Qt::SkipEmptyParts);
        invalidateFilter();
    }
    [[nodiscard]] bool isSearching() const { return !m_words.isEmpty(); }

protected:
    bool filterAcceptsRow(int row, const QModelIndex &parent) const override
    {
        return m_words.isEmpty() || m_requests.matches(m_requests.index(row, 0, parent), m_words);
    }

private:
    RequestsModel &m_requests;
    QStringList m_words;
};

} // namespace keydesk
