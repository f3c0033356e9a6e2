#pragma once

#include <QByteArray>
#include <QHash>
#include <QObject>
#include <QSet>

#include <bitset>

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

    /// What the hints of the keys tell of their tokens: how they end (nearly always with four characters, not at
    /// all for tokens that are short or end oddly), and what begins those that end so, which may be empty.
    struct KnownEnds
    {
        QHash<QByteArray, QSet<QByteArray>> beginnings; ///< by end
        QSet<qsizetype> lengths;                        ///< of ends, without 0
        std::bitset<256> lastBytes;                     ///< of ends: most places of a text end nothing
    };

private:
    void note(const ApiKey &key);

    const KeyStore &m_keys;
    Redactor &m_redactor;
    /// Kept, because each call brings several texts and there may be thousands of keys; what a key that is gone
    /// left here costs a hash.
    KnownEnds m_ends;
    bool m_areNoted = false;
};

} // namespace keydesk
