#pragma once

#include "app/interchange/collection/Collection.h"
#include "app/interchange/openapi/SpecTree.h"

#include <QSet>

namespace keydesk::postman {

/// What came in otherwise than it stood, said once each, and cut when there is too much.
class Notes
{
public:
    void add(ImportNote::What what, const QString &place, const QString &text);
    void changed(const QString &place, const QString &text) { add(ImportNote::What::Changed, place, text); }
    void notExpressed(const QString &place, const QString &text)
    {
        add(ImportNote::What::NotExpressed, place, text);
    }
    /// With a last one that says how many there were besides.
    [[nodiscard]] QList<ImportNote> take();

private:
    static constexpr qsizetype most = 2000;
    QList<ImportNote> m_notes;
    QSet<QString> m_said;
    qsizetype m_left = 0;
};

/// "Agents › List agents".
QString placeOf(const QStringList &folder, const QString &name);
QString placeOf(const QString &place, const QString &part);

/// A text; a number or boolean as it is written; an object or a list as JSON on one line; nothing for null and for what is not there.
QString valueText(SpecNode value);
/// A description: a text, or an object with it in `content`.
QString aboutText(SpecNode description);
/// What stands on one line in a file of requests: line breaks and other control characters become spaces.
QString oneLine(const QString &text);
/// Whether a row is switched off.
bool isDisabled(SpecNode row);

/// Variables that Postman makes up ({{$randomUUID}}), in Keydesk's words; those that it has none for are noted. Names that no variable
/// can have here get others (`keydeskVariableName`). Names that mean nothing in
/// Postman, but would read the environment or a file of this computer here ({{$processEnv HOME}}), lose their $: nobody who gives a
/// collection away is to decide what is sent of it.
QString withVariables(const QString &text, const QString &place, Notes &notes);

} // namespace keydesk::postman
