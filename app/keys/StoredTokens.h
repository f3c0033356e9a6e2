#pragma once

#include "app/base/Secret.h"

#include <QByteArray>
#include <QHash>
#include <QObject>
#include <QSet>

#include <bitset>
#include <functional>
#include <memory>
#include <mutex>

namespace keydesk {

struct ApiKey;
class KeyStore;
class Redactor;

/// Finds tokens of stored keys in text that is about to be written down, and makes them known to the
/// redactor: after a restart it knows none that was not read from the keychain yet. They are recognised by
/// their hint and their fingerprint, plain, percent-encoded, with JSON's escaped slashes and in UTF-16. Lives
/// no longer than the keys and the redactor, on their thread.
class StoredTokens : public QObject
{
public:
    StoredTokens(const KeyStore &keys, Redactor &redactor, QObject *parent = nullptr);

    /// Reads the first `searched` bytes.
    void learn(const QByteArray &text);

    static constexpr qsizetype searched = 1024 * 1024;

    /// Reads all of each text that it is given. For any thread, and for longer than this lives, but not than
    /// the redactor; knows keys that are added later.
    [[nodiscard]] std::function<void(const QByteArray &text)> reader();

    /// What the hints of the keys tell of their tokens: how they end (nearly always with four characters, not
    /// at all for tokens that are short or end oddly), and what begins those that end so, which may be empty.
    struct KnownEnds
    {
        QHash<QByteArray, QSet<QByteArray>> beginnings; ///< by end
        QSet<qsizetype> lengths;                        ///< of ends, without 0
        std::bitset<256> lastBytes;                     ///< of ends: most places of a text end nothing
    };

private:
    /// What is known of the tokens.
    struct Traces
    {
        KnownEnds ends;
        QSet<QByteArray> fingerprints;
        std::function<QByteArray(const Secret &token)> fingerprint;
    };
    /// With the other threads that read.
    struct Shared
    {
        std::mutex mutex;
        Traces traces;

        Traces now();
    };
    class Search;

    void noteAll();
    void note(const ApiKey &key);
    static void learnFrom(const QByteArray &text, const Traces &traces, Redactor &redactor);

    const KeyStore &m_keys;
    Redactor &m_redactor;
    /// Kept, because each call brings several texts and there may be thousands of keys; a key that is gone is
    /// still recognised.
    const std::shared_ptr<Shared> m_shared = std::make_shared<Shared>();
    bool m_areNoted = false;
};

} // namespace keydesk
