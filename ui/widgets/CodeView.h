#pragma once

#include <QPlainTextEdit>

#include <memory>

namespace keydesk {

class LineNumbers;

/// Fixed-pitch text with line numbers and JSON colours, for bodies; read-only or editable. Colours follow the
/// palette. Highlighting is per line and bounded: lines over 10,000 characters are left plain. Control and
/// bidi-override characters are shown as their code points, never obeyed.
class CodeView : public QPlainTextEdit
{
    Q_OBJECT

public:
    enum class Language { Plain, Json };

    explicit CodeView(QWidget *parent = nullptr);
    ~CodeView() override;

    void setLanguage(Language language);
    /// A find field over the view (Ctrl+F), with next, previous and a count; Escape closes it.
    void openFind();
    /// Makes characters that would change the display visible: C0/C1 controls but tab and newline, bidi
    /// controls, zero-width.
    static QString withVisibleControls(const QString &text);

protected:
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    friend class LineNumbers;
    class Highlighter;
    class FindBar;

    void breakLine();
    void updateMargins();

    LineNumbers *m_numbers;
    std::unique_ptr<Highlighter> m_highlighter;
    FindBar *m_find = nullptr;
};

} // namespace keydesk
