#include "app/cli/OtherProgram.h"

#include "app/base/Process.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace keydesk::cli {

namespace {

std::string_view nameOf(std::string_view variable)
{
    return variable.substr(0, variable.find('='));
}

/// Into `environment`, which ends with null.
std::vector<char *> environmentWith(const std::vector<Secret> &variables)
{
    std::vector<char *> all;
    for (char **variable = environ; variable && *variable; ++variable) {
        const auto isReplaced = [name = nameOf(*variable)](const Secret &other) {
            return nameOf(other.reveal()) == name;
        };
        if (std::ranges::none_of(variables, isReplaced))
            all.push_back(*variable);
    }
    for (const Secret &variable : variables)
        all.push_back(const_cast<char *>(variable.reveal().data())); // execve changes nothing
    all.push_back(nullptr);
    return all;
}

std::vector<char *> argumentsOf(const QByteArrayList &words)
{
    std::vector<char *> all;
    for (const QByteArray &word : words)
        all.push_back(const_cast<char *>(word.constData()));
    all.push_back(nullptr);
    return all;
}

void close(int &descriptor)
{
    if (descriptor >= 0)
        ::close(descriptor);
    descriptor = -1;
}

/// Closed with this object, and when another program takes the process.
struct Pipe
{
    Pipe() = default;
    Pipe(const Pipe &) = delete;
    Pipe &operator=(const Pipe &) = delete;
    ~Pipe()
    {
        close(ends[0]);
        close(ends[1]);
    }
    [[nodiscard]] bool open() { return ::pipe2(ends.data(), O_CLOEXEC) == 0; }

    std::array<int, 2> ends = {-1, -1}; // to read, to write
};

} // namespace

OtherProgram::OtherProgram(const QByteArrayList &words)
    : m_words(words)
{
}

void OtherProgram::addVariable(const QByteArray &name, const Secret &value)
{
    QByteArray variable;
    variable.reserve(name.size() + value.size() + 2);
    variable.append(name).append('=').append(value.reveal().data(), value.size()).append('\0');
    m_variables.push_back(Secret::take(std::move(variable)));
}

int OtherProgram::become()
{
    const std::vector<char *> arguments = argumentsOf(m_words);
    const std::vector<char *> environment = environmentWith(m_variables);
    readyForOtherProgram();
    ::execvpe(arguments.front(), arguments.data(), environment.data());
    return errno;
}

tl::expected<OtherProgram::Started, int> OtherProgram::start(const std::function<bool()> &goOn)
{
    Pipe out;
    Pipe err;
    Pipe failed; // says why it could not be started; closed by its start
    Pipe go;     // the child waits for a word that it is to become the program
    if (!out.open() || !err.open() || !failed.open() || !go.open())
        return tl::unexpected(errno);
    const std::vector<char *> arguments = argumentsOf(m_words);
    const std::vector<char *> environment = environmentWith(m_variables);

    // A signal that comes to the child before it is another program must not be taken for this process's.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    const pid_t id = ::fork();
    if (id == 0) { // only what is safe after fork in a process with threads
        ::close(go.ends[1]);
        char word = 0;
        if (::read(go.ends[0], &word, 1) != 1) // all signals wait
            ::_exit(0);
        ::dup2(out.ends[1], STDOUT_FILENO);
        ::dup2(err.ends[1], STDERR_FILENO);
        for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGCHLD}) {
            struct sigaction now = {};
            if (::sigaction(number, nullptr, &now) == 0 && now.sa_handler != SIG_IGN)
                ::signal(number, SIG_DFL);
        }
        readyForOtherProgram();
        ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
        ::execvpe(arguments.front(), arguments.data(), environment.data());
        const int error = errno;
        [[maybe_unused]] const ssize_t written = ::write(failed.ends[1], &error, sizeof error);
        ::_exit(exitCodeFor(error));
    }
    const int forkError = errno;
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    if (id < 0)
        return tl::unexpected(forkError);
    // A signal that came before the fork came to this process alone, and has been caught by now.
    if (!goOn() || ::write(go.ends[1], "", 1) != 1) {
        close(go.ends[1]);
        ::waitpid(id, nullptr, 0);
        return tl::unexpected(EINTR);
    }
    close(failed.ends[1]);
    int error = 0;
    ssize_t got = 0;
    do
        got = ::read(failed.ends[0], &error, sizeof error);
    while (got < 0 && errno == EINTR);
    if (got == sizeof error) {
        ::waitpid(id, nullptr, 0);
        return tl::unexpected(error);
    }
    return Started{id, std::exchange(out.ends[0], -1), std::exchange(err.ends[0], -1)};
}

int OtherProgram::exitCodeFor(int error)
{
    return error == ENOENT || error == ENOTDIR ? 127 : 126;
}

} // namespace keydesk::cli
