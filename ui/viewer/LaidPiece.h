#pragma once

#include "app/body/TextPieces.h"

#include <QFont>
#include <QTextLayout>

namespace keydesk {

/// A piece of a text, laid out in rows.
class LaidPiece
{
public:
    /// `width`: where rows wrap, in pixels; 0: nowhere.
    LaidPiece(const TextPieces &pieces, const TextPiece &piece, const QFont &font, qreal width);

    [[nodiscard]] const TextPiece &piece() const { return m_piece; }
    [[nodiscard]] const QTextLayout &layout() const { return m_layout; }
    [[nodiscard]] const ShownText &text() const { return m_text; }
    [[nodiscard]] int rows() const { return m_layout.lineCount(); }
    [[nodiscard]] qreal width() const { return m_width; } ///< of its widest row
    /// The byte that a place in the laid out text comes from, and the other way round.
    [[nodiscard]] qint64 offsetAt(int position) const;
    [[nodiscard]] int positionOf(qint64 offset) const;
    /// The row that a byte is shown in.
    [[nodiscard]] int rowOf(qint64 offset) const;

private:
    TextPiece m_piece;
    ShownText m_text;
    QTextLayout m_layout;
    qreal m_width = 0;
};

} // namespace keydesk
