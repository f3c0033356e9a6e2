#pragma once

#include "app/interchange/collection/Collection.h"
#include "app/interchange/tools/ToolText.h"

#include <QHash>
#include <QSet>

#include <utility>
#include <vector>

namespace keydesk {

/// The variables of an import by what they are called there and here. Other tools have variables of a folder or of one request; Keydesk has
/// those of a file and of an environment. A folder's variable keeps its name if nothing else has it, and gets its folder's before its own
/// otherwise, so that every request still means the value that it meant.
class ToolScopes
{
public:
    static constexpr int none = -1; ///< no folder: the collection's variables and the environments'

    /// A folder or request with variables of its own, inside of `parent`. `label` goes before a name that is taken, `place` into notes.
    int add(int parent, const QString &label, const QString &place, const QList<NameValue> &variables);
    /// Names of the collection and its environments.
    void addGlobal(const QList<NameValue> &variables);

    /// Call once all scopes are there, before names are asked for.
    void settle();
    /// On what is called otherwise now, as far as it was asked for.
    QList<ImportNote> takeNotes() { return std::exchange(m_notes, {}); }

    /// What the tool's variable `name` is called in Keydesk, for a text of `scope`.
    QString nameIn(int scope, const QString &name);
    /// The same for the value of the variable `of` of that scope: there its own name means the one further out.
    QString nameInValue(int scope, const QString &of, const QString &name);

    [[nodiscard]] int count() const { return static_cast<int>(m_scopes.size()); }
    [[nodiscard]] const QList<NameValue> &variables(int scope) const { return m_scopes[static_cast<std::size_t>(scope)].variables; }

private:
    struct Scope
    {
        int parent;
        QString label;
        QString place;
        QList<NameValue> variables;
        QHash<QString, QString> names; ///< by the tool's name; of those that are enabled
    };

    /// A name for the collection's variable that the tool calls so.
    QString globalName(const QString &name);
    QString freeName(const QString &wanted);

    std::vector<Scope> m_scopes;
    QHash<QString, QString> m_globals;
    QSet<QString> m_taken;
    QHash<QString, int> m_last; ///< the number that was put behind a name last
    QList<ImportNote> m_notes;
};

} // namespace keydesk
