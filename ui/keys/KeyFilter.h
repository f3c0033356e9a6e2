#pragma once

#include <QSortFilterProxyModel>
#include <QUuid>

#include <optional>

namespace keydesk {

/// The keys that match the search and the filters, sortable. Lets a key's name be edited in place: `renamed` carries what was typed.
class KeyFilter : public QSortFilterProxyModel
{
    Q_OBJECT

public:
    explicit KeyFilter(QObject *parent = nullptr);

    /// Every word must occur, in any case, in what KeysModel::SearchRole holds.
    void setSearch(const QString &text);
    void setProvider(const QString &id);                      ///< empty: any
    void setEnvironment(const std::optional<QUuid> &id);      ///< nothing: any
    void setStatus(const std::optional<int> &status);         ///< nothing: any
    void clear();
    [[nodiscard]] bool isFiltering() const;

    Qt::ItemFlags flags(const QModelIndex &index) const override;
    bool setData(const QModelIndex &index, const QVariant &value, int role) override;

Q_SIGNALS:
    void renamed(const QUuid &id, const QString &name);

protected:
    bool filterAcceptsRow(int row, const QModelIndex &parent) const override;

private:
    QStringList m_words;
    QString m_provider;
    std::optional<QUuid> m_environment;
    std::optional<int> m_status;
};

} // namespace keydesk
