#include "ui/viewer/TextPane.h"

#include <QAccessible>
#include <QAccessibleWidget>

namespace keydesk {

namespace {

/// What is in sight is the text; places in it are characters of that.
class TextPaneReader final : public QAccessibleWidget, public QAccessibleTextInterface
{
public:
    explicit TextPaneReader(TextPane &pane)
        : QAccessibleWidget(&pane, QAccessible::EditableText)
        , m_pane(pane)
    {
    }

    void *interface_cast(QAccessible::InterfaceType type) override
    {
        return type == QAccessible::TextInterface ? static_cast<QAccessibleTextInterface *>(this)
                                                  : QAccessibleWidget::interface_cast(type);
    }
    QAccessible::State state() const override
    {
        QAccessible::State state = QAccessibleWidget::state();
        state.readOnly = true;
        state.selectableText = true;
        state.multiLine = true;
        return state;
    }
    QString text(QAccessible::Text kind) const override
    {
        return kind == QAccessible::Value ? m_pane.visibleText() : QAccessibleWidget::text(kind);
    }

    void selection(int index, int *start, int *end) const override
    {
        const TextMatch selected = m_pane.selection();
        const bool isNone = index != 0 || selected.begin == selected.end;
        *start = isNone ? 0 : m_pane.positionInSight(selected.begin);
        *end = isNone ? 0 : m_pane.positionInSight(selected.end);
    }
    int selectionCount() const override { return m_pane.selection().begin < m_pane.selection().end ? 1 : 0; }
    void addSelection(int start, int end) override
    {
        m_pane.select(m_pane.offsetInSight(start), m_pane.offsetInSight(end));
    }
    void removeSelection(int) override { m_pane.select(m_pane.caret(), m_pane.caret()); }
    void setSelection(int, int start, int end) override { addSelection(start, end); }
    int cursorPosition() const override { return m_pane.positionInSight(m_pane.caret()); }
    void setCursorPosition(int position) override
    {
        const qint64 place = m_pane.offsetInSight(position);
        m_pane.select(place, place);
    }
    QString text(int start, int end) const override { return m_pane.visibleText().mid(start, end - start); }
    int characterCount() const override { return int(m_pane.visibleText().size()); }
    QRect characterRect(int position) const override
    {
        const QRect place = m_pane.rectOf(m_pane.offsetInSight(position));
        return {m_pane.viewport()->mapToGlobal(place.topLeft()), place.size()};
    }
    int offsetAtPoint(const QPoint &) const override { return -1; }
    void scrollToSubstring(int, int) override {} // it is in sight
    QString attributes(int, int *start, int *end) const override
    {
        *start = 0;
        *end = characterCount();
        return {};
    }

private:
    TextPane &m_pane;
};

} // namespace

void makeTextPanesReadable()
{
    QAccessible::installFactory([](const QString &, QObject *object) -> QAccessibleInterface * {
        auto *pane = qobject_cast<TextPane *>(object);
        return pane ? new TextPaneReader(*pane) : nullptr;
    });
}

} // namespace keydesk
