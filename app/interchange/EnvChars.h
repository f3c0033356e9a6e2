#pragma once

#include <algorithm>
#include <string_view>

namespace keydesk::envchars {

constexpr bool isBlank(char c)
{
    return c == ' ' || c == '\t';
}

constexpr bool isBreak(char c)
{
    return c == '\n' || c == '\r';
}

constexpr bool isLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

constexpr bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// Also those of header names, of YAML and of properties files.
constexpr bool isNameChar(char c)
{
    return isLetter(c) || isDigit(c) || c == '-' || c == '.';
}

constexpr char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

constexpr bool isAnyOf(char c, std::string_view set)
{
    return set.find(c) != std::string_view::npos;
}

/// `lowerCase` is in lower case.
inline bool equals(std::string_view text, std::string_view lowerCase)
{
    return text.size() == lowerCase.size() && std::equal(text.begin(), text.end(), lowerCase.begin(),
                                                         [](char a, char b) { return lower(a) == b; });
}

inline bool startsWith(std::string_view text, std::string_view lowerCase)
{
    return text.size() >= lowerCase.size() && equals(text.substr(0, lowerCase.size()), lowerCase);
}

} // namespace keydesk::envchars
