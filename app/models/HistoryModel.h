#pragma once

#include "app/history/HistoryStore.h"

#include <QAbstractListModel>

namespace keydesk {

/// The history list, fetched a page at a time, newest first.
class HistoryModel : public QAbstractListModel
{
    Q_OBJECT

public:
    enum Role {
        IdRole = Qt::UserRole,
        MethodRole,
        StatusRole, ///< int; 0 for no answer
        UrlRole,
        TimeRole, ///< relative, as text
        EnvironmentRole,
    };

    explicit HistoryModel(HistoryStore &history, QObject *parent = nullptr);

    void setSearch(const QString &text);
    [[nodiscard]] QString search() const { return m_search; }

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    bool canFetchMore(const QModelIndex &parent) const override;
    void fetchMore(const QModelIndex &parent) override;
    /// Drops a row at once; the store is asked to delete it.
    bool removeRows(int row, int count, const QModelIndex &parent = {}) override;

Q_SIGNALS:
    void failed(const keydesk::Error &error);

private:
    void reload();

    HistoryStore &m_history;
    QString m_search;
    QList<HistoryRow> m_rows;
    bool m_complete = false;
    bool m_fetching = false;
    int m_generation = 0; // answers to an older search are dropped
};

} // namespace keydesk
