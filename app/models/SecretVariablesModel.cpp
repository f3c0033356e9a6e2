#include "app/models/SecretVariablesModel.h"

#include "app/keys/KeyStore.h"
#include "app/keys/SecretPlaces.h"
#include "app/keys/SecretVariables.h"

namespace keydesk {

SecretVariablesModel::SecretVariablesModel(SecretVariables &secrets, const KeyStore &keys, QObject *parent)
    : QAbstractTableModel(parent)
    , m_secrets(secrets)
    , m_keys(keys)
{
}

void SecretVariablesModel::setEnvironment(const Environment &environment)
{
    QStringList names = environment.secretVariables().keys();
    names.sort(Qt::CaseInsensitive);
    const bool sameRows = environment.id == m_environment.id && names == m_names;
    if (!sameRows)
        beginResetModel();
    m_environment = environment;
    m_names = names;
    if (!sameRows)
        endResetModel();
    else if (!names.isEmpty())
        Q_EMIT dataChanged(index(0, Name), index(static_cast<int>(names.size()) - 1, GoesTo));
}

int SecretVariablesModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_names.size());
}

int SecretVariablesModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString SecretVariablesModel::text(int row, int column) const
{
    const QString &name = m_names.at(row);
    if (column == Name)
        return name;
    const std::optional<ApiKey> key = m_keys.find(m_environment.secretVariables().value(name));
    if (!key)
        return column == Value ? tr("No value any more") : QString();
    if (column == Value)
        return key->hint;
    if (column == Place)
        return placeName(key->place);
    QStringList origins;
    for (const Origin &origin : key->origins)
        origins.append(origin.toString());
    return origins.join(QStringLiteral(", "));
}

QVariant SecretVariablesModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    if (role == Qt::DisplayRole || role == Qt::ToolTipRole || (role == Qt::EditRole && index.column() == Name))
        return text(index.row(), index.column());
    return {};
}

bool SecretVariablesModel::setData(const QModelIndex &index, const QVariant &value, int role)
{
    if (role != Qt::EditRole || index.column() != Name || !checkIndex(index, CheckIndexOption::IndexIsValid))
        return false;
    const QString before = m_names.at(index.row());
    if (value.toString() == before)
        return false;
    const auto renamed = SecretVariables::checkName(m_environment, value.toString(), before).and_then([&](const QString &name) {
        return m_secrets.rename(m_environment.id, before, name);
    });
    if (!renamed)
        Q_EMIT failed(renamed.error());
    return renamed.has_value();
}

QVariant SecretVariablesModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (role != Qt::DisplayRole || orientation != Qt::Horizontal)
        return QAbstractTableModel::headerData(section, orientation, role);
    switch (section) {
    case Name:
        return tr("Secret variable");
    case Value:
        return tr("Value");
    case Place:
        return tr("Kept in");
    default:
        return tr("Goes to");
    }
}

Qt::ItemFlags SecretVariablesModel::flags(const QModelIndex &index) const
{
    const Qt::ItemFlags flags = QAbstractTableModel::flags(index) | Qt::ItemNeverHasChildren;
    return index.column() == Name ? flags | Qt::ItemIsEditable : flags;
}

} // namespace keydesk
