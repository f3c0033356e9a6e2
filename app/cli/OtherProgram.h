#pragma once

#include "app/base/Secret.h"

#include <QByteArrayList>
#include <QString>

#include <tl/expected.hpp>

#include <functional>
#include <vector>

#include <sys/types.h>

namespace keydesk::cli {

/// Another program with variables of its own: those of this process, and further ones in their place or
/// beside them. They are in the other program's environment alone, never in this one's. Signals, umask and
/// SIGPIPE are for it as they were for this process at its start.
class OtherProgram
{
public:
    /// A child of this process. Its standard input is this process's; the descriptors are its standard
    /// output's and standard error's other ends.
    struct Started
    {
        pid_t id = 0;
        int out = -1;
        int err = -1;
    };

    /// `words`: the program, looked for in PATH unless there is a slash in it, and its arguments; not empty.
    explicit OtherProgram(const QByteArrayList &words);

    void addVariable(const QByteArray &name, const Secret &value);
    /// This process becomes the program. Returns only if that fails: errno.
    [[nodiscard]] int become();
    /// `goOn` is asked once the child is there but is not the program yet: signals that come from then on
    /// come to it, too, if they come to this process's group. The error is errno; EINTR if it was not to go
    /// on, and then nothing is left of the child.
    [[nodiscard]] tl::expected<Started, int> start(const std::function<bool()> &goOn = [] { return true; });

    [[nodiscard]] QString name() const { return QString::fromLocal8Bit(m_words.first()); }
    /// What shells end with that cannot start it: 127 if it is not there, else 126.
    [[nodiscard]] static int exitCodeFor(int error);

private:
    const QByteArrayList m_words;
    std::vector<Secret> m_variables; // "NAME=value" and a NUL
};

} // namespace keydesk::cli
