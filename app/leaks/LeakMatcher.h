#pragma once

#include "app/leaks/GramFilter.h"
#include "app/leaks/LeakNeedles.h"
#include "app/leaks/TokenPattern.h"

#include <QUuid>

#include <array>
#include <bitset>
#include <functional>
#include <limits>
#include <memory>
#include <string_view>
#include <vector>

namespace keydesk {

/// Finds the user's own tokens in every form (LeakNeedles), with percent and JSON escapes undone (and two of
/// these inside each other), and what looks like a provider's token. Tokens stay in wiped memory and nothing
/// here is ever written.
///
/// Thread-safe once it is built. Linear in the length of the text, whatever the number of tokens: places are
/// sifted by GramFilter, and only what passes is compared, byte by byte.
class LeakMatcher
{
public:
    struct Token
    {
        QUuid key;
        Secret value;
    };
    struct Match
    {
        qsizetype begin = 0;
        qsizetype end = 0;
        int token = -1;   ///< of the tokens; -1: by pattern only
        int pattern = -1; ///< of the patterns
        LeakEncoding encoding;
    };
    using Found = std::function<void(const Match &)>;

    LeakMatcher(std::vector<Token> tokens, QList<TokenPattern> patterns);
    ~LeakMatcher();

    /// Own tokens first. What looks like a token and is the user's own is told once, as own.
    void search(std::string_view text, const Found &found) const;
    /// A text that is searched in pieces must have this many bytes of each piece repeated in the next one.
    [[nodiscard]] qsizetype overlap() const { return m_overlap; }

    [[nodiscard]] QUuid key(int token) const { return m_keys.at(static_cast<std::size_t>(token)); }
    [[nodiscard]] const TokenPattern &pattern(int number) const { return m_patterns.at(number); }
    /// Keys whose tokens are too short to be searched for.
    [[nodiscard]] const QList<QUuid> &tooShort() const { return m_tooShort; }
    [[nodiscard]] bool isPointless() const { return m_needles.empty() && m_patterns.isEmpty(); }

    /// The text with every token in it replaced by bullets: for names of files and branches, and other
    /// programs' words.
    [[nodiscard]] QString masked(const QString &text) const;

private:
    using LongGrams = GramFilter<quint64, 8>;
    using ShortGrams = GramFilter<quint32, 3>;
    using Matches = std::vector<Match>;

    /// A pattern's prefix as bytes, and its least usual byte, which is what is searched for.
    struct Prefix
    {
        QByteArray bytes;
        qsizetype rareAt = 0;
        int pattern = 0;
        LeakEncoding::Form form = LeakEncoding::Form::Plain;
    };

    void searchNeedles(std::string_view text, const Found &found) const;
    void searchEscaped(std::string_view text, const Found &found) const;
    void searchPrefixes(std::string_view text, const Matches &own, const Found &found) const;
    [[nodiscard]] qsizetype prefixedToken(std::string_view text, qsizetype begin, const Prefix &prefix) const;
    [[nodiscard]] qsizetype escapeLength(std::string_view text, qsizetype at) const;

    std::vector<QUuid> m_keys;
    QList<QUuid> m_tooShort;
    QList<TokenPattern> m_patterns;
    std::vector<LeakNeedle> m_needles;
    std::unique_ptr<LongGrams> m_long;
    std::unique_ptr<ShortGrams> m_short;
    std::bitset<256> m_alphabet;                                  // of all needles that escapes may stand in
    qsizetype m_shortest = std::numeric_limits<qsizetype>::max(); // of those
    std::vector<std::pair<char, std::vector<Prefix>>> m_prefixes; // by their rare byte
    qsizetype m_longest = 0;
    qsizetype m_overlap = 0;
};

} // namespace keydesk
