#include "app/leaks/LeakMatcher.h"

#include "app/base/Unescaped.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

// "\u0025" and so on, six bytes for each of the three of "%XX": the longest way to write a byte in two
// escapes.
constexpr qsizetype longestEscape = 18;
constexpr qsizetype longestOverlap = 64 * 1024;
constexpr qsizetype shortestOverlap = 4 * 1024;
constexpr int deepestEscape = 2;

/// A random factor. Not a secret: it keeps texts from being made so that their grams collide.
quint64 randomKey()
{
    quint64 key = 0;
    randombytes_buf(&key, sizeof key);
    return key;
}

bool isHexDigit(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

int hexValue(std::string_view digits)
{
    int value = 0;
    for (const char c : digits) {
        if (!isHexDigit(c))
            return -1;
        value = value * 16 + (c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    return value;
}

bool isWord(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// The byte that occurs least in source text and prose.
qsizetype rarestByte(QByteArrayView bytes)
{
    static constexpr std::string_view commonFirst =
        " etaoinsrlcdupmhgfb_ywv0123./-k456789TESACIRNDOLPMFUBGHVWYKXjxqzQZJ";
    qsizetype rarest = 0;
    std::size_t rank = 0;
    for (qsizetype i = 0; i < bytes.size(); ++i) {
        const std::size_t here = std::min(commonFirst.find(bytes[i]), commonFirst.size());
        if (i == 0 || here > rank) {
            rank = here;
            rarest = i;
        }
    }
    return rarest;
}

/// In UTF-16 of either byte order, from the first letter to the last.
QByteArray widened(const QByteArray &bytes)
{
    QByteArray wide(bytes.size() * 2 - 1, '\0');
    for (qsizetype i = 0; i < bytes.size(); ++i)
        wide[i * 2] = bytes.at(i);
    return wide;
}

/// The letters of a UTF-16 text as far as it is ASCII, at most `longestPatternToken`.
QByteArray narrowed(std::string_view text)
{
    QByteArray narrow;
    for (std::size_t at = 0; at < text.size() && narrow.size() < longestPatternToken; at += 2) {
        if (at + 1 < text.size() && text[at + 1] != '\0')
            break;
        narrow.append(text[at]);
    }
    return narrow;
}

} // namespace

LeakMatcher::LeakMatcher(std::vector<Token> tokens, QList<TokenPattern> patterns)
    : m_patterns(std::move(patterns))
{
    for (const Token &token : tokens) {
        if (token.value.size() < shortestLeak)
            m_tooShort.append(token.key);
        appendNeedles(m_needles, token.value, static_cast<int>(m_keys.size()));
        m_keys.push_back(token.key);
    }
    m_long = std::make_unique<LongGrams>(randomKey(), m_needles.size());
    m_short = std::make_unique<ShortGrams>(randomKey(), m_needles.size());
    for (std::size_t i = 0; i < m_needles.size(); ++i) {
        const std::string_view bytes = m_needles[i].bytes.reveal();
        if (m_needles[i].bytes.size() >= LongGrams::shortestNeedle)
            m_long->add(bytes, static_cast<quint32>(i));
        else
            m_short->add(bytes, static_cast<quint32>(i));
        m_longest = std::max(m_longest, m_needles[i].bytes.size());
        if (m_needles[i].form == LeakEncoding::Form::Utf16)
            continue; // an escape in UTF-16 is not undone
        m_shortest = std::min(m_shortest, m_needles[i].bytes.size());
        for (const char c : bytes)
            m_alphabet.set(static_cast<unsigned char>(c));
    }
    m_long->build();
    m_short->build();

    for (int i = 0; i < m_patterns.size(); ++i) {
        const QByteArray &prefix = m_patterns.at(i).prefix;
        const qsizetype rare = rarestByte(prefix);
        auto same = std::find_if(m_prefixes.begin(), m_prefixes.end(),
                                 [&](const auto &group) { return group.first == prefix.at(rare); });
        if (same == m_prefixes.end())
            same = m_prefixes.insert(same, {prefix.at(rare), {}});
        same->second.push_back({prefix, rare, i, LeakEncoding::Form::Plain});
        same->second.push_back({widened(prefix), rare * 2, i, LeakEncoding::Form::Utf16});
    }
    m_overlap = std::max(m_longest, std::clamp(m_longest * longestEscape, shortestOverlap, longestOverlap));
}

LeakMatcher::~LeakMatcher() = default;

void LeakMatcher::search(std::string_view text, const Found &found) const
{
    Matches own;
    const auto note = [&](const Match &match) {
        own.push_back(match);
        found(match);
    };
    if (!m_needles.empty()) {
        searchNeedles(text, note);
        searchEscaped(text, note);
    }
    searchPrefixes(text, own, found);
}

void LeakMatcher::searchNeedles(std::string_view text, const Found &found) const
{
    const auto candidate = [&](qsizetype begin, quint32 number) {
        const LeakNeedle &needle = m_needles[number];
        const qsizetype size = needle.bytes.size();
        if (begin < 0 || begin + size > static_cast<qsizetype>(text.size()) ||
            std::memcmp(text.data() + begin, needle.bytes.reveal().data(), static_cast<std::size_t>(size)) !=
                0)
            return;
        found({begin, begin + size, needle.token, -1, {needle.form, false, false}});
    };
    m_long->scan(text, candidate);
    m_short->scan(text, candidate);
}

// --- Escapes
// -------------------------------------------------------------------------------------------------------------

/// The length of an escape at `at` that may stand inside a token: it is undone to a byte that occurs in one,
/// or to a sign that begins another escape. 0 if there is none; most backslashes and percent signs of a text
/// are none.
qsizetype LeakMatcher::escapeLength(std::string_view text, qsizetype at) const
{
    const std::string_view rest = text.substr(static_cast<std::size_t>(at));
    const auto mayBeInside = [this](int byte) {
        return byte == '%' || byte == '\\' ||
               (byte > 0 && byte < 256 && m_alphabet.test(static_cast<std::size_t>(byte)));
    };
    if (rest.size() < 2)
        return 0;
    if (rest[0] == '%')
        return rest.size() >= 3 && mayBeInside(hexValue(rest.substr(1, 2))) ? 3 : 0;
    switch (rest[1]) {
    case '\\': // of "\\/" and "\\u0025"
        return rest.size() >= 3 && (rest[2] == '/' || rest[2] == 'u' || m_alphabet.test('\\')) ? 2 : 0;
    case '/':
    case '"':
        return m_alphabet.test(static_cast<unsigned char>(rest[1])) ? 2 : 0;
    case 'u':
        return rest.size() >= 6 && mayBeInside(hexValue(rest.substr(2, 4))) ? 6 : 0;
    default:
        return 0;
    }
}

namespace {

/// Undoes the escapes of a text, one way and then the other, and says where what is found in the outcome
/// stands in the text.
using Search = std::function<void(std::string_view, const LeakMatcher::Found &)>;

void searchUndone(const QByteArray &text, LeakEncoding escapes, int depth, const Search &search,
                  const LeakMatcher::Found &found)
{
    if (depth >= deepestEscape)
        return;
    for (const auto escape : {Unescaped::Escape::Percent, Unescaped::Escape::Json}) {
        const std::optional<Unescaped> undone = Unescaped::of(text, escape);
        if (!undone)
            continue;
        LeakEncoding deeper = escapes;
        (escape == Unescaped::Escape::Percent ? deeper.percent : deeper.json) = true;
        const auto back = [&](LeakMatcher::Match match) {
            const qsizetype begin = undone->originalBegin(match.begin);
            const qsizetype end = undone->originalEnd(match.end);
            if (end - begin == match.end - match.begin)
                return; // without an escape in it: found before
            match.begin = begin;
            match.end = end;
            match.encoding.percent = match.encoding.percent || deeper.percent;
            match.encoding.json = match.encoding.json || deeper.json;
            found(match);
        };
        search(
            std::string_view(undone->bytes().constData(), static_cast<std::size_t>(undone->bytes().size())),
            back);
        searchUndone(undone->bytes(), deeper, depth + 1, search, back);
    }
}

} // namespace

/// Undoes escapes only in runs of what tokens and escapes are made of, if one of those may stand inside a
/// token: most are in words that are too short.
void LeakMatcher::searchEscaped(std::string_view text, const Found &found) const
{
    const auto size = static_cast<qsizetype>(text.size());
    const auto next = [&](char sign, qsizetype from) -> qsizetype {
        while (from < size) {
            const void *at = std::memchr(text.data() + from, sign, static_cast<std::size_t>(size - from));
            if (!at)
                break;
            const qsizetype place = static_cast<const char *>(at) - text.data();
            if (escapeLength(text, place) > 0)
                return place;
            from = place + 1;
        }
        return size;
    };
    const auto isOfRun = [&](qsizetype at) {
        const char c = text[static_cast<std::size_t>(at)];
        return c == '%' || c == '\\' || m_alphabet.test(static_cast<unsigned char>(c));
    };
    const Search inside = [this](std::string_view undone, const Found &each) {
        if (static_cast<qsizetype>(undone.size()) >= m_shortest)
            searchNeedles(undone, each);
    };
    qsizetype percent = next('%', 0);
    qsizetype backslash = next('\\', 0);
    qsizetype done = 0; // where the run before ended
    while (std::min(percent, backslash) < size) {
        const qsizetype escape = std::min(percent, backslash);
        qsizetype begin = escape;
        while (begin > done && isOfRun(begin - 1))
            --begin;
        qsizetype end = escape + escapeLength(text, escape);
        while (end < size && isOfRun(end))
            ++end;
        if (end - begin > m_shortest) {
            searchUndone(QByteArray::fromRawData(text.data() + begin, end - begin), {}, 0, inside,
                         [&](Match match) {
                             match.begin += begin;
                             match.end += begin;
                             found(match);
                         });
        }
        done = end;
        if (percent < end)
            percent = next('%', end);
        if (backslash < end)
            backslash = next('\\', end);
    }
}

// --- Patterns
// ------------------------------------------------------------------------------------------------------------

void LeakMatcher::searchPrefixes(std::string_view text, const Matches &own, const Found &found) const
{
    const char *bytes = text.data();
    const auto size = static_cast<qsizetype>(text.size());
    for (const auto &[rare, prefixes] : m_prefixes) {
        for (qsizetype from = 0; from < size;) {
            const void *hit = std::memchr(bytes + from, rare, static_cast<std::size_t>(size - from));
            if (!hit)
                break;
            const qsizetype at = static_cast<const char *>(hit) - bytes;
            from = at + 1;
            for (const Prefix &prefix : prefixes) {
                const qsizetype begin = at - prefix.rareAt;
                // The first byte alone turns most away, without a call.
                if (begin < 0 || size - begin < prefix.bytes.size() || bytes[begin] != prefix.bytes.front() ||
                    std::memcmp(bytes + begin, prefix.bytes.constData(),
                                static_cast<std::size_t>(prefix.bytes.size())) != 0)
                    continue;
                const qsizetype length = prefixedToken(text, begin, prefix);
                const bool isOwn = std::any_of(own.begin(), own.end(), [begin](const Match &match) {
                    return match.begin <= begin && begin < match.end;
                });
                if (length > 0 && !isOwn)
                    found({begin, begin + length, -1, prefix.pattern, {prefix.form, false, false}});
            }
        }
    }
}

/// In bytes of the text; 0 if there is none.
qsizetype LeakMatcher::prefixedToken(std::string_view text, qsizetype begin, const Prefix &prefix) const
{
    const TokenPattern &pattern = m_patterns.at(prefix.pattern);
    const std::string_view rest = text.substr(static_cast<std::size_t>(begin));
    const bool wide = prefix.form != LeakEncoding::Form::Plain;
    const qsizetype before = begin - (wide ? 2 : 1);
    if (before >= 0 && isWord(text[static_cast<std::size_t>(before)]))
        return 0; // the end of a longer word
    if (wide)
        return std::max<qsizetype>(0, tokenLength(pattern, narrowed(rest)) * 2 - 1);
    return tokenLength(pattern, QByteArrayView(rest.data(), static_cast<qsizetype>(rest.size())));
}

// --- Masking
// -------------------------------------------------------------------------------------------------------------

QString LeakMatcher::masked(const QString &text) const
{
    const QByteArray bytes = text.toUtf8();
    std::vector<std::pair<qsizetype, qsizetype>> ranges;
    search(std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size())),
           [&ranges](const Match &match) { ranges.emplace_back(match.begin, match.end); });
    if (ranges.empty())
        return text;
    std::sort(ranges.begin(), ranges.end());
    QString shown;
    qsizetype done = 0;
    for (const auto &range : ranges) {
        if (range.second <= done)
            continue;
        if (range.first >= done)
            shown += QString::fromUtf8(bytes.sliced(done, range.first - done)) + u"••••"_s;
        done = range.second;
    }
    return shown + QString::fromUtf8(bytes.sliced(done));
}

} // namespace keydesk
