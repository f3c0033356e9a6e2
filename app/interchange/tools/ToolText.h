#pragma once

#include "app/workspace/HttpRequest.h"

#include <QString>

#include <functional>
#include <optional>

namespace keydesk {

/// What an expression in another tool's text comes to in Keydesk.
struct ToolTerm
{
    QString variable{};                 ///< not empty: the value of this variable, as the tool spells it
    QString text{};                     ///< otherwise: what stands in its place
    QString note{};                     ///< a sentence on what is different now; empty: nothing is. Holds no arguments: they may be secret
    bool isExpressed = true;            ///< false: Keydesk has nothing for it, `text` is as it was
    std::optional<HttpPrompt> prompt{}; ///< `variable` is asked for

    bool operator==(const ToolTerm &) const = default;
};

/// How a tool writes into a text what is known only when the request is sent.
struct ToolSyntax
{
    /// For what stands between {{ and }}, without blanks around it.
    std::function<ToolTerm(const QString &expression)> braces;
    /// For what stands between {% and %}; null: these mean nothing.
    std::function<ToolTerm(const QString &tag)> tags;
};

/// `text` with each term replaced by what `written` makes of it.
QString translatedText(const QString &text, const ToolSyntax &syntax, const std::function<QString(const ToolTerm &)> &written);

/// A name that {{…}} and "@name = value" can say: `name` with an underscore for each character that they cannot. Never empty.
QString keydeskVariableName(const QString &name);

/// The term for one of the made-up values that many tools call alike ("guid", "randomInt"), by its name without "$"; nothing if Keydesk
/// has none that is like it.
std::optional<QString> keydeskDynamicValue(const QString &name);

/// As a report shows it: of visible characters, and not too long.
QString shownName(const QString &name);

} // namespace keydesk
