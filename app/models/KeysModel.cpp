#include "app/models/KeysModel.h"

#include "app/environments/EnvironmentStore.h"
#include "app/keys/DueWatch.h"
#include "app/keys/KeyRing.h"
#include "app/models/NoValue.h"
#include "app/providers/ProviderCatalog.h"

#include <QLocale>

#include <limits>
#include <utility>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

QString inFull(const QDateTime &time)
{
    return time.isValid() ? QLocale().toString(time.toLocalTime(), QLocale::LongFormat) : QString();
}

qint64 sortTime(const QDateTime &time, qint64 ofNone)
{
    return time.isValid() ? time.toMSecsSinceEpoch() : ofNone;
}

} // namespace

KeysModel::KeysModel(const KeyStore &keys, const EnvironmentStore &environments,
                     const ProviderCatalog &providers, const KeyRing &ring, const DueWatch &due,
                     QObject *parent)
    : QAbstractTableModel(parent)
    , m_keys(keys)
    , m_environments(environments)
    , m_providers(providers)
    , m_ring(ring)
    , m_due(due)
    , m_rows(keys.isLoaded() ? static_cast<int>(keys.all().size()) : 0)
    , m_hasCaughtUp(keys.isLoaded())
{
    connect(&keys, &KeyStore::added, this, [this](int position) {
        if (catchUp())
            return;
        beginInsertRows({}, position, position);
        ++m_rows;
        endInsertRows();
    });
    connect(&keys, &KeyStore::aboutToRemove, this, [this](int position) {
        catchUp();
        beginRemoveRows({}, position, position);
    });
    connect(&keys, &KeyStore::removed, this, [this] {
        --m_rows;
        endRemoveRows();
    });
    connect(&keys, &KeyStore::changed, this, [this](int position) {
        if (catchUp())
            return;
        Q_EMIT dataChanged(index(position, 0), index(position, ColumnCount - 1));
    });
    connect(&keys, &KeyStore::reset, this, [this] {
        m_hasCaughtUp = false;
        catchUp();
    });
    const auto environmentsChanged = [this] {
        m_users.reset();
        refresh(0, ColumnCount - 1); // SearchRole and the environment's roles are the same in every column
    };
    connect(&environments, &EnvironmentStore::added, this, environmentsChanged);
    connect(&environments, &EnvironmentStore::removed, this, environmentsChanged);
    connect(&environments, &EnvironmentStore::changed, this, environmentsChanged);
    connect(&environments, &EnvironmentStore::reset, this, environmentsChanged);
    connect(&ring, &KeyRing::placeChanged, this, environmentsChanged); // the status is searched too
    // Later: the watch may hear of a new key before its row is here.
    connect(&due, &DueWatch::changed, this, environmentsChanged, Qt::QueuedConnection);
    m_minute.setInterval(std::chrono::minutes(1));
    connect(&m_minute, &QTimer::timeout, this, &KeysModel::growOlder);
    m_minute.start();
}

/// Somebody else may have needed the keys before `reset` came here, and changed one.
bool KeysModel::catchUp()
{
    if (m_hasCaughtUp)
        return false;
    beginResetModel();
    m_rows = static_cast<int>(m_keys.all().size());
    m_hasCaughtUp = true;
    endResetModel();
    return true;
}

void KeysModel::refresh(int firstColumn, int lastColumn)
{
    if (m_rows > 0)
        Q_EMIT dataChanged(index(0, firstColumn), index(m_rows - 1, lastColumn));
}

/// Times are worded anew; a key whose time has come has another status too, and may belong elsewhere in the list.
void KeysModel::growOlder()
{
    const QDateTime now = QDateTime::currentDateTimeUtc();
    const QDateTime before = std::exchange(m_grownAt, now);
    if (m_rows > 0)
        Q_EMIT dataChanged(index(0, Created), index(m_rows - 1, Expires), {Qt::DisplayRole, Qt::AccessibleTextRole});
    for (int row = 0; row < m_rows; ++row) {
        const QDateTime &end = m_keys.all().at(row).expiresAt;
        if (end.isValid() && end > before && end <= now)
            Q_EMIT dataChanged(index(row, Status), index(row, Status));
    }
}

int KeysModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : m_rows;
}

int KeysModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

/// All environments are looked through once, not once for each key.
KeysModel::Users KeysModel::usersOf(const QUuid &keyId) const
{
    if (!m_users) {
        m_users.emplace();
        for (const keydesk::Environment &environment : m_environments.all()) {
            for (const QUuid &each : environment.allKeys()) {
                Users &users = (*m_users)[each];
                users.names << environment.name;
                users.ids << environment.id.toString(QUuid::WithoutBraces);
                if (users.colour.isEmpty())
                    users.colour = environment.colour;
            }
        }
    }
    return m_users->value(keyId);
}

QString KeysModel::searchText(int row) const
{
    const ApiKey &key = m_keys.all().at(row);
    QString all;
    all.reserve(256);
    all += key.name;
    for (const QString &name : usersOf(key.id).names)
        all += u'\n' + name;
    for (const QString &part : {text(row, Provider), text(row, Kind), key.kindId, key.hint, text(row, Status)})
        all += u'\n' + part;
    return all;
}

QString KeysModel::text(int row, int column) const
{
    const ApiKey &key = m_keys.all().at(row);
    const keydesk::Provider *provider = m_providers.find(key.providerId);
    const TokenKind *kind = provider ? provider->kind(key.kindId) : nullptr;
    switch (column) {
    case Name:
        return key.name;
    case Provider:
        return provider ? provider->name : isEnvironmentSecret(key) ? tr("Environment") : key.providerId;
    case Environment:
        if (const QStringList names = usersOf(key.id).names; !names.isEmpty())
            return names.join(u", "_s);
        return noValue();
    case Kind:
        if (key.kindId == secretVariableKind)
            return tr("Secret variable");
        return isEnvironmentSecret(key) ? tr("Secret") : !kind ? key.kindId : kind->shortName.isEmpty() ? kind->name : kind->shortName;
    case Key:
        return key.hint;
    case Created:
        return relativeTime(key.createdAt, QDateTime::currentDateTimeUtc());
    case LastUsed:
        return relativeTime(key.lastUsedAt, QDateTime::currentDateTimeUtc());
    case Expires:
        return expiryTime(key.expiresAt, QDateTime::currentDateTimeUtc());
    case Status:
        return keyStatusWord(shownStatus(key, m_ring, m_due.of(key.id)));
    default:
        return {};
    }
}

QVariant KeysModel::sortValue(int row, int column) const
{
    const ApiKey &key = m_keys.all().at(row);
    switch (column) {
    case Created:
        return sortTime(key.createdAt, 0);
    case LastUsed:
        return sortTime(key.lastUsedAt, 0);
    case Expires: // what never ends comes after what does
        return sortTime(key.expiresAt, std::numeric_limits<qint64>::max());
    case Status:
        return shownStatus(key, m_ring, m_due.of(key.id));
    default:
        return text(row, column).toCaseFolded();
    }
}

QVariant KeysModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid) || index.row() >= m_rows || index.row() >= m_keys.all().size())
        return {};
    const int row = index.row();
    const ApiKey &key = m_keys.all().at(row);
    switch (role) {
    case Qt::DisplayRole:
        return text(row, index.column());
    case Qt::EditRole:
        return index.column() == Name ? QVariant(key.name) : QVariant();
    case Qt::AccessibleTextRole:
        // Bullets are read out one by one.
        if (index.column() == Key) {
            const QString end = key.hint.section(u'•', -1);
            return end.isEmpty() ? tr("hidden") : tr("hidden, ends with %1").arg(end);
        }
        return text(row, index.column()) == noValue() ? tr("none") : text(row, index.column());
    case Qt::ToolTipRole:
        switch (index.column()) {
        case Created:
            return inFull(key.createdAt);
        case LastUsed:
            return inFull(key.lastUsedAt);
        case Expires:
            return inFull(key.expiresAt);
        case Status:
            if (const KeyDue due = m_due.of(key.id); due.isDue())
                return dueAdvice(key, due, m_due.now());
            return key.lastCheckNote;
        default:
            return {};
        }
    case IdRole:
        return key.id;
    case SortRole:
        return sortValue(row, index.column());
    case ProviderIdRole:
        return key.providerId;
    case BadgeRole:
        if (const keydesk::Provider *provider = m_providers.find(key.providerId))
            return provider->badge;
        return u"?"_s;
    case EnvironmentIdsRole:
        return usersOf(key.id).ids;
    case ColourRole:
        return usersOf(key.id).colour;
    case StatusRole:
        return shownStatus(key, m_ring, m_due.of(key.id));
    case DueRole:
        return m_due.of(key.id).isDue();
    case SearchRole:
        return searchText(row);
    default:
        return {};
    }
}

QModelIndex KeysModel::indexOf(const QUuid &keyId, int column) const
{
    const int row = m_hasCaughtUp ? m_keys.indexOf(keyId) : -1;
    return row < 0 || row >= m_rows ? QModelIndex() : index(row, column);
}

QVariant KeysModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return QAbstractTableModel::headerData(section, orientation, role);
    switch (section) {
    case Name:
        return tr("Name");
    case Provider:
        return tr("Provider");
    case Environment:
        return tr("Environment");
    case Kind:
        return tr("Kind");
    case Key:
        return tr("Key");
    case Created:
        return tr("Created");
    case LastUsed:
        return tr("Last used");
    case Expires:
        return tr("Expires");
    case Status:
        return tr("Status");
    default:
        return {};
    }
}

int shownStatus(const ApiKey &key, const KeyRing &ring, const KeyDue &due)
{
    // Both stay true whatever the store's state is.
    if (key.status == ApiKey::Status::Revoked || key.status == ApiKey::Status::Missing)
        return static_cast<int>(key.status);
    if (ring.store(key.place).state() == SecretStore::State::Locked)
        return KeysModel::LockedStatus;
    if (key.expiresAt.isValid() && key.expiresAt <= QDateTime::currentDateTimeUtc())
        return static_cast<int>(ApiKey::Status::Expired);
    const bool isQuiet = key.status == ApiKey::Status::Works || key.status == ApiKey::Status::Unchecked; // others say more
    return isQuiet && due.isDue() ? KeysModel::DueStatus : static_cast<int>(key.status);
}

QString keyStatusWord(int status)
{
    if (status == KeysModel::LockedStatus)
        return KeysModel::tr("Locked");
    if (status == KeysModel::DueStatus)
        return KeysModel::tr("Rotate");
    switch (static_cast<ApiKey::Status>(status)) {
    case ApiKey::Status::Unchecked:
        return KeysModel::tr("Not checked");
    case ApiKey::Status::Works:
        return KeysModel::tr("Works");
    case ApiKey::Status::Refused:
        return KeysModel::tr("Refused");
    case ApiKey::Status::Expired:
        return KeysModel::tr("Expired");
    case ApiKey::Status::Revoked:
        return KeysModel::tr("Revoked");
    case ApiKey::Status::Missing:
        return KeysModel::tr("Missing");
    }
    return {};
}

QString relativeTime(const QDateTime &time, const QDateTime &now)
{
    if (!time.isValid())
        return noValue();
    const qint64 seconds = time.secsTo(now);
    const QDate day = time.toLocalTime().date();
    const QDate today = now.toLocalTime().date();
    const qint64 days = day.daysTo(today);
    // A clock that was put back leaves times a little ahead.
    if (seconds < 60 && seconds > -3600)
        return KeysModel::tr("just now");
    if (seconds >= 0 && seconds < 3600)
        return KeysModel::tr("%1 min ago").arg(seconds / 60);
    if (seconds >= 0 && days == 0)
        return KeysModel::tr("%1 h ago").arg(seconds / 3600);
    if (days == 1)
        return KeysModel::tr("yesterday");
    if (days > 1 && days < 7)
        return KeysModel::tr("%1 days ago").arg(days);
    return QLocale().toString(day, day.year() == today.year() ? u"d MMM"_s : u"d MMM yyyy"_s);
}

QString expiryTime(const QDateTime &time, const QDateTime &now)
{
    if (!time.isValid() || time <= now)
        return relativeTime(time, now);
    const QDate day = time.toLocalTime().date();
    const qint64 days = now.toLocalTime().date().daysTo(day);
    if (days == 0)
        return KeysModel::tr("today");
    if (days == 1)
        return KeysModel::tr("tomorrow");
    if (days <= 31)
        return KeysModel::tr("in %1 days").arg(days);
    return QLocale().toString(day, u"d MMM yyyy"_s);
}

} // namespace keydesk
