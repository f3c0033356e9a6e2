#pragma once

#include "app/base/Secret.h"

#include <QByteArray>
#include <QList>
#include <QString>

#include <memory>
#include <mutex>
#include <vector>

namespace keydesk {

/// Takes known secrets out of everything that leaves the process or is persisted (SECURITY S8). Knows each
/// secret raw, percent-encoded (any bytes of it, in either case of hex digits), Base64 (standard and
/// URL-safe, at all three alignments, also broken into lines), in hex and JSON-escaped (`\/`, `\uXXXX`), and
/// two of these inside each other; in UTF-16, of either byte order, raw, in Base64 without line breaks and in
/// hex. Thread-safe. Secrets are held in memory for the life of the process,
/// passing ones while there is room. Linear in the length of the text, whatever the number of secrets.
class Redactor
{
public:
    /// Passing: of those that come again and again (cookies), the newest `mostPassing` are known.
    enum class Kept { ForGood, Passing };
    static constexpr int mostPassing = 500;

    /// Remembers a secret. Secrets shorter than 6 bytes are not remembered: they would redact ordinary text.
    void add(const Secret &secret, Kept kept = Kept::ForGood);

    struct Redacted
    {
        QByteArray bytes;
        int hits = 0; ///< how many places were replaced
    };
    /// Replaces every occurrence of a known secret with "••••" (UTF-8), in UTF-16 with "····".
    [[nodiscard]] Redacted redact(const QByteArray &bytes) const;
    [[nodiscard]] QString redactText(const QString &text) const;
    /// From `begin` up to, not with, `end`.
    struct Place
    {
        qsizetype begin = 0;
        qsizetype end = 0;
        bool utf16 = false; ///< it is written in UTF-16, without an escape

        /// What stands there instead.
        [[nodiscard]] const QByteArray &mask() const;
        auto operator<=>(const Place &) const = default;
    };
    /// Where known secrets are, in order and apart from each other.
    [[nodiscard]] std::vector<Place> places(const QByteArray &bytes) const;
    /// The most bytes that a known secret takes up, however it is written; 0: none is known.
    [[nodiscard]] qsizetype longestPlace() const;

    /// True for header names that carry credentials: Authorization, Proxy-Authorization, Cookie, Set-Cookie,
    /// X-API-Key, and names that look like one (…-token, …-secret, …-api-key, …-auth…). Case-insensitive.
    [[nodiscard]] static bool isCredentialHeader(QByteArrayView name);
    /// The value of a header as it may be shown or stored: credential headers keep their scheme word only
    /// ("Bearer ••••").
    [[nodiscard]] QByteArray redactHeader(QByteArrayView name, const QByteArray &value) const;

private:
    class Index;

    [[nodiscard]] std::shared_ptr<const Index> index() const;

    mutable std::mutex m_mutex; // guards the pointer; an index never changes once it stands here
    std::shared_ptr<const Index> m_index;
};

} // namespace keydesk
