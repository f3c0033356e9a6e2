#include "app/http/UploadOnce.h"

#include <algorithm>
#include <cstring>

namespace keydesk {

UploadOnce::UploadOnce(const QByteArray &body, QObject *parent)
    : QIODevice(parent)
    , m_body(body)
{
    open(ReadOnly | Unbuffered);
}

qint64 UploadOnce::readData(char *data, qint64 most)
{
    const qint64 size = std::min(most, bytesAvailable());
    if (size == 0)
        return atEnd() ? -1 : 0;
    std::memcpy(data, m_body.constData() + m_read, static_cast<std::size_t>(size));
    m_read += size;
    return size;
}

} // namespace keydesk
