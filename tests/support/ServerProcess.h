#pragma once

#include <QProcess>
#include <QStringList>
#include <QTemporaryDir>

namespace keydesk::test {

/// A server that nobody here wrote (nginx, httpbin …), as a process with a folder of its own. It ends with this, and with the test.
class ServerProcess
{
public:
    ServerProcess();
    ~ServerProcess();

    /// A port of loopback that nobody listens at just now.
    static quint16 freePort();

    /// A path in its folder, which it is started in.
    [[nodiscard]] QString path(const QString &name = {}) const;
    /// Writes a file of its folder and returns its path.
    QString write(const QString &name, const QByteArray &content) const;
    /// Starts it and waits until it takes connections at that port of 127.0.0.1; false if it does not, see `output`.
    bool start(const QString &program, const QStringList &arguments, quint16 port);
    /// The system's Python, which Debian's packages are for. `script` is a file; the port is its first argument.
    bool startPython(const QString &script, quint16 port, const QStringList &arguments = {});
    bool startHttpbin(quint16 port);
    /// nginx with `http` as its http block, which listens at `port`; `main` stands before that block. What it writes lies in its folder.
    bool startNginx(quint16 port, const QByteArray &http, const QByteArray &main = {});
    /// nghttpx before a server of HTTP/1.1: HTTP/2 with that certificate, PEM files.
    bool startNghttpx(quint16 port, quint16 backend, const QString &certificate, const QString &key);
    /// What it has printed so far.
    [[nodiscard]] QByteArray output();

private:
    QTemporaryDir m_folder;
    QProcess m_process;
    QByteArray m_output;
};

} // namespace keydesk::test
