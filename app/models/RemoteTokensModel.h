#pragma once

#include "app/keys/RemoteTokenService.h"

#include <QAbstractTableModel>
#include <QTimer>

namespace keydesk {

/// A provider's list and the keys here, side by side, as a table. No role ever holds a token. Sort by SortRole.
class RemoteTokensModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Name, Id, Abilities, Created, LastUsed, Expires, State, Here, ColumnCount };
    enum Role {
        SortRole = Qt::UserRole,
        StandingRole, ///< int of Reconciled::Standing
        StateRole,    ///< int of RemoteToken::State; -1: the provider does not list it
        SearchRole,   ///< all that a search looks at, in one string
    };

    explicit RemoteTokensModel(const RemoteTokenService &service, QObject *parent = nullptr);

    /// Nothing: no rows.
    void setSource(const std::optional<RemoteSource> &source);
    /// Compares anew.
    void reload();
    [[nodiscard]] const Reconciled &at(int row) const { return m_rows.at(row); }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    [[nodiscard]] QString text(const Reconciled &row, int column) const;
    [[nodiscard]] QVariant sortValue(const Reconciled &row, int column) const;
    [[nodiscard]] QString likely(const Reconciled &row) const;

    const RemoteTokenService &m_service;
    std::optional<RemoteSource> m_source;
    QList<Reconciled> m_rows;
    QHash<QUuid, QString> m_keyNames;
    QHash<QString, QString> m_tokenNames;
    QTimer m_minute; // relative times grow old
};

/// The name of a row: the provider's, else the key's; never empty.
QString nameOf(const Reconciled &row);
/// "Active", "Switched off", "Expired", "Revoked": the word for a token's state.
QString remoteStateWord(RemoteToken::State state);

} // namespace keydesk
