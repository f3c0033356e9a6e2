#include "app/models/EnvironmentsModel.h"

#include "app/environments/EnvironmentStore.h"
#include "app/providers/ProviderCatalog.h"

using namespace Qt::StringLiterals;

namespace keydesk {

EnvironmentsModel::EnvironmentsModel(EnvironmentStore &environments, const ProviderCatalog &providers,
                                     QObject *parent)
    : QAbstractListModel(parent)
    , m_environments(environments)
    , m_providers(providers)
    , m_rows(environments.all())
{
    connect(&environments, &EnvironmentStore::added, this, [this](int position) {
        beginInsertRows({}, position, position);
        takeOver();
        endInsertRows();
    });
    connect(&environments, &EnvironmentStore::removed, this, [this](int position) {
        beginRemoveRows({}, position, position);
        takeOver();
        endRemoveRows();
    });
    connect(&environments, &EnvironmentStore::moved, this, [this](int from, int to) {
        beginMoveRows({}, from, from, {}, to > from ? to + 1 : to);
        takeOver();
        endMoveRows();
    });
    connect(&environments, &EnvironmentStore::changed, this, [this](int position) {
        takeOver();
        Q_EMIT dataChanged(index(position), index(position));
    });
    connect(&environments, &EnvironmentStore::reset, this, [this] {
        beginResetModel();
        takeOver();
        endResetModel();
    });
}

void EnvironmentsModel::takeOver()
{
    m_rows = m_environments.all();
}

int EnvironmentsModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant EnvironmentsModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Environment &environment = m_rows.at(index.row());
    const Provider *provider = m_providers.find(environment.providerId);
    const QString providerName = provider ? provider->name : environment.providerId;
    const auto fullName = [&] {
        return providerName.isEmpty() || providerName == environment.name
                   ? environment.name
                   : tr("%1 · %2", "an environment and its provider").arg(environment.name, providerName);
    };
    switch (role) {
    case Qt::DisplayRole:
    case Qt::EditRole:
        return environment.name;
    case Qt::ToolTipRole:
        return environment.baseUrl;
    case Qt::AccessibleTextRole:
        return environment.isProtected ? tr("%1, protected").arg(fullName()) : fullName();
    case IdRole:
        return environment.id;
    case ProviderNameRole:
        return providerName;
    case BadgeRole:
        return provider ? provider->badge : providerName.left(1).toUpper();
    case ColourRole:
        return environment.colour;
    case ProtectedRole:
        return environment.isProtected;
    case FullNameRole:
        return fullName();
    default:
        return {};
    }
}

Qt::ItemFlags EnvironmentsModel::flags(const QModelIndex &index) const
{
    // Dropped between rows, never on one.
    return index.isValid()
               ? Qt::ItemIsSelectable | Qt::ItemIsEnabled | Qt::ItemIsDragEnabled | Qt::ItemNeverHasChildren
               : Qt::ItemIsDropEnabled;
}

Qt::DropActions EnvironmentsModel::supportedDropActions() const
{
    return Qt::MoveAction;
}

bool EnvironmentsModel::moveRows(const QModelIndex &sourceParent, int sourceRow, int count,
                                 const QModelIndex &destinationParent, int destinationChild)
{
    if (sourceParent.isValid() || destinationParent.isValid() || count != 1)
        return false;
    const int to = destinationChild > sourceRow ? destinationChild - 1 : destinationChild;
    if (to == sourceRow)
        return false;
    const Result<void> done = m_environments.move(sourceRow, to);
    if (!done)
        Q_EMIT failed(done.error());
    return done.has_value();
}

} // namespace keydesk
