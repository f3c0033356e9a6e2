#pragma once

#include "app/body/FileBytes.h"
#include "app/body/TextCoding.h"

#include <optional>

namespace keydesk {

/// A line of a text, or a part of a line that is too long to be laid out at once. Offsets are bytes of the
/// file.
struct TextPiece
{
    qint64 begin = 0;
    qint64 end = 0; ///< with the line's end
    int endSize =
        0; ///< bytes of the line end: 0 at the end of the file, or where the line goes on in the next piece
    bool beginsLine = true;

    bool operator==(const TextPiece &) const = default;
};

/// Cuts a text into pieces. Where a piece begins depends on nothing but the bytes around it, so that any
/// place of a file of any size is shown without knowing what comes before: lines are whole unless they are
/// long, and long ones are cut at the same places from wherever one comes. Thread-safe.
class TextPieces
{
public:
    /// In bytes: no line up to here is cut, and no piece is longer than two of these.
    static constexpr qint64 length = 4096;

    TextPieces(std::shared_ptr<const FileBytes> bytes, TextCoding coding);

    [[nodiscard]] TextCoding coding() const { return m_coding; }
    [[nodiscard]] const FileBytes &bytes() const { return *m_bytes; }
    [[nodiscard]] std::shared_ptr<const FileBytes> sharedBytes() const { return m_bytes; }
    /// Of the first character: behind a byte order mark.
    [[nodiscard]] qint64 begin() const { return m_begin; }
    /// The one that the byte belongs to; at or behind the end: the last one, which is empty behind a line
    /// end.
    [[nodiscard]] TextPiece at(qint64 offset) const;
    /// Its bytes, without the line end.
    [[nodiscard]] QByteArray contents(const TextPiece &piece) const;

private:
    [[nodiscard]] qint64 cutAt(qint64 offset) const;
    [[nodiscard]] std::optional<qint64> lineBegin(qint64 offset) const;

    std::shared_ptr<const FileBytes> m_bytes;
    TextCoding m_coding;
    qint64 m_begin = 0;
};

} // namespace keydesk
