#pragma once

#include "app/filter/program/Input.h"

#include <functional>
#include <optional>
#include <string>

namespace keydesk::filter {

/// Reads JSON (RFC 8259) of any size part by part and checks it; one document behind the other, with or
/// without the separators of JSON Lines and RFC 7464 between them. Only places are told: numbers, names and
/// texts stay as they are written. A level of depth costs a byte.
class JsonReader
{
public:
    static constexpr std::size_t deepest = 1'000'000;

    enum class Part {
        Open, ///< { or [
        Close,
        Name,  ///< with its quotes
        Value, ///< a text, a number, true, false, null
        End,   ///< of the body
        Fault, ///< it is no JSON from `begin` on; nothing more follows
    };

    /// `moved` is called whenever a piece has been read.
    explicit JsonReader(Input &input, std::function<void()> moved = {});

    /// A value begins at `begin`.
    void restart(std::int64_t begin);
    Part next();
    /// Of the last part, in bytes of the body.
    [[nodiscard]] std::int64_t begin() const { return m_begin; }
    [[nodiscard]] std::int64_t end() const { return place(); }
    /// How many containers are open.
    [[nodiscard]] std::size_t depth() const { return m_open.size(); }
    [[nodiscard]] bool isInArray() const { return !m_open.empty() && m_open.back() == '['; }
    /// How many arrays have begun.
    [[nodiscard]] std::size_t arrays() const { return m_arrays; }
    /// What stands at a place, if it is at hand; it is until the next part is read.
    [[nodiscard]] std::optional<std::string_view> atHand(std::int64_t begin, std::int64_t end) const;
    /// Why it is no JSON.
    [[nodiscard]] const char *reason() const { return m_reason; }

private:
    enum class Expect { Value, ValueOrClose, NameOrClose, Name, Colon, CommaOrClose };

    [[nodiscard]] std::int64_t place() const { return m_base + static_cast<std::int64_t>(m_at); }
    [[nodiscard]] bool fill();
    [[nodiscard]] int peek();
    void skipSpace();
    Part fault(const char *reason);
    Part name();
    Part value(int first);
    Part close(int bracket);
    void afterValue();
    [[nodiscard]] const char *text();
    [[nodiscard]] const char *escape();
    [[nodiscard]] const char *word(const char *expected);
    [[nodiscard]] const char *number();
    [[nodiscard]] bool digits();

    Input &m_input;
    const std::function<void()> m_moved;
    std::string_view m_piece;
    std::size_t m_at = 0;
    std::int64_t m_base = 0; // where the piece lies in the body
    std::int64_t m_begin = 0;
    std::string m_open; // '{' or '[' a level
    std::size_t m_arrays = 0;
    Expect m_expect = Expect::Value;
    const char *m_reason = nullptr;
};

} // namespace keydesk::filter
