#include "app/interchange/tools/ToolScopes.h"

#include "app/interchange/tools/ToolText.h"

#include <QCoreApplication>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

struct ToolScopesText
{
    Q_DECLARE_TR_FUNCTIONS(ToolScopes)
};

} // namespace

int ToolScopes::add(int parent, const QString &label, const QString &place, const QList<NameValue> &variables)
{
    if (variables.isEmpty())
        return parent;
    m_scopes.push_back({parent, label, place, variables, {}});
    return count() - 1;
}

void ToolScopes::addGlobal(const QList<NameValue> &variables)
{
    for (const NameValue &row : variables)
        globalName(row.name);
}

void ToolScopes::settle()
{
    QHash<QString, QString> once; // variables that stand in several places with the same value
    for (Scope &scope : m_scopes) {
        for (const NameValue &row : std::as_const(scope.variables)) {
            if (!row.enabled || scope.names.contains(row.name))
                continue;
            const auto same = once.constFind(row.name + u'\0' + row.value);
            if (same != once.cend()) {
                scope.names.insert(row.name, *same);
                continue;
            }
            const QString wanted = keydeskVariableName(row.name);
            const bool isFree = !m_globals.contains(row.name) && !m_taken.contains(wanted);
            const QString name = isFree ? freeName(wanted) : freeName(keydeskVariableName(scope.label.left(40)) + u'_' + wanted);
            scope.names.insert(row.name, name);
            if (!row.value.contains("{{"_L1) && !row.value.contains("{%"_L1))
                once.insert(row.name + u'\0' + row.value, name);
            if (name != row.name)
                m_notes.append({ImportNote::What::Changed, scope.place,
                                ToolScopesText::tr("The variable “%1” of this place is called “%2” now.")
                                    .arg(shownName(row.name), shownName(name))});
        }
    }
}

QString ToolScopes::nameIn(int scope, const QString &name)
{
    for (int at = scope; at != none; at = m_scopes[static_cast<std::size_t>(at)].parent) {
        const Scope &here = m_scopes[static_cast<std::size_t>(at)];
        if (const auto found = here.names.constFind(name); found != here.names.cend())
            return *found;
    }
    return globalName(name);
}

QString ToolScopes::nameInValue(int scope, const QString &of, const QString &name)
{
    return nameIn(scope != none && name == of ? m_scopes[static_cast<std::size_t>(scope)].parent : scope, name);
}

QString ToolScopes::globalName(const QString &name)
{
    const auto known = m_globals.constFind(name);
    if (known != m_globals.cend())
        return *known;
    const QString good = freeName(keydeskVariableName(name));
    m_globals.insert(name, good);
    if (good != name)
        m_notes.append({ImportNote::What::Changed, ToolScopesText::tr("Variables"),
                        ToolScopesText::tr(
                            "The variable “%1” is called “%2” now, because its name cannot be used as it is.")
                            .arg(shownName(name), shownName(good))});
    return good;
}

QString ToolScopes::freeName(const QString &wanted)
{
    QString name = wanted;
    while (m_taken.contains(name))
        name = wanted + u'_' + QString::number(std::max(2, ++m_last[wanted]));
    m_taken.insert(name);
    return name;
}

} // namespace keydesk
