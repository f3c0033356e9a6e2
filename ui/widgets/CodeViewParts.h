#pragma once

#include "ui/widgets/CodeView.h"

#include <QFrame>
#include <QHash>
#include <QLabel>
#include <QLineEdit>
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
    void wheelEvent(QWheelEvent *event) override;

private:
    CodeView &m_view;
};

/// Colours lines of JSON when they come into sight, never the whole text at once (QSyntaxHighlighter does
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
