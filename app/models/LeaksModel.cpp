#include "app/models/LeaksModel.h"

#include "app/keys/KeyStore.h"
#include "app/models/NoValue.h"

#include <QDir>
#include <QLocale>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr int shortCommit = 8;

} // namespace

LeaksModel::LeaksModel(const KeyStore &keys, QObject *parent)
    : QAbstractTableModel(parent)
    , m_keys(keys)
{
    const auto named = [this] {
        if (!m_findings.isEmpty())
            Q_EMIT dataChanged(index(0, Key), index(rowCount() - 1, Key));
    };
    connect(&keys, &KeyStore::changed, this, named);
    connect(&keys, &KeyStore::removed, this, named);
    connect(&keys, &KeyStore::reset, this, named);
}

void LeaksModel::append(const QList<LeakFinding> &findings)
{
    if (findings.isEmpty())
        return;
    beginInsertRows({}, rowCount(), rowCount() + static_cast<int>(findings.size()) - 1);
    m_findings += findings;
    endInsertRows();
}

void LeaksModel::clear()
{
    beginResetModel();
    m_findings.clear();
    endResetModel();
}

int LeaksModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_findings.size());
}

int LeaksModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant LeaksModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const LeakFinding &finding = m_findings.at(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return text(finding, index.column());
    case Qt::ToolTipRole:
        if (index.column() == Where)
            return whole(finding);
        if (index.column() == Commit && finding.committedAt.isValid())
            return QLocale().toString(finding.committedAt.toLocalTime(), QLocale::LongFormat);
        return {};
    case Qt::TextAlignmentRole:
        return index.column() == Line ? QVariant(Qt::AlignRight | Qt::AlignVCenter) : QVariant();
    case SortRole:
        if (index.column() == Line)
            return finding.line;
        if (index.column() == Commit)
            return finding.committedAt;
        return text(finding, index.column());
    case OwnRole:
        return !finding.key.isNull();
    default:
        return {};
    }
}

QVariant LeaksModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Key:
        return tr("Key");
    case Where:
        return tr("Where");
    case Line:
        return tr("Line");
    case Commit:
        return tr("Commit");
    case Encoding:
        return tr("Encoding");
    default:
        return {};
    }
}

QString LeaksModel::title(const LeakFinding &finding) const
{
    if (finding.key.isNull())
        return tr("%1: %2, %3").arg(finding.provider, finding.kind, finding.hint);
    const std::optional<ApiKey> key = m_keys.find(finding.key);
    return key ? key->name : tr("A key that was deleted");
}

bool LeaksModel::isKnown(const LeakFinding &finding) const
{
    return !finding.key.isNull() && m_keys.find(finding.key).has_value();
}

QString LeaksModel::whole(const LeakFinding &finding)
{
    QString place = QDir::toNativeSeparators(finding.place);
    if (finding.line > 0)
        place = tr("%1, line %2").arg(place).arg(finding.line);
    if (!finding.commit.isEmpty())
        place = tr("%1, in commit %2 of %3")
                    .arg(place, finding.commit, QDir::toNativeSeparators(finding.repository));
    else if (!finding.repository.isEmpty())
        place = tr("%1, in %2").arg(place, QDir::toNativeSeparators(finding.repository));
    return place;
}

QString LeaksModel::text(const LeakFinding &finding, int column) const
{
    switch (column) {
    case Key:
        return title(finding);
    case Where:
        return QDir::toNativeSeparators(finding.place);
    case Line:
        return finding.line > 0 ? QLocale().toString(finding.line) : noValue();
    case Commit:
        return finding.commit.isEmpty()
                   ? noValue()
                   : tr("%1, %2").arg(
                         finding.commit.first(shortCommit),
                         QLocale().toString(finding.committedAt.toLocalTime().date(), QLocale::ShortFormat));
    case Encoding:
        return finding.encoding.name();
    default:
        return {};
    }
}

} // namespace keydesk
