#include "ui/viewer/TextPane.h"

#include <QAccessible>
#include <QAccessibleWidget>

#include <algorithm>

namespace keydesk {

namespace {

/// All of a small text, of a larger one what is in sight; places in it are characters of that.
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
        return kind == QAccessible::Value ? read() : QAccessibleWidget::text(kind);
    }

    void selection(int index, int *start, int *end) const override
    {
        const TextMatch selected = m_pane.selection();
        const bool isNone = index != 0 || selected.begin == selected.end;
        *start = isNone ? 0 : positionOf(selected.begin);
        *end = isNone ? 0 : positionOf(selected.end);
    }
    int selectionCount() const override { return m_pane.selection().begin < m_pane.selection().end ? 1 : 0; }
    void addSelection(int start, int end) override { m_pane.select(offsetOf(start), offsetOf(end)); }
    void removeSelection(int) override { m_pane.select(m_pane.caret(), m_pane.caret()); }
    void setSelection(int, int start, int end) override { addSelection(start, end); }
    int cursorPosition() const override { return positionOf(m_pane.caret()); }
    void setCursorPosition(int position) override
    {
        const qint64 place = offsetOf(position);
        m_pane.select(place, place);
    }
    QString text(int start, int end) const override { return read().mid(start, end - start); }
    int characterCount() const override { return int(read().size()); }
    QRect characterRect(int position) const override
    {
        const QRect place = m_pane.rectOf(offsetOf(position));
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
    [[nodiscard]] std::optional<ShownText> whole() const
    {
        const TextPieces *pieces = m_pane.searchedText();
        if (!pieces || pieces->bytes().size() > smallFile)
            return {};
        return shownText(pieces->bytes().read(pieces->begin(), smallFile), pieces->coding());
    }
    [[nodiscard]] QString read() const
    {
        const auto all = whole();
        return all ? all->text : m_pane.visibleText();
    }
    [[nodiscard]] qint64 offsetOf(int position) const
    {
        const auto all = whole();
        return all ? m_pane.searchedText()->begin() +
                         all->offsets.at(std::clamp<qsizetype>(position, 0, all->offsets.size() - 1))
                   : m_pane.offsetInSight(position);
    }
    [[nodiscard]] int positionOf(qint64 offset) const
    {
        const auto all = whole();
        if (!all)
            return m_pane.positionInSight(offset);
        const auto there = std::lower_bound(all->offsets.cbegin(), all->offsets.cend(),
                                            offset - m_pane.searchedText()->begin());
        return int(std::min<qsizetype>(std::distance(all->offsets.cbegin(), there), all->text.size()));
    }

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
