#include "ui/DueNotifier.h"

#include "app/base/Log.h"
#include "app/base/Redactor.h"
#include "app/keys/DueWatch.h"
#include "app/keys/KeyStore.h"
#include "app/storage/Settings.h"

#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusServiceWatcher>
#include <QLocale>

#include <chrono>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

const auto service = u"org.freedesktop.Notifications"_s;
const auto objectPath = u"/org/freedesktop/Notifications"_s;
constexpr int mostNames = 5;
// What is due changes key by key when many change at once.
constexpr auto patience = std::chrono::seconds(1);

QDBusMessage callOf(const QString &method)
{
    return QDBusMessage::createMethodCall(service, objectPath, service, method);
}

} // namespace

DueNotifier::DueNotifier(const DueWatch &due, const KeyStore &keys, const Settings &settings,
                         Database &database, const Redactor &redactor, const QDBusConnection &bus,
                         QObject *parent)
    : QObject(parent)
    , m_due(due)
    , m_keys(keys)
    , m_settings(settings)
    , m_log(database)
    , m_redactor(redactor)
    , m_bus(bus)
{
    if (!m_bus.isConnected())
        return;
    m_bus.connect(service, objectPath, service, u"ActionInvoked"_s, this, SLOT(actionInvoked(uint, QString)));
    m_bus.connect(service, objectPath, service, u"NotificationClosed"_s, this,
                  SLOT(notificationClosed(uint, uint)));
    auto *appears = new QDBusServiceWatcher(service, m_bus, QDBusServiceWatcher::WatchForRegistration, this);
    m_soon.setSingleShot(true);
    m_soon.setInterval(patience);
    const auto soon = [this] { m_soon.start(); };
    connect(&m_soon, &QTimer::timeout, this, &DueNotifier::consider);
    connect(appears, &QDBusServiceWatcher::serviceRegistered, this, soon);
    connect(&m_due, &DueWatch::changed, this, soon);
    connect(&m_settings, &Settings::remindersChanged, this, soon);
    m_soon.start();
}

void DueNotifier::consider()
{
    if (m_asking)
        return;
    const bool wanted = m_settings.desktopReminders() && m_due.count() > 0;
    const Result<QList<QUuid>> untold =
        wanted ? m_log.untold(m_due.due(), m_due.now().date()) : QList<QUuid>();
    if (untold && !untold->isEmpty())
        askCapabilities();
    else
        Q_EMIT settled();
}

/// Also finds out whether there is a service.
void DueNotifier::askCapabilities()
{
    m_asking = true;
    auto *answer = new QDBusPendingCallWatcher(m_bus.asyncCall(callOf(u"GetCapabilities"_s)), this);
    connect(answer, &QDBusPendingCallWatcher::finished, this, [this, answer] {
        answer->deleteLater();
        m_asking = false;
        const QDBusPendingReply<QStringList> capabilities = *answer;
        if (capabilities.isError()) { // there is none; should one come, it is asked then
            Q_EMIT settled();
            return;
        }
        const QDate today = m_due.now().date();
        const Result<QList<QUuid>> untold = m_log.untold(m_due.due(), today); // as it is by now
        if (untold && !untold->isEmpty() && m_settings.desktopReminders())
            notify(*untold, capabilities.value());
        else
            Q_EMIT settled();
    });
}

void DueNotifier::notify(const QList<QUuid> &ids, const QStringList &capabilities)
{
    // Before the answer: one that is lost must not make the same notification come again and again.
    if (const Result<void> noted = m_log.told(ids, m_due.now().date()); !noted)
        qCWarning(lcKeys) << "that a key is due was not noted:" << noted.error().detail;
    const Text text = textOf(ids, capabilities.contains(u"body-markup"_s));
    QStringList actions;
    if (capabilities.contains(u"actions"_s))
        actions << u"default"_s << tr("Show");
    QVariantMap hints;
    hints.insert(u"desktop-entry"_s, u"keydesk"_s);
    hints.insert(u"category"_s, u"keydesk.due"_s);
    QDBusMessage call = callOf(u"Notify"_s);
    call << u"Keydesk"_s << m_shown << u"keydesk"_s << text.summary << text.body << actions
         << hints << -1;
    auto *answer = new QDBusPendingCallWatcher(m_bus.asyncCall(call), this);
    connect(answer, &QDBusPendingCallWatcher::finished, this, [this, answer, ids] {
        answer->deleteLater();
        const QDBusPendingReply<uint> id = *answer;
        if (!id.isError()) {
            m_shown = id.value();
            m_shownKeys = ids;
        }
        Q_EMIT settled();
    });
}

DueNotifier::Text DueNotifier::textOf(const QList<QUuid> &ids, bool markup) const
{
    QStringList lines;
    for (const QUuid &id : ids) {
        const auto key = m_keys.find(id);
        if (key)
            lines.append(tr("“%1” %2").arg(m_redactor.redactText(key->name), dueWords(m_due.of(id))));
    }
    Text text;
    if (lines.size() == 1) {
        text.summary = tr("A key is due");
        text.body = lines.first();
    } else {
        text.summary = tr("%1 keys are due").arg(QLocale().toString(lines.size()));
        text.body = lines.mid(0, mostNames).join(u'\n');
        if (lines.size() > mostNames)
            text.body += u'\n' + tr("and %1 more").arg(QLocale().toString(lines.size() - mostNames));
    }
    if (markup)
        text.body = text.body.toHtmlEscaped();
    return text;
}

void DueNotifier::actionInvoked(uint id, const QString &action)
{
    if (id == m_shown && m_shown != 0 && action == "default"_L1)
        Q_EMIT openRequested(m_shownKeys);
}

void DueNotifier::notificationClosed(uint id, uint)
{
    if (id == m_shown)
        m_shown = 0;
}

} // namespace keydesk
