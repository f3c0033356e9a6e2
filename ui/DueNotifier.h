#pragma once

#include "app/keys/ReminderLog.h"

#include <QDBusConnection>
#include <QObject>
#include <QStringList>
#include <QTimer>

namespace keydesk {

class DueWatch;
class KeyStore;
class Redactor;
class Settings;

/// Tells through the desktop's notification service (org.freedesktop.Notifications), if the session has one,
/// which keys are due: how many and their names, never more. Each key once a day. Nothing here waits for the
/// bus.
class DueNotifier : public QObject
{
    Q_OBJECT

public:
    DueNotifier(const DueWatch &due, const KeyStore &keys, const Settings &settings, Database &database,
                const Redactor &redactor, const QDBusConnection &bus, QObject *parent = nullptr);

    struct Text
    {
        QString summary;
        QString body;
    };
    /// What is told of these keys. `markup`: whether the service reads HTML in the body.
    [[nodiscard]] Text textOf(const QList<QUuid> &ids, bool markup) const;

Q_SIGNALS:
    void openRequested(const QList<QUuid> &ids); ///< the notification was clicked
    void settled();                              ///< what is due was looked at, and told if it was to be

private Q_SLOTS:
    void actionInvoked(uint id, const QString &action);
    void notificationClosed(uint id, uint reason);

private:
    void consider();
    void askCapabilities();
    void notify(const QList<QUuid> &ids, const QStringList &capabilities);

    const DueWatch &m_due;
    const KeyStore &m_keys;
    const Settings &m_settings;
    ReminderLog m_log;
    const Redactor &m_redactor;
    QDBusConnection m_bus;
    QTimer m_soon;
    bool m_asking = false;
    uint m_shown = 0; // the service's number for the last notification; 0: none
    QList<QUuid> m_shownKeys;
};

} // namespace keydesk
