#pragma once

#include <QByteArray>

namespace keydesk::sandbox {

/// `length` random letters and digits.
QByteArray randomText(qsizetype length);

/// A token as it is kept: BLAKE2b keyed with a salt of its own. A slow password hash would be for guessable
/// secrets; these have over 200 random bits.
struct TokenHash
{
    QByteArray salt;
    QByteArray hash;

    static TokenHash of(const QByteArray &token);
    [[nodiscard]] bool matches(const QByteArray &token) const;
};

} // namespace keydesk::sandbox
