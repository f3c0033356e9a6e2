#include "app/body/NamelessFile.h"

#include <QFile>

#include <cerrno>
#include <cstdlib>

#include <fcntl.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace keydesk {

int namelessFile(const QString &folder)
{
    const int file = ::open(QFile::encodeName(folder).constData(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (file >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
        return file;
    QByteArray name = QFile::encodeName(folder + u"/body-XXXXXX"_s);
    const int named = ::mkostemp(name.data(), O_CLOEXEC);
    if (named >= 0)
        ::unlink(name.constData()); // before a byte is in it
    return named;
}

} // namespace keydesk
