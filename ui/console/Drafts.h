#pragma once

#include "app/http/RequestSpec.h"

#include <QHash>
#include <QString>

#include <optional>

namespace keydesk {

/// Which request stands in the editor, whether it was edited there, and the edited versions of those that
/// were left. In memory only.
class Drafts
{
public:
    /// Puts the edited request that is left aside, under its id. Returns whether there was one.
    bool leave(const RequestSpec &edited)
    {
        if (!isEdited(edited)) {
            forget();
            return false;
        }
        m_left.insert(m_id, {m_original, edited});
        return true;
    }

    /// What to show for a request: its edited version if there is one.
    RequestSpec open(const QString &id, const RequestSpec &original)
    {
        m_id = id;
        m_original = original;
        const auto draft = m_left.constFind(id);
        if (draft == m_left.cend())
            return original;
        m_original = draft->original;
        return draft->edited;
    }

    void forget() { m_left.remove(m_id); }

    /// The edited versions of those that were left.
    [[nodiscard]] QList<RequestSpec> left() const
    {
        QList<RequestSpec> edited;
        for (const Left &draft : m_left)
            edited.append(draft.edited);
        return edited;
    }

    [[nodiscard]] bool isEdited(const RequestSpec &shown) const { return shown != m_original; }
    [[nodiscard]] QString id() const { return m_id; }
    [[nodiscard]] const RequestSpec &original() const { return m_original; }

private:
    struct Left
    {
        RequestSpec original;
        RequestSpec edited;
    };

    QString m_id;
    RequestSpec m_original;
    QHash<QString, Left> m_left;
};

} // namespace keydesk
