#include "ui/viewer/LaidPiece.h"

#include <QFontMetricsF>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

LaidPiece::LaidPiece(const TextPieces &pieces, const TextPiece &piece, const QFont &font, qreal width)
    : m_piece(piece)
    , m_text(shownText(pieces.contents(piece), pieces.coding()))
    , m_layout(m_text.text, font)
{
    constexpr int tabColumns = 8;
    QTextOption option;
    option.setWrapMode(width > 0 ? QTextOption::WrapAtWordBoundaryOrAnywhere : QTextOption::NoWrap);
    option.setTextDirection(Qt::LeftToRight); // a line of Arabic in a file of code begins where all lines do
    option.setTabStopDistance(tabColumns * QFontMetricsF(font).horizontalAdvance(u' '));
    m_layout.setTextOption(option);
    m_layout.setCacheEnabled(true);
    m_layout.beginLayout();
    for (QTextLine line = m_layout.createLine(); line.isValid(); line = m_layout.createLine()) {
        line.setLineWidth(width > 0 ? width : QWIDGETSIZE_MAX);
        m_width = std::max(m_width, line.naturalTextWidth());
    }
    m_layout.endLayout();
}

qint64 LaidPiece::offsetAt(int position) const
{
    return m_piece.begin + m_text.offsets.at(std::clamp<qsizetype>(position, 0, m_text.text.size()));
}

int LaidPiece::positionOf(qint64 offset) const
{
    const qint64 inside = std::clamp<qint64>(offset - m_piece.begin, 0, m_text.offsets.constLast());
    return static_cast<int>(std::lower_bound(m_text.offsets.cbegin(), m_text.offsets.cend(), inside) -
                            m_text.offsets.cbegin());
}

int LaidPiece::rowOf(qint64 offset) const
{
    return std::max(0, m_layout.lineForTextPosition(positionOf(offset)).lineNumber());
}

} // namespace keydesk
