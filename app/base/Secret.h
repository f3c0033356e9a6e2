#pragma once

#include <QByteArray>

#include <memory>
#include <string_view>

namespace keydesk {

/// The bytes of a token. Move-only; wiped (sodium_memzero) when it ends. It has no conversion to QString or QVariant and no
/// debug output: `reveal()` is the only way to its bytes, so that a search for that word finds every use.
class Secret
{
public:
    Secret() = default;
    explicit Secret(std::string_view bytes);
    /// Copies the bytes, then overwrites those of `bytes` (of the buffer itself if nobody else shares it).
    static Secret take(QByteArray &&bytes);

    Secret(Secret &&other) noexcept;
    Secret &operator=(Secret &&other) noexcept;
    Secret(const Secret &) = delete;
    Secret &operator=(const Secret &) = delete;
    ~Secret();

    [[nodiscard]] Secret copy() const { return Secret(reveal()); }
    [[nodiscard]] bool isEmpty() const { return m_size == 0; }
    [[nodiscard]] qsizetype size() const { return m_size; }
    /// Valid for as long as this object is. Never keep it, log it or put it into a widget that is not a token field.
    [[nodiscard]] std::string_view reveal() const { return {m_bytes.get(), static_cast<std::size_t>(m_size)}; }
    /// In constant time for equal lengths.
    [[nodiscard]] bool equals(const Secret &other) const;

private:
    void wipe() noexcept;

    std::unique_ptr<char[]> m_bytes;
    qsizetype m_size = 0;
};

/// Overwrites the bytes of `bytes` in place if it is the only owner of its buffer, then clears it.
void wipe(QByteArray &bytes);
void wipe(QString &text);

/// A key without its token: "talq_••••3f9a". Shows the prefix up to and with the first '_' or '|' (never more than a third of the
/// token, and never more than 8 characters), and the last four characters only if the token has at least 16.
QString tokenHint(const Secret &token);

} // namespace keydesk
