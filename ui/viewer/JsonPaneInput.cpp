#include "ui/theme/Theme.h"
#include "ui/viewer/JsonPane.h"

#include <QAccessible>
#include <QApplication>
#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMenu>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

using Kind = JsonPlace::Kind;

TextMatch JsonPane::selection() const
{
    if (m_awaited)
        return *m_awaited;
    if (m_match)
        return *m_match;
    const qint64 offset = m_caret ? m_caret->offset() : 0;
    return {offset, offset};
}

void JsonPane::setCaret(JsonPlace place, bool keepsAnchor)
{
    m_match.reset();
    m_awaited.reset();
    m_caret = std::move(place);
    if (!keepsAnchor)
        m_anchor = m_caret->key();
    bringIntoSight(*m_caret);
    viewport()->update();
    if (hasFocus())
        tellReaders(QAccessible::Focus);
    Q_EMIT caretMoved();
}

void JsonPane::moveCaret(int rows, bool keepsAnchor)
{
    if (m_caret)
        setCaret(moved(*m_caret, rows), keepsAnchor);
}

void JsonPane::moveCaretTo(size_t row)
{
    if (row < shownRows().size())
        setCaret(placeOf(row), false);
}

void JsonPane::goTo(qint64 offset)
{
    if (!rows())
        return;
    rows()->reveal(offset);
    foldingChanged();
    if (std::optional<JsonPlace> place = rows()->at(offset))
        setCaret(std::move(*place), false);
}

void JsonPane::goToFault()
{
    if (!rows())
        return;
    if (std::optional<JsonPlace> fault = rows()->faultPlace())
        setCaret(std::move(*fault), false);
}

void JsonPane::select(qint64 anchor, qint64 caret)
{
    if (!rows())
        return;
    const TextMatch match{std::min(anchor, caret), std::max(anchor, caret)};
    if (!rows()->index().isComplete() && match.begin >= rows()->index().scanned()) {
        m_awaited = match;
        return;
    }
    goTo(match.begin);
    if (match.begin < match.end)
        m_match = match;
}

void JsonPane::selectAll()
{
    if (!rows())
        return;
    const std::optional<JsonPlace> first = rows()->first();
    std::optional<JsonPlace> last = rows()->last();
    if (!first || !last)
        return;
    m_anchor = first->key();
    m_caret = std::move(last);
    viewport()->update();
    Q_EMIT caretMoved();
}

void JsonPane::setOpen(bool open)
{
    if (!m_caret || !m_caret->hasNode() || !m_caret->node().isContainer())
        return;
    rows()->folding().setOpen(m_caret->node(), m_caret->depth(), open);
    foldingChanged();
    if (m_caret)
        setCaret(*m_caret, false);
    tellReaders(QAccessible::StateChanged);
}

void JsonPane::setOpenBelow(bool open)
{
    if (!m_caret || !m_caret->hasNode() || !m_caret->node().isContainer() || m_caret->node().end < 0)
        return;
    rows()->folding().setOpenBelow(m_caret->node(), open);
    foldingChanged();
    if (m_caret)
        setCaret(*m_caret, false);
}

void JsonPane::setLevels(int levels)
{
    if (!rows())
        return;
    rows()->folding().setLevels(levels);
    foldingChanged();
    if (m_caret)
        setCaret(*m_caret, false);
}

void JsonPane::stepLeft()
{
    if (!m_caret || !m_caret->hasNode())
        return;
    JsonPlace place = *m_caret;
    if (place.kind == Kind::Opening) {
        setOpen(false);
    } else if (place.kind == Kind::Closing || place.path.size() > 1) {
        if (place.kind != Kind::Closing)
            place.path.pop_back();
        place.kind = Kind::Opening;
        setCaret(std::move(place), false);
    }
}

void JsonPane::stepRight()
{
    if (!m_caret)
        return;
    if (m_caret->kind == Kind::Folded)
        setOpen(true);
    else if (m_caret->kind == Kind::Opening)
        moveCaret(1, false);
}

void JsonPane::activate()
{
    if (!m_caret || !m_caret->hasNode())
        return;
    const JsonNode node = m_caret->node();
    if (node.isContainer())
        setOpen(m_caret->kind == Kind::Folded);
    else if (node.end - node.begin > m_style.longest)
        Q_EMIT textWanted(node.begin);
}

bool JsonPane::event(QEvent *event)
{
    if (event->type() == QEvent::ShortcutOverride) {
        // The window may use these for something else.
        const auto *key = static_cast<QKeyEvent *>(event);
        const auto modifiers = key->modifiers() & ~Qt::KeypadModifier;
        if (key->key() == Qt::Key_C && modifiers & Qt::ControlModifier) {
            event->accept();
            return true;
        }
    }
    return RowsArea::event(event);
}

/// What does not move the caret; false: it is no such key.
bool JsonPane::actByKey(const QKeyEvent &event)
{
    const auto modifiers = event.modifiers() & ~(Qt::KeypadModifier | Qt::ShiftModifier);
    const bool shift = event.modifiers() & Qt::ShiftModifier;
    if (event.key() == Qt::Key_C && modifiers == (Qt::ControlModifier | Qt::AltModifier))
        shift ? copyName() : copyPointer();
    else if (event.key() == Qt::Key_C && modifiers == Qt::ControlModifier && shift)
        copyPath();
    else if (event.matches(QKeySequence::Copy))
        m_caret && m_caret->key() != m_anchor ? copyRows() : copyValue();
    else if (event.matches(QKeySequence::SelectAll))
        selectAll();
    else if (modifiers != Qt::NoModifier)
        return false;
    else if (event.key() == Qt::Key_Plus)
        setOpen(true);
    else if (event.key() == Qt::Key_Minus)
        setOpen(false);
    else if (event.key() == Qt::Key_Asterisk)
        setOpenBelow(true);
    else if (event.key() == Qt::Key_Slash)
        setOpenBelow(false);
    else if (event.key() >= Qt::Key_0 && event.key() <= Qt::Key_9)
        setLevels(event.key() == Qt::Key_0 ? JsonFolding::everything : event.key() - Qt::Key_0);
    else if (event.key() == Qt::Key_Return || event.key() == Qt::Key_Enter || event.key() == Qt::Key_Space)
        activate();
    else if (event.key() == Qt::Key_Left)
        stepLeft();
    else if (event.key() == Qt::Key_Right)
        stepRight();
    else
        return false;
    return true;
}

void JsonPane::keyPressEvent(QKeyEvent *event)
{
    const bool keeps = event->modifiers() & Qt::ShiftModifier;
    const bool control = event->modifiers() & Qt::ControlModifier;
    if (!rows() || !m_caret) {
        RowsArea::keyPressEvent(event);
        return;
    }
    event->accept();
    if (actByKey(*event))
        return;
    std::optional<JsonPlace> end;
    switch (event->key()) {
    case Qt::Key_Up:
        control ? scrollRows(-1) : moveCaret(-1, keeps);
        break;
    case Qt::Key_Down:
        control ? scrollRows(1) : moveCaret(1, keeps);
        break;
    case Qt::Key_PageUp:
        moveCaret(1 - rowsInSight(), keeps);
        break;
    case Qt::Key_PageDown:
        moveCaret(rowsInSight() - 1, keeps);
        break;
    case Qt::Key_Home:
    case Qt::Key_End:
        end = event->key() == Qt::Key_Home ? rows()->first() : rows()->last();
        if (end)
            setCaret(std::move(*end), keeps);
        break;
    default:
        event->ignore();
        RowsArea::keyPressEvent(event);
    }
}

size_t JsonPane::rowUnder(const QPointF &place) const
{
    const auto count = qsizetype(shownRows().size());
    return size_t(
        std::clamp<qsizetype>(qsizetype(place.y()) / rowHeight(), 0, std::max<qsizetype>(0, count - 1)));
}

void JsonPane::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton || shownRows().empty())
        return;
    const size_t row = rowUnder(event->position());
    const bool isMark = markRect(row).adjusted(-theme::gap, 0, 0, 0).contains(event->position());
    const Kind kind = shownRows().at(row).kind;
    setCaret(placeOf(row), event->modifiers() & Qt::ShiftModifier);
    if (isMark && (kind == Kind::Opening || kind == Kind::Folded))
        setOpen(kind == Kind::Folded);
}

void JsonPane::dragTo(const QPoint &place)
{
    if (shownRows().empty())
        return;
    const size_t row = rowUnder(place);
    if (m_caret && shownRows().at(row).key != m_caret->key())
        setCaret(placeOf(row), true);
}

void JsonPane::mouseDoubleClickEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton || shownRows().empty())
        return;
    const size_t row = rowUnder(event->position());
    if (markRect(row).contains(event->position()))
        mousePressEvent(event); // a quick click upon a click
    else
        activate();
}

void JsonPane::addFoldingActions(QMenu &menu)
{
    const bool isContainer = m_caret->hasNode() && m_caret->node().isContainer();
    const bool isFolded = m_caret->kind == Kind::Folded;
    const bool isWhole = isContainer && m_caret->node().end >= 0;
    QAction *open = menu.addAction(isFolded ? tr("&Expand") : tr("C&ollapse"), this,
                                   [this, isFolded] { setOpen(isFolded); });
    open->setShortcut(isFolded ? Qt::Key_Plus : Qt::Key_Minus);
    open->setEnabled(isContainer && m_caret->kind != Kind::Leaf);
    QAction *below = menu.addAction(tr("Expand All &Below"), this, [this] { setOpenBelow(true); });
    below->setShortcut(Qt::Key_Asterisk);
    below->setEnabled(isWhole);
    QAction *shut = menu.addAction(tr("Collapse All Below"), this, [this] { setOpenBelow(false); });
    shut->setShortcut(Qt::Key_Slash);
    shut->setEnabled(isWhole);
    QMenu *levels = menu.addMenu(tr("Expand to &Level"));
    constexpr int most = 9;
    for (int level = 1; level <= most; ++level)
        levels->addAction(locale().toString(level), this, [this, level] { setLevels(level); })
            ->setShortcut(QKeySequence(Qt::Key_0 + level));
    menu.addAction(tr("Expand &All"), this, [this] { setLevels(JsonFolding::everything); })
        ->setShortcut(Qt::Key_0);
    menu.addAction(tr("Collapse All"), this, [this] { setLevels(0); });
}

void JsonPane::contextMenuEvent(QContextMenuEvent *event)
{
    if (!rows() || shownRows().empty())
        return;
    QPoint place = event->globalPos();
    if (event->reason() == QContextMenuEvent::Mouse) {
        const size_t row = rowUnder(event->pos());
        if (!isSelected(shownRows().at(row).key))
            moveCaretTo(row);
    } else {
        for (size_t row = 0; row < shownRows().size(); ++row) {
            if (m_caret && shownRows().at(row).key == m_caret->key())
                place = viewport()->mapToGlobal(rowRect(row).center());
        }
    }
    if (!m_caret)
        return;
    const bool hasNode = m_caret->hasNode();
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const auto add = [menu, this](const QString &text, const QKeySequence &keys, bool enabled,
                                  void (JsonPane::*act)()) {
        QAction *action = menu->addAction(text, this, act);
        action->setShortcut(keys);
        action->setEnabled(enabled);
    };
    const bool isOne = m_caret->key() == m_anchor;
    add(tr("Copy &Value"), isOne ? QKeySequence(QKeySequence::Copy) : QKeySequence(),
        hasNode && m_caret->node().end >= 0, &JsonPane::copyValue);
    add(tr("Copy &Name"), Qt::CTRL | Qt::ALT | Qt::SHIFT | Qt::Key_C,
        hasNode && m_caret->node().nameBegin >= 0, &JsonPane::copyName);
    add(tr("Copy &Path"), Qt::CTRL | Qt::SHIFT | Qt::Key_C, hasNode, &JsonPane::copyPath);
    add(tr("Copy &JSON Pointer"), Qt::CTRL | Qt::ALT | Qt::Key_C, hasNode, &JsonPane::copyPointer);
    add(tr("Copy Selected &Rows"), isOne ? QKeySequence() : QKeySequence(QKeySequence::Copy), true,
        &JsonPane::copyRows);
    menu->addAction(tr("&Select All"), this, &JsonPane::selectAll)->setShortcut(QKeySequence::SelectAll);
    menu->addSeparator();
    addFoldingActions(*menu);
    menu->addSeparator();
    menu->addAction(tr("Show in &Text"), this, [this] { Q_EMIT textWanted(m_caret->offset()); });
    QAction *decode = menu->addAction(tr("&Decode Escapes"), this, &JsonPane::setDecodesEscapes);
    decode->setCheckable(true);
    decode->setChecked(m_style.decodesEscapes);
    if (rows()->index().fault())
        menu->addAction(tr("Go to the &Fault"), this, &JsonPane::goToFault);
    menu->popup(place);
}

void JsonPane::focusInEvent(QFocusEvent *event)
{
    RowsArea::focusInEvent(event);
    tellReaders(QAccessible::Focus);
}

} // namespace keydesk
