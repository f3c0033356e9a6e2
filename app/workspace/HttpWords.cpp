#include "app/workspace/HttpWords.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstring>
#include <string_view>

namespace keydesk::words {

bool isComment(QByteArrayView trimmed)
{
    return trimmed.startsWith('#') || trimmed.startsWith("//");
}

bool isIndented(QByteArrayView line)
{
    return !line.isEmpty() && (line.front() == ' ' || line.front() == '\t');
}

bool isMethodWord(QByteArrayView word)
{
    static constexpr std::array<std::string_view, 16> known{
        "GET",   "POST",     "PUT",  "DELETE", "PATCH",   "HEAD",      "OPTIONS", "CONNECT",
        "TRACE", "PROPFIND", "LOCK", "UNLOCK", "GRAPHQL", "WEBSOCKET", "GRPC",    "RSOCKET"};
    return std::ranges::any_of(known, [word](std::string_view each) {
        return word.compare(QByteArrayView(each.data(), static_cast<qsizetype>(each.size())),
                            Qt::CaseInsensitive) == 0;
    });
}

bool isTokenWord(QByteArrayView word)
{
    return !word.isEmpty() && std::ranges::all_of(word, [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) ||
               (c != '\0' && std::strchr("!#$%&'*+-.^_`|~", c));
    });
}

bool looksLikeTarget(QByteArrayView text)
{
    return text.startsWith("http://") || text.startsWith("https://") || text.startsWith('/') ||
           text.startsWith("{{") || text.startsWith('?') || text == "*";
}

qsizetype versionBegin(QByteArrayView trimmed)
{
    qsizetype word = trimmed.size();
    while (word > 0 && trimmed.at(word - 1) != ' ' && trimmed.at(word - 1) != '\t')
        --word;
    const QByteArrayView last = trimmed.sliced(word);
    const bool isVersion = word > 0 && last.size() > 5 &&
                           last.first(5).compare("HTTP/", Qt::CaseInsensitive) == 0 &&
                           std::isdigit(static_cast<unsigned char>(last.at(5)));
    return isVersion ? word : trimmed.size();
}

bool endsInScriptName(QByteArrayView path)
{
    return path.endsWith(".js") || path.endsWith(".mjs") || path.endsWith(".cjs") || path.endsWith(".ts");
}

bool isPlainHeader(QByteArrayView trimmed)
{
    const qsizetype colon = trimmed.indexOf(':');
    return colon > 0 && isTokenWord(trimmed.first(colon)) &&
           (colon + 1 == trimmed.size() || trimmed.at(colon + 1) == ' ' || trimmed.at(colon + 1) == '\t');
}

} // namespace keydesk::words
