#pragma once

#include "app/keys/ApiKey.h"
#include "ui/setup/Card.h"

namespace keydesk {

/// What the windows that bring a key in say about it, in the same words.

/// Where its token lies: "Stored in the system keychain, read back and verified".
Fact placeFact(SecretPlace place);
/// What its last call said; `question` is what was asked, "GET /api/v1/health", or empty. Only for a key that
/// was checked.
Fact checkFact(const ApiKey &key, const QString &question);

} // namespace keydesk
