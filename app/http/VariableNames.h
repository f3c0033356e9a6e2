#pragma once

#include "app/http/Variables.h"

namespace keydesk {

/// Something that may stand between {{ and }}, for somebody who types it.
struct KnownVariable
{
    QString name;  ///< "host", "$guid", "login.response.body.$."
    QString value; ///< what it would be now, at most `longestValue` characters; not redacted. Empty for what is made up anew each time
    QString words; ///< what it gives, where it has no value yet: "a new UUID"
    bool isWhole = true; ///< false: it goes on, with what `knownVariables` has for it as `typed`

    static constexpr qsizetype longestValue = 4096; ///< more than is shown: a secret that is cut off is none that a redactor knows
    static constexpr qsizetype longestShown = 200;  ///< what is shown of it, once it is redacted
};

/// What `typed`, the text behind {{, may become: names that begin with it first, then those that have it in them. At most `mostKnown`.
/// Parts of earlier answers are offered step by step; values of credential headers are masked.
QList<KnownVariable> knownVariables(const VariableSources &sources, const QString &typed);
constexpr qsizetype mostKnown = 200;

/// What a {{name}} stands for now, for somebody who reads it.
struct VariableMeaning
{
    bool isKnown = false;
    QString value; ///< with dots in the place of secrets; not redacted, of any length. Empty for what is made up anew each time
    QString words; ///< what it is, where a value does not say it: "a new UUID"; or why it has no value, as UnresolvedName has it
};

/// `name` as it stands between the braces.
VariableMeaning meaningOf(const QString &name, const VariableSources &sources);

} // namespace keydesk
