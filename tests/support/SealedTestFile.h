#pragma once

#include "app/keys/SealedFile.h"

#include <sodium.h>

namespace keydesk::test {

/// As cheap as libsodium allows: what is tested is the file, not the wait.
inline const SealedRules cheapRules{{1, 8}, {1, 8}, {4, 1024}};

/// A file that was changed by somebody who knows its format: the checksum is right again.
inline QByteArray withChecksum(QByteArray file)
{
    constexpr qsizetype size = 16;
    if (file.size() < size)
        return file;
    file.chop(size);
    QByteArray sum(size, '\0');
    crypto_generichash(reinterpret_cast<unsigned char *>(sum.data()), size,
                       reinterpret_cast<const unsigned char *>(file.constData()),
                       static_cast<std::size_t>(file.size()), nullptr, 0);
    return file + sum;
}

} // namespace keydesk::test
