#pragma once

#include <QByteArray>
#include <QHash>
#include <QObject>
#include <QSet>

namespace keydesk {

struct ApiKey;
class KeyStore;
class Redactor;

/// Finds tokens of stored keys in text that is about to be written down, and makes them known to the redactor:
/// after a restart it knows none that was not read from the keychain yet. They are recognised by their hint and
/// their fingerprint, plain, percent-encoded and with JSON's escaped slashes. Lives no longer than the keys and
/// the redactor, on their thread.
class StoredTokens : public QObject
{
public:
    StoredTokens(const KeyStore &keys, Redactor &redactor, QObject *parent = nullptr);

    /// Reads the first `searched` bytes.
    void learn(const QByteArray &text);

    static constexpr qsizetype searched = 1024 * 1024;

private:
    void note(const ApiKey &key);

    const KeyStore &m_keys;
    Redactor &m_redactor;
    /// What the hints of the keys tell of their tokens: how they end (nearly always with four characters, not at
    /// all for tokens that are short or end oddly), and what begins those that end so, which may be empty. Kept,
    /// because each call brings several texts and there may be thousands of keys; what a key that is gone left
    /// here costs a hash.
    QHash<QByteArray, QSet<QByteArray>> m_ends;
    bool m_areNoted = false;
};

} // namespace keydesk
