#include "ui/viewer/HexPane.h"
#include "ui/viewer/ReadText.h"

#include <QAccessibleWidget>

namespace keydesk {

namespace {

/// The rows in sight are its text.
class HexPaneReader final : public QAccessibleWidget, public ReadText
{
public:
    explicit HexPaneReader(HexPane &pane)
        : QAccessibleWidget(&pane, QAccessible::EditableText)
        , m_pane(pane)
    {
    }

    using QAccessibleWidget::text;
    using ReadText::text;

    void *interface_cast(QAccessible::InterfaceType type) override
    {
        return type == QAccessible::TextInterface ? static_cast<QAccessibleTextInterface *>(this)
                                                  : QAccessibleWidget::interface_cast(type);
    }
    QAccessible::State state() const override
    {
        QAccessible::State state = QAccessibleWidget::state();
        state.readOnly = true;
        state.multiLine = true;
        return state;
    }

private:
    QString readText() const override { return m_pane.rowsInSight().join(QChar::LineFeed); }
    qsizetype caretInText() const override
    {
        qsizetype before = 0;
        const QString caret = m_pane.row(m_pane.caret() / HexPane::inRow * HexPane::inRow);
        for (const QString &row : m_pane.rowsInSight()) {
            if (row == caret)
                return before;
            before += row.size() + 1;
        }
        return 0;
    }

    HexPane &m_pane;
};

} // namespace

void makeHexPanesReadable()
{
    QAccessible::installFactory([](const QString &, QObject *object) -> QAccessibleInterface * {
        auto *pane = qobject_cast<HexPane *>(object);
        return pane ? new HexPaneReader(*pane) : nullptr;
    });
}

} // namespace keydesk
