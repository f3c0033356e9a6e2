#pragma once

#include <QByteArray>

namespace keydesk {

class Redactor;

/// What Redactor does, for any number of bytes that arrive in pieces: what comes out does not depend on where
/// they end. Hundreds of megabytes a second, however many secrets there are, where MaskStream, which finds a
/// little more, does a few. Holds no more than twice what the longest secret takes up, and 64 kB where
/// escapes leave no place between them. A secret that becomes known on the way is found in what is still
/// held.
class RedactedStream
{
public:
    /// `redactor` outlives this.
    explicit RedactedStream(const Redactor &redactor)
        : m_redactor(redactor)
    {
    }

    /// What can go on after these bytes.
    [[nodiscard]] QByteArray take(const QByteArray &bytes);
    /// What was kept back, once nothing more comes.
    [[nodiscard]] QByteArray end();
    /// How many places were replaced.
    [[nodiscard]] qint64 hits() const { return m_hits; }

private:
    [[nodiscard]] QByteArray release(qsizetype least);

    const Redactor &m_redactor;
    QByteArray m_held;
    qsizetype m_maskedUntil = 0; // of `m_held`: the rest of a secret whose beginning has gone on, as its mask
    qint64 m_hits = 0;
};

} // namespace keydesk
