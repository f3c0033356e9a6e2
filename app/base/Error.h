#pragma once

#include <QString>

#include <tl/expected.hpp>

namespace keydesk {

/// What went wrong, as a value. `kind` is a closed set that callers may ask questions of; `message` is one or two
/// sentences for people, already translated; `detail` is for logs and bug reports. Neither ever holds a secret.
struct Error
{
    enum class Kind {
        Cancelled,    ///< the user stopped it
        TimedOut,     ///< nobody answered in time
        InvalidInput, ///< what was typed or read cannot be used
        NotFound,
        Duplicate,
        Conflict,    ///< somebody else changed it meanwhile
        Unsupported, ///< the provider or this system cannot do it

        KeychainLocked,
        KeychainDenied,
        KeychainAbsent, ///< no keychain service on this system
        KeychainSlow,   ///< it has not answered within the watchdog's time
        KeychainFailed,

        SealedAbsent, ///< no sealed file has been made, or it is gone
        SealedLocked,
        SealedDamaged, ///< truncated, changed, or no sealed file at all; it is kept
        WrongPassphrase,

        OriginNotBound,    ///< the key may not be sent there
        InsecureTransport, ///< plain http to another machine
        Refused,           ///< the server answered and said no
        NameNotResolved,
        ConnectionRefused,
        ConnectionLost,
        TlsFailed,
        ProxyFailed,
        TooLarge,
        TooManyRedirects,
        BadResponse, ///< not HTTP, or broken HTTP
        NoAccessToken, ///< the OAuth server that a key's access tokens come from gave none

        StorageCorrupt,
        StorageNewer, ///< written by a later version of Keydesk
        StorageReadOnly,
        StorageLocked, ///< another process holds it
        DiskFull,
        StorageFailed,
    };

    Kind kind = Kind::StorageFailed;
    QString message;
    QString detail;

    bool operator==(const Error &) const = default;
};

template <typename T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> failure(Error::Kind kind, const QString &message, const QString &detail = {})
{
    return tl::unexpected<Error>(Error{kind, message, detail});
}

} // namespace keydesk
