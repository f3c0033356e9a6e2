#pragma once

#include "app/environments/Environment.h"

#include <QStringList>

#include <optional>

namespace keydesk::cli {

/// What a program is given in its environment.
struct ProgramVariables
{
    struct Left
    {
        QString name;
        QString why; ///< as part of a sentence: "it could make programs run other code"
    };

    QList<NameValue> passed; ///< markers stand for secrets (SecretMarkers.h)
    QList<QUuid> secrets;    ///< the keys of those markers: secret variables of the environment, and the key
                             ///< that was given
    QList<Left> left;        ///< those that are not passed although they were not left out by name
    QStringList
        unresolved; ///< passed ones whose values name something that has no value, which is passed as written
};

/// The base URL and the variables of `environment`, if there is one, and `key`: the name that a key's token
/// goes under, and the key. `only`: the names that are wanted; empty: all. Names that no environment can
/// have, and those that programs take orders from (`steersPrograms`), are left, the latter unless `only`
/// names them. An Error::InvalidInput names one of `only` that there is none of.
Result<ProgramVariables> programVariables(const std::optional<Environment> &environment,
                                          const std::optional<std::pair<QString, QUuid>> &key,
                                          const QStringList &only);

/// A variable that shells, loaders, interpreters and other common programs take code, files to be read, or
/// whom they trust from (PATH, LD_PRELOAD, BASH_ENV, GIT_SSH_COMMAND, SSL_CERT_FILE): what a stranger's
/// environment could do harm with. No list of them is whole.
bool steersPrograms(QStringView name);

} // namespace keydesk::cli
