#pragma once

#include "app/base/Error.h"
#include "app/keys/AuditTrail.h"

#include <functional>

namespace keydesk {

class Redactor;

/// One entry as a line of CSV (RFC 4180) or as a JSON object. A text that a spreadsheet would take for a
/// formula begins with an apostrophe in CSV.
QByteArray auditCsv(const AuditEntry &entry, const Redactor &redactor);
QByteArray auditJson(const AuditEntry &entry, const Redactor &redactor);
QByteArray auditCsvHead();

/// All of `trail` into `file` (0600), which is replaced once it is complete; how many entries. `goOn` is
/// asked now and then.
Result<qint64> exportAudit(const AuditTrail &trail, const QString &file, bool asCsv, const Redactor &redactor,
                           const std::function<bool()> &goOn);

} // namespace keydesk
