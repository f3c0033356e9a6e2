#pragma once

#include "app/environments/Environment.h"
#include "app/keys/ApiKey.h"

#include <QAbstractTableModel>
#include <QTimer>

#include <optional>

namespace keydesk {

class EnvironmentStore;
class KeyStore;
class ProviderCatalog;
class KeyRing;

/// Environments × kinds of key: a row an environment, and one for each further identity of it; a column a kind, of the same name for all
/// providers ("API key"). A cell is a key, a gap (a key could be there and is not), or nothing (the provider has no such kind). No role
/// ever holds a token.
class KeyGridModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum class Cell { Nothing, Gap, Inherited, Key };
    enum Role {
        CellRole = Qt::UserRole, ///< int of Cell; Inherited: an identity without a key of its own uses the default one's
        KeyIdRole,               ///< QUuid; null for a gap
        EnvironmentIdRole,
        IdentityRole, ///< empty: the default one
        KindIdRole,
        StatusRole, ///< as KeysModel::StatusRole
        DetailRole, ///< "made 3 days ago · expires in 9 days · checked 2 min ago"
        ColourRole, ///< the environment's
    };

    KeyGridModel(const KeyStore &keys, const EnvironmentStore &environments, const ProviderCatalog &providers, const KeyRing &ring,
                 QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    [[nodiscard]] int gaps() const;

private:
    struct Row
    {
        Environment environment;
        QString identity;
    };

    void rebuild();
    void refresh();
    [[nodiscard]] QString kindIdAt(const Row &row, int column) const;
    [[nodiscard]] Cell cellAt(const Row &row, const QString &kindId) const;
    [[nodiscard]] std::optional<ApiKey> keyAt(const Row &row, const QString &kindId) const;
    [[nodiscard]] QString detailOf(const ApiKey &key) const;
    [[nodiscard]] QString textOf(const Row &row, const QString &kindId) const;
    [[nodiscard]] QString spoken(const Row &row, const QString &kindId) const;

    const KeyStore &m_keys;
    const EnvironmentStore &m_environments;
    const ProviderCatalog &m_providers;
    const KeyRing &m_ring;
    QList<Row> m_rows;
    QStringList m_kinds; // the columns, by name
    QTimer m_minute;     // relative times grow old
};

} // namespace keydesk
