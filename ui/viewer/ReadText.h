#pragma once

#include <QAccessible>

namespace keydesk {

/// The text interface of a pane that is only read, with a caret and no selection.
class ReadText : public QAccessibleTextInterface
{
public:
    QString text(int start, int end) const override { return readText().mid(start, end - start); }
    int characterCount() const override { return int(readText().size()); }
    int cursorPosition() const override { return int(caretInText()); }
    void setCursorPosition(int) override {}
    void selection(int, int *start, int *end) const override { *start = *end = 0; }
    int selectionCount() const override { return 0; }
    void addSelection(int, int) override {}
    void removeSelection(int) override {}
    void setSelection(int, int, int) override {}
    QRect characterRect(int) const override { return {}; }
    int offsetAtPoint(const QPoint &) const override { return -1; }
    void scrollToSubstring(int, int) override {}
    QString attributes(int, int *start, int *end) const override
    {
        *start = 0;
        *end = characterCount();
        return {};
    }

protected:
    [[nodiscard]] virtual QString readText() const = 0;
    [[nodiscard]] virtual qsizetype caretInText() const = 0; ///< a place in it
};

} // namespace keydesk
