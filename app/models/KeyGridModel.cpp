#include "app/models/KeyGridModel.h"

#include "app/environments/EnvironmentStore.h"
#include "app/keys/KeyRing.h"
#include "app/models/KeysModel.h"
#include "app/providers/ProviderCatalog.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

QString columnNameOf(const TokenKind &kind)
{
    return kind.shortName.isEmpty() ? kind.name : kind.shortName;
}

} // namespace

KeyGridModel::KeyGridModel(const KeyStore &keys, const EnvironmentStore &environments, const ProviderCatalog &providers,
                           const KeyRing &ring, QObject *parent)
    : QAbstractTableModel(parent)
    , m_keys(keys)
    , m_environments(environments)
    , m_providers(providers)
    , m_ring(ring)
{
    for (const auto change : {&EnvironmentStore::added, &EnvironmentStore::removed, &EnvironmentStore::changed})
        connect(&environments, change, this, &KeyGridModel::rebuild);
    connect(&environments, &EnvironmentStore::moved, this, &KeyGridModel::rebuild);
    connect(&environments, &EnvironmentStore::reset, this, &KeyGridModel::rebuild);
    for (const auto change : {&KeyStore::added, &KeyStore::removed, &KeyStore::changed})
        connect(&keys, change, this, &KeyGridModel::refresh);
    connect(&keys, &KeyStore::reset, this, &KeyGridModel::refresh);
    connect(&ring, &KeyRing::placeChanged, this, &KeyGridModel::refresh);
    m_minute.setInterval(std::chrono::minutes(1));
    connect(&m_minute, &QTimer::timeout, this, &KeyGridModel::refresh);
    m_minute.start();
    rebuild();
}

/// Environments are few. A change that leaves rows and columns as they are keeps the view's place.
void KeyGridModel::rebuild()
{
    QList<Row> rows;
    QStringList kinds;
    for (const Environment &environment : m_environments.all()) {
        rows.append({environment, {}});
        for (const Identity &identity : environment.identities)
            rows.append({environment, identity.name});
        const Provider *provider = m_providers.find(environment.providerId);
        if (!provider)
            continue;
        for (const TokenKind &kind : provider->kinds) {
            if (kind.storable && !kinds.contains(columnNameOf(kind)))
                kinds.append(columnNameOf(kind));
        }
    }
    const bool sameShape = kinds == m_kinds && std::ranges::equal(rows, m_rows, [](const Row &one, const Row &other) {
                               return one.environment.id == other.environment.id && one.identity == other.identity;
                           });
    if (sameShape) {
        m_rows = rows;
        refresh();
        Q_EMIT headerDataChanged(Qt::Vertical, 0, static_cast<int>(m_rows.size()) - 1);
        return;
    }
    beginResetModel();
    m_rows = rows;
    m_kinds = kinds;
    endResetModel();
}

void KeyGridModel::refresh()
{
    if (!m_rows.isEmpty() && !m_kinds.isEmpty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
}

int KeyGridModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int KeyGridModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_kinds.size());
}

int KeyGridModel::gaps() const
{
    int found = 0;
    for (const Row &row : m_rows) {
        for (int column = 0; column < m_kinds.size(); ++column)
            found += cellAt(row, kindIdAt(row, column)) == Cell::Gap ? 1 : 0;
    }
    return found;
}

/// The provider's kind that goes into this column; empty if it has none.
QString KeyGridModel::kindIdAt(const Row &row, int column) const
{
    const Provider *provider = m_providers.find(row.environment.providerId);
    if (!provider)
        return {};
    const auto kind = std::ranges::find_if(provider->kinds, [&](const TokenKind &each) {
        return each.storable && columnNameOf(each) == m_kinds.at(column);
    });
    return kind == provider->kinds.end() ? QString() : kind->id;
}

KeyGridModel::Cell KeyGridModel::cellAt(const Row &row, const QString &kindId) const
{
    if (kindId.isEmpty())
        return Cell::Nothing;
    const bool ofDefault = m_keys.find(row.environment.keys.value(kindId)).has_value();
    if (row.identity.isEmpty())
        return ofDefault ? Cell::Key : Cell::Gap;
    const auto identity = std::ranges::find(row.environment.identities, row.identity, &Identity::name);
    if (identity != row.environment.identities.end() && m_keys.find(identity->keys.value(kindId)))
        return Cell::Key;
    return ofDefault ? Cell::Inherited : Cell::Gap;
}

std::optional<ApiKey> KeyGridModel::keyAt(const Row &row, const QString &kindId) const
{
    const std::optional<QUuid> id = row.environment.keyOf(kindId, row.identity);
    return id ? m_keys.find(*id) : std::nullopt;
}

QString KeyGridModel::detailOf(const ApiKey &key) const
{
    const QDateTime now = QDateTime::currentDateTimeUtc();
    QStringList parts{tr("made %1").arg(relativeTime(key.createdAt, now))};
    if (key.expiresAt.isValid())
        parts << (key.expiresAt <= now ? tr("expired %1").arg(relativeTime(key.expiresAt, now))
                                       : tr("expires %1").arg(expiryTime(key.expiresAt, now)));
    parts << (key.lastCheckedAt.isValid() ? tr("checked %1").arg(relativeTime(key.lastCheckedAt, now)) : tr("not checked yet"));
    return parts.join(u" · "_s);
}

QString KeyGridModel::textOf(const Row &row, const QString &kindId) const
{
    switch (cellAt(row, kindId)) {
    case Cell::Nothing:
        return {};
    case Cell::Gap:
        return tr("No key");
    case Cell::Inherited:
        return tr("as default");
    case Cell::Key:
        break;
    }
    const std::optional<ApiKey> key = keyAt(row, kindId);
    return key ? key->name : QString();
}

/// A cell as one sentence: a screen reader has no second line and no chip.
QString KeyGridModel::spoken(const Row &row, const QString &kindId) const
{
    const std::optional<ApiKey> key = keyAt(row, kindId);
    switch (cellAt(row, kindId)) {
    case Cell::Nothing:
        return tr("does not apply");
    case Cell::Gap:
        return tr("no key");
    case Cell::Inherited:
        return tr("uses the default key, %1").arg(key ? key->name : QString());
    case Cell::Key:
        break;
    }
    return key ? tr("%1, %2, %3").arg(key->name, keyStatusWord(shownStatus(*key, m_ring)), detailOf(*key)) : QString();
}

QVariant KeyGridModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Row &row = m_rows.at(index.row());
    const QString kindId = kindIdAt(row, index.column());
    const std::optional<ApiKey> key = keyAt(row, kindId);
    switch (role) {
    case Qt::DisplayRole:
        return textOf(row, kindId);
    case Qt::AccessibleTextRole:
        return spoken(row, kindId);
    case Qt::ToolTipRole:
        return key ? detailOf(*key) : QString();
    case CellRole:
        return static_cast<int>(cellAt(row, kindId));
    case KeyIdRole:
        return key ? key->id : QUuid();
    case EnvironmentIdRole:
        return row.environment.id;
    case IdentityRole:
        return row.identity;
    case KindIdRole:
        return kindId;
    case StatusRole:
        return key ? QVariant(shownStatus(*key, m_ring)) : QVariant();
    case DetailRole:
        return key ? detailOf(*key) : QString();
    case ColourRole:
        return row.environment.colour;
    default:
        return {};
    }
}

QVariant KeyGridModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Horizontal)
        return role == Qt::DisplayRole && section < m_kinds.size() ? QVariant(m_kinds.at(section)) : QVariant();
    if (section >= m_rows.size())
        return {};
    const Row &row = m_rows.at(section);
    switch (role) {
    case Qt::DisplayRole:
        return row.identity.isEmpty() ? row.environment.name : tr("%1 as %2", "an environment as an identity").arg(row.environment.name, row.identity);
    case ColourRole:
        return row.environment.colour;
    case IdentityRole:
        return row.identity;
    case EnvironmentIdRole:
        return row.environment.id;
    default:
        return {};
    }
}

} // namespace keydesk
