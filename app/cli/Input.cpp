#include "app/cli/Input.h"

#include <QSocketNotifier>

#include <cerrno>
#include <cstring>

#include <termios.h>
#include <unistd.h>

namespace keydesk::cli {

namespace {

constexpr std::size_t mostBytes = 64 * 1024;

void say(const QByteArray &words)
{
    [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, words.constData(), static_cast<std::size_t>(words.size()));
}

} // namespace

Input::Input(QObject *parent)
    : QObject(parent)
{
}

Input::~Input()
{
    showAgain();
    if (!m_bytes.empty()) // something was asked
        ::explicit_bzero(m_bytes.data(), m_bytes.size());
}

bool Input::isTerminal()
{
    return ::isatty(STDIN_FILENO) == 1 && ::isatty(STDERR_FILENO) == 1;
}

void Input::secret(const QString &prompt, std::function<void(Result<Secret>)> done)
{
    ask(prompt, true, [this, done = std::move(done)] {
        if (m_isTooLong)
            done(failure(Error::Kind::InvalidInput, tr("What came in on standard input is longer than any token: 64 KiB at most are read.")));
        else if (line().empty())
            done(failure(Error::Kind::InvalidInput, tr("Nothing came in on standard input. Give the token there: it is read from a pipe, or typed "
                                                       "at a terminal.")));
        else
            done(Secret(line()));
    });
}

void Input::confirm(const QString &question, std::function<void(bool)> done)
{
    ask(question, false, [this, done = std::move(done)] {
        const QString answer = QString::fromUtf8(line().data(), static_cast<qsizetype>(line().size())).trimmed();
        done(answer.compare(QStringLiteral("y"), Qt::CaseInsensitive) == 0 || answer.compare(QStringLiteral("yes"), Qt::CaseInsensitive) == 0);
    });
}

void Input::ask(const QString &prompt, bool hidden, Done done)
{
    m_bytes.assign(mostBytes + 1, '\0');
    m_size = 0;
    m_isTooLong = false;
    m_done = std::move(done);
    if (::isatty(STDIN_FILENO) == 1) { // wherever the question goes: what is typed must not be shown
        termios now;
        if (hidden && ::tcgetattr(STDIN_FILENO, &now) == 0) {
            m_before = std::make_unique<termios>(now);
            now.c_lflag &= ~static_cast<tcflag_t>(ECHO);
            ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &now);
        }
        say(prompt.toUtf8() + ' ');
    }
    auto notifier = std::make_unique<QSocketNotifier>(STDIN_FILENO, QSocketNotifier::Read);
    connect(notifier.get(), &QSocketNotifier::activated, this, &Input::read);
    m_notifier = std::move(notifier);
}

void Input::read()
{
    const ssize_t count = ::read(STDIN_FILENO, m_bytes.data() + m_size, m_bytes.size() - m_size);
    if (count < 0 && (errno == EINTR || errno == EAGAIN))
        return;
    if (count > 0)
        m_size += static_cast<std::size_t>(count);
    m_isTooLong = m_size > mostBytes;
    const bool hasLine = ::isatty(STDIN_FILENO) == 1 && m_size > 0 && m_bytes[m_size - 1] == '\n';
    if (count <= 0 || m_isTooLong || hasLine)
        end();
}

void Input::end()
{
    if (m_before)
        say("\n"); // which was not shown either
    showAgain();
    m_notifier.release()->deleteLater(); // this is called from within it
    const Done done = std::exchange(m_done, {});
    done();
    ::explicit_bzero(m_bytes.data(), m_bytes.size());
}

void Input::showAgain()
{
    if (m_before)
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, m_before.get());
    m_before.reset();
}

/// Without the line break at its end.
std::string_view Input::line() const
{
    std::string_view text(m_bytes.data(), m_size);
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r'))
        text.remove_suffix(1);
    return text;
}

} // namespace keydesk::cli
