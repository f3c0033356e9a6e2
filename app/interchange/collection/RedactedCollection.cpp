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

/// Where a variable has no value any more, its name still tells that one is needed.
void nameSecrets(const Collection &before, ImportedCollection &taken)
{
    Collection &collection = taken.collection;
    QSet<QString> credentials;
    for (const FoundCredential &found : std::as_const(taken.credentials))
        credentials.insert(found.variable);
    QSet<QString> known = namesOf(collection.variables) + QSet<QString>(collection.secrets.cbegin(), collection.secrets.cend());
    for (qsizetype i = 0; i < before.environments.size(); ++i) {
        CollectionEnvironment &environment = collection.environments[i];
        QSet<QString> there = namesOf(environment.variables);
        for (const NameValue &row : before.environments.at(i).variables) {
            if (!credentials.contains(row.name) || there.contains(row.name))
                continue;
            there.insert(row.name);
            known.insert(row.name);
            environment.secrets.append(row.name);
        }
    }
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
