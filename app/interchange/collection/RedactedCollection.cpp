#include "app/interchange/collection/RedactedCollection.h"

#include "app/base/Redactor.h"
#include "app/interchange/collection/CollectionTexts.h"
#include "app/interchange/collection/TakeCredentials.h"

#include <QCoreApplication>

#include <algorithm>
#include <utility>

namespace keydesk {

namespace {

/// Those of `names` that were a variable there before the credentials were taken out.
QStringList takenFrom(const QList<NameValue> &before, const QList<NameValue> &after, const QStringList &names)
{
    QStringList taken;
    for (const NameValue &row : before) {
        if (names.contains(row.name) && !taken.contains(row.name) && std::ranges::find(after, row.name, &NameValue::name) == after.cend())
            taken.append(row.name);
    }
    return taken;
}

/// Where a variable has no value any more, its name still tells that one is needed.
void nameSecrets(const Collection &before, ImportedCollection &taken)
{
    QStringList names;
    for (const FoundCredential &found : std::as_const(taken.credentials))
        names.append(found.variable);
    QStringList inEnvironments;
    for (qsizetype i = 0; i < before.environments.size(); ++i) {
        CollectionEnvironment &environment = taken.collection.environments[i];
        environment.secrets += takenFrom(before.environments.at(i).variables, environment.variables, names);
        inEnvironments += environment.secrets;
    }
    for (const QString &name : std::as_const(names)) {
        const bool isThere = std::ranges::find(taken.collection.variables, name, &NameValue::name) != taken.collection.variables.cend();
        if (!isThere && !inEnvironments.contains(name) && !taken.collection.secrets.contains(name))
            taken.collection.secrets.append(name);
    }
}

} // namespace

RedactedCollection redactedCollection(const Collection &collection, const Redactor &redactor,
                                      const QList<TokenPattern> &patterns)
{
    ImportedCollection taken;
    taken.collection = collection;
    takeCredentials(taken, patterns);
    nameSecrets(collection, taken);
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
