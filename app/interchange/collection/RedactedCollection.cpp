#include "app/interchange/collection/RedactedCollection.h"

#include "app/base/Redactor.h"
#include "app/interchange/collection/CollectionTexts.h"
#include "app/interchange/collection/TakeCredentials.h"

#include <QCoreApplication>
#include <QSet>

#include <utility>

namespace keydesk {

namespace {

QSet<QString> namesOf(const QList<NameValue> &rows)
{
    QSet<QString> names;
    for (const NameValue &row : rows)
        names.insert(row.name);
    return names;
}

/// What stands in the place of a credential that a request held names a secret, too.
void nameSecrets(ImportedCollection &taken)
{
    Collection &collection = taken.collection;
    QSet<QString> known = namesOf(collection.variables) + QSet<QString>(collection.secrets.cbegin(), collection.secrets.cend());
    for (const CollectionEnvironment &environment : std::as_const(collection.environments))
        known += QSet<QString>(environment.secrets.cbegin(), environment.secrets.cend());
    for (const FoundCredential &found : std::as_const(taken.credentials)) {
        if (known.contains(found.variable))
            continue;
        known.insert(found.variable);
        collection.secrets.append(found.variable);
    }
}

} // namespace

RedactedCollection redactedCollection(const Collection &collection, const Redactor &redactor,
                                      const QList<TokenPattern> &patterns)
{
    ImportedCollection taken;
    taken.collection = collection;
    takeCredentials(taken, patterns);
    nameSecrets(taken);
    RedactedCollection redacted{taken.collection, taken.notes};
    int masked = 0;
    eachText(redacted.collection, [&](QString &text, TextPlace) {
        const QString clean = redactor.redactText(text);
        masked += clean == text ? 0 : 1;
        text = clean;
    });
    for (ImportNote &note : redacted.notes) {
        note.place = redactor.redactText(note.place);
        note.text = redactor.redactText(note.text);
    }
    if (masked > 0)
        redacted.notes.append({ImportNote::What::Changed, {},
                               QCoreApplication::translate("RedactedCollection",
                                                           "Dots stand in the place of your keys' tokens in %n text(s).",
                                                           nullptr, masked)});
    return redacted;
}

} // namespace keydesk
