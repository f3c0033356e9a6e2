#pragma once

#include <QPlainTextEdit>
#include <QPointer>

#include <memory>

namespace keydesk {

class LineNumbers;
class VariableHints;

/// Fixed-pitch text with line numbers and colours, for bodies; read-only or editable. Colours follow the
/// palette. Highlighting is per line and bounded: lines over 10,000 characters are left plain. Control and
/// bidi-override characters are shown as their code points, never obeyed. Brackets of JSON and GraphQL can be
/// folded, in the gutter or with Ctrl+Shift+[ and Ctrl+Shift+].
class CodeView : public QPlainTextEdit
{
    Q_OBJECT

public:
    enum class Language { Plain, Json, Xml, GraphQl };

    explicit CodeView(QWidget *parent = nullptr);
    ~CodeView() override;

    void setLanguage(Language language);
    /// {{variables}} are marked from now on, and explained on hover and by Shift+F1.
    void setHints(const VariableHints &hints);
    /// The text with every character that stands in it: toPlainText() makes a blank of each non-breaking
    /// space.
    [[nodiscard]] QString exactText() const;
    /// A find field over the view (Ctrl+F), with next, previous and a count; Escape closes it.
    void openFind();
    /// See app/base/VisibleText.h.
    static QString withVisibleControls(const QString &text);

protected:
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    bool viewportEvent(QEvent *event) override;

private:
    friend class LineNumbers;
    class Highlighter;
    class FindBar;
    class Folding;

    void explain(const QTextCursor &cursor, const QPoint &place);
    bool foldByKey(const QKeyEvent &event);
    void breakLine();
    void updateMargins();

    LineNumbers *m_numbers;
    std::unique_ptr<Highlighter> m_highlighter;
    std::unique_ptr<Folding> m_folding;
    FindBar *m_find = nullptr;
    QPointer<const VariableHints> m_hints;
};

} // namespace keydesk
