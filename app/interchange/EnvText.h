#pragma once

#include "app/base/Error.h"
#include "app/base/Secret.h"

#include <vector>

namespace keydesk {

/// The text of a file (or of a pasted block) that may hold tokens, in whatever encoding it is written. What
/// `text` gives has one byte for each code unit of the file, so that a place in it is a place in the file: in
/// UTF-16 each unit above ASCII reads as 0xFF, since neither a variable's name nor a token has any. UTF-8,
/// Latin-1 and broken UTF-8 are read as the bytes they are.
class EnvText
{
public:
    enum class Encoding { Bytes, Utf16LittleEndian, Utf16BigEndian };

    /// More is refused (bytes): a file of settings is far from it, and one that is not would stop the window.
    static constexpr qsizetype limit = 10 * 1024 * 1024;

    /// InvalidInput for a binary file and for UTF-32, TooLarge beyond the limit; both say so in words.
    static Result<EnvText> read(Secret bytes);
    /// The words for a file that is too large, of `size` bytes.
    static Error tooLarge(qint64 size);

    [[nodiscard]] Encoding encoding() const { return m_encoding; }
    [[nodiscard]] std::string_view text() const;
    [[nodiscard]] const Secret &bytes() const { return m_bytes; }
    /// Where a place of `text` stands in the file.
    [[nodiscard]] qsizetype byteOffset(qsizetype place) const;

    /// The line end that the file uses: "\r\n" if most of its lines do, else "\n".
    [[nodiscard]] std::string_view lineEnd() const;

    struct Change
    {
        qsizetype begin; ///< in `text`
        qsizetype end;
        std::string_view text; ///< ASCII
    };
    /// The whole file's bytes with some places of `text` replaced, in the file's encoding; every other byte
    /// as it was. The changes are in order and do not overlap.
    [[nodiscard]] Secret with(const std::vector<Change> &changes) const;

private:
    [[nodiscard]] qsizetype unit() const { return m_encoding == Encoding::Bytes ? 1 : 2; }

    Secret m_bytes;
    Secret m_narrow; // of UTF-16
    Encoding m_encoding = Encoding::Bytes;
    qsizetype m_start = 0; // behind the byte order mark
};

} // namespace keydesk
