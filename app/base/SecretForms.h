#pragma once

#include "app/base/Secret.h"

#include <QByteArray>

#include <vector>

namespace keydesk {

/// One way to write a secret without escapes. In Base64, a first or last character that mixes bits of the
/// secret with bits of its neighbour is not part of `bytes`; in UTF-16, the high byte at the end of the text
/// is not (in big endian, at its begin): without it both byte orders of most texts look alike.
struct SecretForm
{
    Secret bytes;
    bool raw = false;    ///< the secret itself; the other ways to write it follow it
    bool base64 = false; ///< where lines may break
    bool utf16 = false;
    int before = 0; ///< mixed characters before it, in Base64
    int after = 0;  ///< and behind it
};

/// Those that are shorter, in bytes, are not looked for: they would redact ordinary text.
inline constexpr qsizetype shortestSecret = 6;

/// So many characters of Base64 have to match before a line break may stand among them: what ends a line by
/// chance is not kept back.
inline constexpr int fewestBeforeBreak = 2;

/// The secret raw, in Base64 (standard and URL-safe, at all three alignments) and in hex (either case), and
/// each of these in UTF-16 of either byte order (in Base64 without the mixed characters).
std::vector<SecretForm> secretForms(const Secret &secret);

/// What stands in the place of a secret: "••••" (UTF-8).
const QByteArray &secretMask();

/// In the place of one in UTF-16: "····", which both byte orders share, without the zero at one end.
const QByteArray &secretMaskUtf16();

/// A character of either alphabet.
bool isBase64(char c);

} // namespace keydesk
