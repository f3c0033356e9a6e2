#include "ui/keys/CandidateTable.h"

#include "app/models/CandidatesModel.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Chip.h"

#include <QComboBox>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPainter>
#include <QStyledItemDelegate>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

class CandidateDelegate final : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QWidget *createEditor(QWidget *parent, const QStyleOptionViewItem &option,
                          const QModelIndex &index) const override
    {
        const QString header = index.model()->headerData(index.column(), Qt::Horizontal).toString();
        const QStringList choices = index.data(CandidatesModel::ChoicesRole).toStringList();
        if (choices.isEmpty()) {
            QWidget *editor = QStyledItemDelegate::createEditor(parent, option, index);
            if (auto *field = qobject_cast<QLineEdit *>(editor))
                field->setMaxLength(255);
            editor->setAccessibleName(header);
            return editor;
        }
        auto *box = new QComboBox(parent);
        box->addItems(choices);
        box->setAccessibleName(header);
        // Choosing is enough; one need not leave the cell.
        connect(box, &QComboBox::activated, this, [this, box] {
            auto *self = const_cast<CandidateDelegate *>(this);
            Q_EMIT self->commitData(box);
            Q_EMIT self->closeEditor(box);
        });
        return box;
    }

    void setEditorData(QWidget *editor, const QModelIndex &index) const override
    {
        if (auto *box = qobject_cast<QComboBox *>(editor))
            box->setCurrentIndex(index.data(Qt::EditRole).toInt());
        else
            QStyledItemDelegate::setEditorData(editor, index);
    }

    void setModelData(QWidget *editor, QAbstractItemModel *model, const QModelIndex &index) const override
    {
        if (const auto *box = qobject_cast<QComboBox *>(editor))
            model->setData(index, box->currentIndex(), Qt::EditRole);
        else
            QStyledItemDelegate::setModelData(editor, model, index);
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        if (index.column() != CandidatesModel::State) {
            QStyledItemDelegate::paint(painter, option, index);
            return;
        }
        QStyleOptionViewItem item = option;
        initStyleOption(&item, index);
        const QString word = item.text;
        item.text.clear();
        option.widget->style()->drawControl(QStyle::CE_ItemViewItem, &item, painter, option.widget);
        const auto [ink, fill, iconName] = lookOf(index);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        Chip::paint(painter, option.rect.adjusted(theme::gap, 0, -theme::gap, 0), option.palette, option.font,
                    word, ink, fill, iconName);
        painter->restore();
    }

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        // Beside a tick the frame would cross the text; the other cells show theirs, and the row its
        // selection.
        if (index.column() == CandidatesModel::Name)
            option->state &= ~QStyle::State_HasFocus;
        if (index.column() != CandidatesModel::Token && index.column() != CandidatesModel::Variable)
            return;
        option->font = theme::fixedFont(option->font);
        option->fontMetrics = QFontMetrics(option->font);
    }

private:
    struct Look
    {
        theme::Role ink;
        theme::Role fill;
        QString icon;
    };

    static Look lookOf(const QModelIndex &index)
    {
        using enum theme::Role;
        switch (static_cast<KeyCandidate::State>(index.data(CandidatesModel::StateRole).toInt())) {
        case KeyCandidate::State::New:
            return {Success, SuccessFill, u"plus"_s};
        case KeyCandidate::State::Incomplete:
            return {Caution, CautionFill, u"warning"_s};
        case KeyCandidate::State::Unusable:
            return {Danger, DangerFill, u"refused"_s};
        case KeyCandidate::State::Duplicate:
        case KeyCandidate::State::Repeated:
            break;
        }
        return {SecondText, NeutralFill, u"duplicate"_s};
    }
};

} // namespace

CandidateTable::CandidateTable(CandidatesModel *model, QWidget *parent)
    : QTableView(parent)
{
    setModel(model);
    setItemDelegate(new CandidateDelegate(this));
    setAccessibleName(tr("Keys found"));
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::SelectedClicked |
                    QAbstractItemView::EditKeyPressed);
    setTabKeyNavigation(false);
    setShowGrid(false);
    setWordWrap(false);
    setFrameShape(QFrame::NoFrame);
    verticalHeader()->hide();
    verticalHeader()->setDefaultSectionSize(qMax(theme::rowHeight, fontMetrics().height() + 10));
    QHeaderView *header = horizontalHeader();
    header->setHighlightSections(false);
    header->setSectionsClickable(false);
    header->setSectionResizeMode(CandidatesModel::Name, QHeaderView::Stretch);
    header->setMinimumSectionSize(60);
    header->setSectionResizeMode(CandidatesModel::Variable, QHeaderView::Stretch);
    const int scale = qMax(16, fontMetrics().height());
    const QList<QPair<int, int>> widths{{CandidatesModel::Token, 134},
                                        {CandidatesModel::Kind, 158},
                                        {CandidatesModel::Environment, 122},
                                        {CandidatesModel::State, 118}};
    for (const auto &width : widths)
        setColumnWidth(width.first, width.second * scale / 16);
}

void CandidateTable::keyPressEvent(QKeyEvent *event)
{
    const QModelIndex index = currentIndex();
    const bool isFree = state() != EditingState && event->modifiers() == Qt::NoModifier && index.isValid();
    // Space ticks from any cell of the row.
    if (isFree && event->key() == Qt::Key_Space) {
        const QModelIndex name = index.siblingAtColumn(CandidatesModel::Name);
        const QVariant ticked = name.data(Qt::CheckStateRole);
        if (ticked.isValid())
            model()->setData(name, ticked.toInt() == Qt::Checked ? Qt::Unchecked : Qt::Checked,
                             Qt::CheckStateRole);
        return;
    }
    QTableView::keyPressEvent(event);
}

} // namespace keydesk
