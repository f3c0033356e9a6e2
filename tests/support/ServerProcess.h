#pragma once

#include <QProcess>
#include <QStringList>
#include <QTemporaryDir>

namespace keydesk::test {

/// A server that nobody here wrote (nginx, httpbin …), as a process with a folder of its own. It ends with this.
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
    /// What it has printed so far.
    [[nodiscard]] QByteArray output();

private:
    QTemporaryDir m_folder;
    QProcess m_process;
    QByteArray m_output;
};

} // namespace keydesk::test
