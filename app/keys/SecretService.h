#pragma once

#include <QObject>
#include <QTimer>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

class QDBusMessage;
class QDBusServiceWatcher;
class QThread;

namespace keydesk {

/// What QtKeychain cannot tell about the keychain, asked over D-Bus (the freedesktop Secret Service API,
/// which gnome-keyring, KWallet and KeePassXC provide): is there one, is its default collection locked, and
/// unlock it. Never blocks; connects to the bus in a thread of its own.
class SecretService : public QObject
{
    Q_OBJECT

public:
    enum class Answer {
        NoBus,
        NoService,    ///< nobody provides it and nobody can be started for it
        OtherService, ///< an older KWallet, which this API cannot ask
        Locked,
        Unlocked, ///< also when there is no default collection yet: the first write makes it
        NoAnswer, ///< not within `patience`
        Denied,
        Broken,
    };
    using Done = std::function<void(Answer)>;

    explicit SecretService(std::chrono::milliseconds patience, QObject *parent = nullptr);
    ~SecretService() override;

    /// `done` is called once, later, not after `guard` died.
    void ask(QObject *guard, Done done);
    /// Shows the system's own password window if it has to. `done` hears how it is afterwards; never if that
    /// window is never closed.
    void unlock(QObject *guard, Done done);
    /// The names of the entries that QtKeychain wrote for `service`, in every collection, locked ones too. Nothing if they cannot be
    /// told. Reads no secret.
    using Names = std::function<void(const std::optional<QStringList> &)>;
    void list(const QString &service, QObject *guard, Names done);

    /// The name of the program that provides the service now ("gnome-keyring-daemon"); empty if none does or it cannot be told.
    using Name = std::function<void(const QString &)>;
    void provider(QObject *guard, Name done);

Q_SIGNALS:
    /// Something was locked, unlocked, started or ended: the answer may be another one now.
    void changed();

private Q_SLOTS:
    void noticed();

private:
    class Prompt;

    bool connectToBus();
    void call(const QDBusMessage &message, std::function<void(const QDBusMessage &)> done);
    struct Listing;
    void readNames(const std::shared_ptr<Listing> &listing);
    void askForOtherService(const Done &done);
    [[nodiscard]] static Answer answerOf(const QDBusMessage &error);

    std::chrono::milliseconds m_patience;
    QTimer m_noticed; // several signals come together
    bool m_subscribed = false;
    std::unique_ptr<QThread> m_connecting;
};

} // namespace keydesk
