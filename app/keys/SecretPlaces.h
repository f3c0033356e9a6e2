#pragma once

#include "app/keys/ApiKey.h"
#include "app/keys/SecretStore.h"

namespace keydesk {

/// In a list or a menu: "System keychain", "This session only", "Sealed file".
QString placeName(SecretPlace place);
/// In a sentence: "the system keychain", "memory", "the sealed file".
QString placeInSentence(SecretPlace place);
/// Of a store: "unlocked", "locked", "does not answer".
QString stateWord(SecretStore::State state);
/// "Stored in the system keychain, read back and verified".
QString storedWords(SecretPlace place);
/// "The sealed file is locked. Waiting for its passphrase…"
QString waitingToUnlock(SecretPlace place);

} // namespace keydesk
