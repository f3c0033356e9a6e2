#pragma once

#include <QByteArray>
#include <QProcess>
#include <QTest>

#include <fcntl.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace keydesk::test {

/// Somebody who sits at a terminal, with a process at its other end.
class Terminal
{
public:
    Terminal()
    {
        winsize size{};
        size.ws_row = 40;
        size.ws_col = 250; // nothing that is looked for is broken into lines
        if (::openpty(&m_ours, &m_theirs, nullptr, nullptr, &size) != 0 || ::fcntl(m_ours, F_SETFL, O_NONBLOCK) != 0)
            qFatal("there is no terminal");
    }
    ~Terminal()
    {
        ::close(m_ours);
        ::close(m_theirs);
    }
    Terminal(const Terminal &) = delete;
    Terminal &operator=(const Terminal &) = delete;

    /// Before the process starts: it asks and reads here, and what it has to give still goes into its pipe.
    void attach(QProcess &process) const
    {
        process.setChildProcessModifier([theirs = m_theirs] {
            ::dup2(theirs, STDIN_FILENO);
            ::dup2(theirs, STDERR_FILENO);
        });
    }
    /// All of it goes here, as for a shell, and Ctrl+C comes from here.
    void own(QProcess &process) const
    {
        process.setChildProcessModifier([theirs = m_theirs] {
            ::setsid();
            ::ioctl(theirs, TIOCSCTTY, 0);
            for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
                ::dup2(theirs, descriptor);
        });
    }

    /// Waits until `words` were shown after what was waited for before.
    bool shows(const QByteArray &words)
    {
        const bool found = QTest::qWaitFor(
            [&] {
                read();
                return m_screen.indexOf(words, m_seen) >= 0;
            },
            30'000);
        if (found)
            m_seen = m_screen.indexOf(words, m_seen) + words.size();
        return found;
    }
    [[nodiscard]] bool type(const QByteArray &words) const
    {
        return ::write(m_ours, words.constData(), static_cast<std::size_t>(words.size())) == words.size();
    }
    /// Everything that was shown.
    [[nodiscard]] const QByteArray &screen()
    {
        read();
        return m_screen;
    }

private:
    void read()
    {
        char bytes[4096];
        for (ssize_t count = 0; (count = ::read(m_ours, bytes, sizeof bytes)) > 0;)
            m_screen.append(bytes, count);
    }

    int m_ours = -1;
    int m_theirs = -1;
    QByteArray m_screen;
    qsizetype m_seen = 0;
};

} // namespace keydesk::test
