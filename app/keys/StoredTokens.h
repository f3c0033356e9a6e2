#pragma once

#include <QByteArray>

namespace keydesk {

class KeyStore;
class Redactor;

/// Finds tokens of stored keys in text that is about to be written down, and makes them known to the redactor:
/// after a restart it knows none that was not read from the keychain yet. They are recognised by their hint and
/// their fingerprint, plain, percent-encoded and with JSON's escaped slashes. Reads the first
/// `searchedForTokens` bytes.
void learnStoredTokens(const QByteArray &text, const KeyStore &keys, Redactor &redactor);

inline constexpr qsizetype searchedForTokens = 1024 * 1024;

} // namespace keydesk
