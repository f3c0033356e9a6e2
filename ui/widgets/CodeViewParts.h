#pragma once

#include "ui/widgets/CodeView.h"

#include <QFrame>
#include <QHash>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QTextBlock>

namespace keydesk {

/// The gutter. It only asks the view to paint it.
class LineNumbers final : public QWidget
{
public:
    explicit LineNumbers(CodeView &view);
    [[nodiscard]] int wantedWidth() const;

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;

private:
    CodeView &m_view;
};

/// Hides the lines between a line that opens a bracket and the one that closes it. The state is the blocks'
/// own: the lines that are not visible.
class CodeView::Folding
{
public:
    static constexpr int markWidth = 14; ///< in the gutter

    explicit Folding(CodeView &view)
        : m_view(view)
    {
    }

    void setLanguage(Language language);
    [[nodiscard]] bool canFold() const;
    [[nodiscard]] bool begins(const QTextBlock &block) const;
    [[nodiscard]] static bool isFolded(const QTextBlock &block);
    void toggle(const QTextBlock &block);
    /// The innermost pair of brackets that the cursor is in, or whose first line it is on.
    void foldAround(const QTextCursor &cursor);
    /// Shows what is folded around a hidden line.
    void open(const QTextBlock &hidden);
    void contentsChanged(int position, int added);

    void paint(QPainter &painter, const QTextBlock &block, const QRectF &place) const;
    void paintEllipses() const; ///< at the ends of folded lines

private:
    [[nodiscard]] QTextBlock endOf(const QTextBlock &start) const;
    bool fold(const QTextBlock &block);
    void unfold(const QTextBlock &first, const QTextBlock &end);
    void setVisible(const QTextBlock &first, const QTextBlock &end, bool visible);

    CodeView &m_view;
    Language m_language = Language::Plain;
};

/// Colours lines when they come into sight, never the whole text at once (QSyntaxHighlighter does
/// that): opening 1 MB costs what fits in the window.
class CodeView::Highlighter
{
public:
    explicit Highlighter(CodeView &view)
        : m_view(view)
    {
    }

    void setLanguage(Language language);
    void forget(); ///< the colours have changed
    void colourVisible();

private:
    void colour(const QTextBlock &block);

    CodeView &m_view;
    Language m_language = Language::Plain;
    int m_round = 1; // stored in each block with its revision: what has been coloured as it is now
};

/// A field over the view's top right corner.
class CodeView::FindBar final : public QFrame
{
public:
    explicit FindBar(CodeView &view);

    void open();
    void close();
    void place();
    /// Finds again after the text has changed.
    void refresh();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    void search(bool fromCursor);
    void step(int direction);
    void showCurrent();
    void mark();

    CodeView &m_view;
    QLineEdit *m_field;
    QLabel *m_count;
    QList<int> m_found; // positions
    int m_current = -1;
    qsizetype m_length = 0;
};

} // namespace keydesk
