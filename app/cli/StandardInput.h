#pragma once

#include "app/base/Error.h"
#include "app/base/Secret.h"

#include <QByteArray>
#include <QString>

namespace keydesk::cli {

class SignalWatch;

// A signal ends the reading at once, with an Error::Cancelled; what it means for the command was told by `signals` then.

/// A token from standard input, up to its end, cleaned as the window cleans what is pasted. A terminal is refused: it would show it.
Result<Secret> tokenFromInput(SignalWatch &signals);
/// From a variable of the environment, which is then taken out of it.
Result<Secret> tokenFromVariable(const QString &name);
/// All of standard input; an Error beyond `limit` bytes.
Result<QByteArray> readInput(SignalWatch &signals, qint64 limit);
/// Standard input in memory, as a file that can be sent; its path is valid until this process ends.
Result<QString> inputAsFile(SignalWatch &signals);

} // namespace keydesk::cli
