#include "ui/viewer/LargeCopy.h"
#include "ui/viewer/TextPane.h"

#include <QApplication>
#include <QClipboard>
#include <QKeyEvent>
#include <QMenu>
#include <QScrollBar>
#include <QStyle>
#include <QTextBoundaryFinder>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr qint64 primaryLimit = 1024LL * 1024; // bytes in X11's primary selection, which nobody asks for

/// Where the next word begins, as editors have it.
qsizetype wordBeside(const QString &text, qsizetype position, bool forward)
{
    QTextBoundaryFinder finder(QTextBoundaryFinder::Word, text);
    finder.setPosition(position);
    do {
        position = forward ? finder.toNextBoundary() : finder.toPreviousBoundary();
    } while (position > 0 && position < text.size() &&
             !(finder.boundaryReasons() & QTextBoundaryFinder::StartOfItem));
    return position;
}

} // namespace

void TextPane::moveCaret(qint64 offset, bool keepsAnchor)
{
    if (!m_pieces)
        return;
    m_caret = std::clamp(offset, m_pieces->begin(), std::max(m_pieces->begin(), m_pieces->bytes().size()));
    if (!keepsAnchor)
        m_anchor = m_caret;
    bringIntoSight(m_caret);
    viewport()->update();
    Q_EMIT caretMoved();
}

void TextPane::select(qint64 anchor, qint64 caret)
{
    if (!m_pieces)
        return;
    m_column.reset();
    moveCaret(anchor, false);
    moveCaret(caret, true);
}

void TextPane::selectAll()
{
    if (!m_pieces)
        return;
    m_anchor = m_pieces->begin();
    m_caret = std::max(m_anchor, m_pieces->bytes().size());
    viewport()->update();
    Q_EMIT caretMoved();
}

/// The place before or behind, over pieces' ends; a mark such as ⟨FF⟩ counts as one character.
qint64 TextPane::beside(qint64 offset, bool forward, bool words) const
{
    const auto laid = laidAt(offset);
    const TextPiece &piece = laid->piece();
    const qint64 contentEnd = piece.end - piece.endSize;
    if (forward && offset >= contentEnd)
        return piece.end;
    if (!forward && offset <= piece.begin) {
        if (piece.begin <= m_pieces->begin())
            return piece.begin;
        const auto before = laidAt(piece.begin - 1);
        if (before->piece().endSize > 0)
            return before->piece().end - before->piece().endSize;
        return before->offsetAt(before->layout().previousCursorPosition(int(before->text().text.size())));
    }
    const QString &text = laid->text().text;
    qsizetype position = laid->positionOf(offset);
    do {
        position = words     ? wordBeside(text, position, forward)
                   : forward ? laid->layout().nextCursorPosition(int(position))
                             : laid->layout().previousCursorPosition(int(position));
    } while (position > 0 && position < text.size() && laid->offsetAt(int(position)) == offset);
    if (!forward) // to the beginning of a mark
        return laid->offsetAt(int(std::max<qsizetype>(0, position)));
    return position < 0 ? contentEnd : laid->offsetAt(int(position));
}

qint64 TextPane::above(int rows) const
{
    const auto laid = laidAt(m_caret);
    const int row = laid->rowOf(m_caret);
    const qreal x = m_column.value_or(laid->layout().lineAt(row).cursorToX(laid->positionOf(m_caret)));
    const Row target = moved({laid->piece().begin, row}, -rows);
    const auto there = laidAt(target.piece);
    const QTextLine line = there->layout().lineAt(target.row);
    int position = line.xToCursor(x);
    if (target.row < there->rows() - 1) // behind its last character is the next row's first
        position = std::min(position, line.textStart() + line.textLength() - 1);
    return there->offsetAt(position);
}

void TextPane::keyPressEvent(QKeyEvent *event)
{
    if (!m_pieces) {
        RowsArea::keyPressEvent(event);
        return;
    }
    const bool keeps = event->modifiers() & Qt::ShiftModifier;
    const bool control = event->modifiers() & Qt::ControlModifier;
    const auto vertical = [&](int rows) {
        const auto laid = laidAt(m_caret);
        const qreal x = m_column.value_or(
            laid->layout().lineAt(laid->rowOf(m_caret)).cursorToX(laid->positionOf(m_caret)));
        const qint64 target = above(rows);
        moveCaret(target, keeps);
        m_column = x;
    };
    const auto to = [&](qint64 offset) {
        m_column.reset();
        moveCaret(offset, keeps);
    };
    if (event->matches(QKeySequence::Copy)) {
        copy();
    } else if (event->matches(QKeySequence::SelectAll)) {
        selectAll();
    } else {
        switch (event->key()) {
        case Qt::Key_Up:
            control ? scrollRows(-1) : vertical(1);
            break;
        case Qt::Key_Down:
            control ? scrollRows(1) : vertical(-1);
            break;
        case Qt::Key_PageUp:
            vertical(rowsInSight() - 1);
            break;
        case Qt::Key_PageDown:
            vertical(1 - rowsInSight());
            break;
        case Qt::Key_Left:
            to(beside(m_caret, false, control));
            break;
        case Qt::Key_Right:
            to(beside(m_caret, true, control));
            break;
        case Qt::Key_Home:
        case Qt::Key_End: {
            const bool isHome = event->key() == Qt::Key_Home;
            if (control) {
                to(isHome ? m_pieces->begin() : m_pieces->bytes().size());
                break;
            }
            const auto laid = laidAt(m_caret);
            const QTextLine line = laid->layout().lineAt(laid->rowOf(m_caret));
            const bool isLastRow = line.lineNumber() == laid->rows() - 1;
            to(laid->offsetAt(isHome ? line.textStart()
                                     : line.textStart() + line.textLength() - (isLastRow ? 0 : 1)));
            break;
        }
        default:
            RowsArea::keyPressEvent(event);
            return;
        }
    }
    event->accept();
}

qint64 TextPane::offsetUnder(QPointF place) const
{
    const std::vector<Shown> rows = shownRows();
    if (rows.empty())
        return 0;
    const auto index =
        std::clamp<qsizetype>(qsizetype(place.y()) / rowHeight(), 0, qsizetype(rows.size()) - 1);
    const Shown &shown = rows[size_t(index)];
    const QTextLine line = shown.laid->layout().lineAt(shown.row);
    int position = line.xToCursor(place.x() - gutterWidth() - padding() + horizontalScrollBar()->value());
    if (shown.row < shown.laid->rows() - 1)
        position = std::min(position, std::max(line.textStart(), line.textStart() + line.textLength() - 1));
    return shown.laid->offsetAt(position);
}

void TextPane::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton || !m_pieces)
        return;
    m_column.reset();
    moveCaret(offsetUnder(event->position()), event->modifiers() & Qt::ShiftModifier);
}

void TextPane::dragTo(const QPoint &place)
{
    if (m_pieces)
        moveCaret(offsetUnder(place), true);
}

void TextPane::mouseReleaseEvent(QMouseEvent *event)
{
    RowsArea::mouseReleaseEvent(event);
    if (event->button() != Qt::LeftButton || !m_pieces)
        return;
    const TextMatch selected = selection();
    if (QClipboard *clipboard = QGuiApplication::clipboard(); clipboard->supportsSelection() &&
                                                              selected.begin < selected.end &&
                                                              selected.end - selected.begin < primaryLimit)
        clipboard->setText(plainText(m_pieces->bytes().read(selected.begin, selected.end - selected.begin),
                                     m_pieces->coding()),
                           QClipboard::Selection);
}

void TextPane::mouseDoubleClickEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton || !m_pieces)
        return;
    const qint64 place = offsetUnder(event->position());
    const auto laid = laidAt(place);
    const QString &text = laid->text().text;
    const auto isOfWord = [&text](qsizetype at) {
        return at >= 0 && at < text.size() && (text.at(at).isLetterOrNumber() || text.at(at) == u'_');
    };
    qsizetype begin = laid->positionOf(place);
    qsizetype end = begin;
    while (isOfWord(begin - 1))
        --begin;
    while (isOfWord(end))
        ++end;
    select(laid->offsetAt(int(begin)), laid->offsetAt(int(end)));
}

void TextPane::contextMenuEvent(QContextMenuEvent *event)
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    QAction *copying = menu->addAction(tr("&Copy"), this, &TextPane::copy);
    copying->setShortcut(QKeySequence::Copy);
    copying->setEnabled(selection().begin < selection().end);
    menu->addAction(tr("Select &All"), this, &TextPane::selectAll)->setShortcut(QKeySequence::SelectAll);
    menu->popup(event->globalPos());
}

void TextPane::copy()
{
    const TextMatch range = selection();
    if (range.begin == range.end)
        return;
    const auto read = [pieces = *m_pieces, range](const std::atomic<bool> &stop, std::atomic<int> &percent) {
        constexpr qint64 step = 1024 * 1024;
        constexpr int whole = 100;
        QString text;
        for (qint64 at = range.begin; at < range.end && !stop;) {
            // Not inside of a character.
            const qint64 end = at + step >= range.end ? range.end : pieces.at(at + step).begin;
            text += plainText(pieces.bytes().read(at, end - at), pieces.coding());
            at = std::max(end, at + 1);
            percent = int((at - range.begin) * (whole - 1) / (range.end - range.begin));
        }
        return text;
    };
    copyToClipboard(*this, range.end - range.begin, read);
}

} // namespace keydesk
