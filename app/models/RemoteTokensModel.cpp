#include "app/models/RemoteTokensModel.h"

#include "app/models/KeysModel.h"
#include "app/models/NoValue.h"

#include <QLocale>

#include <limits>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

QDateTime timeOf(const Reconciled &row, int column)
{
    if (!row.remote)
        return column == RemoteTokensModel::Created ? row.key->createdAt
               : column == RemoteTokensModel::Expires ? row.key->expiresAt
                                                      : QDateTime();
    if (column == RemoteTokensModel::Created)
        return row.remote->createdAt;
    return column == RemoteTokensModel::Expires ? row.remote->expiresAt : row.remote->lastUsedAt;
}

bool isTime(int column)
{
    return column == RemoteTokensModel::Created || column == RemoteTokensModel::LastUsed ||
           column == RemoteTokensModel::Expires;
}

} // namespace

QString nameOf(const Reconciled &row)
{
    if (row.remote)
        return row.remote->name.isEmpty() ? RemoteTokensModel::tr("(no name)") : row.remote->name;
    return row.key->name;
}

QString remoteStateWord(RemoteToken::State state)
{
    switch (state) {
    case RemoteToken::State::Active:
        return RemoteTokensModel::tr("Active");
    case RemoteToken::State::Paused:
        return RemoteTokensModel::tr("Switched off");
    case RemoteToken::State::Expired:
        return RemoteTokensModel::tr("Expired");
    case RemoteToken::State::Revoked:
        return RemoteTokensModel::tr("Revoked");
    }
    return {};
}

RemoteTokensModel::RemoteTokensModel(const RemoteTokenService &service, QObject *parent)
    : QAbstractTableModel(parent)
    , m_service(service)
{
    m_minute.setInterval(std::chrono::minutes(1));
    connect(&m_minute, &QTimer::timeout, this, [this] {
        if (!m_rows.isEmpty())
            Q_EMIT dataChanged(index(0, Created), index(static_cast<int>(m_rows.size()) - 1, Expires));
    });
    m_minute.start();
}

void RemoteTokensModel::setSource(const std::optional<RemoteSource> &source)
{
    m_source = source;
    reload();
}

void RemoteTokensModel::reload()
{
    const QList<Reconciled> rows = m_source ? m_service.compare(*m_source) : QList<Reconciled>();
    if (rows == m_rows)
        return; // some other key changed: what is selected stays so
    beginResetModel();
    m_rows = rows;
    m_keyNames.clear();
    m_tokenNames.clear();
    for (const Reconciled &row : std::as_const(m_rows)) {
        if (row.key)
            m_keyNames.insert(row.key->id, row.key->name);
        if (row.remote)
            m_tokenNames.insert(row.remote->id, nameOf(row));
    }
    endResetModel();
}

int RemoteTokensModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int RemoteTokensModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString RemoteTokensModel::likely(const Reconciled &row) const
{
    if (row.likelyKey)
        return tr("Nobody, or perhaps “%1”").arg(m_keyNames.value(*row.likelyKey));
    if (!row.likelyRemoteId.isEmpty())
        return tr("“%1”, perhaps the one named “%2” there")
            .arg(row.key->name, m_tokenNames.value(row.likelyRemoteId));
    return {};
}

QString RemoteTokensModel::text(const Reconciled &row, int column) const
{
    const QDateTime now = QDateTime::currentDateTimeUtc();
    const auto orNothing = [](const QString &words) { return words.isEmpty() ? noValue() : words; };
    switch (column) {
    case Name:
        return nameOf(row);
    case Id:
        return orNothing(row.remote ? row.remote->id : row.key->remoteId);
    case Abilities:
        return orNothing((row.remote ? row.remote->abilities : row.key->abilities).join(u", "_s));
    case Created:
        return relativeTime(timeOf(row, Created), now);
    case LastUsed:
        return relativeTime(timeOf(row, LastUsed), now);
    case Expires:
        return expiryTime(timeOf(row, Expires), now);
    case State:
        if (row.remote)
            return remoteStateWord(row.remote->state);
        return row.standing == Reconciled::Standing::Gone ? tr("Gone") : tr("Not known");
    case Here:
        switch (row.standing) {
        case Reconciled::Standing::Matched:
        case Reconciled::Standing::Gone:
            return tr("“%1”").arg(row.key->name);
        case Reconciled::Standing::OnlyThere:
            return row.likelyKey ? likely(row) : tr("Nobody");
        case Reconciled::Standing::Unlinked:
            return row.likelyRemoteId.isEmpty() ? tr("“%1”, not linked").arg(row.key->name) : likely(row);
        }
        break;
    default:
        break;
    }
    return {};
}

QVariant RemoteTokensModel::sortValue(const Reconciled &row, int column) const
{
    if (!isTime(column))
        return text(row, column);
    const QDateTime time = timeOf(row, column);
    // What never ends comes last, what was never used first.
    return time.isValid() ? time.toMSecsSinceEpoch()
                          : (column == Expires ? std::numeric_limits<qint64>::max() : qint64(-1));
}

QVariant RemoteTokensModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Reconciled &row = m_rows.at(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return text(row, index.column());
    case Qt::ToolTipRole: {
        const QDateTime time = isTime(index.column()) ? timeOf(row, index.column()) : QDateTime();
        return time.isValid() ? QLocale().toString(time.toLocalTime(), QLocale::LongFormat)
                              : text(row, index.column()).toHtmlEscaped();
    }
    case Qt::AccessibleTextRole:
        return tr("%1: %2").arg(headerData(index.column(), Qt::Horizontal, Qt::DisplayRole).toString(),
                                text(row, index.column()));
    case SortRole:
        return sortValue(row, index.column());
    case StandingRole:
        return static_cast<int>(row.standing);
    case StateRole:
        return row.remote ? static_cast<int>(row.remote->state) : -1;
    case SearchRole:
        return QStringList{text(row, Name), text(row, Id), text(row, Abilities), text(row, State),
                           text(row, Here)}
            .join(u'\n');
    default:
        return {};
    }
}

QVariant RemoteTokensModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Name:
        return tr("Name");
    case Id:
        return tr("Id there");
    case Abilities:
        return tr("Abilities");
    case Created:
        return tr("Created");
    case LastUsed:
        return tr("Last used there");
    case Expires:
        return tr("Expires");
    case State:
        return tr("There");
    case Here:
        return tr("Here");
    default:
        return {};
    }
}

} // namespace keydesk
