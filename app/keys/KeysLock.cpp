#include "app/keys/KeysLock.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace keydesk {

namespace {

int lockFile(int file, int operation)
{
    int outcome = 0;
    do
        outcome = ::flock(file, operation);
    while (outcome != 0 && errno == EINTR);
    return outcome;
}

} // namespace

KeysLock::KeysLock(const QString &path)
    : m_path(path)
{
}

KeysLock::~KeysLock()
{
    if (m_file >= 0)
        ::close(m_file);
}

/// Opened at the first need: most commands have none.
int KeysLock::file()
{
    if (m_file < 0)
        m_file = ::open(QFile::encodeName(m_path).constData(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    return m_file;
}

Result<void> KeysLock::holdWhileChanging()
{
    if (file() >= 0 && lockFile(m_file, LOCK_SH) == 0)
        return {};
    const QString reason = QString::fromLocal8Bit(std::strerror(errno));
    return failure(Error::Kind::StorageReadOnly,
                   QCoreApplication::translate("KeysLock", "%1 cannot be made or locked, so no keys were changed. Make its folder "
                                                           "writable for you, then try again.")
                       .arg(QDir::toNativeSeparators(m_path)),
                   reason);
}

bool KeysLock::ifNobodyChanges(const std::function<void()> &look)
{
    if (file() < 0) {
        look();
        return true;
    }
    if (lockFile(m_file, LOCK_EX | LOCK_NB) != 0)
        return false;
    look();
    lockFile(m_file, LOCK_UN);
    return true;
}

} // namespace keydesk
