#pragma once

#include "app/base/Secret.h"
#include "app/leaks/LeakEncoding.h"

#include <vector>

namespace keydesk {

/// One way to write a token, as bytes to search for. In Base64 the characters that mix bits of the token with
/// bits of its neighbours are left out.
struct LeakNeedle
{
    Secret bytes;
    LeakEncoding::Form form = LeakEncoding::Form::Plain;
    int token = 0; ///< its place in the list that it was made from
};

/// Shorter tokens would be found in ordinary text.
inline constexpr qsizetype shortestLeak = 6;

/// Every form of a token: plain, Base64 (standard and URL-safe, at all three alignments), hexadecimal in
/// either case, UTF-16 in either byte order. Escapes are not forms: they are undone in the text. A token
/// shorter than `shortestLeak` has none.
void appendNeedles(std::vector<LeakNeedle> &needles, const Secret &token, int number);

} // namespace keydesk
