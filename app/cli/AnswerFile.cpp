#include "app/cli/AnswerFile.h"

#include "app/cli/SignalWatch.h"

#include <QCoreApplication>
#include <QFile>

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace keydesk::cli {

namespace {

constexpr mode_t asShellsDo = 0666; // but for the umask
constexpr auto betweenLooks = std::chrono::milliseconds(50);

struct AnswerFileText
{
    Q_DECLARE_TR_FUNCTIONS(AnswerFile)
};

bool isFifo(const QByteArray &path)
{
    struct stat facts = {};
    return ::stat(path.constData(), &facts) == 0 && S_ISFIFO(facts.st_mode);
}

} // namespace

AnswerFile::~AnswerFile()
{
    if (m_descriptor < 0)
        return;
    ::close(m_descriptor);
    if (m_isMadeHere && !m_isBegun)
        ::unlink(QFile::encodeName(m_path).constData());
}

Result<void> AnswerFile::open(const QString &path, SignalWatch &signals)
{
    m_path = path;
    m_signals = &signals;
    const QByteArray name = QFile::encodeName(path);
    // Without O_NONBLOCK no signal would end the wait for the reader of a FIFO, neither now nor while it
    // takes nothing.
    constexpr int how = O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
    m_descriptor = ::open(name.constData(), how | O_CREAT | O_EXCL, asShellsDo);
    m_isMadeHere = m_descriptor >= 0;
    while (m_descriptor < 0) {
        m_descriptor = ::open(name.constData(), how | O_CREAT, asShellsDo);
        if (m_descriptor >= 0)
            break;
        if (errno != ENXIO || !isFifo(name))
            return trouble();
        if (!signals.waitFor(-1, SignalWatch::Until::Readable, betweenLooks))
            return failure(Error::Kind::Cancelled,
                           AnswerFileText::tr("Nobody read from %1, and nothing was sent.").arg(m_path));
    }
    return {};
}

Result<void> AnswerFile::begin()
{
    m_isBegun = true;
    struct stat facts = {};
    m_keepsIt = ::fstat(m_descriptor, &facts) == 0 && S_ISREG(facts.st_mode);
    if (m_keepsIt && ::ftruncate(m_descriptor, 0) != 0)
        return trouble();
    return {};
}

Result<void> AnswerFile::write(QByteArrayView bytes)
{
    while (!bytes.isEmpty()) {
        const ssize_t written = ::write(m_descriptor, bytes.data(), static_cast<std::size_t>(bytes.size()));
        if (written >= 0) {
            bytes = bytes.sliced(written);
        } else if (errno == EAGAIN) {
            if (!m_signals->waitFor(m_descriptor, SignalWatch::Until::Writable))
                return failure(
                    Error::Kind::Cancelled,
                    AnswerFileText::tr("It was interrupted while nobody read from %1.").arg(m_path));
        } else if (errno != EINTR) {
            return trouble();
        }
    }
    return {};
}

Result<void> AnswerFile::close()
{
    if (::close(std::exchange(m_descriptor, -1)) != 0)
        return trouble();
    return {};
}

tl::unexpected<Error> AnswerFile::trouble() const
{
    const int number = errno;
    if (number == EPIPE)
        return failure(Error::Kind::InvalidInput,
                       AnswerFileText::tr("Whoever read from %1 is gone, and did not get all of the answer.")
                           .arg(m_path));
    return failure(
        number == ENOSPC || number == EDQUOT ? Error::Kind::DiskFull : Error::Kind::InvalidInput,
        AnswerFileText::tr("The file %1 cannot be written. %2").arg(m_path, qt_error_string(number)));
}

} // namespace keydesk::cli
