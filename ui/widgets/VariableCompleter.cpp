#include "ui/widgets/VariableCompleter.h"

#include "app/base/Redactor.h"
#include "ui/theme/Theme.h"

#include <QApplication>
#include <QComboBox>
#include <QCompleter>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListView>
#include <QPainter>
#include <QPlainTextEdit>
#include <QScrollBar>
#include <QStandardItemModel>
#include <QStyledItemDelegate>
#include <QTextBlock>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

enum Role { ValueRole = Qt::UserRole, WholeRole };

constexpr const char *leftOut = "withoutVariables";
constexpr qsizetype longestTyped = 200;
constexpr int widestPopup = 640;

/// The name, and in second ink what it gives.
class RowDelegate final : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        QStyledItemDelegate::paint(painter, option, index);
        const QString value = index.data(ValueRole).toString();
        const int left = option.rect.left() + option.fontMetrics.horizontalAdvance(index.data().toString()) + 2 * theme::panePadding;
        const QRect room(left, option.rect.top(), option.rect.right() - theme::gap - left, option.rect.height());
        if (room.width() < option.fontMetrics.averageCharWidth() * 4)
            return;
        painter->save();
        const bool isCurrent = option.state & QStyle::State_Selected;
        painter->setPen(isCurrent ? option.palette.color(QPalette::HighlightedText) : theme::colour(option.palette, theme::Role::SecondText));
        painter->drawText(room, Qt::AlignRight | Qt::AlignVCenter, option.fontMetrics.elidedText(value, Qt::ElideRight, room.width()));
        painter->restore();
    }
};

bool isUsable(const QLineEdit &field)
{
    return !field.isReadOnly() && field.echoMode() == QLineEdit::Normal;
}

} // namespace

VariableCompleter::VariableCompleter(QWidget &area, const Redactor &redactor, const Source &source)
    : QObject(&area)
    , m_area(area)
    , m_redactor(redactor)
    , m_source(source)
{
    connect(qApp, &QApplication::focusChanged, this, [this](QWidget *, QWidget *now) { follow(now); });
}

VariableCompleter::~VariableCompleter() = default;

void VariableCompleter::leaveOut(QWidget &part)
{
    part.setProperty(leftOut, true);
}

/// The field of the area that has the focus, if variables mean something there.
QWidget *VariableCompleter::fieldOf(QWidget *focused) const
{
    if (!focused || !m_area.isAncestorOf(focused))
        return nullptr;
    for (const QWidget *part = focused; part != &m_area; part = part->parentWidget()) {
        if (part->property(leftOut).toBool())
            return nullptr;
    }
    if (auto *combo = qobject_cast<QComboBox *>(focused))
        focused = combo->lineEdit();
    if (auto *line = qobject_cast<QLineEdit *>(focused))
        return isUsable(*line) ? line : nullptr;
    auto *text = qobject_cast<QPlainTextEdit *>(focused);
    return text && !text->isReadOnly() ? text : nullptr;
}

void VariableCompleter::follow(QWidget *focused)
{
    QWidget *field = fieldOf(focused);
    if (field == m_field)
        return;
    if (m_field)
        disconnect(m_field, nullptr, this, nullptr);
    hide();
    m_field = field;
    if (auto *edit = qobject_cast<QLineEdit *>(field)) {
        connect(edit, &QLineEdit::textEdited, this, &VariableCompleter::offer);
    } else if (auto *text = qobject_cast<QPlainTextEdit *>(field)) {
        // By the keyboard, not by Format or another request: those do not leave the cursor behind an open "{{".
        connect(text, &QPlainTextEdit::textChanged, this, &VariableCompleter::offer, Qt::QueuedConnection); // once its cursor has moved
    }
}

VariableCompleter::Line VariableCompleter::line() const
{
    if (const auto *edit = qobject_cast<const QLineEdit *>(m_field))
        return {edit->text(), edit->cursorPosition()};
    if (const auto *text = qobject_cast<const QPlainTextEdit *>(m_field))
        return {text->textCursor().block().text(), text->textCursor().positionInBlock()};
    return {};
}

std::optional<VariableCompleter::Open> VariableCompleter::openIn(const Line &line)
{
    const QString before = line.text.first(line.cursor);
    const qsizetype braces = before.lastIndexOf("{{"_L1);
    if (braces < 0)
        return {};
    Open open;
    open.start = braces + 2;
    while (open.start < line.cursor && before.at(open.start).isSpace())
        ++open.start;
    open.typed = before.sliced(open.start);
    if (open.typed.size() > longestTyped || open.typed.contains(u'}') || open.typed.contains(u'{') || open.typed.contains(u'"'))
        return {};
    // The rest of a name that is there already goes with it: "{{ho|st}}".
    open.end = line.cursor;
    qsizetype end = line.cursor;
    while (end < line.text.size() && (line.text.at(end).isLetterOrNumber() || u"._-$"_s.contains(line.text.at(end))))
        ++end;
    if (QStringView(line.text).sliced(end).startsWith("}}"_L1))
        open.end = end + 2;
    return open;
}

void VariableCompleter::offer()
{
    if (m_isTaking || !m_field)
        return;
    const auto open = openIn(line());
    if (!open) {
        hide();
        return;
    }
    if (!m_known)
        m_known = m_source();
    const QList<KnownVariable> names = knownVariables(*m_known, open->typed);
    // A name that is typed to its end is no question any more.
    if (names.isEmpty() || (names.size() == 1 && names.first().name == open->typed)) {
        hide();
        return;
    }
    if (!m_completer)
        makeCompleter();
    m_model->clear();
    int wide = 0;
    const QFontMetrics metrics(m_completer->popup()->font());
    for (const KnownVariable &each : names) {
        const QString value = each.value.isEmpty() ? each.words : m_redactor.redactText(each.value).left(KnownVariable::longestShown).simplified();
        auto *item = new QStandardItem(each.name);
        item->setData(value, ValueRole);
        item->setData(each.isWhole, WholeRole);
        item->setData(value.isEmpty() ? each.name : tr("%1, %2").arg(each.name, value), Qt::AccessibleTextRole);
        m_model->appendRow(item);
        wide = std::max(wide, metrics.horizontalAdvance(each.name + value));
    }
    m_completer->setWidget(m_field);
    QRect place = m_field->inputMethodQuery(Qt::ImCursorRectangle).toRect();
    const int width = std::min(wide, widestPopup) + 5 * theme::panePadding;
    place.setWidth(width + m_completer->popup()->verticalScrollBar()->sizeHint().width());
    m_completer->complete(place);
    m_completer->popup()->setCurrentIndex(m_completer->completionModel()->index(0, 0));
}

void VariableCompleter::hide()
{
    m_known.reset();
    if (m_completer)
        m_completer->popup()->hide();
}

void VariableCompleter::makeCompleter()
{
    m_model = new QStandardItemModel(this);
    m_completer = new QCompleter(m_model, this);
    m_completer->setCompletionMode(QCompleter::UnfilteredPopupCompletion); // what does not match is not in it
    m_completer->setMaxVisibleItems(10);
    auto *list = new QListView;
    list->setUniformItemSizes(true);
    m_completer->setPopup(list);
    list->setFont(theme::fixedFont(m_area.font()));
    list->setAccessibleName(tr("Variables"));
    list->setItemDelegate(new RowDelegate(list));
    list->installEventFilter(this); // after the completer: before it
    list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    connect(m_completer, qOverload<const QModelIndex &>(&QCompleter::activated), this, &VariableCompleter::take); // by the mouse
}

bool VariableCompleter::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::Hide)
        m_known.reset();
    if (event->type() != QEvent::KeyPress || !m_completer || watched != m_completer->popup())
        return QObject::eventFilter(watched, event);
    const auto *key = static_cast<QKeyEvent *>(event);
    switch (key->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Tab:
        if (key->modifiers() & ~Qt::KeypadModifier)
            break;
        take(m_completer->popup()->currentIndex());
        return true;
    case Qt::Key_Escape:
    case Qt::Key_Backtab:
        hide();
        return true;
    case Qt::Key_Left:
    case Qt::Key_Right:
    case Qt::Key_Home:
    case Qt::Key_End:
        hide(); // the cursor leaves
        break;
    default:
        break;
    }
    return QObject::eventFilter(watched, event);
}

void VariableCompleter::take(const QModelIndex &index)
{
    auto open = openIn(line());
    const QString name = index.data().toString();
    const bool isWhole = index.data(WholeRole).toBool();
    hide();
    if (!open || !index.isValid())
        return;
    if (!isWhole)
        open->end = line().cursor; // the braces behind it stay
    m_isTaking = true;
    replace(*open, isWhole ? name + u"}}"_s : name);
    m_isTaking = false;
    if (!isWhole)
        offer();
}

void VariableCompleter::replace(const Open &open, const QString &text)
{
    if (auto *edit = qobject_cast<QLineEdit *>(m_field)) {
        edit->setSelection(static_cast<int>(open.start), static_cast<int>(open.end - open.start));
        edit->insert(text);
        return;
    }
    if (auto *view = qobject_cast<QPlainTextEdit *>(m_field)) {
        QTextCursor cursor = view->textCursor();
        const int block = cursor.block().position();
        cursor.setPosition(block + static_cast<int>(open.start));
        cursor.setPosition(block + static_cast<int>(open.end), QTextCursor::KeepAnchor);
        cursor.insertText(text);
        view->setTextCursor(cursor);
    }
}

} // namespace keydesk
