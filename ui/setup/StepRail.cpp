#include "ui/setup/StepRail.h"

#include "ui/setup/RoleLabel.h"
#include "ui/theme/Icon.h"

#include <QBoxLayout>
#include <QListWidget>
#include <QPainter>
#include <QStyledItemDelegate>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

enum StepRole { StateRole = Qt::UserRole };
enum StepState { Done, Current, ToCome };

class StepDelegate : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    static int circle(const QFont &font) { return qMax(20, QFontMetrics(font).height() + 4); }

    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const QFont bold = theme::groupFont(option.font);
        const int side = circle(option.font);
        return {side + theme::gap + QFontMetrics(bold).horizontalAdvance(index.data().toString()) + 4,
                side + theme::panePadding + 2};
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const auto state = static_cast<StepState>(index.data(StateRole).toInt());
        const auto ink = [&option](theme::Role role) { return theme::colour(option.palette, role); };
        const int side = circle(option.font);
        const QRect disc(option.rect.left(), option.rect.top() + (option.rect.height() - side) / 2, side,
                         side);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(Qt::NoPen);
        if (state != ToCome) {
            painter->setBrush(ink(state == Done ? theme::Role::SuccessFill : theme::Role::Accent));
            painter->drawEllipse(disc);
        }
        if (state == Done) {
            const int inset = side / 5;
            icon(u"check"_s, theme::Role::Success)
                .paint(painter, disc.adjusted(inset, inset, -inset, -inset));
        } else {
            painter->setFont(
                theme::secondFont(state == Current ? theme::groupFont(option.font) : option.font));
            painter->setPen(ink(state == Current ? theme::Role::OnAccent : theme::Role::SecondText));
            painter->drawText(disc, Qt::AlignCenter, QString::number(index.row() + 1));
        }
        painter->setFont(state == Current ? theme::groupFont(option.font) : option.font);
        painter->setPen(ink(state == ToCome ? theme::Role::SecondText : theme::Role::Text));
        const QRect text = option.rect.adjusted(side + theme::gap, 0, 0, 0);
        painter->drawText(
            text, Qt::AlignVCenter | Qt::AlignLeft,
            painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideRight, text.width()));
        painter->restore();
    }
};

} // namespace

StepRail::StepRail(const QString &title, const QString &note, QWidget *parent)
    : QWidget(parent)
    , m_list(new QListWidget)
{
    auto *heading = new RoleLabel(theme::Role::Text, RoleLabel::Size::Title);
    heading->setText(title);
    auto *words = new RoleLabel(theme::Role::SecondText, RoleLabel::Size::Second);
    words->setText(note);

    m_list->setAccessibleName(tr("Steps"));
    m_list->setItemDelegate(new StepDelegate(m_list));
    m_list->setSelectionMode(QAbstractItemView::NoSelection);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setAttribute(Qt::WA_TransparentForMouseEvents);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->viewport()->setAutoFillBackground(false);
    m_list->setAutoFillBackground(false);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(theme::dialogPadding, theme::dialogPadding + 4, theme::dialogPadding,
                               theme::dialogPadding + 4);
    column->setSpacing(theme::groupGap);
    column->addWidget(heading);
    column->addWidget(m_list, 1);
    column->addWidget(words);
}

void StepRail::setSteps(const QStringList &steps, int current)
{
    while (m_list->count() > steps.size())
        delete m_list->takeItem(m_list->count() - 1);
    while (m_list->count() < steps.size())
        m_list->addItem(QString());
    int width = 160;
    for (int i = 0; i < steps.size(); ++i) {
        QListWidgetItem *item = m_list->item(i);
        const StepState state = i < current ? Done : i == current ? Current : ToCome;
        item->setText(steps.at(i));
        item->setData(StateRole, state);
        item->setFlags(Qt::ItemIsEnabled);
        const QString said = state == Done      ? tr("Step %1 of %2: %3, done")
                             : state == Current ? tr("Step %1 of %2: %3, current step")
                                                : tr("Step %1 of %2: %3, still to come");
        item->setData(Qt::AccessibleTextRole, said.arg(i + 1).arg(steps.size()).arg(steps.at(i)));
        width = qMax(width, m_list->sizeHintForIndex(m_list->model()->index(i, 0)).width());
    }
    setFixedWidth(width + 2 * theme::dialogPadding);
    m_list->setMinimumHeight(m_list->sizeHintForRow(0) * static_cast<int>(steps.size()));
}

void StepRail::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), theme::colour(palette(), theme::Role::Pane));
    painter.fillRect(QRect(width() - 1, 0, 1, height()), theme::colour(palette(), theme::Role::Hairline));
}

} // namespace keydesk
