#pragma once

#include <QString>

namespace keydesk {

/// Whether a header, parameter, field or variable of this name holds a credential: what
/// `Redactor::isCredentialHeader` says, with '_' for
/// '-', and "token", "password", "secret".
bool namesCredential(const QString &name);
/// "{{token}}", "Bearer {{token}}", "Basic {{user}} {{password}}": no credential itself.
bool namesOnlyVariables(const QString &value);

} // namespace keydesk
