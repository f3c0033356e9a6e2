#pragma once

#include <QByteArray>

#include <optional>
#include <vector>

namespace keydesk {

/// A text with its escapes undone, and the way back from a place in it to the place in the original.
class Unescaped
{
public:
    enum class Escape {
        Percent, ///< %XX
        Json,    ///< \/ \" \\ \n \uXXXX and so on (RFC 8259 section 7)
    };

    /// Nothing if `text` holds no such escape.
    static std::optional<Unescaped> of(const QByteArray &text, Escape escape);
    /// Base64 that is broken into lines in one piece: without each \n or \r\n between two of its characters.
    /// Nothing if there is none.
    static std::optional<Unescaped> withoutBase64Breaks(const QByteArray &text);

    [[nodiscard]] const QByteArray &bytes() const { return m_bytes; }
    /// Where in the original the byte at `position` begins.
    [[nodiscard]] qsizetype originalBegin(qsizetype position) const;
    /// Where in the original the range that ends before `end` (> 0) ends.
    [[nodiscard]] qsizetype originalEnd(qsizetype end) const;

private:
    /// One escape: where it stands in the original, and what it became.
    struct Place
    {
        qsizetype begin = 0;
        qsizetype end = 0;
        qsizetype originalBegin = 0;
        qsizetype originalEnd = 0;
    };
    [[nodiscard]] const Place *lastBefore(qsizetype position) const;

    QByteArray m_bytes;
    std::vector<Place> m_places;
};

/// Escapes begin with it.
inline bool isEscapeSign(char c)
{
    return c == '%' || c == '\\';
}

} // namespace keydesk
