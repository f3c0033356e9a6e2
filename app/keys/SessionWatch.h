#pragma once

#include <QObject>

#include <memory>

class QDBusMessage;
class QDBusUnixFileDescriptor;
class QThread;

namespace keydesk {

/// Tells when nobody sits in front of the computer any more: before it sleeps, and when the session is locked
/// (logind on the system bus, the screen savers' signal on the session bus). Where they are missing it says
/// nothing. Connects in a thread of its own.
class SessionWatch : public QObject
{
    Q_OBJECT

public:
    explicit SessionWatch(QObject *parent = nullptr);
    ~SessionWatch() override;

    /// Once. Before that it says nothing.
    void start();

    [[nodiscard]] bool isWatching() const { return m_watching; }

Q_SIGNALS:
    /// What hears it is done before the computer sleeps: sleep is delayed until all direct connections
    /// returned.
    void leaving();
    void watching();

private Q_SLOTS:
    void prepareForSleep(bool sleeping);
    void lockRequested();
    void propertiesChanged(const QString &interface, const QVariantMap &changed);
    void screenSaver(bool active);

private:
    void subscribe();
    void delaySleep();

    std::unique_ptr<QDBusUnixFileDescriptor> m_delay; // held open: logind waits for it
    std::unique_ptr<QThread> m_connecting;
    bool m_watching = false;
};

} // namespace keydesk
