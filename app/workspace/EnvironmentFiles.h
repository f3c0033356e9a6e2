#pragma once

#include "app/base/Secret.h"
#include "app/environments/Environment.h"
#include "app/workspace/HttpRequest.h"

#include <functional>

namespace keydesk {

/// An environment of a workspace: what http-client.env.json, http-client.private.env.json (JetBrains) and the
/// VS Code settings say under one name.
struct FileEnvironment
{
    QString name;
    Variables variables;     ///< the nearest file first; private values before the others
    QStringList secretNames; ///< of those, the ones that a private file gave: shown as dots

    bool operator==(const FileEnvironment &) const = default;
};

struct FileEnvironments
{
    QList<FileEnvironment> environments; ///< by name
    QList<Error> problems; ///< of files that could not be used, each in words with file and place
};

inline const QString environmentFileName = QStringLiteral("http-client.env.json");
inline const QString privateEnvironmentFileName = QStringLiteral("http-client.private.env.json");

/// Reads them in `folder` and above, up to `root`. `secretFound` is told of each value of a private file:
/// give it to the redactor. Takes a few small files' time.
FileEnvironments readEnvironmentFiles(const QString &folder, const QString &root,
                                      const std::function<void(const Secret &)> &secretFound);

struct EnvironmentText
{
    QByteArray text;
    QStringList leftOut; ///< variables that are not written because they hold a credential
};
/// The text of an http-client.env.json with the environment in it: `existing` (empty: none yet) with just its
/// member replaced or added. No secret gets into it: variables whose names or values are credentials are left
/// out and named. InvalidInput if `existing` is no JSON object.
Result<EnvironmentText> withEnvironment(const QByteArray &existing, const Environment &environment,
                                        const Redactor &redactor);

/// The variables for a request of a file: the file's own, then the environment's.
Variables variablesOf(const HttpFile &file, const FileEnvironment *environment, const Variables &further);

} // namespace keydesk
