#include "app/interchange/collection/RedactedCollection.h"

#include "app/base/Redactor.h"
#include "app/interchange/collection/CollectionTexts.h"
#include "app/interchange/collection/TakeCredentials.h"

#include <QCoreApplication>

namespace keydesk {

RedactedCollection redactedCollection(const Collection &collection, const Redactor &redactor,
                                      const QList<TokenPattern> &patterns)
{
    ImportedCollection taken;
    taken.collection = collection;
    takeCredentials(taken, patterns);
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
