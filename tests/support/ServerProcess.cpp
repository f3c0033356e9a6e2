#include "tests/support/ServerProcess.h"

#include "tests/support/Files.h"

#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

#include <chrono>
#include <csignal>

#include <sys/prctl.h>

using namespace Qt::StringLiterals;

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
    // Of a test that crashes or is killed, too.
    m_process.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGTERM); });
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

bool ServerProcess::startPython(const QString &script, quint16 port, const QStringList &arguments)
{
    return start(u"/usr/bin/python3"_s, QStringList{script, QString::number(port)} + arguments, port);
}

bool ServerProcess::startHttpbin(quint16 port)
{
    // Threads for calls at a time; calls that still wait at the end are not waited for.
    return start(u"gunicorn"_s,
                 {u"--bind"_s, u"127.0.0.1:%1"_s.arg(port), u"--workers"_s, u"1"_s, u"--threads"_s, u"8"_s, u"--keep-alive"_s, u"60"_s,
                  u"--graceful-timeout"_s, u"1"_s, u"--worker-tmp-dir"_s, path(), u"httpbin:app"_s},
                 port);
}

bool ServerProcess::startNginx(quint16 port, const QByteArray &http, const QByteArray &main)
{
    const QString configuration =
        write(u"nginx.conf"_s, main +
                                   // Root's workers would be somebody else, who may not read the folder; others' nginx leaves out `user`.
                                   "\nuser root; daemon off; worker_processes 1; pid nginx.pid; error_log stderr;\nevents {}\nhttp {\n"
                                   "client_body_temp_path temp; proxy_temp_path temp; fastcgi_temp_path temp; uwsgi_temp_path temp; scgi_temp_path temp;\n"
                                   "access_log off;\n" +
                                   http + "\n}\n");
    // Not everybody's PATH has the folder.
    return start(u"/usr/sbin/nginx"_s, {u"-p"_s, path(), u"-c"_s, configuration, u"-e"_s, u"stderr"_s}, port);
}

bool ServerProcess::startNghttpx(quint16 port, quint16 backend, const QString &certificate, const QString &key)
{
    return start(u"nghttpx"_s,
                 {u"--conf=/dev/null"_s, u"--frontend=127.0.0.1,%1"_s.arg(port), u"--backend=127.0.0.1,%1"_s.arg(backend), u"--workers=1"_s,
                  u"--no-ocsp"_s, key, certificate},
                 port);
}

QByteArray ServerProcess::output()
{
    m_output += m_process.readAll();
    return m_output + m_process.errorString().toUtf8();
}

} // namespace keydesk::test
