#pragma once

#include "app/base/SecretForms.h"

#include <QByteArray>

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace keydesk {

/// Takes known secrets out of bytes that arrive in pieces. Finds what Redactor finds: a secret raw, in Base64
/// (also broken into lines) and in hex, any of them also in UTF-16, and each of these percent-encoded or
/// escaped as in JSON, byte by byte as it comes, up to two of these inside each other. What comes out does
/// not depend on where the pieces end. A byte is kept back only while it may be part of a secret; of the
/// characters in Base64 that mix bits of a secret with bits of its neighbour the one before is left (up to 4
/// bits of its first byte), because every letter would have to wait for what follows it. A line of Base64
/// that ends with the first character of a secret is taken for one that ends there: every line would have to
/// wait for the next one. Linear in the number of bytes; holds no more of them than the longest way to write
/// a secret.
class MaskStream
{
public:
    /// Secrets under `shortestSecret` bytes are not looked for.
    explicit MaskStream(const std::vector<Secret> &secrets);

    /// What can go on after these bytes, with "••••" in the place of secrets, in UTF-16 with "····".
    [[nodiscard]] QByteArray take(QByteArrayView bytes);
    /// What was kept back, once nothing more comes.
    [[nodiscard]] QByteArray end();

private:
    /// An escape that has begun and has not ended.
    class Escape
    {
    public:
        enum class Next { More, None, Done };

        auto operator<=>(const Escape &) const = default;
        [[nodiscard]] bool isOpen() const { return m_sign != '\0'; }
        void open(char sign) { m_sign = sign; }
        /// None: it is no escape. Done: `undone` is what it stands for.
        Next take(char c, std::string &undone);

    private:
        Next takeJson(char c, std::string &undone);

        char m_sign = '\0'; // '%' or '\'
        std::uint8_t m_count = 0;
        char32_t m_value = 0;
        char32_t m_high = 0; // a surrogate, which another one has to follow
    };
    static constexpr std::size_t layers = 2;
    /// Of one between two lines of Base64: \n or \r\n.
    enum class Break : std::uint8_t { None, Begun, Whole };

    /// A place that may be the beginning of a secret, read in one way.
    struct Reading
    {
        std::int32_t form = -1;   // of `m_forms`; -1: any
        std::int32_t matched = 0; // bytes of it
        Break lineBreak = Break::None;
        std::array<Escape, layers> escapes;
        qint64 begin = 0;

        auto operator<=>(const Reading &) const = default;
        [[nodiscard]] bool goesOnAs(const Reading &other) const
        {
            return form == other.form && matched == other.matched && lineBreak == other.lineBreak &&
                   escapes == other.escapes;
        }
    };
    /// Bytes, counted from the beginning of the stream.
    struct Range
    {
        qint64 begin = 0;
        qint64 end = 0;
        bool utf16 = false; ///< it is written in UTF-16, without an escape
    };

    void step(char c);
    /// `bytes`: one, or those of one character beyond ASCII, as the layers before have undone them.
    void read(const Reading &reading, std::size_t layer, std::string_view bytes);
    void match(const Reading &reading, std::string_view bytes);
    void matchForm(Reading reading, std::string_view bytes);
    void takeBreak(Reading reading, char c);
    void unite();
    [[nodiscard]] QByteArray release(qint64 upTo);

    std::vector<SecretForm> m_forms;
    std::array<std::vector<std::int32_t>, 256> m_formsByFirst;
    std::array<bool, 256> m_canBegin{};

    qint64 m_position = 0; // of the next byte
    std::vector<Reading> m_readings;
    std::vector<Reading> m_next; // of them, after the byte that is being read
    std::vector<Range> m_ranges; // not released yet
    qint64 m_mixedAt = -1;       // there may be a character that holds the last bits of a secret
    QByteArray m_held;
    qint64 m_heldFrom = 0;
    qint64 m_maskedUntil = 0;
};

} // namespace keydesk
