#include "app/providers/TokenFormat.h"

#include <QCoreApplication>
#include <QUtf8StringView>

#include <algorithm>
#include <array>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype pasteLimit = 64 * 1024;

struct TokenCleaningText
{
    Q_DECLARE_TR_FUNCTIONS(TokenFormat)
};

// What was cut, in the order it is told.
struct Cut
{
    bool breakAtStart = false;
    bool breakAtEnd = false;
    bool breakInside = false;
    bool spaceAround = false;
    bool spaceInside = false;
    bool invisible = false;
    bool quotes = false;
    bool semicolon = false;
    bool authorization = false;
    bool otherHeader = false;
    bool bearer = false;
    bool variable = false;

    [[nodiscard]] QStringList sentences() const
    {
        QStringList told;
        const auto tell = [&told](bool yes, const char *sentence) {
            if (yes)
                told.append(TokenCleaningText::tr(sentence));
        };
        tell(breakAtStart, QT_TRANSLATE_NOOP("TokenFormat", "A line break at the start was removed"));
        tell(breakAtEnd, QT_TRANSLATE_NOOP("TokenFormat", "A line break at the end was removed"));
        tell(breakInside, QT_TRANSLATE_NOOP("TokenFormat", "Line breaks inside were removed"));
        tell(spaceAround, QT_TRANSLATE_NOOP("TokenFormat", "Spaces around it were removed"));
        tell(spaceInside, QT_TRANSLATE_NOOP("TokenFormat", "Spaces inside were removed"));
        tell(invisible, QT_TRANSLATE_NOOP("TokenFormat", "Invisible characters were removed"));
        tell(quotes, QT_TRANSLATE_NOOP("TokenFormat", "Quotes around it were removed"));
        tell(semicolon, QT_TRANSLATE_NOOP("TokenFormat", "A comma or semicolon at the end was removed"));
        tell(authorization, QT_TRANSLATE_NOOP("TokenFormat", "The header name Authorization was removed"));
        tell(otherHeader, QT_TRANSLATE_NOOP("TokenFormat", "The name of the header was removed"));
        tell(bearer, QT_TRANSLATE_NOOP("TokenFormat", "The word Bearer was removed"));
        tell(variable, QT_TRANSLATE_NOOP("TokenFormat", "The name of the variable in front was removed"));
        return told;
    }
};

bool isSpace(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f';
}

bool isBreak(char c)
{
    return c == '\n' || c == '\r' || c == '\v' || c == '\f';
}

bool isNameChar(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool startsWith(std::string_view text, std::string_view lowerCase)
{
    return text.size() >= lowerCase.size() && std::equal(lowerCase.begin(), lowerCase.end(), text.begin(),
                                                         [](char a, char b) { return a == lower(b); });
}

bool endsWith(std::string_view text, std::string_view lowerCase)
{
    return text.size() >= lowerCase.size() &&
           startsWith(text.substr(text.size() - lowerCase.size()), lowerCase);
}

std::size_t skipSpaces(std::string_view text, std::size_t at)
{
    while (at < text.size() && isSpace(text[at]))
        ++at;
    return at;
}

// Invisible: soft hyphen, Mongolian vowel separator, zero-width spaces and joiners, direction marks and
// overrides, word joiner, BOM. Other Unicode spaces and line ends become ASCII ones. Returns how many bytes
// of `text` the character has, 0 if it is neither.
std::size_t odd(std::string_view text, char *replacement)
{
    struct Entry
    {
        std::string_view first;
        std::string_view last;
        char becomes; // 0: dropped
    };
    static constexpr std::array<Entry, 14> table{{
        {"\xC2\x85", "\xC2\x85", '\n'},
        {"\xC2\xA0", "\xC2\xA0", ' '},
        {"\xC2\xAD", "\xC2\xAD", 0},
        {"\xE1\x9A\x80", "\xE1\x9A\x80", ' '},
        {"\xE1\xA0\x8E", "\xE1\xA0\x8E", 0},
        {"\xE2\x80\x80", "\xE2\x80\x8A", ' '},
        {"\xE2\x80\x8B", "\xE2\x80\x8F", 0},
        {"\xE2\x80\xA8", "\xE2\x80\xA9", '\n'},
        {"\xE2\x80\xAA", "\xE2\x80\xAE", 0},
        {"\xE2\x80\xAF", "\xE2\x80\xAF", ' '},
        {"\xE2\x81\x9F", "\xE2\x81\x9F", ' '},
        {"\xE2\x81\xA0", "\xE2\x81\xAF", 0},
        {"\xE3\x80\x80", "\xE3\x80\x80", ' '},
        {"\xEF\xBB\xBF", "\xEF\xBB\xBF", 0},
    }};
    for (const Entry &entry : table) {
        const std::string_view here = text.substr(0, entry.first.size());
        if (here.size() == entry.first.size() && here.compare(entry.first) >= 0 &&
            here.compare(entry.last) <= 0) {
            *replacement = entry.becomes;
            return here.size();
        }
    }
    return 0;
}

// The bytes of a quotation mark at the start (or end) of `text`, 0 if there is none.
std::size_t quote(std::string_view text, bool atEnd)
{
    static constexpr std::array<std::string_view, 10> marks{
        "\"",           "'",        "`",       "\xE2\x80\x9C", "\xE2\x80\x9D", "\xE2\x80\x9E", "\xE2\x80\x98",
        "\xE2\x80\x99", "\xC2\xAB", "\xC2\xBB"};
    for (const std::string_view mark : marks) {
        if (text.size() >= mark.size() &&
            (atEnd ? text.substr(text.size() - mark.size()) : text.substr(0, mark.size())) == mark)
            return mark.size();
    }
    return 0;
}

// "Bearer " and "Bearer:", or the word alone.
std::size_t bearerWord(std::string_view text)
{
    constexpr std::string_view word = "bearer";
    if (!startsWith(text, word))
        return 0;
    std::size_t at = skipSpaces(text, word.size());
    if (at < text.size() && text[at] == ':')
        at = skipSpaces(text, at + 1);
    return at > word.size() || text.size() == word.size() ? at : 0;
}

// "Authorization: ", "X-API-Key: ", -H "Authorization: ", "token": ". Only names that carry credentials: a
// token may hold a colon.
std::size_t headerName(std::string_view text, Cut *cut)
{
    std::size_t start = 0;
    for (const std::string_view option : {std::string_view("-h"), std::string_view("--header")}) {
        if (startsWith(text, option) && text.size() > option.size() && isSpace(text[option.size()])) {
            start = skipSpaces(text, option.size());
            start += quote(text.substr(start), false);
        }
    }
    std::size_t end = start;
    while (end < text.size() && end - start < 64 && (isNameChar(text[end]) || text[end] == '-'))
        ++end;
    const std::size_t colon = skipSpaces(text, end + quote(text.substr(end), false));
    if (end == start || colon == text.size() || text[colon] != ':')
        return 0;
    const std::string_view name = text.substr(start, end - start);
    const bool authorization = endsWith(name, "authorization");
    if (!authorization && !startsWith(name, "x-") && !endsWith(name, "key") && !endsWith(name, "token") &&
        !endsWith(name, "secret"))
        return 0;
    (authorization ? cut->authorization : cut->otherHeader) = true;
    return skipSpaces(text, colon + 1);
}

// Without a keyword in front only names that are written like a variable's or like a secret's count: Base64
// ends in '=' too.
bool isVariableName(std::string_view name)
{
    const bool capitals = std::none_of(name.begin(), name.end(), [](char c) { return c >= 'a' && c <= 'z'; });
    return capitals || endsWith(name, "token") || endsWith(name, "key") || endsWith(name, "secret");
}

// `export NAME=`, `set NAME=`, `set "NAME=`, `$env:NAME = `, `NAME=`.
std::size_t assignment(std::string_view text)
{
    std::size_t at = 0;
    for (const std::string_view keyword : {std::string_view("export"), std::string_view("set")}) {
        if (startsWith(text, keyword) && text.size() > keyword.size() && isSpace(text[keyword.size()])) {
            at = skipSpaces(text, keyword.size());
            at += quote(text.substr(at), false);
        }
    }
    if (startsWith(text, "$env:"))
        at = 5;
    const bool keyword = at > 0;
    const std::size_t nameStart = at;
    while (at < text.size() && isNameChar(text[at]))
        ++at;
    const std::string_view name = text.substr(nameStart, at - nameStart);
    if (name.empty() || (name.front() >= '0' && name.front() <= '9'))
        return 0;
    at = skipSpaces(text, at);
    if (at == text.size() || text[at] != '=')
        return 0;
    at = skipSpaces(text, at + 1);
    const bool padding = at == text.size() || text[at] == '=';
    return keyword || (!padding && isVariableName(name)) ? at : 0;
}

// Takes what surrounds the token off both ends until nothing more comes off.
std::string_view unwrap(std::string_view text, Cut *cut)
{
    for (bool again = true; again;) {
        const std::size_t before = text.size();
        while (!text.empty() && isSpace(text.front())) {
            (isBreak(text.front()) ? cut->breakAtStart : cut->spaceAround) = true;
            text.remove_prefix(1);
        }
        while (!text.empty() && isSpace(text.back())) {
            (isBreak(text.back()) ? cut->breakAtEnd : cut->spaceAround) = true;
            text.remove_suffix(1);
        }
        if (const std::size_t bytes = quote(text, false)) {
            cut->quotes = true;
            text.remove_prefix(bytes);
        }
        if (const std::size_t bytes = quote(text, true)) {
            cut->quotes = true;
            text.remove_suffix(bytes);
        }
        if (!text.empty() && (text.back() == ';' || text.back() == ',') &&
            (cut->variable || quote(text.substr(0, text.size() - 1), true))) {
            cut->semicolon = true;
            text.remove_suffix(1);
        }
        if (const std::size_t bytes = bearerWord(text)) {
            cut->bearer = true;
            text.remove_prefix(bytes);
        }
        text.remove_prefix(headerName(text, cut));
        if (const std::size_t bytes = assignment(text)) {
            cut->variable = true;
            text.remove_prefix(bytes);
        }
        again = text.size() != before;
    }
    return text;
}

// Both write to `bytes`, the buffer that `text` lies in, and return what is left.
std::string_view replaceOdd(std::string_view text, char *bytes, Cut *cut)
{
    std::size_t kept = 0;
    for (std::size_t i = 0; i < text.size();) {
        char becomes = 0;
        const std::size_t length = odd(text.substr(i), &becomes);
        if (length == 0)
            becomes = text[i];
        if (length > 0 && becomes == 0)
            cut->invisible = true;
        else
            bytes[kept++] = becomes;
        i += length > 0 ? length : 1;
    }
    return {bytes, kept};
}

std::string_view closeGaps(std::string_view text, char *bytes, Cut *cut)
{
    std::size_t kept = 0;
    for (const char c : text) {
        if (isSpace(c))
            (isBreak(c) ? cut->breakInside : cut->spaceInside) = true;
        else
            bytes[kept++] = c;
    }
    return {bytes, kept};
}

} // namespace

CleanedToken cleanToken(const Secret &pasted, KeyPlacement placement)
{
    if (placement == KeyPlacement::Basic)
        return {pasted.copy(), {}};
    if (pasted.size() > pasteLimit)
        return {
            Secret(),
            {TokenCleaningText::tr("This is longer than 64 KiB, which no token is, so nothing was taken")}};

    // One buffer, edited in place and wiped at the end.
    const std::string_view source = pasted.reveal();
    QByteArray buffer(source.data(), static_cast<qsizetype>(source.size()));
    char *const bytes = buffer.data();
    Cut cut;
    std::string_view text(bytes, source.size());
    for (bool again = true; again;) {
        const std::size_t before = text.size();
        // Of bytes that are no text no character can be told; they stay as they are, and canBeSent refuses
        // them.
        if (QUtf8StringView(text.data(), static_cast<qsizetype>(text.size())).isValidUtf8())
            text = replaceOdd(text, bytes, &cut);
        text = unwrap(text, &cut);
        // A copy from a narrow terminal or a mail is broken into lines. Closing the gaps can make a wrapping
        // whole again, so once more.
        text = closeGaps(text, bytes, &cut);
        again = text.size() != before;
    }
    CleanedToken cleaned{Secret(text), cut.sentences()};
    wipe(buffer);
    return cleaned;
}

} // namespace keydesk
