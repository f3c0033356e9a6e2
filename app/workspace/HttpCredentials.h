#pragma once

#include "app/base/Secret.h"
#include "app/workspace/HttpRequest.h"

namespace keydesk {

class Redactor;

/// A literal credential in a file that somebody else wrote: to be offered to the keychain (SECURITY S10),
/// never copied.
struct HttpCredential
{
    HttpNote note;    ///< where, and what it is in words
    int request = -1; ///< -1: in a variable of the file
    QString name;     ///< of the header, parameter, form field or variable
    HttpSpan value;   ///< the credential itself, without its scheme word

    bool operator==(const HttpCredential &) const = default;
};

/// Headers, query items, form fields and variables whose names say that they hold a credential, and whose
/// values are more than the name of a variable.
QList<HttpCredential> findCredentials(const HttpFile &file);
Secret credentialValue(const HttpFile &file, const HttpCredential &credential);

/// Refuses (InvalidInput, with file, line and column) if the request's source holds a token that `redactor`
/// knows, in any encoding.
Result<void> checkHoldsNoToken(const HttpFile &file, int request, const Redactor &redactor);
/// Refuses if `spec` has a literal credential that `was` had not: typed here, it must not get into a file.
Result<void> checkHoldsNoNewCredential(const RequestSpec &was, const RequestSpec &spec);

} // namespace keydesk
