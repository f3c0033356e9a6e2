#include "app/workspace/SessionTabs.h"

#include "app/base/Redactor.h"
#include "app/http/RedactedRequest.h"
#include "app/keys/StoredTokens.h"
#include "app/storage/Database.h"

#include <QJsonDocument>
#include <QSqlError>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

constexpr int writeSoonMilliseconds = 500;

QByteArray tabToJson(const SessionTab &tab, const Redactor &redactor)
{
    const RequestPlace &place = tab.place;
    QJsonObject object{{u"file"_s, place.file},
                             {u"index"_s, place.index},
                             {u"hash"_s, QString::fromLatin1(place.hash.toHex())},
                             {u"name"_s, redactor.redactText(place.name)},
                             {u"origin"_s, tab.origin},
                             {u"edited"_s, tab.isEdited},
                             {u"request"_s, redactedRequest(tab.request, redactor).toJson()}};
    if (tab.isEdited && tab.original != RequestSpec())
        object.insert(u"original"_s, redactedRequest(tab.original, redactor).toJson());
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

SessionTab tabFromJson(const QString &id, const QByteArray &json)
{
    const QJsonObject object = QJsonDocument::fromJson(json).object();
    SessionTab tab;
    tab.id = QUuid::fromString(id);
    tab.place = {object[u"file"_s].toString(), object[u"index"_s].toInt(-1),
                 QByteArray::fromHex(object[u"hash"_s].toString().toLatin1()), object[u"name"_s].toString()};
    tab.origin = object[u"origin"_s].toString();
    tab.isEdited = object[u"edited"_s].toBool();
    tab.request = RequestSpec::fromJson(object[u"request"_s].toObject());
    if (object.contains(u"original"_s))
        tab.original = RequestSpec::fromJson(object[u"original"_s].toObject());
    return tab;
}

/// Rows of tabs that are not open any more, whoever wrote them.
Result<void> removeOthers(Database &database, const SessionState &now)
{
    QStringList gone;
    {
        auto known = database.run(u"SELECT id FROM session_tabs"_s);
        if (!known)
            return tl::unexpected(known.error());
        while (known->next()) {
            const QString id = known->value(0).toString();
            if (std::ranges::find(now.tabs, QUuid::fromString(id), &SessionTab::id) == now.tabs.end())
                gone.append(id);
        }
    }
    for (const QString &id : std::as_const(gone)) {
        if (const auto done = database.run(u"DELETE FROM session_tabs WHERE id = ?"_s, {id}); !done)
            return tl::unexpected(done.error());
    }
    return {};
}

/// What differs, as one transaction: all of it is there after a crash, or nothing.
Result<void> writeTabs(Database &database, const SessionState &before, const SessionState &now,
                       const Redactor &redactor)
{
    return database.transaction([&]() -> Result<void> {
        if (const auto closed = removeOthers(database, now); !closed)
            return closed;
        for (qsizetype position = 0; position < now.tabs.size(); ++position) {
            const SessionTab &tab = now.tabs.at(position);
            const auto old = std::ranges::find(before.tabs, tab.id, &SessionTab::id);
            const bool isKnown = old != before.tabs.end();
            const bool isSame = isKnown && *old == tab;
            const bool isPlaced = isKnown && old - before.tabs.begin() == position &&
                                  (before.current == tab.id) == (now.current == tab.id);
            if (isSame && isPlaced)
                continue;
            const QString id = tab.id.toString(QUuid::WithoutBraces);
            const bool isCurrent = tab.id == now.current;
            const auto done =
                isSame
                    ? database.run(u"UPDATE session_tabs SET position = ?, current = ? WHERE id = ?"_s,
                                   {position, isCurrent, id})
                    : database.run(
                          u"INSERT OR REPLACE INTO session_tabs (id, position, current, tab) VALUES (?, ?, ?, ?)"_s,
                          {id, position, isCurrent, tabToJson(tab, redactor)});
            if (!done)
                return tl::unexpected(done.error());
        }
        return {};
    });
}

} // namespace

SessionTabs::SessionTabs(const QString &databasePath, const Redactor &redactor, StoredTokens &tokens,
                         QObject *parent)
    : QObject(parent)
    , m_path(databasePath)
    , m_redactor(redactor)
    , m_tokens(tokens)
    , m_background(std::make_unique<Background>())
{
    m_soon.setSingleShot(true);
    m_soon.setInterval(writeSoonMilliseconds);
    connect(&m_soon, &QTimer::timeout, this, &SessionTabs::write);
}

SessionTabs::~SessionTabs()
{
    flush();
}

Result<SessionState> SessionTabs::restore(Database &database)
{
    auto query =
        database.run(u"SELECT id, current, tab FROM session_tabs ORDER BY position LIMIT %1"_s.arg(mostTabs));
    if (!query)
        return tl::unexpected(query.error());
    SessionState state;
    while (query->next()) {
        state.tabs.append(tabFromJson(query->value(0).toString(), query->value(2).toByteArray()));
        if (query->value(1).toBool())
            state.current = state.tabs.last().id;
    }
    if (query->lastError().isValid())
        return tl::unexpected(database.noted(query->lastError()));
    m_state = state;
    m_written = state;
    return state;
}

void SessionTabs::set(const SessionState &state)
{
    m_state = state;
    m_state.tabs.resize(std::min<qsizetype>(m_state.tabs.size(), mostTabs));
    if (!m_soon.isActive() && m_state != m_written)
        m_soon.start();
}

/// What is to be done on another thread; it knows the tokens by then.
std::function<Result<void>()> SessionTabs::work()
{
    for (const SessionTab &tab : std::as_const(m_state.tabs)) {
        const auto old = std::ranges::find(m_written.tabs, tab.id, &SessionTab::id);
        if (old == m_written.tabs.end() || *old != tab) {
            for (const RequestSpec &each : {tab.request, tab.original})
                m_tokens.learn(QJsonDocument(each.toJson()).toJson(QJsonDocument::Compact));
        }
    }
    return [path = m_path, before = m_written, now = m_state, &redactor = m_redactor] {
        return Database::openConnection(path).and_then([&](const std::unique_ptr<Database> &database) {
            return writeTabs(*database, before, now, redactor);
        });
    };
}

void SessionTabs::write()
{
    if (m_isWriting) {
        m_soon.start();
        return;
    }
    if (m_state == m_written)
        return;
    m_isWriting = true;
    m_background->run(this, work(), [this, state = m_state, flushes = m_flushes](const Result<void> &done) {
        if (flushes != m_flushes)
            return;
        m_isWriting = false;
        if (done) {
            m_written = state;
            m_told.reset();
            Q_EMIT written();
            return;
        }
        if (m_told != done.error().kind)
            Q_EMIT failed({done.error().kind,
                           tr("The open tabs could not be stored. %1").arg(done.error().message),
                           done.error().detail});
        m_told = done.error().kind;
    });
}

void SessionTabs::flush()
{
    m_soon.stop();
    ++m_flushes;
    m_isWriting = false;
    m_background = std::make_unique<Background>(); // ends the old one: what it writes is older than this
    if (m_state != m_written && work()())
        m_written = m_state;
}

} // namespace keydesk
