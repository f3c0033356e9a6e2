#include "tests/support/ServerProcess.h"

#include "tests/support/Files.h"

#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

#include <chrono>

namespace keydesk::test {

namespace {

using namespace std::chrono_literals;

bool answers(quint16 port)
{
    QTcpSocket socket;
    socket.connectToHost(QHostAddress::LocalHost, port);
    return socket.waitForConnected(1000);
}

} // namespace

ServerProcess::ServerProcess()
{
    m_process.setWorkingDirectory(m_folder.path());
    m_process.setProcessChannelMode(QProcess::MergedChannels);
}

ServerProcess::~ServerProcess()
{
    // Asked first: some have children of their own to end.
    m_process.terminate();
    if (!m_process.waitForFinished(5000)) {
        m_process.kill();
        m_process.waitForFinished();
    }
}

quint16 ServerProcess::freePort()
{
    QTcpServer server;
    return server.listen(QHostAddress::LocalHost) ? server.serverPort() : 0;
}

QString ServerProcess::path(const QString &name) const
{
    return m_folder.filePath(name);
}

QString ServerProcess::write(const QString &name, const QByteArray &content) const
{
    writeFile(path(name), content);
    return path(name);
}

bool ServerProcess::start(const QString &program, const QStringList &arguments, quint16 port)
{
    m_process.start(program, arguments);
    if (!m_process.waitForStarted(10'000))
        return false;
    // It does not tell when it is ready; a refused connection comes back at once.
    return QTest::qWaitFor([&] { return m_process.state() != QProcess::Running || answers(port); }, 60'000) &&
           m_process.state() == QProcess::Running;
}

QByteArray ServerProcess::output()
{
    m_output += m_process.readAll();
    return m_output + m_process.errorString().toUtf8();
}

} // namespace keydesk::test
