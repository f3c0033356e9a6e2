#pragma once

#include <QLoggingCategory>

namespace keydesk {

class Redactor;

Q_DECLARE_LOGGING_CATEGORY(lcKeys)
Q_DECLARE_LOGGING_CATEGORY(lcHttp)
Q_DECLARE_LOGGING_CATEGORY(lcStorage)
Q_DECLARE_LOGGING_CATEGORY(lcSandbox)
Q_DECLARE_LOGGING_CATEGORY(lcUi)

/// From here on every log line passes `redactor` before it reaches stderr. Keydesk writes no log file.
/// `redactor` must outlive the process's last log line; pass nullptr to restore Qt's own handler.
void installRedactedLogging(const Redactor *redactor);

} // namespace keydesk
