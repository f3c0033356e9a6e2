#pragma once

/// The keyring of tests/support/with-keyring, locked and unlocked in the way a keychain manager would. They
/// wait for it.
namespace keydesk::test {

void lockKeyring();
void unlockKeyring();

} // namespace keydesk::test
