#include "ui/keys/KeyFilter.h"

#include "app/models/KeysModel.h"

#include <algorithm>
#include <numeric>

namespace keydesk {

namespace {

bool hasStatus(const QModelIndex &index, int status)
{
    return status == KeysModel::DueStatus ? index.data(KeysModel::DueRole).toBool() : index.data(KeysModel::StatusRole).toInt() == status;
}

/// True if it is one of those that say which rows are shown, and where.
bool decides(int role)
{
    switch (role) {
    case KeysModel::SortRole:
    case KeysModel::ProviderIdRole:
    case KeysModel::EnvironmentIdsRole:
    case KeysModel::StatusRole:
    case KeysModel::DueRole:
    case KeysModel::SearchRole:
        return true;
    default:
        return false;
    }
}

/// As QString::toCaseFolded, at a fraction of its cost for what names and hints are made of.
QString folded(QString text)
{
    constexpr char16_t bullet = u'•';
    if (!std::all_of(text.cbegin(), text.cend(), [](QChar c) { return c < QChar(128) || c == bullet; }))
        return std::move(text).toCaseFolded();
    for (QChar &c : text) {
        if (c >= u'A' && c <= u'Z')
            c = QChar(c.unicode() + (u'a' - u'A'));
    }
    return text;
}

} // namespace

KeyFilter::KeyFilter(QObject *parent)
    : QAbstractProxyModel(parent)
{
    m_collator.setCaseSensitivity(Qt::CaseInsensitive);
    m_collator.setNumericMode(true);
}

void KeyFilter::setSourceModel(QAbstractItemModel *model)
{
    beginResetModel();
    if (sourceModel())
        sourceModel()->disconnect(this);
    QAbstractProxyModel::setSourceModel(model);
    connect(model, &QAbstractItemModel::modelAboutToBeReset, this, [this] { beginResetModel(); });
    connect(model, &QAbstractItemModel::modelReset, this, [this] {
        sourceReset();
        endResetModel();
    });
    connect(model, &QAbstractItemModel::rowsInserted, this,
            [this](const QModelIndex &, int first, int last) { sourceInserted(first, last); });
    connect(model, &QAbstractItemModel::rowsAboutToBeRemoved, this,
            [this](const QModelIndex &, int first, int last) { sourceAboutToRemove(first, last); });
    connect(model, &QAbstractItemModel::rowsRemoved, this,
            [this](const QModelIndex &, int first, int last) { sourceRemoved(first, last); });
    connect(model, &QAbstractItemModel::dataChanged, this, &KeyFilter::sourceChanged);
    sourceReset();
    endResetModel();
}

// --- What is shown

void KeyFilter::setSearch(const QString &text)
{
    m_words = text.simplified().toCaseFolded().split(u' ', Qt::SkipEmptyParts);
    choose();
}

void KeyFilter::setProvider(const QString &id)
{
    m_provider = id;
    choose();
}

void KeyFilter::setEnvironment(const std::optional<QUuid> &id)
{
    m_environment = id;
    choose();
}

void KeyFilter::setStatus(const std::optional<int> &status)
{
    m_status = status;
    choose();
}

void KeyFilter::clear()
{
    m_words.clear();
    m_provider.clear();
    m_environment.reset();
    m_status.reset();
    choose();
}

bool KeyFilter::isFiltering() const
{
    return !m_words.isEmpty() || !m_provider.isEmpty() || m_environment || m_status;
}

bool KeyFilter::accepts(int row) const
{
    const QModelIndex index = sourceModel()->index(row, 0);
    if (!m_provider.isEmpty() && index.data(KeysModel::ProviderIdRole).toString() != m_provider)
        return false;
    if (m_status && !hasStatus(index, *m_status))
        return false;
    if (m_environment
        && !index.data(KeysModel::EnvironmentIdsRole).toStringList().contains(m_environment->toString(QUuid::WithoutBraces)))
        return false;
    if (m_words.isEmpty())
        return true;
    QString &text = m_known[static_cast<std::size_t>(row)].search;
    if (text.isNull())
        text = folded(index.data(KeysModel::SearchRole).toString());
    return std::all_of(m_words.begin(), m_words.end(), [&text](const QString &word) { return text.contains(word); });
}

QList<int> KeyFilter::accepted() const
{
    if (!isFiltering())
        return m_order;
    QList<int> rows;
    std::copy_if(m_order.begin(), m_order.end(), std::back_inserter(rows), [this](int row) { return accepts(row); });
    return rows;
}

void KeyFilter::choose()
{
    if (sourceModel())
        show(accepted());
}

/// The rows that are shown from now on.
void KeyFilter::show(const QList<int> &rows)
{
    if (rows == m_rows)
        return;
    beginResetModel();
    m_rows = rows;
    renumber();
    endResetModel();
}

void KeyFilter::renumber()
{
    m_places.fill(-1, static_cast<qsizetype>(m_known.size()));
    for (int place = 0; place < m_rows.size(); ++place)
        m_places[m_rows.at(place)] = place;
}

// --- In which order

void KeyFilter::sort(int column, Qt::SortOrder order)
{
    if (column != m_column) {
        for (Row &row : m_known)
            row.hasKey = false;
    }
    m_column = column;
    m_direction = order;
    if (!sourceModel())
        return;
    orderAll();
    choose();
}

void KeyFilter::orderAll()
{
    m_order.resize(static_cast<qsizetype>(m_known.size()));
    std::iota(m_order.begin(), m_order.end(), 0);
    if (m_column >= 0)
        std::sort(m_order.begin(), m_order.end(), [this](int one, int other) { return comesBefore(one, other); });
}

const KeyFilter::Row &KeyFilter::keyed(int row) const
{
    Row &known = m_known[static_cast<std::size_t>(row)];
    if (known.hasKey)
        return known;
    const QVariant value = sourceModel()->index(row, m_column).data(KeysModel::SortRole);
    const bool isText = value.typeId() == QMetaType::QString;
    known.text = isText ? std::optional(m_collator.sortKey(value.toString())) : std::nullopt;
    known.number = isText ? 0 : value.toLongLong();
    known.hasKey = true;
    return known;
}

bool KeyFilter::comesBefore(int one, int other) const
{
    if (m_column < 0)
        return one < other;
    const Row &first = keyed(one);
    const Row &second = keyed(other);
    const int order = first.text && second.text      ? first.text->compare(*second.text)
                      : first.number < second.number ? -1
                                                     : int(first.number > second.number);
    if (order == 0)
        return one < other;
    return m_direction == Qt::AscendingOrder ? order < 0 : order > 0;
}

// --- What the source does

void KeyFilter::sourceReset()
{
    m_known.assign(static_cast<std::size_t>(sourceModel()->rowCount()), Row());
    orderAll();
    m_rows = accepted();
    renumber();
}

void KeyFilter::sourceInserted(int first, int last)
{
    const int count = last - first + 1;
    for (QList<int> *rows : {&m_order, &m_rows}) {
        for (int &row : *rows)
            row += row >= first ? count : 0;
    }
    m_known.insert(m_known.begin() + first, static_cast<std::size_t>(count), Row());
    for (int row = first; row <= last; ++row) {
        const auto less = [this](int one, int other) { return comesBefore(one, other); };
        m_order.insert(std::lower_bound(m_order.begin(), m_order.end(), row, less), row);
        if (!accepts(row))
            continue;
        const auto place = std::lower_bound(m_rows.begin(), m_rows.end(), row, less);
        const int position = static_cast<int>(place - m_rows.begin());
        beginInsertRows({}, position, position);
        m_rows.insert(position, row);
        renumber();
        endInsertRows();
    }
    renumber();
}

void KeyFilter::sourceAboutToRemove(int first, int last)
{
    for (int row = first; row <= last; ++row) {
        const int place = m_places.at(row);
        if (place < 0)
            continue;
        beginRemoveRows({}, place, place);
        m_rows.removeAt(place);
        renumber();
        endRemoveRows();
    }
}

void KeyFilter::sourceRemoved(int first, int last)
{
    const int count = last - first + 1;
    m_order.removeIf([first, last](int row) { return row >= first && row <= last; });
    for (QList<int> *rows : {&m_order, &m_rows}) {
        for (int &row : *rows)
            row -= row > last ? count : 0;
    }
    m_known.erase(m_known.begin() + first, m_known.begin() + last + 1);
    renumber();
}

void KeyFilter::sourceChanged(const QModelIndex &first, const QModelIndex &last, const QList<int> &roles)
{
    if (roles.isEmpty() || std::any_of(roles.begin(), roles.end(), decides)) {
        const bool ordersAnew = m_column >= first.column() && m_column <= last.column();
        for (int row = first.row(); row <= last.row(); ++row) {
            Row &known = m_known[static_cast<std::size_t>(row)];
            known.search = QString();
            known.hasKey = known.hasKey && !ordersAnew;
        }
        if (first.row() == last.row()) {
            placeAgain(first.row());
        } else {
            if (ordersAnew)
                orderAll();
            choose();
        }
    }
    if (m_rows.isEmpty())
        return;
    const int only = first.row() == last.row() ? m_places.at(first.row()) : -1;
    if (first.row() != last.row())
        Q_EMIT dataChanged(index(0, first.column()), index(static_cast<int>(m_rows.size()) - 1, last.column()), roles);
    else if (only >= 0)
        Q_EMIT dataChanged(index(only, first.column()), index(only, last.column()), roles);
}

/// One row that changed: it comes, goes, or moves.
void KeyFilter::placeAgain(int row)
{
    const auto less = [this](int one, int other) { return comesBefore(one, other); };
    m_order.removeOne(row);
    m_order.insert(std::lower_bound(m_order.begin(), m_order.end(), row, less), row);

    const int before = m_places.at(row);
    QList<int> others = m_rows;
    if (before >= 0)
        others.removeAt(before);
    const int after = accepts(row) ? static_cast<int>(std::lower_bound(others.begin(), others.end(), row, less) - others.begin()) : -1;
    if (before == after)
        return;
    if (after >= 0)
        others.insert(after, row);
    if (before < 0)
        beginInsertRows({}, after, after);
    else if (after < 0)
        beginRemoveRows({}, before, before);
    else
        beginMoveRows({}, before, before, {}, after > before ? after + 1 : after);
    m_rows = others;
    renumber();
    if (before < 0)
        endInsertRows();
    else if (after < 0)
        endRemoveRows();
    else
        endMoveRows();
}

// --- The table

QModelIndex KeyFilter::index(int row, int column, const QModelIndex &parent) const
{
    return hasIndex(row, column, parent) ? createIndex(row, column) : QModelIndex();
}

QModelIndex KeyFilter::parent(const QModelIndex &) const
{
    return {};
}

int KeyFilter::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int KeyFilter::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() || !sourceModel() ? 0 : sourceModel()->columnCount();
}

QVariant KeyFilter::headerData(int section, Qt::Orientation orientation, int role) const
{
    // The base asks by the first row, which an empty table does not have.
    return sourceModel() && orientation == Qt::Horizontal ? sourceModel()->headerData(section, orientation, role) : QVariant();
}

QModelIndex KeyFilter::mapToSource(const QModelIndex &index) const
{
    return index.isValid() && index.row() < m_rows.size() ? sourceModel()->index(m_rows.at(index.row()), index.column()) : QModelIndex();
}

QModelIndex KeyFilter::mapFromSource(const QModelIndex &index) const
{
    const int place = index.isValid() && index.row() < m_places.size() ? m_places.at(index.row()) : -1;
    return place < 0 ? QModelIndex() : createIndex(place, index.column());
}

Qt::ItemFlags KeyFilter::flags(const QModelIndex &index) const
{
    const Qt::ItemFlags own = QAbstractProxyModel::flags(index);
    return index.column() == KeysModel::Name ? own | Qt::ItemIsEditable : own;
}

bool KeyFilter::setData(const QModelIndex &index, const QVariant &value, int role)
{
    if (role != Qt::EditRole || index.column() != KeysModel::Name)
        return false;
    if (value.toString() != index.data(Qt::DisplayRole).toString())
        Q_EMIT renamed(index.data(KeysModel::IdRole).toUuid(), value.toString());
    return true;
}

} // namespace keydesk
