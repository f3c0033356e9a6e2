#include "app/keys/SessionWatch.h"

#include "app/base/Guarded.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusUnixFileDescriptor>
#include <QPointer>
#include <QThread>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

// https://www.freedesktop.org/software/systemd/man/org.freedesktop.login1.html
QString login1()
{
    return u"org.freedesktop.login1"_s;
}
QString managerPath()
{
    return u"/org/freedesktop/login1"_s;
}
QString manager()
{
    return u"org.freedesktop.login1.Manager"_s;
}
QString session()
{
    return u"org.freedesktop.login1.Session"_s;
}

} // namespace

SessionWatch::SessionWatch(QObject *parent)
    : QObject(parent)
{
}

void SessionWatch::start()
{
    // Connecting waits for the bus's greeting.
    m_connecting.reset(QThread::create([] {
        std::ignore = QDBusConnection::systemBus().isConnected();
        std::ignore = QDBusConnection::sessionBus().isConnected();
    }));
    connect(m_connecting.get(), &QThread::finished, this, &SessionWatch::subscribe);
    m_connecting->start();
}

SessionWatch::~SessionWatch()
{
    if (m_connecting)
        m_connecting->wait();
}

void SessionWatch::subscribe()
{
    QDBusConnection system = QDBusConnection::systemBus();
    if (system.isConnected()) {
        system.connect(login1(), managerPath(), manager(), u"PrepareForSleep"_s, this,
                       SLOT(prepareForSleep(bool)));
        // Any session's: which one is ours logind cannot say when systemd's user instance started us, and
        // locking once too often costs a passphrase.
        system.connect(login1(), QString(), session(), u"Lock"_s, this, SLOT(lockRequested()));
        system.connect(login1(), QString(), u"org.freedesktop.DBus.Properties"_s, u"PropertiesChanged"_s,
                       {session()}, QString(), this, SLOT(propertiesChanged(QString, QVariantMap)));
        delaySleep();
    }
    QDBusConnection bus = QDBusConnection::sessionBus();
    if (bus.isConnected()) {
        for (const QString &name : {u"org.freedesktop.ScreenSaver"_s, u"org.gnome.ScreenSaver"_s})
            bus.connect(QString(), QString(), name, u"ActiveChanged"_s, this, SLOT(screenSaver(bool)));
    }
    m_watching = true;
    Q_EMIT watching();
}

void SessionWatch::delaySleep()
{
    QDBusMessage inhibit = QDBusMessage::createMethodCall(login1(), managerPath(), manager(), u"Inhibit"_s);
    inhibit << u"sleep"_s << u"Keydesk"_s << tr("Locks the sealed file") << u"delay"_s;
    auto *watcher = new QDBusPendingCallWatcher(QDBusConnection::systemBus().asyncCall(inhibit), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this](QDBusPendingCallWatcher *finished) {
        finished->deleteLater();
        const QDBusMessage reply = finished->reply();
        if (reply.type() == QDBusMessage::ReplyMessage)
            m_delay = std::make_unique<QDBusUnixFileDescriptor>(
                reply.arguments().value(0).value<QDBusUnixFileDescriptor>());
    });
}

void SessionWatch::prepareForSleep(bool sleeping)
{
    if (!sleeping) {
        delaySleep();
        return;
    }
    Q_EMIT leaving();
    m_delay.reset(); // now it may
}

void SessionWatch::lockRequested()
{
    Q_EMIT leaving();
}

void SessionWatch::propertiesChanged(const QString &interface, const QVariantMap &changed)
{
    if (interface == session() && changed.value(u"LockedHint"_s).toBool())
        Q_EMIT leaving();
}

void SessionWatch::screenSaver(bool active)
{
    if (active)
        Q_EMIT leaving();
}

} // namespace keydesk
