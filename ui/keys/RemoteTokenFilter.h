#pragma once

#include <QSortFilterProxyModel>
#include <QStringList>

namespace keydesk {

/// The search and the filter over a RemoteTokensModel.
class RemoteTokenFilter : public QSortFilterProxyModel
{
    Q_OBJECT

public:
    enum Show { Everything, Matched, OnlyThere, GoneThere, NotLinked };

    explicit RemoteTokenFilter(QObject *parent = nullptr);

    void setSearch(const QString &text);
    void setShow(Show show);
    [[nodiscard]] bool isFiltering() const { return !m_words.isEmpty() || m_show != Everything; }

protected:
    bool filterAcceptsRow(int row, const QModelIndex &parent) const override;

private:
    QStringList m_words;
    Show m_show = Everything;
};

} // namespace keydesk
