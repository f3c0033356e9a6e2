#include "app/models/NameValueModel.h"

#include "app/base/VisibleText.h"

#include <QRegularExpression>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

bool isEmpty(const NameValue &row)
{
    return row.name.isEmpty() && row.value.isEmpty();
}

} // namespace

NameValueModel::NameValueModel(QObject *parent)
    : QAbstractTableModel(parent)
{
}

QList<NameValue> NameValueModel::rows() const
{
    return m_rows;
}

void NameValueModel::setRows(const QList<NameValue> &rows)
{
    beginResetModel();
    m_rows = rows;
    while (!m_rows.isEmpty() && isEmpty(m_rows.last()))
        m_rows.removeLast();
    endResetModel();
}

void NameValueModel::replaceRows(const QList<NameValue> &rows)
{
    if (rows == m_rows)
        return;
    setRows(rows);
    Q_EMIT edited();
}

int NameValueModel::usedCount() const
{
    return static_cast<int>(std::ranges::count_if(
        m_rows, [](const NameValue &row) { return row.enabled && !row.name.isEmpty(); }));
}

void NameValueModel::setFields(const QList<DocumentedField> &fields, bool ignoreCase)
{
    const auto sensitivity = ignoreCase ? Qt::CaseInsensitive : Qt::CaseSensitive;
    if (m_fields == fields && m_fieldCase == sensitivity)
        return;
    m_fields = fields;
    m_fieldCase = sensitivity;
    if (rowCount() > 0)
        Q_EMIT dataChanged(index(0, Name), index(rowCount() - 1, Value));
}

const DocumentedField *NameValueModel::fieldOf(const NameValue &row) const
{
    const QString name = row.name.trimmed();
    const auto found = std::ranges::find_if(
        m_fields, [&](const DocumentedField &field) { return field.name.compare(name, m_fieldCase) == 0; });
    return name.isEmpty() || found == m_fields.cend() ? nullptr : &*found;
}

QString NameValueModel::description(const NameValue &row, int column) const
{
    QStringList parts;
    if (m_words)
        parts.append(column == Name ? m_words(row.name, {}) : m_words(row.value, row.name));
    if (const DocumentedField *field = fieldOf(row))
        parts.append(fieldText(*field));
    parts.removeAll(QString());
    return parts.join(u'\n');
}

void NameValueModel::append(const QList<NameValue> &rows)
{
    QList<NameValue> filled = rows;
    filled.removeIf(isEmpty);
    if (filled.isEmpty())
        return;
    const int first = static_cast<int>(m_rows.size());
    beginInsertRows({}, first, first + static_cast<int>(filled.size()) - 1);
    m_rows.append(filled);
    endInsertRows();
    Q_EMIT edited();
}

QList<NameValue> NameValueModel::fromText(const QString &text)
{
    static const QRegularExpression lineEnd(u"\\r\\n|\\r|\\n"_s);
    // From the second character on: ":authority" is a name too.
    static const QRegularExpression separator(u"[:=\\t]"_s);
    QList<NameValue> rows;
    const QStringList lines = text.split(lineEnd);
    for (const QString &each : lines) {
        QString line = each.trimmed();
        const bool enabled = !line.startsWith("//"_L1);
        if (!enabled)
            line = line.mid(2).trimmed();
        if (line.isEmpty())
            continue;
        const qsizetype at = line.indexOf(separator, 1);
        rows.append(at < 0 ? NameValue{line, {}, enabled}
                           : NameValue{line.left(at).trimmed(), line.mid(at + 1).trimmed(), enabled});
    }
    return rows;
}

int NameValueModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size()) + 1;
}

int NameValueModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant NameValueModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const bool isEnd = index.row() == m_rows.size();
    const NameValue row = isEnd ? NameValue() : m_rows.at(index.row());
    switch (role) {
    case Qt::DisplayRole:
    case Qt::EditRole:
        return index.column() == Name ? row.name : row.value;
    case Qt::CheckStateRole:
        return index.column() == Name && !isEnd ? QVariant(row.enabled ? Qt::Checked : Qt::Unchecked)
                                                : QVariant();
    case RequiredRole: {
        const DocumentedField *field = index.column() == Name ? fieldOf(row) : nullptr;
        return field && field->need == DocumentedField::Need::Required ? QVariant(true) : QVariant();
    }
    case AllowedRole: {
        const DocumentedField *field = index.column() == Value ? fieldOf(row) : nullptr;
        return field && !field->values.isEmpty() ? QVariant(field->values) : QVariant();
    }
    case Qt::ToolTipRole:
        return plainTip(description(row, index.column()));
    case Qt::AccessibleDescriptionRole:
        return description(row, index.column());
    case Qt::AccessibleTextRole: {
        const DocumentedField *field = index.column() == Name ? fieldOf(row) : nullptr;
        return field && field->need == DocumentedField::Need::Required
                   ? QVariant(tr("%1, required").arg(row.name))
                   : QVariant();
    }
    default:
        return {};
    }
}

bool NameValueModel::setData(const QModelIndex &index, const QVariant &value, int role)
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return false;
    const int row = index.row();
    const bool isNew = row == m_rows.size();
    NameValue next = isNew ? NameValue() : m_rows.at(row);
    if (role == Qt::CheckStateRole && index.column() == Name && !isNew)
        next.enabled = value.toInt() == Qt::Checked;
    else if (role == Qt::EditRole)
        (index.column() == Name ? next.name : next.value) = value.toString();
    else
        return false;
    if (next == (isNew ? NameValue() : m_rows.at(row)))
        return true;
    if (isNew) {
        // The row that is typed into stays where it is; the next empty one comes after it.
        beginInsertRows({}, row + 1, row + 1);
        m_rows.append(NameValue());
        endInsertRows();
    }
    m_rows[row] = next;
    Q_EMIT dataChanged(this->index(row, Name), this->index(row, Value));
    dropEmptyEnd();
    Q_EMIT edited();
    return true;
}

QVariant NameValueModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (role != Qt::DisplayRole || orientation != Qt::Horizontal)
        return QAbstractTableModel::headerData(section, orientation, role);
    return section == Name ? tr("Name") : tr("Value");
}

Qt::ItemFlags NameValueModel::flags(const QModelIndex &index) const
{
    if (!index.isValid())
        return Qt::NoItemFlags;
    Qt::ItemFlags flags =
        Qt::ItemIsSelectable | Qt::ItemIsEnabled | Qt::ItemIsEditable | Qt::ItemNeverHasChildren;
    if (index.column() == Name && index.row() < m_rows.size())
        flags |= Qt::ItemIsUserCheckable;
    return flags;
}

bool NameValueModel::removeRows(int row, int count, const QModelIndex &parent)
{
    if (parent.isValid() || row < 0 || count < 1 || row + count > m_rows.size())
        return false;
    beginRemoveRows({}, row, row + count - 1);
    m_rows.remove(row, count);
    endRemoveRows();
    dropEmptyEnd();
    Q_EMIT edited();
    return true;
}

void NameValueModel::dropEmptyEnd()
{
    // The last row, which is the empty one, goes; the emptied one before it takes its part, and an editor
    // that is open on it stays.
    while (!m_rows.isEmpty() && isEmpty(m_rows.last())) {
        const int last = static_cast<int>(m_rows.size());
        beginRemoveRows({}, last, last);
        m_rows.removeLast();
        endRemoveRows();
        Q_EMIT dataChanged(index(last - 1, Name), index(last - 1, Value));
    }
}

} // namespace keydesk
