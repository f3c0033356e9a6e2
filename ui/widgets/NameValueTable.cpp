#include "ui/widgets/NameValueTable.h"

#include "app/http/HeaderNames.h"
#include "app/models/NameValueModel.h"
#include "app/models/PartsModel.h"
#include "ui/theme/Icon.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/VariableHints.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QComboBox>
#include <QCompleter>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPainter>
#include <QPointer>
#include <QStyledItemDelegate>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

constexpr int widestCompletion = 480;

/// Names and values in the fixed-pitch font; the empty last row says what to type into it.
class CellDelegate final : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    NameValueTable::Completions completions;
    QPointer<VariableHints> hints;

    QWidget *createEditor(QWidget *parent, const QStyleOptionViewItem &option,
                          const QModelIndex &index) const override
    {
        if (const QStringList allowed = index.data(NameValueModel::AllowedRole).toStringList();
            !allowed.isEmpty())
            return createChoice(parent, allowed, index);
        QWidget *editor = QStyledItemDelegate::createEditor(parent, option, index);
        if (auto *field = qobject_cast<QLineEdit *>(editor)) {
            field->setFont(theme::fixedFont(parent->font()));
            field->setTextMargins(5, 0, 5, 0);
            field->setAccessibleName(index.model()->headerData(index.column(), Qt::Horizontal).toString());
            if (hints)
                hints->follow(*field, [hints = hints.data(), field, name = rowName(index)] { return hints->words(field->text(), name); });
            if (const QStringList words = completions ? completions(index) : QStringList(); !words.isEmpty())
                field->setCompleter(completer(words, field));
        }
        return editor;
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const auto marks = hints ? hints->formats(index.data().toString(), option.palette) : QList<QTextLayout::FormatRange>();
        if (marks.isEmpty())
            QStyledItemDelegate::paint(painter, option, index);
        else
            paintMarked(painter, option, index, marks);
        const QRect room = option.rect.adjusted(0, 0, -theme::gap, 0);
        if (index.data(NameValueModel::RequiredRole).toBool()) {
            painter->save();
            painter->setFont(theme::secondFont(option.font));
            painter->setPen(theme::colour(option.palette, theme::Role::SecondText));
            painter->drawText(room, Qt::AlignRight | Qt::AlignVCenter, requiredWord());
            painter->restore();
        } else if (index.data(NameValueModel::AllowedRole).isValid()) {
            const int side = 16;
            icon(u"chevron-down"_s, theme::Role::SecondText)
                .paint(painter, QRect(room.right() - side, room.center().y() - side / 2, side, side));
        }
    }

private:
    /// Of the row that a value stands in.
    static QString rowName(const QModelIndex &index)
    {
        return index.column() == NameValueModel::Name ? QString() : index.siblingAtColumn(NameValueModel::Name).data().toString();
    }

    /// As the style paints it, with the text on one line in several colours.
    void paintMarked(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index,
                     QList<QTextLayout::FormatRange> marks) const
    {
        QStyleOptionViewItem cell = option;
        initStyleOption(&cell, index);
        const QStyle *style = cell.widget ? cell.widget->style() : QApplication::style();
        const int margin = style->pixelMetric(QStyle::PM_FocusFrameHMargin, &cell, cell.widget) + 1;
        const QRect room = style->subElementRect(QStyle::SE_ItemViewItemText, &cell, cell.widget).adjusted(margin, 0, -margin, 0);
        const QString text = cell.fontMetrics.elidedText(cell.text.replace(QChar::LineSeparator, u' '), cell.textElideMode, room.width());
        cell.text.clear();
        style->drawControl(QStyle::CE_ItemViewItem, &cell, painter, cell.widget);

        const QString whole = index.data().toString().replace(u'\n', u' ');
        const auto same = std::mismatch(text.cbegin(), text.cend(), whole.cbegin(), whole.cend()).first - text.cbegin();
        marks.removeIf([same](const QTextLayout::FormatRange &mark) { return mark.start >= same; });
        for (QTextLayout::FormatRange &mark : marks)
            mark.length = qMin(mark.length, static_cast<int>(same) - mark.start);
        QTextLayout layout(text, cell.font);
        layout.setFormats(marks);
        layout.beginLayout();
        const QTextLine line = layout.createLine();
        layout.endLayout();
        painter->save();
        painter->setPen(cell.palette.color(cell.state & QStyle::State_Selected ? QPalette::HighlightedText : QPalette::Text));
        layout.draw(painter, QPointF(room.left(), room.top() + (room.height() - line.height()) / 2));
        painter->restore();
    }

    static QCompleter *completer(const QStringList &words, QLineEdit *field)
    {
        auto *made = new QCompleter(words, field);
        made->setCaseSensitivity(Qt::CaseInsensitive);
        made->setFilterMode(Qt::MatchContains); // "type" finds Content-Type
        made->popup()->setFont(field->font());
        // Else it is as wide as the cell, and cuts what does not fit.
        int widest = 0;
        for (const QString &word : words)
            widest = qMax(widest, field->fontMetrics().horizontalAdvance(word));
        made->popup()->setMinimumWidth(qMin(widest, widestCompletion) + 3 * theme::panePadding);
        return made;
    }

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        option->font = theme::fixedFont(option->font);
        option->fontMetrics = QFontMetrics(option->font);
        int taken = index.data(NameValueModel::AllowedRole).isValid() ? 16 + theme::gap : 0;
        if (index.data(NameValueModel::RequiredRole).toBool())
            taken = QFontMetrics(theme::secondFont(option->font)).horizontalAdvance(requiredWord()) + 40 +
                    theme::gap;
        if (taken > 0) // what stands at the right end of the cell
            option->text = option->fontMetrics.elidedText(option->text, Qt::ElideRight, qMax(20, option->rect.width() - taken - 16));
        if (index.column() == PartsModel::Value && !index.data(PartsModel::FileRole).toString().isEmpty()) {
            option->icon = icon(QStringLiteral("folder"), theme::Role::SecondText);
            option->decorationSize = {16, 16};
            option->textElideMode = Qt::ElideMiddle;
            option->features |= QStyleOptionViewItem::HasDecoration;
        }
        const bool isLast = index.row() == index.model()->rowCount() - 1 &&
                            index.siblingAtColumn(NameValueModel::Name).data().toString().isEmpty();
        if (!isLast || !option->text.isEmpty())
            return;
        option->text = index.column() == NameValueModel::Name
                           ? NameValueTable::tr("Add a name")
                           : index.model()->headerData(index.column(), Qt::Horizontal).toString();
        option->features |= QStyleOptionViewItem::HasDisplay;
        option->palette.setBrush(QPalette::Text, option->palette.brush(QPalette::PlaceholderText));
        option->palette.setBrush(QPalette::HighlightedText, option->palette.brush(QPalette::PlaceholderText));
    }

private:
    static QString requiredWord() { return NameValueTable::tr("required"); }

    /// The values that the documentation allows, and any other: it may be behind the API.
    [[nodiscard]] QWidget *createChoice(QWidget *parent, const QStringList &allowed, const QModelIndex &index) const
    {
        auto *choice = new QComboBox(parent);
        choice->setEditable(true);
        choice->setInsertPolicy(QComboBox::NoInsert);
        choice->addItems(allowed);
        choice->setFont(theme::fixedFont(parent->font()));
        choice->setAccessibleName(index.model()->headerData(index.column(), Qt::Horizontal).toString());
        choice->lineEdit()->setAccessibleName(choice->accessibleName());
        if (hints)
            hints->follow(*choice->lineEdit());
        return choice;
    }
};

} // namespace

NameValueTable::NameValueTable(QAbstractItemModel *model, const QString &accessibleName, QWidget *parent)
    : QTableView(parent)
{
    setModel(model);
    setAccessibleName(accessibleName);
    setItemDelegate(new CellDelegate(this));
    setFrameShape(QFrame::NoFrame);
    setSelectionMode(QAbstractItemView::ExtendedSelection);
    setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::SelectedClicked |
                    QAbstractItemView::EditKeyPressed | QAbstractItemView::AnyKeyPressed);
    setTabKeyNavigation(true);
    verticalHeader()->hide();
    horizontalHeader()->setStretchLastSection(true);
    horizontalHeader()->setSectionsClickable(false);
    horizontalHeader()->resizeSection(NameValueModel::Name, 220);
}

void NameValueTable::setCompletions(const Completions &completions)
{
    static_cast<CellDelegate *>(itemDelegate())->completions = completions;
}

void NameValueTable::setHints(VariableHints &hints)
{
    static_cast<CellDelegate *>(itemDelegate())->hints = &hints;
    const NameValueModel::Words words = [hints = QPointer(&hints)](const QString &text, const QString &name) {
        return hints ? hints->words(text, name) : QString();
    };
    if (auto *rows = qobject_cast<NameValueModel *>(model()))
        rows->setWords(words);
    else if (auto *parts = qobject_cast<PartsModel *>(model()))
        parts->setWords(words);
    connect(&hints, &VariableHints::changed, viewport(), qOverload<>(&QWidget::update));
    viewport()->update();
}

QStringList NameValueTable::headerCompletions(const QModelIndex &cell)
{
    if (cell.column() == NameValueModel::Name)
        return requestHeaderNames();
    return commonHeaderValues(cell.siblingAtColumn(NameValueModel::Name).data().toString());
}

void NameValueTable::keyPressEvent(QKeyEvent *event)
{
    if ((event->key() == Qt::Key_Delete || event->key() == Qt::Key_Backspace) && state() != EditingState) {
        removeSelectedRows();
        return;
    }
    if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) &&
        event->modifiers() == Qt::NoModifier && state() != EditingState && currentIndex().isValid()) {
        edit(currentIndex());
        return;
    }
    if (VariableHints::isAsked(*event) && currentIndex().isValid()) {
        VariableHints::show(viewport()->mapToGlobal(visualRect(currentIndex()).bottomLeft()),
                            currentIndex().data(Qt::AccessibleDescriptionRole).toString(), *viewport());
        return;
    }
    // Tab walks the cells and then leaves: a table must not be a trap for the keyboard.
    if ((event->key() == Qt::Key_Tab && isAtEnd(currentIndex())) ||
        (event->key() == Qt::Key_Backtab && isAtStart(currentIndex()))) {
        event->ignore();
        return;
    }
    QTableView::keyPressEvent(event);
}

void NameValueTable::closeEditor(QWidget *editor, QAbstractItemDelegate::EndEditHint hint)
{
    const bool leaves = (hint == QAbstractItemDelegate::EditNextItem && isAtEnd(currentIndex())) ||
                        (hint == QAbstractItemDelegate::EditPreviousItem && isAtStart(currentIndex()));
    if (!leaves) {
        QTableView::closeEditor(editor, hint);
        return;
    }
    QTableView::closeEditor(editor, QAbstractItemDelegate::NoHint);
    QAbstractScrollArea::focusNextPrevChild(hint == QAbstractItemDelegate::EditNextItem);
}

bool NameValueTable::isAtEnd(const QModelIndex &index) const
{
    return !index.isValid() ||
           (index.row() == model()->rowCount() - 1 && index.column() == model()->columnCount() - 1);
}

bool NameValueTable::isAtStart(const QModelIndex &index) const
{
    return !index.isValid() || (index.row() == 0 && index.column() == 0);
}

void NameValueTable::removeSelectedRows()
{
    QList<int> rows;
    for (const QModelIndex &index : selectionModel()->selectedIndexes()) {
        // The last row is the one to type into.
        if (index.row() < model()->rowCount() - 1 && !rows.contains(index.row()))
            rows << index.row();
    }
    if (rows.isEmpty())
        return;
    std::sort(rows.begin(), rows.end(), std::greater<>());
    const int column = qMax(0, currentIndex().column());
    for (const int row : rows)
        model()->removeRows(row, 1);
    setCurrentIndex(model()->index(qMin(rows.constLast(), model()->rowCount() - 1), column));
}

} // namespace keydesk
