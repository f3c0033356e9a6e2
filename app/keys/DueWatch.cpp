#include "app/keys/DueWatch.h"

#include "app/keys/KeyStore.h"
#include "app/storage/Settings.h"

#include <chrono>

namespace keydesk {

DueWatch::DueWatch(const KeyStore &keys, const Settings &settings, Clock now, QObject *parent)
    : QObject(parent)
    , m_keys(keys)
    , m_settings(settings)
    , m_now(std::move(now))
{
    connect(&keys, &KeyStore::added, this, &DueWatch::lookAtOne);
    connect(&keys, &KeyStore::changed, this, &DueWatch::lookAtOne);
    connect(&keys, &KeyStore::aboutToRemove, this, &DueWatch::forget);
    connect(&keys, &KeyStore::reset, this, &DueWatch::lookAtAll);
    connect(&settings, &Settings::remindersChanged, this, &DueWatch::lookAtAll);
    connect(&m_timer, &QTimer::timeout, this, &DueWatch::lookAtClock);
    m_timer.start(std::chrono::seconds(30));
    if (keys.isLoaded()) // or else once they are
        lookAtAll();
}

QList<QUuid> DueWatch::due() const
{
    QList<QUuid> ids;
    if (m_count == 0)
        return ids;
    for (const ApiKey &key : m_keys.all()) {
        if (of(key.id).isDue())
            ids.append(key.id);
    }
    return ids;
}

void DueWatch::lookAtClock()
{
    const QDateTime now = m_now();
    const bool jumped =
        now < m_looked || now.date() != m_looked.date() || now.offsetFromUtc() != m_looked.offsetFromUtc();
    if (jumped || (m_next.isValid() && now >= m_next))
        lookAtAll();
    else
        m_looked = now;
}

DueRules DueWatch::rulesFor(const ApiKey &key) const
{
    return {m_settings.expiryReminderDays(),
            key.rotateAfterDays ? 0 : m_settings.rotationDays(key.providerId)};
}

/// Whether that changed anything.
bool DueWatch::take(const ApiKey &key, const QDateTime &now)
{
    const KeyDue before = of(key.id);
    const KeyDue due = dueOf(key, rulesFor(key), now);
    const QDateTime next = nextDueChange(key, now);
    if (next.isValid() && (!m_next.isValid() || next < m_next))
        m_next = next;
    if (due == before)
        return false;
    m_count += (due.isDue() ? 1 : 0) - (before.isDue() ? 1 : 0);
    if (due.kind == KeyDue::Kind::Nothing)
        m_found.remove(key.id);
    else
        m_found.insert(key.id, due);
    return true;
}

void DueWatch::lookAtAll()
{
    const QDateTime now = m_now();
    m_looked = now;
    m_next = {};
    const QHash<QUuid, KeyDue> before = std::exchange(m_found, {});
    m_count = 0;
    for (const ApiKey &key : m_keys.all())
        take(key, now);
    if (m_found != before)
        Q_EMIT changed();
}

void DueWatch::lookAtOne(int position)
{
    if (take(m_keys.all().at(position), m_now()))
        Q_EMIT changed();
}

void DueWatch::forget(int position)
{
    const QUuid id = m_keys.all().at(position).id;
    if (!m_found.contains(id))
        return;
    m_count -= of(id).isDue() ? 1 : 0;
    m_found.remove(id);
    Q_EMIT changed();
}

} // namespace keydesk
