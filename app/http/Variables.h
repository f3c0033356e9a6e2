#pragma once

#include "app/http/RequestSpec.h"

#include <QHash>
#include <QStringList>
#include <QUuid>

#include <initializer_list>
#include <memory>

namespace keydesk {

class DynamicValues;
class NamedAnswers;

/// Values for {{name}}: `baseUrl` first, then the environment's own. The first of a name that is enabled
/// counts.
using Variables = QList<NameValue>;

/// A {{name}} that has no value, and why, as part of a sentence: "there is no variable of this name".
struct UnresolvedName
{
    QString name;
    QString why;

    bool operator==(const UnresolvedName &) const = default;
};

struct UnresolvedVariable
{
    QString name;
    QString where; ///< "URL", "path part id", "header X-Trace", "body"
    QString why{}; ///< as UnresolvedName has it; empty: there is none of this name
};

/// Everything that {{…}} may name: plain variables first, then {{$guid}} and its like, then parts of earlier
/// answers
/// ({{login.response.body.$.token}}). What the last two give is put in as it is: an answer that says {{…}}
/// names nothing.
struct VariableSources
{
    VariableSources() = default;
    /// Plain variables alone, and {{$…}} that needs no file.
    // NOLINTNEXTLINE(google-explicit-constructor): they are what most callers have.
    VariableSources(const Variables &values)
        : variables(values)
    {
    }
    VariableSources(std::initializer_list<NameValue> values)
        : variables(values)
    {
    }
    VariableSources(const Variables &values, std::shared_ptr<const DynamicValues> dynamicValues,
                    std::shared_ptr<const NamedAnswers> namedAnswers)
        : variables(values)
        , dynamic(std::move(dynamicValues))
        , answers(std::move(namedAnswers))
    {
    }

    Variables variables;
    QHash<QString, QUuid> secrets; ///< after `variables`: names of secret variables, and the keys that are put in as markers (SecretMarkers.h)
    std::shared_ptr<const DynamicValues> dynamic; ///< null: {{$…}} has no value
    QHash<QString, QString> literals;             ///< before all others, and put in as they are
    std::shared_ptr<const NamedAnswers> answers;  ///< null: there are none
};

/// Replaces each {{name}} of `text`, one occurrence after another: {{$guid}} twice is two. Names that have no
/// value are appended to `unresolved`, each once, and left as they are. Values of variables may name further
/// ones (up to 16 deep; a cycle counts as unresolved). {{%name}} is the value percent-encoded (REST Client).
/// Bounded in the number of replacements and in length.
QString resolveVariables(const QString &text, const VariableSources &sources,
                         QList<UnresolvedName> *unresolved);
/// The names alone.
QString resolveVariables(const QString &text, const VariableSources &sources, QStringList *unresolved);
QString resolveVariables(const QString &text, const VariableSources &sources, std::nullptr_t);

} // namespace keydesk
