#pragma once

#include "ui/viewer/FilePane.h"
#include "ui/viewer/LaidPiece.h"
#include "ui/viewer/RowsArea.h"

#include <QPointer>

#include <memory>
#include <vector>

namespace keydesk {

class LineIndex;

/// A text of any size, read-only: what is in sight is read from the file and laid out, nothing else, so that
/// every place is shown at once. Places are bytes of the file. The scroll bar goes over bytes, not over
/// lines: nobody has to know how many there are. Control and bidi characters and bytes that are no text are
/// written out and never obeyed.
class TextPane : public RowsArea, public FindTarget
{
    Q_OBJECT

public:
    explicit TextPane(QWidget *parent = nullptr);
    ~TextPane() override;

    /// Goes to its beginning. `lines`, for the numbers before them, lives as long as the text is shown.
    void setText(const TextPieces &pieces, const LineIndex *lines);
    /// The same, whose contents or coding have changed: the place stays as far as it is there.
    void replaceText(const TextPieces &pieces, const LineIndex *lines);
    /// The file has grown: what is in sight is read again.
    void refresh();
    /// More lines have been counted.
    void linesCounted();
    void setWraps(bool wraps);
    [[nodiscard]] bool wraps() const { return m_wraps; }
    [[nodiscard]] const TextPieces *searchedText() const override { return m_pieces ? &*m_pieces : nullptr; }
    void setSearch(const TextSearch *search) override;

    [[nodiscard]] qint64 caret() const { return m_caret; }
    /// In order; both the same: nothing is selected.
    [[nodiscard]] TextMatch selection() const override;
    void select(qint64 anchor, qint64 caret) override;
    void selectAll();
    /// Asks before it puts more on the clipboard than other programs like to get.
    void copy();
    /// What is in sight, row by row, as a screen reader reads it; and the byte at a place of it.
    [[nodiscard]] QString visibleText() const;
    [[nodiscard]] qint64 offsetInSight(int position) const;
    [[nodiscard]] int positionInSight(qint64 offset) const;
    [[nodiscard]] QRect rectOf(qint64 offset) const;

Q_SIGNALS:
    void caretMoved();

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    [[nodiscard]] int rowHeight() const override;
    void scrollRows(int rows) override { setTop(moved(m_top, rows)); }
    void dragTo(const QPoint &place) override;

private:
    /// A row of a piece.
    struct Row
    {
        qint64 piece = 0; ///< its beginning
        int row = 0;
        auto operator<=>(const Row &) const = default;
    };
    struct Shown
    {
        std::shared_ptr<const LaidPiece> laid;
        int row = 0;
        qreal y = 0;
    };

    [[nodiscard]] std::shared_ptr<const LaidPiece> laidAt(qint64 offset) const;
    [[nodiscard]] bool isLast(const TextPiece &piece) const;
    void forgetLayout();
    [[nodiscard]] int gutterWidth() const { return m_gutter; }
    [[nodiscard]] int wantedGutter() const;
    [[nodiscard]] static constexpr int padding() { return 8; } // beside the text, in pixels
    [[nodiscard]] std::vector<Shown> shownRows() const;
    [[nodiscard]] Row moved(Row from, int rows) const; ///< as far as there are rows
    [[nodiscard]] Row lastTop() const;
    void setTop(const Row &top);
    void updateScrollBars();
    void takeScroll(int value);
    void bringIntoSight(qint64 offset);
    void moveCaret(qint64 offset, bool keepsAnchor);
    [[nodiscard]] qint64 beside(qint64 offset, bool forward, bool words) const;
    [[nodiscard]] qint64 above(int rows) const;
    [[nodiscard]] qint64 offsetUnder(QPointF place) const;
    void paintRow(QPainter &painter, const Shown &shown) const;

    std::optional<TextPieces> m_pieces;
    const LineIndex *m_lines = nullptr;
    QPointer<const TextSearch> m_search;
    bool m_wraps = true;
    int m_gutter = 0;
    Row m_top;
    qint64 m_caret = 0;
    qint64 m_anchor = 0;
    std::optional<qreal> m_column;                                // that going up and down keeps, in pixels
    bool m_setsScroll = false;                                    // by this, not by whom who drags
    mutable std::vector<std::shared_ptr<const LaidPiece>> m_laid; // last used last
};

/// Screen readers read what is in sight, and where the caret is. Once, before the first is shown.
void makeTextPanesReadable();

} // namespace keydesk
