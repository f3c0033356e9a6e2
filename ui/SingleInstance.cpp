#include "ui/SingleInstance.h"

#include <QLocalSocket>

namespace keydesk {

namespace {

// A running Keydesk accepts at once; one that does not in this time is gone or hangs, and its socket may be taken over.
constexpr int answerMilliseconds = 500;

} // namespace

SingleInstance::SingleInstance(const QString &socketPath, QObject *parent)
    : QObject(parent)
{
    QLocalSocket other;
    other.connectToServer(socketPath);
    if (other.waitForConnected(answerMilliseconds)) {
        other.disconnectFromServer();
        return;
    }
    m_first = true;
    m_server.setSocketOptions(QLocalServer::UserAccessOption);
    QLocalServer::removeServer(socketPath); // left over from a crash
    m_server.listen(socketPath);
    connect(&m_server, &QLocalServer::newConnection, this, [this] {
        while (QLocalSocket *socket = m_server.nextPendingConnection()) {
            connect(socket, &QLocalSocket::disconnected, socket, &QObject::deleteLater);
            Q_EMIT raiseRequested();
        }
    });
}

} // namespace keydesk
