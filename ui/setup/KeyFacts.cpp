#include "ui/setup/KeyFacts.h"

#include "app/keys/SecretPlaces.h"
#include "ui/setup/TokenTrial.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(KeyFacts)
};

} // namespace

Fact placeFact(SecretPlace place)
{
    const bool isKept = place != SecretPlace::Session;
    return {.icon = isKept ? u"lock"_s : u"clock"_s,
            .iconInk = isKept ? theme::Role::Success : theme::Role::Caution,
            .text = storedWords(place)};
}

Fact checkFact(const ApiKey &key, const QString &question)
{
    using theme::Role;
    const QString said = question.isEmpty() ? Text::tr("the provider answered %1").arg(key.lastCheckNote)
                                            : Text::tr("%1 answered %2").arg(question, key.lastCheckNote);
    const QStringList codes = question.isEmpty() ? QStringList() : QStringList{question};
    switch (key.status) {
    case ApiKey::Status::Works:
        return {.icon = u"check"_s,
                .iconInk = Role::Success,
                .text = Text::tr("Works: %1").arg(said),
                .codes = codes};
    case ApiKey::Status::Refused:
    case ApiKey::Status::Expired:
    case ApiKey::Status::Revoked:
        return {.icon = u"refused"_s,
                .iconInk = Role::Danger,
                .text = Text::tr("Refused: %1. %2").arg(said, explainCheck(401, key.status, {})),
                .codes = codes};
    case ApiKey::Status::Unchecked:
    case ApiKey::Status::Missing:
        break;
    }
    return {.icon = u"warning"_s,
            .iconInk = Role::Caution,
            .text = Text::tr("Not proved: %1").arg(said),
            .codes = codes};
}

} // namespace keydesk
