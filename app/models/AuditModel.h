#pragma once

#include "app/keys/AuditTrail.h"

#include <QAbstractTableModel>

namespace keydesk {

class AuditLog;

/// The audit trail as a table, newest first. Reads a page at a time, as the view asks for more. No role ever
/// holds a token.
class AuditModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { When, Key, Action, What, ColumnCount };
    enum Role { IdRole = Qt::UserRole /**< qint64 */ };

    explicit AuditModel(AuditLog &log, QObject *parent = nullptr);

    /// The rows of the last filter stay until those of this one are there.
    void setFilter(const AuditFilter &filter);
    void reload();
    [[nodiscard]] bool isLoading() const { return m_asked; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    bool canFetchMore(const QModelIndex &parent) const override;
    void fetchMore(const QModelIndex &parent) override;

Q_SIGNALS:
    void loaded(); ///< a page is there
    void failed(const keydesk::Error &error);

private:
    void ask(qint64 beforeId);
    void take(const QList<AuditEntry> &page, bool first);

    AuditLog &m_log;
    AuditFilter m_filter;
    QList<AuditEntry> m_entries;
    int m_question = 0; // an answer to an earlier one is not heard
    bool m_asked = false;
    bool m_complete = false;
};

} // namespace keydesk
