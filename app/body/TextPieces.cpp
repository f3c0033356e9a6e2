#include "app/body/TextPieces.h"

#include <algorithm>

namespace keydesk {

namespace {

/// The bytes of a line feed.
QByteArray lineFeed(TextCoding coding)
{
    if (coding == TextCoding::Utf16LittleEndian)
        return QByteArray("\n\0", 2);
    return coding == TextCoding::Utf16BigEndian ? QByteArray("\0\n", 2) : QByteArray("\n");
}

QByteArray carriageReturn(TextCoding coding)
{
    return lineFeed(coding).replace('\n', '\r');
}

} // namespace

TextPieces::TextPieces(std::shared_ptr<const FileBytes> bytes, TextCoding coding)
    : m_bytes(std::move(bytes))
    , m_coding(coding)
{
    m_begin = markSize(m_bytes->read(0, 3), coding);
}

/// Where a long line is cut near `offset`, a multiple of `length`: not inside a character, and not before a
/// line end.
qint64 TextPieces::cutAt(qint64 offset) const
{
    constexpr qint64 most = 8; // bytes of a character and a line end
    offset = std::max(offset, m_begin);
    const qint64 from = std::max(m_begin, offset - most);
    const QByteArray around = m_bytes->read(from, offset - from + 4);
    const int unit = unitSize(m_coding);
    qint64 place = offset - from;
    const auto unitAt = [&](qint64 index) -> uint {
        if (index + unit > around.size())
            return 0;
        const auto first = static_cast<uchar>(around.at(index));
        if (unit == 1)
            return first;
        const auto second = static_cast<uchar>(around.at(index + 1));
        return m_coding == TextCoding::Utf16LittleEndian ? first | uint(second) << 8U
                                                         : uint(first) << 8U | second;
    };
    if (unitAt(place) == '\n' && place >= 2 * unit)
        place -= unitAt(place - unit) == '\r' ? 2 * unit : unit;
    else if (unitAt(place) == '\r' && unitAt(place + unit) == '\n' && place >= unit)
        place -= unit;
    const auto isInside = [&] { // a character
        return m_coding == TextCoding::Utf8     ? (unitAt(place) & 0xC0U) == 0x80U
               : m_coding == TextCoding::Latin1 ? false
                                                : (unitAt(place) & 0xFC00U) == 0xDC00U;
    };
    for (int back = 0; back < 3 && place >= unit && isInside(); ++back)
        place -= unit;
    return from + place;
}

/// Where the line begins, if that is at most `2 * length` before.
std::optional<qint64> TextPieces::lineBegin(qint64 offset) const
{
    const int unit = unitSize(m_coding);
    const QByteArray feed = lineFeed(m_coding);
    const qint64 from = std::max(m_begin, offset - 2 * length);
    const QByteArray before = m_bytes->read(from, offset - from);
    qsizetype found = before.lastIndexOf(feed);
    while (found > 0 && (from + found - m_begin) % unit != 0)
        found = before.lastIndexOf(feed, found - 1);
    if (found >= 0 && (from + found - m_begin) % unit == 0)
        return from + found + unit;
    return from == m_begin ? std::optional(m_begin) : std::nullopt;
}

TextPiece TextPieces::at(qint64 offset) const
{
    const int unit = unitSize(m_coding);
    const QByteArray feed = lineFeed(m_coding);
    const qint64 size = std::max(m_bytes->size(), m_begin);
    offset = std::clamp(offset, m_begin, size);
    offset -= (offset - m_begin) % unit;
    if (offset == size && size - unit >= m_begin && m_bytes->read(size - unit, unit) != feed)
        offset -= unit;

    const std::optional<qint64> line = lineBegin(offset);
    qint64 cut = offset / length * length;
    if (cutAt(cut + length) <= offset)
        cut += length;
    else if (cutAt(cut) > offset)
        cut -= length;
    TextPiece piece;
    qint64 nextCut = cut + length;
    if (line && cut <= *line + length) {
        piece.begin = *line;
        nextCut = (*line / length + 2) * length;
    } else {
        piece.begin = cutAt(cut);
        piece.beginsLine = false;
    }

    const qint64 most = cutAt(nextCut);
    const QByteArray after = m_bytes->read(piece.begin, most - piece.begin);
    qsizetype end = after.indexOf(feed, offset - piece.begin);
    while (end >= 0 && end % unit != 0)
        end = after.indexOf(feed, end + 1);
    piece.end = piece.begin + (end >= 0 ? end + unit : after.size());
    if (end >= 0) {
        const QByteArray back = carriageReturn(m_coding);
        piece.endSize = end >= unit && after.sliced(end - unit, unit) == back ? 2 * unit : unit;
    }
    return piece;
}

QByteArray TextPieces::contents(const TextPiece &piece) const
{
    return m_bytes->read(piece.begin, piece.end - piece.begin - piece.endSize);
}

} // namespace keydesk
