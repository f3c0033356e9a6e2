#include "app/cli/StandardInput.h"

#include "app/cli/SignalWatch.h"
#include "app/interchange/SecretSnippet.h"
#include "app/providers/TokenFormat.h"

#include <QCoreApplication>
#include <QFile>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string_view>

#include <strings.h>
#include <sys/mman.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace keydesk::cli {

namespace {

struct StandardInputText
{
    Q_DECLARE_TR_FUNCTIONS(StandardInput)
};

/// `take` is given each piece; false ends it.
Result<void> readAll(SignalWatch &signals, const std::function<bool(std::string_view)> &take)
{
    std::array<char, 65536> buffer;
    for (;;) {
        if (!signals.waitFor(STDIN_FILENO))
            return failure(Error::Kind::Cancelled, StandardInputText::tr("It was interrupted."));
        const ssize_t got = ::read(STDIN_FILENO, buffer.data(), buffer.size());
        if (got == 0)
            break;
        if (got < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (got < 0)
            return failure(
                Error::Kind::InvalidInput,
                StandardInputText::tr("Standard input cannot be read. %1").arg(qt_error_string(errno)));
        if (!take({buffer.data(), static_cast<std::size_t>(got)}))
            break;
    }
    explicit_bzero(buffer.data(), buffer.size());
    return {};
}

Result<Secret> cleaned(const Secret &given, const QString &nothing)
{
    CleanedToken clean = cleanToken(given);
    if (clean.token.isEmpty())
        return failure(Error::Kind::InvalidInput, nothing);
    if (!canBeSent(clean.token))
        return failure(Error::Kind::InvalidInput,
                       StandardInputText::tr("The token has characters that no request can carry."));
    return std::move(clean.token);
}

} // namespace

Result<Secret> tokenFromInput(SignalWatch &signals)
{
    if (::isatty(STDIN_FILENO) != 0)
        return failure(Error::Kind::InvalidInput,
                       StandardInputText::tr("The token is read from standard input, and a terminal would "
                                             "show it. Pipe it in, from a password manager for example."));
    QByteArray bytes;
    bytes.reserve(128 * 1024); // it never moves, so that no copy stays behind
    constexpr qsizetype most = 65536;
    const Result<void> read = readAll(signals, [&bytes](std::string_view piece) {
        bytes.append(piece.data(), std::min<qsizetype>(static_cast<qsizetype>(piece.size()), most + 1 - bytes.size()));
        return bytes.size() <= most;
    });
    const Secret given = Secret::take(std::move(bytes));
    if (!read)
        return tl::unexpected(read.error());
    return cleaned(given, StandardInputText::tr("Standard input holds no token."));
}

Result<Secret> tokenFromVariable(const QString &name)
{
    const QByteArray variable = name.toLocal8Bit();
    char *value = isVariableName(name) ? ::getenv(variable.constData()) : nullptr;
    if (!value)
        return failure(
            Error::Kind::InvalidInput,
            isVariableName(name)
                ? StandardInputText::tr(
                      "The variable that --key-env names is not set, or not exported.") // it may be a token,
                                                                                        // by mistake
                : StandardInputText::tr("--key-env wants the name of a variable, not its value."));
    const Secret given{std::string_view(value)};
    ::explicit_bzero(value, std::strlen(value));
    ::unsetenv(variable.constData());
    return cleaned(given, StandardInputText::tr("The variable that --key-env names is empty."));
}

Result<QByteArray> readInput(SignalWatch &signals, qint64 limit)
{
    QByteArray bytes;
    const Result<void> read = readAll(signals, [&](std::string_view piece) {
        bytes.append(piece.data(), static_cast<qsizetype>(piece.size()));
        return bytes.size() <= limit;
    });
    if (!read)
        return tl::unexpected(read.error());
    if (bytes.size() > limit)
        return failure(Error::Kind::TooLarge,
                       StandardInputText::tr("Standard input is longer than %1 bytes.").arg(limit));
    return bytes;
}

Result<QString> inputAsFile(SignalWatch &signals)
{
    // Not on the disk: what is sent may hold a secret.
    const int descriptor = ::memfd_create("body", MFD_CLOEXEC);
    if (descriptor < 0)
        return failure(
            Error::Kind::InvalidInput,
            StandardInputText::tr("There is no memory for standard input. %1").arg(qt_error_string(errno)));
    bool whole = true;
    const Result<void> read = readAll(signals, [&](std::string_view piece) {
        while (whole && !piece.empty()) {
            const ssize_t written = ::write(descriptor, piece.data(), piece.size());
            whole = written > 0;
            piece.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(written, 0)));
        }
        return whole;
    });
    if (!read)
        return tl::unexpected(read.error());
    if (!whole)
        return failure(Error::Kind::InvalidInput,
                       StandardInputText::tr("Standard input does not fit into memory."));
    return u"/proc/self/fd/%1"_s.arg(descriptor);
}

} // namespace keydesk::cli
