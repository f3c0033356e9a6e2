#pragma once

#include <QAbstractProxyModel>
#include <QCollator>
#include <QUuid>

#include <optional>
#include <vector>

namespace keydesk {

/// The keys that match the search and the filters, sorted. Lets a key's name be edited in place: `renamed` carries what was typed.
///
/// Made for tens of thousands of keys: what is searched and what is compared is asked of each row once and kept, all rows stay in order so
/// that a keystroke only chooses among them, and another choice is one reset (QSortFilterProxyModel tells its views of each gap).
class KeyFilter : public QAbstractProxyModel
{
    Q_OBJECT

public:
    explicit KeyFilter(QObject *parent = nullptr);

    /// Every word must occur, in any case, in what KeysModel::SearchRole holds.
    void setSearch(const QString &text);
    void setProvider(const QString &id);                      ///< empty: any
    void setEnvironment(const std::optional<QUuid> &id);      ///< nothing: any
    /// A value of KeysModel::StatusRole; nothing: any. KeysModel::DueStatus: all that are due, whatever else is said of them.
    void setStatus(const std::optional<int> &status);
    void clear();
    [[nodiscard]] bool isFiltering() const;

    void setSourceModel(QAbstractItemModel *model) override;
    QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    QModelIndex parent(const QModelIndex &child) const override;
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    QModelIndex mapToSource(const QModelIndex &index) const override;
    QModelIndex mapFromSource(const QModelIndex &index) const override;
    /// By KeysModel::SortRole, texts as the user's language orders them. Equals stand as they were made.
    void sort(int column, Qt::SortOrder order) override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;
    bool setData(const QModelIndex &index, const QVariant &value, int role) override;

Q_SIGNALS:
    void renamed(const QUuid &id, const QString &name);

private:
    /// What is known of a row of the source; nothing until it is needed.
    struct Row
    {
        QString search;
        qint64 number = 0;
        std::optional<QCollatorSortKey> text;
        bool hasKey = false;
    };

    void sourceReset();
    void sourceInserted(int first, int last);
    void sourceAboutToRemove(int first, int last);
    void sourceRemoved(int first, int last);
    void sourceChanged(const QModelIndex &first, const QModelIndex &last, const QList<int> &roles);
    void placeAgain(int row);

    void choose();
    void orderAll();
    [[nodiscard]] QList<int> accepted() const;
    void show(const QList<int> &rows);
    void renumber();
    [[nodiscard]] bool accepts(int row) const;
    [[nodiscard]] bool comesBefore(int one, int other) const;
    [[nodiscard]] const Row &keyed(int row) const;

    QStringList m_words; // case folded
    QString m_provider;
    std::optional<QUuid> m_environment;
    std::optional<int> m_status;

    int m_column = -1; // the order of the source
    Qt::SortOrder m_direction = Qt::AscendingOrder;
    QCollator m_collator;
    mutable std::vector<Row> m_known;
    QList<int> m_order;  // all rows of the source, sorted
    QList<int> m_rows;   // of the source, in order: those that are shown
    QList<int> m_places; // of each row of the source in `m_rows`, or -1
};

} // namespace keydesk
