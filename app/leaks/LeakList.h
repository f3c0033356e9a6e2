#pragma once

#include "app/leaks/LeakFinding.h"

#include <QByteArray>

#include <functional>

namespace keydesk {

/// The findings as a file, without secrets: whatever `nameOf` says for a key, and nothing of its token but
/// the hint.
struct LeakKeyName
{
    QString name;
    QString hint;
};
using LeakKeyNames = std::function<LeakKeyName(const QUuid &key)>;

/// Indented, with what was searched and what was left out.
QByteArray leaksAsJson(const QList<LeakFinding> &findings, const LeakReport &report,
                       const LeakKeyNames &nameOf);
/// With a line of headings; RFC 4180. A cell that a spreadsheet would take for a formula begins with an
/// apostrophe.
QByteArray leaksAsCsv(const QList<LeakFinding> &findings, const LeakKeyNames &nameOf);

} // namespace keydesk
