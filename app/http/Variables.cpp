#include "app/http/Variables.h"

#include "app/http/VariableResolver.h"

namespace keydesk {

QString resolveVariables(const QString &text, const VariableSources &sources,
                         QList<UnresolvedName> *unresolved)
{
    return VariableResolver(sources, unresolved).resolve(text);
}

QString resolveVariables(const QString &text, const VariableSources &sources, QStringList *unresolved)
{
    QList<UnresolvedName> names;
    const QString resolved = VariableResolver(sources, &names).resolve(text);
    for (const UnresolvedName &each : std::as_const(names)) {
        if (unresolved && !unresolved->contains(each.name))
            unresolved->append(each.name);
    }
    return resolved;
}

QString resolveVariables(const QString &text, const VariableSources &sources, std::nullptr_t)
{
    return VariableResolver(sources, nullptr).resolve(text);
}

} // namespace keydesk
