#include "ui/setup/KeyFacts.h"

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
    using theme::Role;
    switch (place) {
    case SecretPlace::Session:
        return {.icon = u"clock"_s,
                .iconInk = Role::Caution,
                .text = Text::tr("Held in memory for this session only. The key is gone when Keydesk ends.")};
    case SecretPlace::SealedFile:
        return {.icon = u"lock"_s,
                .iconInk = Role::Success,
                .text = Text::tr("Stored in the sealed file, read back and verified")};
    case SecretPlace::SystemKeychain:
        break;
    }
    return {.icon = u"lock"_s,
            .iconInk = Role::Success,
            .text = Text::tr("Stored in the system keychain, read back and verified")};
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
