#include "app/models/StreamModel.h"

#include "app/base/VisibleText.h"
#include "app/http/BodyText.h"

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

constexpr int followEvery = 50; // ms
constexpr qsizetype mostTypes = 50;
constexpr qsizetype shownLength = 300; // characters
// What is redacted to show that much: a token that begins in it is found whole.
constexpr qsizetype redactedLength = 16 * 1024;
constexpr qsizetype shownBytes = 64; // of binary data

} // namespace

StreamModel::StreamModel(QObject *parent)
    : QAbstractTableModel(parent)
{
    m_soon.setSingleShot(true);
    m_soon.setInterval(followEvery);
    connect(&m_soon, &QTimer::timeout, this, &StreamModel::follow);
}

void StreamModel::setLog(const std::shared_ptr<StreamLog> &log)
{
    if (m_log)
        m_log->disconnect(this);
    m_log = log;
    m_isPaused = false;
    m_frozen.clear();
    m_types.clear();
    m_shownTypes.clear();
    m_type.clear();
    if (m_log) {
        connect(m_log.get(), &StreamLog::grew, this, [this] {
            if (!m_soon.isActive())
                m_soon.start();
        });
        connect(m_log.get(), &StreamLog::ended, this, &StreamModel::follow);
    }
    rebuild();
}

void StreamModel::setPaused(bool paused)
{
    if (!m_log || paused == m_isPaused)
        return;
    follow();
    m_frozen = paused ? m_log->entries() : std::deque<StreamEntry>();
    m_isPaused = paused;
    follow();
}

void StreamModel::setFilter(const QString &text, const QString &type)
{
    if (text == m_text && type == m_type)
        return;
    m_text = text;
    m_type = type;
    rebuild();
}

const std::deque<StreamEntry> &StreamModel::source() const
{
    static const std::deque<StreamEntry> none;
    return m_isPaused ? m_frozen : m_log ? m_log->entries() : none;
}

const StreamEntry *StreamModel::entry(int row) const
{
    const std::deque<StreamEntry> &entries = source();
    if (row < 0 || row >= rowCount() || entries.empty())
        return nullptr;
    const quint64 number = m_rows[static_cast<std::size_t>(row)];
    return number < entries.front().number ? nullptr : &entries[static_cast<std::size_t>(number - entries.front().number)];
}

void StreamModel::rebuild()
{
    beginResetModel();
    m_rows.clear();
    for (const StreamEntry &each : source()) {
        noteType(each);
        if (fits(each))
            m_rows.push_back(each.number);
        m_seen = each.number;
    }
    endResetModel();
    Q_EMIT followed();
}

void StreamModel::follow()
{
    if (!m_log)
        return;
    const std::deque<StreamEntry> &entries = m_log->entries();
    if (m_isPaused || entries.empty()) {
        Q_EMIT followed();
        return;
    }
    dropGone();
    const quint64 first = std::max(m_seen + 1, entries.front().number);
    std::vector<quint64> fresh;
    for (std::size_t i = first - entries.front().number; i < entries.size(); ++i) {
        noteType(entries[i]);
        if (fits(entries[i]))
            fresh.push_back(entries[i].number);
    }
    m_seen = entries.back().number;
    if (!fresh.empty()) {
        beginInsertRows({}, rowCount(), rowCount() + static_cast<int>(fresh.size()) - 1);
        m_rows.insert(m_rows.end(), fresh.begin(), fresh.end());
        endInsertRows();
    }
    Q_EMIT followed();
}

void StreamModel::dropGone()
{
    const auto kept = std::lower_bound(m_rows.begin(), m_rows.end(), m_log->entries().front().number);
    if (kept == m_rows.begin())
        return;
    beginRemoveRows({}, 0, static_cast<int>(kept - m_rows.begin()) - 1);
    m_rows.erase(m_rows.begin(), kept);
    endRemoveRows();
}

void StreamModel::noteType(const StreamEntry &entry)
{
    if (entry.kind == StreamEntry::Kind::Line || m_types.size() == mostTypes)
        return;
    if (const QString type = typeText(entry); !m_types.contains(type))
        m_types.append(type);
}

bool StreamModel::fits(const StreamEntry &entry) const
{
    if (!m_type.isEmpty() && typeText(entry) != m_type)
        return false;
    return m_text.isEmpty() || QString::fromUtf8(entry.data).contains(m_text, Qt::CaseInsensitive) ||
           QString::fromUtf8(entry.type).contains(m_text, Qt::CaseInsensitive);
}

QString StreamModel::shown(const QByteArray &bytes) const
{
    const QString text = QString::fromUtf8(m_log->redacted(bytes.left(redactedLength))).left(shownLength);
    return withVisibleControls(QString(text).replace(u"\r\n"_s, u"\n"_s)).replace(u'\n', u"⏎"_s).replace(u'\t', u' ');
}

QString StreamModel::typeText(const StreamEntry &entry) const
{
    switch (entry.kind) {
    case StreamEntry::Kind::Event: {
        const auto known = m_shownTypes.constFind(entry.type);
        if (known != m_shownTypes.cend())
            return *known;
        const QString text = shown(entry.type);
        if (m_shownTypes.size() < mostTypes)
            m_shownTypes.insert(entry.type, text);
        return text;
    }
    case StreamEntry::Kind::Line:
        return QString::number(entry.number);
    case StreamEntry::Kind::SentText:
        return tr("Sent text");
    case StreamEntry::Kind::SentBinary:
        return tr("Sent binary");
    case StreamEntry::Kind::ReceivedText:
        return tr("Received text");
    case StreamEntry::Kind::ReceivedBinary:
        return tr("Received binary");
    case StreamEntry::Kind::Ping:
        return tr("Sent ping");
    case StreamEntry::Kind::Pong:
        break;
    }
    return tr("Received pong");
}

QString StreamModel::line(const StreamEntry &entry) const
{
    if (entry.isBinary()) {
        // Bytes may be text that holds a token.
        const QByteArray bytes = m_log->redacted(entry.data.left(redactedLength)).left(shownBytes);
        return QString::fromLatin1(bytes.toHex(' ')) + (entry.size > shownBytes ? u" …"_s : QString());
    }
    return shown(entry.data);
}

int StreamModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int StreamModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant StreamModel::data(const QModelIndex &index, int role) const
{
    if (role == Qt::TextAlignmentRole && index.column() == About && m_log->kind() != StreamKind::Events)
        return int(Qt::AlignRight | Qt::AlignVCenter);
    const StreamEntry *shownEntry = role == Qt::DisplayRole && index.isValid() ? entry(index.row()) : nullptr;
    if (!shownEntry)
        return {};
    switch (index.column()) {
    case Time:
        return shownEntry->at.toLocalTime().toString(u"HH:mm:ss.zzz"_s);
    case Type:
        return typeText(*shownEntry);
    case About:
        return shownEntry->kind == StreamEntry::Kind::Event ? shown(shownEntry->id) : sizeText(shownEntry->size);
    default:
        return line(*shownEntry);
    }
}

QVariant StreamModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    const StreamKind kind = m_log ? m_log->kind() : StreamKind::None;
    switch (section) {
    case Time:
        return tr("Time");
    case Type:
        return kind == StreamKind::Events ? tr("Event") : kind == StreamKind::Lines ? tr("Line") : tr("Direction");
    case About:
        return kind == StreamKind::Events ? tr("Id") : tr("Size");
    default:
        return tr("Data");
    }
}

} // namespace keydesk
