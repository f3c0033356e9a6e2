#include "app/keys/SecretService.h"

#include "app/base/Guarded.h"
#include "app/base/Log.h"

#include <QCoreApplication>
#include <QDBusArgument>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusMetaType>
#include <QDBusObjectPath>
#include <QDBusPendingCallWatcher>
#include <QDBusServiceWatcher>
#include <QDBusVariant>
#include <QFile>
#include <QPointer>
#include <QThread>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

// https://specifications.freedesktop.org/secret-service/latest/
const QString &serviceName()
{
    static const QString name = u"org.freedesktop.secrets"_s;
    return name;
}
QString servicePath()
{
    return u"/org/freedesktop/secrets"_s;
}
QString serviceInterface()
{
    return u"org.freedesktop.Secret.Service"_s;
}
QString collectionInterface()
{
    return u"org.freedesktop.Secret.Collection"_s;
}
QString promptInterface()
{
    return u"org.freedesktop.Secret.Prompt"_s;
}
QString properties()
{
    return u"org.freedesktop.DBus.Properties"_s;
}

bool isError(const QDBusMessage &reply)
{
    return reply.type() == QDBusMessage::ErrorMessage;
}

} // namespace

/// Waits for one prompt of the service to be answered.
class SecretService::Prompt : public QObject
{
    Q_OBJECT

public:
    Prompt(const QString &path, std::function<void()> done, QObject *parent)
        : QObject(parent)
        , m_done(std::move(done))
    {
        QDBusConnection::sessionBus().connect(serviceName(), path, promptInterface(), u"Completed"_s, this,
                                              SLOT(completed()));
    }

public Q_SLOTS:
    void completed()
    {
        deleteLater();
        if (const std::function<void()> done = std::exchange(m_done, {}))
            done();
    }

private:
    std::function<void()> m_done;
};

SecretService::SecretService(std::chrono::milliseconds patience, QObject *parent)
    : QObject(parent)
    , m_patience(patience)
{
    m_noticed.setSingleShot(true);
    m_noticed.setInterval(std::chrono::milliseconds(20));
    connect(&m_noticed, &QTimer::timeout, this, &SecretService::changed);
    // Connecting waits for the bus's greeting. Begun here it is done by the time of the first question, while
    // the window is being made.
    if (QCoreApplication::instance()) {
        m_connecting.reset(
            QThread::create([] { std::ignore = QDBusConnection::sessionBus().isConnected(); }));
        m_connecting->start();
    }
}

SecretService::~SecretService()
{
    if (m_connecting)
        m_connecting->wait();
}

void SecretService::noticed()
{
    m_noticed.start();
}

bool SecretService::connectToBus()
{
    QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected())
        return false;
    if (m_subscribed)
        return true;
    m_subscribed = true;
    // gnome-keyring sends both when a collection is locked or unlocked; other services one of them.
    bus.connect(serviceName(), QString(), properties(), u"PropertiesChanged"_s, {collectionInterface()},
                QString(), this, SLOT(noticed()));
    for (const QString &signal : {u"CollectionChanged"_s, u"CollectionCreated"_s, u"CollectionDeleted"_s})
        bus.connect(serviceName(), servicePath(), serviceInterface(), signal, this, SLOT(noticed()));
    auto *watcher =
        new QDBusServiceWatcher(serviceName(), bus, QDBusServiceWatcher::WatchForOwnerChange, this);
    connect(watcher, &QDBusServiceWatcher::serviceOwnerChanged, this, &SecretService::noticed);
    return true;
}

void SecretService::call(const QDBusMessage &message, std::function<void(const QDBusMessage &)> done)
{
    const QDBusPendingCall pending =
        QDBusConnection::sessionBus().asyncCall(message, static_cast<int>(m_patience.count()));
    auto *watcher = new QDBusPendingCallWatcher(pending, this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this,
            [done = std::move(done)](QDBusPendingCallWatcher *finished) {
                finished->deleteLater();
                done(finished->reply());
            });
}

SecretService::Answer SecretService::answerOf(const QDBusMessage &error)
{
    const QString name = error.errorName();
    if (name.startsWith("org.freedesktop.DBus.Error.Spawn"_L1) ||
        name == "org.freedesktop.DBus.Error.ServiceUnknown"_L1 ||
        name == "org.freedesktop.DBus.Error.NameHasNoOwner"_L1)
        return Answer::NoService;
    if (name == "org.freedesktop.DBus.Error.NoReply"_L1 || name == "org.freedesktop.DBus.Error.Timeout"_L1 ||
        name == "org.freedesktop.DBus.Error.TimedOut"_L1)
        return Answer::NoAnswer;
    if (name == "org.freedesktop.DBus.Error.AccessDenied"_L1)
        return Answer::Denied;
    if (name == "org.freedesktop.DBus.Error.Disconnected"_L1)
        return Answer::NoBus;
    if (name == "org.freedesktop.Secret.Error.IsLocked"_L1)
        return Answer::Locked;
    // The alias `default` stands for nothing yet. gnome-keyring says so in the second way.
    if (name == "org.freedesktop.Secret.Error.NoSuchObject"_L1 ||
        name == "org.freedesktop.DBus.Error.UnknownMethod"_L1 ||
        name == "org.freedesktop.DBus.Error.UnknownObject"_L1)
        return Answer::Unlocked;
    qCWarning(lcKeys) << "the secret service answered" << name << error.errorMessage();
    return Answer::Broken;
}

void SecretService::ask(QObject *guard, Done done)
{
    const auto answer = [guard = QPointer(guard), done = std::move(done)](Answer what) {
        if (guard)
            done(what);
    };
    // Later even where there is no bus, and not at all inside the start of the program: connecting takes a
    // round trip.
    later(this, [this, answer] {
        if (!connectToBus()) {
            answer(Answer::NoBus);
            return;
        }
        QDBusMessage get = QDBusMessage::createMethodCall(
            serviceName(), servicePath() + u"/aliases/default"_s, properties(), u"Get"_s);
        get << collectionInterface() << u"Locked"_s;
        call(get, [this, answer](const QDBusMessage &reply) {
            if (!isError(reply)) {
                const bool locked = reply.arguments().value(0).value<QDBusVariant>().variant().toBool();
                answer(locked ? Answer::Locked : Answer::Unlocked);
            } else if (const Answer what = answerOf(reply); what == Answer::NoService) {
                askForOtherService(answer);
            } else {
                answer(what);
            }
        });
    });
}

void SecretService::askForOtherService(const Done &done)
{
    const QDBusMessage list =
        QDBusMessage::createMethodCall(u"org.freedesktop.DBus"_s, u"/org/freedesktop/DBus"_s,
                                       u"org.freedesktop.DBus"_s, u"ListActivatableNames"_s);
    const QDBusMessage names = QDBusMessage::createMethodCall(
        u"org.freedesktop.DBus"_s, u"/org/freedesktop/DBus"_s, u"org.freedesktop.DBus"_s, u"ListNames"_s);
    const auto hasWallet = [](const QDBusMessage &reply) {
        const QStringList all = reply.arguments().value(0).toStringList();
        return all.contains("org.kde.kwalletd5"_L1) || all.contains("org.kde.kwalletd"_L1);
    };
    call(list, [this, names, hasWallet, done](const QDBusMessage &startable) {
        call(names, [startable, hasWallet, done](const QDBusMessage &running) {
            done(hasWallet(startable) || hasWallet(running) ? Answer::OtherService : Answer::NoService);
        });
    });
}

void SecretService::unlock(QObject *guard, Done done)
{
    // Whatever happens on the way, the answer is how it is afterwards.
    const auto askAgain = [this, guard = QPointer(guard), done = std::move(done)] {
        if (guard)
            ask(guard, done);
    };
    later(this, [this, askAgain] {
        if (!connectToBus()) {
            askAgain();
            return;
        }
        QDBusMessage readAlias =
            QDBusMessage::createMethodCall(serviceName(), servicePath(), serviceInterface(), u"ReadAlias"_s);
        readAlias << u"default"_s;
        call(readAlias, [this, askAgain](const QDBusMessage &alias) {
            const QString collection = alias.arguments().value(0).value<QDBusObjectPath>().path();
            if (isError(alias) || collection.size() <= 1) {
                askAgain();
                return;
            }
            QDBusMessage unlocking =
                QDBusMessage::createMethodCall(serviceName(), servicePath(), serviceInterface(), u"Unlock"_s);
            unlocking << QVariant::fromValue(QList<QDBusObjectPath>{QDBusObjectPath(collection)});
            call(unlocking, [this, askAgain](const QDBusMessage &unlocked) {
                const QString path = unlocked.arguments().value(1).value<QDBusObjectPath>().path();
                if (isError(unlocked) || path.size() <= 1) {
                    askAgain();
                    return;
                }
                auto *prompt = new Prompt(path, askAgain, this); // listens before it is shown
                QDBusMessage show =
                    QDBusMessage::createMethodCall(serviceName(), path, promptInterface(), u"Prompt"_s);
                show << QString();
                call(show, [prompt = QPointer(prompt)](const QDBusMessage &shown) {
                    if (prompt && isError(shown))
                        prompt->completed();
                });
            });
        });
    });
}

void SecretService::provider(QObject *guard, Name done)
{
    later(this, [this, guard = QPointer(guard), done = std::move(done)] {
        const auto answer = [guard, done](const QString &name) {
            if (guard)
                done(name);
        };
        if (!connectToBus()) {
            answer({});
            return;
        }
        QDBusMessage ask = QDBusMessage::createMethodCall(u"org.freedesktop.DBus"_s, u"/org/freedesktop/DBus"_s,
                                                          u"org.freedesktop.DBus"_s, u"GetConnectionUnixProcessID"_s);
        ask << serviceName();
        call(ask, [answer](const QDBusMessage &reply) {
            QFile commandLine(u"/proc/%1/cmdline"_s.arg(reply.arguments().value(0).toUInt()));
            const bool isKnown = !isError(reply) && commandLine.open(QIODevice::ReadOnly);
            const QByteArray program = isKnown ? commandLine.readAll().split('\0').constFirst() : QByteArray();
            answer(QString::fromLocal8Bit(program.mid(program.lastIndexOf('/') + 1)));
        });
    });
}

// --- Listing
// -------------------------------------------------------------------------------------------------------------

/// The items of one search, whose names are asked for one by one, several at a time.
struct SecretService::Listing
{
    QList<QDBusObjectPath> items;
    qsizetype next = 0;
    qsizetype answered = 0;
    QStringList names;
    bool broken = false;
    QPointer<QObject> guard;
    Names done;
};

void SecretService::list(const QString &service, QObject *guard, Names done)
{
    auto listing = std::make_shared<Listing>();
    listing->guard = guard;
    listing->done = std::move(done);
    later(this, [this, service, listing] {
        const auto giveUp = [listing] {
            if (listing->guard)
                listing->done({});
        };
        if (!connectToBus()) {
            giveUp();
            return;
        }
        // What QtKeychain's libsecret backend gives its items: "server" is the service, "user" the entry's name.
        qDBusRegisterMetaType<QMap<QString, QString>>();
        QDBusMessage search =
            QDBusMessage::createMethodCall(serviceName(), servicePath(), serviceInterface(), u"SearchItems"_s);
        search << QVariant::fromValue(QMap<QString, QString>{{u"server"_s, service}});
        call(search, [this, listing, giveUp](const QDBusMessage &found) {
            if (isError(found)) {
                giveUp();
                return;
            }
            for (const QVariant &paths : found.arguments())
                listing->items += qdbus_cast<QList<QDBusObjectPath>>(paths);
            if (listing->items.isEmpty()) {
                if (listing->guard)
                    listing->done(QStringList());
                return;
            }
            constexpr int atOnce = 16;
            for (int started = 0; started < atOnce; ++started)
                readNames(listing);
        });
    });
}

void SecretService::readNames(const std::shared_ptr<Listing> &listing)
{
    if (listing->next >= listing->items.size())
        return;
    QDBusMessage get =
        QDBusMessage::createMethodCall(serviceName(), listing->items.at(listing->next++).path(), properties(), u"Get"_s);
    get << u"org.freedesktop.Secret.Item"_s << u"Attributes"_s;
    call(get, [this, listing](const QDBusMessage &reply) {
        if (isError(reply)) {
            // One that was deleted meanwhile is not there; anything else leaves the list incomplete.
            listing->broken = listing->broken || answerOf(reply) != Answer::Unlocked;
        } else {
            const auto attributes =
                qdbus_cast<QMap<QString, QString>>(reply.arguments().value(0).value<QDBusVariant>().variant());
            listing->names.append(attributes.value(u"user"_s));
        }
        if (++listing->answered == listing->items.size() && listing->guard)
            listing->done(listing->broken ? std::optional<QStringList>() : listing->names);
        readNames(listing);
    });
}

} // namespace keydesk

#include "SecretService.moc"
