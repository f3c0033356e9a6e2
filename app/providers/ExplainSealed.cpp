#include "app/providers/ExplainParts.h"

namespace keydesk::explaining {

using namespace Qt::StringLiterals;

Explanation sealedFile(const CallFacts &facts, const Error &error)
{
    using Severity = Explanation::Severity;
    const QString key = facts.key ? keyName(*facts.key) : Text::tr("the key");
    const QString nothingSent = Text::tr("Nothing was sent.");
    switch (error.kind) {
    case Error::Kind::SealedAbsent:
        return {u"sealed-absent"_s,
                Severity::Danger,
                Text::tr("The sealed file is not there"),
                sentences({Text::tr("The token of %1 is in the sealed file.").arg(key), error.message,
                           nothingSent}),
                {Text::tr("Bring the file back to its place and send again."),
                 Text::tr("If it is lost, add the key again.")},
                {sendAgain(), addKey(Text::tr("Add the key again…"))}};
    case Error::Kind::SealedDamaged:
        return {
            u"sealed-damaged"_s,
            Severity::Danger,
            Text::tr("The sealed file cannot be used"),
            sentences({error.message, Text::tr("The token of %1 could not be read.").arg(key), nothingSent}),
            {Text::tr("Look at the sealed file's state: it offers the version before, if there is one."),
             Text::tr("Send again.")},
            {unlockKeychain(Text::tr("Show the sealed file")), sendAgain()}};
    default:
        return {u"sealed-locked"_s,
                Severity::Caution,
                Text::tr("The sealed file is locked"),
                sentences({Text::tr("The token of %1 is in the sealed file, which is locked.").arg(key),
                           Text::tr("The key is still there; nothing is lost, and nothing was sent.")}),
                {Text::tr("Unlock the sealed file with its passphrase."), Text::tr("Send again.")},
                {unlockKeychain(Text::tr("Unlock the sealed file…")), sendAgain()}};
    }
}

} // namespace keydesk::explaining
