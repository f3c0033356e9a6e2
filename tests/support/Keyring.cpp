#include "tests/support/Keyring.h"

#include <QDBusArgument>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusMetaType>
#include <QDBusObjectPath>
#include <QDBusVariant>

using namespace Qt::StringLiterals;

/// A secret as the Secret Service API hands it over.
struct DBusSecret
{
    QDBusObjectPath session;
    QByteArray parameters;
    QByteArray value;
    QString contentType;
};
Q_DECLARE_METATYPE(DBusSecret)

QDBusArgument &operator<<(QDBusArgument &argument, const DBusSecret &secret)
{
    argument.beginStructure();
    argument << secret.session << secret.parameters << secret.value << secret.contentType;
    argument.endStructure();
    return argument;
}

const QDBusArgument &operator>>(const QDBusArgument &argument, DBusSecret &secret)
{
    argument.beginStructure();
    argument >> secret.session >> secret.parameters >> secret.value >> secret.contentType;
    argument.endStructure();
    return argument;
}

namespace keydesk::test {

namespace {

/// A method of the keyring, called in the way a keychain manager would. Waiting is right here: it is the
/// test's own call.
QVariantList callService(const QString &path, const QString &interface, const QString &method,
                         const QVariantList &arguments)
{
    QDBusMessage message =
        QDBusMessage::createMethodCall(u"org.freedesktop.secrets"_s, path, interface, method);
    message.setArguments(arguments);
    const QDBusMessage reply = QDBusConnection::sessionBus().call(message);
    if (reply.type() == QDBusMessage::ErrorMessage)
        qFatal("%s: %s", qPrintable(method), qPrintable(reply.errorMessage()));
    return reply.arguments();
}

QDBusObjectPath defaultCollection()
{
    const QVariantList reply = callService(u"/org/freedesktop/secrets"_s, u"org.freedesktop.Secret.Service"_s,
                                           u"ReadAlias"_s, {u"default"_s});
    return reply.first().value<QDBusObjectPath>();
}

} // namespace

void lockKeyring()
{
    callService(u"/org/freedesktop/secrets"_s, u"org.freedesktop.Secret.Service"_s, u"Lock"_s,
                {QVariant::fromValue(QList<QDBusObjectPath>{defaultCollection()})});
}

/// gnome-keyring's own way to unlock without a window. The password is what with-keyring gave it: a line
/// break.
void unlockKeyring()
{
    qDBusRegisterMetaType<DBusSecret>();
    const QVariantList session =
        callService(u"/org/freedesktop/secrets"_s, u"org.freedesktop.Secret.Service"_s, u"OpenSession"_s,
                    {u"plain"_s, QVariant::fromValue(QDBusVariant(QString()))});
    const DBusSecret password{session.at(1).value<QDBusObjectPath>(), {}, QByteArray("\n"), u"text/plain"_s};
    callService(u"/org/freedesktop/secrets"_s, u"org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface"_s,
                u"UnlockWithMasterPassword"_s,
                {QVariant::fromValue(defaultCollection()), QVariant::fromValue(password)});
}

} // namespace keydesk::test
