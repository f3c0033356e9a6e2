#include "ui/CommandPalette.h"

#include "ui/theme/Icon.h"

#include <QAccessible>
#include <QKeyEvent>
#include <QListWidget>
#include <QStyledItemDelegate>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

constexpr int actionRole = Qt::UserRole;       ///< its place in the list of actions
constexpr int shortcutRole = Qt::UserRole + 1; ///< as people write it
constexpr int wantedWidth = 560;

/// "&New Key…" as "New Key…".
QString plainText(const QAction &action)
{
    QString text = action.text();
    // A single & marks the next letter, a doubled one stands for itself.
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (text.at(i) == u'&')
            text.remove(i, 1);
    }
    return text;
}

/// How well `text` answers to what was typed: 0 not at all; higher when the words begin where words of the
/// text begin.
int match(const QString &text, const QStringList &words)
{
    int score = 1;
    for (const QString &word : words) {
        const qsizetype at = text.indexOf(word, 0, Qt::CaseInsensitive);
        if (at < 0)
            return 0;
        score += at == 0 ? 4 : text.at(at - 1).isSpace() ? 2 : 0;
    }
    return score;
}

/// The shortcut at the far end, in second text.
class CommandDelegate final : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        QStyledItemDelegate::paint(painter, option, index);
        const QString shortcut = index.data(shortcutRole).toString();
        const bool isSelected = option.state & QStyle::State_Selected;
        const QColor second = theme::colour(option.palette, theme::Role::SecondText);
        painter->save();
        painter->setFont(theme::secondFont(option.font));
        painter->setPen(isSelected ? option.palette.color(QPalette::HighlightedText) : second);
        painter->drawText(option.rect.adjusted(theme::gap, 0, -theme::panePadding, 0),
                          Qt::AlignTrailing | Qt::AlignVCenter, shortcut);
        painter->restore();
    }
};

} // namespace

CommandPalette::CommandPalette(const QList<QAction *> &actions, QWidget *parent)
    : QDialog(parent, Qt::Dialog | Qt::FramelessWindowHint)
    , m_field(new QLineEdit)
    , m_list(new QListWidget)
    , m_nothing(new QLabel(tr("No command has these words.")))
{
    setWindowTitle(tr("Commands"));
    for (QAction *action : actions) {
        if (action->isEnabled() && action->isVisible() && !action->isSeparator() && !action->text().isEmpty())
            m_actions << action;
    }
    m_field->setPlaceholderText(tr("Type a command"));
    m_field->setAccessibleName(tr("Command"));
    m_field->addAction(icon(u"search"_s, theme::Role::SecondText), QLineEdit::LeadingPosition);
    m_field->installEventFilter(this);
    m_list->setAccessibleName(tr("Commands"));
    m_list->setItemDelegate(new CommandDelegate(m_list));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setFocusPolicy(Qt::NoFocus); // the field keeps the focus; the arrows work in it
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setUniformItemSizes(true);
    m_nothing->setForegroundRole(QPalette::PlaceholderText);
    m_nothing->setAlignment(Qt::AlignCenter);
    m_nothing->hide();

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme::panePadding, theme::panePadding, theme::panePadding,
                               theme::panePadding);
    layout->setSpacing(theme::gap);
    layout->addWidget(m_field);
    layout->addWidget(m_list, 1);
    layout->addWidget(m_nothing, 1);

    connect(m_field, &QLineEdit::textChanged, this, &CommandPalette::filter);
    connect(m_list, &QListWidget::itemClicked, this, &CommandPalette::runCurrent);
    filter({});
    const int width = parent ? qMin(wantedWidth, parent->width() - 4 * theme::dialogPadding) : wantedWidth;
    const int height = parent ? qMin(420, parent->height() * 2 / 3) : 420;
    resize(qMax(280, width), qMax(200, height));
    m_field->setFocus();
}

void CommandPalette::filter(const QString &typed)
{
    const QStringList words = typed.split(u' ', Qt::SkipEmptyParts);
    QList<std::pair<int, int>> found; // score, place
    for (int i = 0; i < m_actions.size(); ++i) {
        const int score = m_actions.at(i) ? match(plainText(*m_actions.at(i)), words) : 0;
        if (score > 0)
            found.append({score, i});
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const auto &a, const auto &b) { return a.first > b.first; });

    m_list->clear();
    for (const auto &[score, place] : found) {
        const QAction &action = *m_actions.at(place);
        auto *item = new QListWidgetItem(plainText(action), m_list);
        const QString shortcut = action.shortcut().toString(QKeySequence::NativeText);
        item->setData(actionRole, place);
        item->setData(shortcutRole, shortcut);
        item->setData(Qt::AccessibleDescriptionRole, shortcut);
    }
    m_list->setVisible(!found.isEmpty());
    m_nothing->setVisible(found.isEmpty());
    m_list->setCurrentRow(0);
}

void CommandPalette::moveBy(int rows)
{
    const int count = m_list->count();
    if (count == 0)
        return;
    m_list->setCurrentRow(qBound(0, m_list->currentRow() + rows, count - 1));
    // The list never has the focus; this tells a screen reader what the arrows have reached.
    QAccessibleEvent reached(m_list, QAccessible::Focus);
    reached.setChild(m_list->currentRow());
    QAccessible::updateAccessibility(&reached);
}

void CommandPalette::runCurrent()
{
    const QListWidgetItem *item = m_list->currentItem();
    if (!item)
        return;
    const QPointer<QAction> action = m_actions.at(item->data(actionRole).toInt());
    accept();
    // After this dialog is gone: the action may open another, or ask where the focus is.
    if (action)
        QMetaObject::invokeMethod(action, &QAction::trigger, Qt::QueuedConnection);
}

bool CommandPalette::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_field && event->type() == QEvent::KeyPress) {
        constexpr int page = 8;
        switch (static_cast<QKeyEvent *>(event)->key()) {
        case Qt::Key_Down:
            moveBy(1);
            return true;
        case Qt::Key_Up:
            moveBy(-1);
            return true;
        case Qt::Key_PageDown:
            moveBy(page);
            return true;
        case Qt::Key_PageUp:
            moveBy(-page);
            return true;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            runCurrent();
            return true;
        default:
            break;
        }
    }
    return QDialog::eventFilter(watched, event);
}

void CommandPalette::showEvent(QShowEvent *event)
{
    if (const QWidget *window = parentWidget() ? parentWidget()->window() : nullptr) {
        const QPoint top(window->width() / 2 - width() / 2, window->height() / 8);
        QDialog::move(window->mapToGlobal(top));
    }
    QDialog::showEvent(event);
}

void CommandPalette::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setPen(theme::colour(palette(), theme::Role::Hairline));
    painter.setBrush(theme::colour(palette(), theme::Role::Window));
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
}

} // namespace keydesk
