#include "app/models/PartsModel.h"

#include "app/base/VisibleText.h"

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

bool isEmpty(const RequestPart &part)
{
    RequestPart enabled = part;
    enabled.enabled = true;
    return enabled == RequestPart();
}

QString tip(const RequestPart &part)
{
    QStringList lines;
    if (!part.file.isEmpty())
        lines.append(PartsModel::tr("The content of the file %1").arg(part.file));
    if (!part.fileName.isEmpty())
        lines.append(PartsModel::tr("The server is told the name “%1”.").arg(part.fileName));
    for (const NameValue &header : part.headers) {
        if (header.enabled)
            lines.append(header.name + u": "_s + header.value);
    }
    return lines.join(u'\n');
}

QString joined(QStringList lines)
{
    lines.removeAll(QString());
    return lines.join(u'\n');
}

} // namespace

PartsModel::PartsModel(QObject *parent)
    : QAbstractTableModel(parent)
{
}

void PartsModel::setParts(const QList<RequestPart> &parts)
{
    beginResetModel();
    m_parts = parts;
    while (!m_parts.isEmpty() && isEmpty(m_parts.last()))
        m_parts.removeLast();
    endResetModel();
}

void PartsModel::setFile(int row, const QString &path)
{
    if (row < 0 || row > m_parts.size())
        return;
    RequestPart part = partAt(row);
    part.file = path;
    if (part.name.isEmpty())
        part.name = u"file"_s;
    replace(row, part);
}

int PartsModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_parts.size()) + 1;
}

int PartsModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant PartsModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const RequestPart part = partAt(index.row());
    switch (role) {
    case Qt::DisplayRole:
    case Qt::EditRole:
        if (index.column() == Name)
            return part.name;
        if (index.column() == ContentType)
            return part.contentType;
        return part.file.isEmpty() ? part.value : part.file;
    case Qt::CheckStateRole:
        return index.column() == Name && index.row() < m_parts.size()
                   ? QVariant(part.enabled ? Qt::Checked : Qt::Unchecked)
                   : QVariant();
    case Qt::ToolTipRole:
        return plainTip(joined({wordsOf(index), tip(part)}));
    case Qt::AccessibleDescriptionRole:
        return joined({wordsOf(index), index.column() == Value && !part.file.isEmpty() ? tr("A file") : QString()});
    case FileRole:
        return part.file;
    default:
        return {};
    }
}

QString PartsModel::wordsOf(const QModelIndex &index) const
{
    const QString name = index.column() == Name ? QString() : partAt(index.row()).name;
    return m_words ? m_words(data(index, Qt::EditRole).toString(), name) : QString();
}

bool PartsModel::setData(const QModelIndex &index, const QVariant &value, int role)
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return false;
    RequestPart part = partAt(index.row());
    if (role == Qt::CheckStateRole && index.column() == Name && index.row() < m_parts.size())
        part.enabled = value.toInt() == Qt::Checked;
    else if (role != Qt::EditRole)
        return false;
    else if (index.column() == Name)
        part.name = value.toString();
    else if (index.column() == ContentType)
        part.contentType = value.toString();
    else
        (part.file.isEmpty() ? part.value : part.file) = value.toString();
    replace(index.row(), part);
    return true;
}

void PartsModel::replace(int row, const RequestPart &part)
{
    if (part == partAt(row))
        return;
    if (row == m_parts.size()) {
        // The row that is typed into stays where it is; the next empty one comes after it.
        beginInsertRows({}, row + 1, row + 1);
        m_parts.append(RequestPart());
        endInsertRows();
    }
    m_parts[row] = part;
    Q_EMIT dataChanged(index(row, Name), index(row, ContentType));
    dropEmptyEnd();
    Q_EMIT edited();
}

QVariant PartsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (role != Qt::DisplayRole || orientation != Qt::Horizontal)
        return QAbstractTableModel::headerData(section, orientation, role);
    return section == Name ? tr("Name") : section == Value ? tr("Value or file") : tr("Content type");
}

Qt::ItemFlags PartsModel::flags(const QModelIndex &index) const
{
    if (!index.isValid())
        return Qt::ItemIsDropEnabled;
    Qt::ItemFlags flags = Qt::ItemIsSelectable | Qt::ItemIsEnabled | Qt::ItemIsEditable |
                          Qt::ItemNeverHasChildren | Qt::ItemIsDropEnabled;
    if (index.column() == Name && index.row() < m_parts.size())
        flags |= Qt::ItemIsUserCheckable;
    return flags;
}

bool PartsModel::removeRows(int row, int count, const QModelIndex &parent)
{
    if (parent.isValid() || row < 0 || count < 1 || row + count > m_parts.size())
        return false;
    beginRemoveRows({}, row, row + count - 1);
    m_parts.remove(row, count);
    endRemoveRows();
    dropEmptyEnd();
    Q_EMIT edited();
    return true;
}

void PartsModel::dropEmptyEnd()
{
    // As in NameValueModel: the emptied row takes the empty one's part.
    while (!m_parts.isEmpty() && isEmpty(m_parts.last())) {
        const int last = static_cast<int>(m_parts.size());
        beginRemoveRows({}, last, last);
        m_parts.removeLast();
        endRemoveRows();
        Q_EMIT dataChanged(index(last - 1, Name), index(last - 1, ContentType));
    }
}

} // namespace keydesk
