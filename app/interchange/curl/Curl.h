#pragma once

#include "app/base/Error.h"
#include "app/interchange/collection/Collection.h"
#include "app/interchange/curl/ShellWords.h"

#include <QByteArray>

#include <optional>

namespace keydesk {

/// Reads cURL command lines, one or several, in the words of bash, cmd or PowerShell. No shell is asked and nothing is run: $NAME is
/// the variable {{NAME}}, the output of other commands a variable without a value, files are named and not read (SECURITY S10).
/// Options are those of curl 7.88 and of curl 8; what none of Keydesk's fields can say is in the notes. A command that says no method is
/// read as curl reads it (-d: POST), one without -L does not follow redirects. Errors name file, line and column: no curl command, a quote
/// that is not closed, an option that curl has not, not UTF-8, too large. For any thread.
Result<ImportedCollection> readCurl(const QByteArray &bytes, const CollectionSource &source);
/// The same of text, in that shell.
Result<ImportedCollection> readCurl(const QString &text, Shell shell, const CollectionSource &source);

/// Whether a text, such as one that is pasted where a URL belongs, is a curl command.
bool looksLikeCurl(const QString &text);

/// As commands for bash, one a request, each under a comment with its name. A {{variable}} is one of the shell, and a comment says so.
/// What is switched off is left out. `collection` holds no credential: what is in it is written.
QByteArray writeCurl(const Collection &collection);

} // namespace keydesk
