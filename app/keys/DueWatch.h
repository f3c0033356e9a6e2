#pragma once

#include "app/keys/KeyDue.h"

#include <QHash>
#include <QObject>
#include <QTimer>

#include <functional>

namespace keydesk {

class KeyStore;
class Settings;

/// Which keys something should be done about, as keys, settings and time go on. Looks at the clock every half
/// minute, which after a suspend is soon as well; at every key only when a day begins, the clock or the time
/// zone was changed, or one of them expires or stops being snoozed: thousands of keys cost nothing. UI
/// thread.
class DueWatch : public QObject
{
    Q_OBJECT

public:
    using Clock = std::function<QDateTime()>;

    /// `now` gives the time in the user's time zone; for tests.
    DueWatch(const KeyStore &keys, const Settings &settings, Clock now = &QDateTime::currentDateTime,
             QObject *parent = nullptr);

    [[nodiscard]] KeyDue of(const QUuid &keyId) const { return m_found.value(keyId); }
    /// Those that are due and not snoozed, in the store's order.
    [[nodiscard]] QList<QUuid> due() const;
    [[nodiscard]] int count() const { return m_count; }
    [[nodiscard]] QDateTime now() const { return m_now(); }

    /// What the timer does.
    void lookAtClock();

Q_SIGNALS:
    void changed(); ///< what `of` says of at least one key

private:
    void lookAtAll();
    void lookAtOne(int position);
    bool take(const ApiKey &key, const QDateTime &now);
    void forget(int position);
    [[nodiscard]] DueRules rulesFor(const ApiKey &key) const;

    const KeyStore &m_keys;
    const Settings &m_settings;
    const Clock m_now;
    QHash<QUuid, KeyDue> m_found; // of any kind but Nothing
    int m_count = 0;              // of these, those that are due
    QDateTime m_looked;
    QDateTime m_next; // one of them changes then
    QTimer m_timer;
};

} // namespace keydesk
