#pragma once

#include "app/base/Error.h"

#include <QString>

namespace keydesk::cli {

/// What a command ends with. One that a signal ended ends with 128 and the signal's number, as shells have it: 130 after Ctrl+C.
enum class ExitCode {
    Ok = 0,
    Refused = 1,     ///< the call was answered with 4xx or 5xx, or something that was checked is not right
    Usage = 2,       ///< the command line, or what it names, cannot be used
    NotSent = 3,     ///< the call could not be sent, or nothing came back
    NoSecret = 4,    ///< the token cannot be had: its keychain or sealed file is locked, refuses, is not there
    Storage = 5,     ///< the files of Keydesk cannot be used
    Interrupted = 130,
};

ExitCode exitCodeFor(Error::Kind kind);
/// The kind as --json tells it: "keychainLocked". It never changes.
QString kindName(Error::Kind kind);

} // namespace keydesk::cli
