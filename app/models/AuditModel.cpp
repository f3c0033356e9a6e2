#include "app/models/AuditModel.h"

#include "app/keys/AuditLog.h"

#include <QLocale>

namespace keydesk {

namespace {

constexpr int pageSize = 200;

} // namespace

AuditModel::AuditModel(AuditLog &log, QObject *parent)
    : QAbstractTableModel(parent)
    , m_log(log)
{
    ask(0);
}

void AuditModel::setFilter(const AuditFilter &filter)
{
    if (filter == m_filter)
        return;
    m_filter = filter;
    reload();
}

void AuditModel::reload()
{
    ask(0);
}

void AuditModel::ask(qint64 beforeId)
{
    m_asked = true;
    const int question = ++m_question;
    m_log.list(m_filter, beforeId, pageSize, this,
               [this, question, first = beforeId == 0](const Result<QList<AuditEntry>> &page) {
                   if (question != m_question)
                       return;
                   if (page) {
                       take(*page, first);
                       m_asked = false; // not before: a view that is told of new rows may ask for more at once
                       Q_EMIT loaded();
                   } else {
                       m_asked = false;
                       m_complete = true; // asked again, it would only fail again
                       Q_EMIT failed(page.error());
                   }
               });
}

void AuditModel::take(const QList<AuditEntry> &page, bool first)
{
    m_complete = page.size() < pageSize;
    if (first) {
        beginResetModel();
        m_entries = page;
        endResetModel();
    } else if (!page.isEmpty()) {
        beginInsertRows({}, rowCount(), rowCount() + static_cast<int>(page.size()) - 1);
        m_entries += page;
        endInsertRows();
    }
}

bool AuditModel::canFetchMore(const QModelIndex &parent) const
{
    return !parent.isValid() && !m_asked && !m_complete && !m_entries.isEmpty();
}

void AuditModel::fetchMore(const QModelIndex &parent)
{
    if (canFetchMore(parent))
        ask(m_entries.last().id);
}

int AuditModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_entries.size());
}

int AuditModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant AuditModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const AuditEntry &entry = m_entries.at(index.row());
    if (role == IdRole)
        return entry.id;
    if (role == Qt::ToolTipRole && index.column() == When)
        return QLocale().toString(entry.at.toLocalTime(), QLocale::LongFormat);
    if (role == Qt::ToolTipRole && index.column() == What)
        return entry.what.toHtmlEscaped();
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case When:
        return QLocale().toString(entry.at.toLocalTime(), tr("d MMM yyyy HH:mm:ss"));
    case Key:
        return entry.keyName;
    case Action:
        return actionText(entry.action);
    default:
        return entry.what;
    }
}

QVariant AuditModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return QAbstractTableModel::headerData(section, orientation, role);
    switch (section) {
    case When:
        return tr("When");
    case Key:
        return tr("Key");
    case Action:
        return tr("Action");
    default:
        return tr("What");
    }
}

} // namespace keydesk
