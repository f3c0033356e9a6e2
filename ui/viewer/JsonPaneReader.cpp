#include "ui/viewer/JsonPane.h"
#include "ui/viewer/ReadText.h"

#include <QAccessible>
#include <QAccessibleWidget>

#include <map>

namespace keydesk {

using Kind = JsonPlace::Kind;

namespace {

class JsonPaneReader;

/// A row that has been in sight.
class JsonRowReader final : public QAccessibleInterface, public QAccessibleActionInterface
{
public:
    JsonRowReader(JsonPane &pane, JsonPane::Key key)
        : m_pane(&pane)
        , m_key(key)
    {
    }

    bool isValid() const override { return !m_pane.isNull() && row() < m_pane->shownRows().size(); }
    QObject *object() const override { return nullptr; }
    QWindow *window() const override { return m_pane ? m_pane->window()->windowHandle() : nullptr; }
    QAccessibleInterface *parent() const override { return QAccessible::queryAccessibleInterface(m_pane); }
    QAccessibleInterface *child(int) const override { return nullptr; }
    QAccessibleInterface *childAt(int, int) const override { return nullptr; }
    int childCount() const override { return 0; }
    int indexOfChild(const QAccessibleInterface *) const override { return -1; }
    QAccessible::Role role() const override { return QAccessible::TreeItem; }
    void setText(QAccessible::Text, const QString &) override {}

    void *interface_cast(QAccessible::InterfaceType type) override
    {
        return type == QAccessible::ActionInterface ? static_cast<QAccessibleActionInterface *>(this)
                                                    : nullptr;
    }

    QRect rect() const override
    {
        if (!isValid())
            return {};
        const QRect place = m_pane->rowRect(row());
        return {m_pane->viewport()->mapToGlobal(place.topLeft()), place.size()};
    }

    QAccessible::State state() const override
    {
        QAccessible::State state;
        state.invalid = !isValid();
        if (state.invalid)
            return state;
        const Kind kind = m_pane->shownRows().at(row()).kind;
        const bool isCaret = m_pane->caret() && m_pane->caret()->key() == m_key;
        state.focusable = true;
        state.focused = isCaret && m_pane->hasFocus();
        state.selectable = true;
        state.selected = m_pane->isSelected(m_key);
        state.readOnly = true;
        state.expandable = kind == Kind::Opening || kind == Kind::Folded;
        state.expanded = kind == Kind::Opening;
        state.collapsed = kind == Kind::Folded;
        return state;
    }

    QString text(QAccessible::Text text) const override
    {
        if (!isValid())
            return {};
        const JsonPane::Shown &shown = m_pane->shownRows().at(row());
        if (text == QAccessible::Name)
            return shown.text.text;
        if (text == QAccessible::Description)
            return JsonPane::tr("Level %1").arg(shown.depth + 1);
        return {};
    }

    QStringList actionNames() const override
    {
        return isValid() && state().expandable ? QStringList{toggleAction(), setFocusAction()}
                                               : QStringList{setFocusAction()};
    }
    void doAction(const QString &action) override
    {
        if (!isValid())
            return;
        const bool isFolded = state().collapsed;
        m_pane->moveCaretTo(row());
        if (action == toggleAction())
            m_pane->setOpen(isFolded);
    }
    QStringList keyBindingsForAction(const QString &) const override { return {}; }

    /// In sight; as many as there are: it is in sight no more.
    [[nodiscard]] size_t row() const
    {
        const std::vector<JsonPane::Shown> &shown = m_pane->shownRows();
        return size_t(std::distance(
            shown.begin(), std::find_if(shown.begin(), shown.end(),
                                        [this](const JsonPane::Shown &each) { return each.key == m_key; })));
    }

private:
    QPointer<JsonPane> m_pane;
    JsonPane::Key m_key;
};

/// Its children are the rows in sight.
class JsonPaneReader final : public QAccessibleWidget, public ReadText
{
public:
    explicit JsonPaneReader(JsonPane &pane)
        : QAccessibleWidget(&pane, QAccessible::Tree)
        , m_pane(pane)
    {
    }
    ~JsonPaneReader() override { forget(); }

    using QAccessibleWidget::text;
    using ReadText::text;

    void *interface_cast(QAccessible::InterfaceType type) override
    {
        return type == QAccessible::TextInterface ? static_cast<QAccessibleTextInterface *>(this)
                                                  : QAccessibleWidget::interface_cast(type);
    }
    int childCount() const override { return int(m_pane.shownRows().size()); }
    QAccessibleInterface *child(int index) const override
    {
        const std::vector<JsonPane::Shown> &shown = m_pane.shownRows();
        if (index < 0 || size_t(index) >= shown.size())
            return nullptr;
        constexpr size_t most = 1000; // rows that have been in sight before
        const JsonPane::Key key = shown.at(size_t(index)).key;
        auto known = m_rows.find(key);
        if (known == m_rows.end()) {
            if (m_rows.size() >= most)
                forget();
            known =
                m_rows.insert({key, QAccessible::registerAccessibleInterface(new JsonRowReader(m_pane, key))})
                    .first;
        }
        return QAccessible::accessibleInterface(known->second);
    }
    QAccessibleInterface *childAt(int x, int y) const override
    {
        for (int index = 0; index < childCount(); ++index) {
            if (child(index)->rect().contains(x, y))
                return child(index);
        }
        return nullptr;
    }
    int indexOfChild(const QAccessibleInterface *child) const override
    {
        const auto *row = dynamic_cast<const JsonRowReader *>(child);
        return row && row->isValid() ? int(row->row()) : -1;
    }
    QAccessibleInterface *focusChild() const override
    {
        const std::vector<JsonPane::Shown> &shown = m_pane.shownRows();
        for (size_t index = 0; index < shown.size(); ++index) {
            if (m_pane.caret() && m_pane.caret()->key() == shown.at(index).key)
                return child(int(index));
        }
        return nullptr;
    }

private:
    QString readText() const override { return m_pane.readableText().first; }
    qsizetype caretInText() const override { return m_pane.readableText().second; }

    void forget() const
    {
        for (const auto &[key, id] : m_rows)
            QAccessible::deleteAccessibleInterface(id);
        m_rows.clear();
    }

    JsonPane &m_pane;
    mutable std::map<JsonPane::Key, QAccessible::Id> m_rows;
};

} // namespace

std::pair<QString, qsizetype> JsonPane::readableText() const
{
    constexpr int most = 1000; // rows
    constexpr int indentation = 2;
    QString text;
    qsizetype caret = 0;
    const auto add = [&, this](const Key &key, int depth, const QString &row) {
        if (!text.isEmpty())
            text += u'\n';
        if (m_caret && m_caret->key() == key)
            caret = text.size();
        text += QString(qsizetype{indentation} * depth, u' ') + row;
    };
    if (rows() && rows()->pieces().bytes().size() <= smallFile) {
        int made = 0;
        std::optional<JsonPlace> place = rows()->first();
        for (bool isThere = place.has_value(); isThere && made < most;
             isThere = rows()->toNext(*place), ++made)
            add(place->key(), place->depth(), jsonRowText(*rows(), *place, m_style).text);
        if (made < most)
            return {text, caret};
        text.clear();
        caret = 0;
    }
    for (const Shown &row : shownRows())
        add(row.key, row.depth, row.text.text);
    return {text, caret};
}

void JsonPane::tellReaders(QAccessible::Event what)
{
    if (!QAccessible::isActive() || !m_caret)
        return;
    const std::vector<Shown> &shown = shownRows();
    const auto row = std::find_if(shown.begin(), shown.end(),
                                  [this](const Shown &each) { return each.key == m_caret->key(); });
    if (row == shown.end())
        return;
    const auto index = int(std::distance(shown.begin(), row));
    if (what == QAccessible::StateChanged) {
        QAccessible::State changed;
        changed.expanded = true;
        changed.collapsed = true;
        QAccessibleStateChangeEvent event(this, changed);
        event.setChild(index);
        QAccessible::updateAccessibility(&event);
    } else {
        QAccessibleEvent event(this, what);
        event.setChild(index);
        QAccessible::updateAccessibility(&event);
    }
}

void makeJsonPanesReadable()
{
    QAccessible::installFactory([](const QString &, QObject *object) -> QAccessibleInterface * {
        auto *pane = qobject_cast<JsonPane *>(object);
        return pane ? new JsonPaneReader(*pane) : nullptr;
    });
}

} // namespace keydesk
