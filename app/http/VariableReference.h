#pragma once

#include <QString>

#include <optional>

namespace keydesk {

/// A {{name}} in a text.
struct VariableReference
{
    qsizetype start = 0;  ///< of its braces
    qsizetype length = 0; ///< with its braces
    QString name;         ///< without blanks around it; never empty, never over a line's end
};

/// The first one that begins at or behind `from`. What stands between braces that do not close on their line
/// names nothing.
std::optional<VariableReference> nextVariable(const QString &text, qsizetype from = 0);

} // namespace keydesk
