#pragma once

#include "app/interchange/collection/Collection.h"

namespace keydesk {

/// Reads an .env file as programs do (dotenv, Docker Compose): NAME=value a line, with or without `export`
/// before it, values in quotes also over several lines, comments. The variables are one environment, and
/// there are no requests. Nothing is run or looked up (SECURITY S10):
/// ${NAME}, and $NAME where the file has such a variable, become {{NAME}}; other expansions stay as they are
/// written, and are told. A name that means a credential and has no value is a secret whose value is not
/// known. What is no variable is told, too; of a name that stands there twice the last value counts. For any
/// thread. Errors name the file and the line: not UTF-8, no variable at all, cancelled.
Result<ImportedCollection> readDotEnv(const QByteArray &bytes, const CollectionSource &source);

/// An environment as an .env file that the same programs, and shells, read as what it is; secrets are names
/// without a value. {{NAME}} becomes
/// ${NAME} if there is such a variable in it. What is switched off is left out, and told in `notes`, as is a
/// name that had to be changed.
QByteArray writeDotEnv(const CollectionEnvironment &environment, QList<ImportNote> &notes);

} // namespace keydesk
