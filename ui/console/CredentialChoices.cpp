#include "ui/console/CredentialChoices.h"

#include "app/environments/EnvironmentStore.h"
#include "app/http/Origin.h"
#include "app/keys/SecretVariables.h"
#include "ui/theme/Icon.h"
#include "ui/theme/Theme.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QSet>
#include <QStyledItemDelegate>
#include <QTimer>
#include <QTreeWidget>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

enum Column { NameColumn, ValueColumn, PlaceColumn };

constexpr int markSize = 16;
constexpr int mostRows = 5;                   // that are shown at once
constexpr int environmentRole = Qt::UserRole; // a QUuid; null: it is left out

void fillPlaces(QComboBox &box, const EnvironmentStore &environments)
{
    box.addItem(CredentialChoices::tr("Leave out"), QUuid());
    for (const Environment &environment : environments.all())
        box.addItem(CredentialChoices::tr("Secret variable of %1").arg(environment.name), environment.id);
}

/// There may be thousands of rows: a box is there while one is chosen from.
class PlaceDelegate final : public QStyledItemDelegate
{
public:
    PlaceDelegate(const EnvironmentStore &environments, QObject *parent)
        : QStyledItemDelegate(parent)
        , m_environments(environments)
    {
    }

    QWidget *createEditor(QWidget *parent, const QStyleOptionViewItem &, const QModelIndex &index) const override
    {
        if (index.column() != PlaceColumn)
            return nullptr;
        auto *box = new QComboBox(parent);
        box->setAccessibleName(CredentialChoices::tr("Keep %1 in").arg(index.siblingAtColumn(NameColumn).data().toString()));
        fillPlaces(*box, m_environments);
        connect(box, &QComboBox::activated, this, [this, box] {
            auto *self = const_cast<PlaceDelegate *>(this);
            Q_EMIT self->commitData(box);
            Q_EMIT self->closeEditor(box);
        });
        QTimer::singleShot(0, box, &QComboBox::showPopup);
        return box;
    }

    void setEditorData(QWidget *editor, const QModelIndex &index) const override
    {
        auto *box = static_cast<QComboBox *>(editor);
        box->setCurrentIndex(std::max(0, box->findData(index.data(environmentRole))));
    }

    void setModelData(QWidget *editor, QAbstractItemModel *model, const QModelIndex &index) const override
    {
        const auto *box = static_cast<QComboBox *>(editor);
        model->setData(index, box->currentData(), environmentRole);
        model->setData(index, box->currentText(), Qt::DisplayRole);
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        QStyledItemDelegate::paint(painter, option, index);
        if (index.column() != PlaceColumn)
            return;
        const QRect mark(option.rect.right() - markSize - theme::gap / 2, option.rect.center().y() - markSize / 2, markSize, markSize);
        icon(u"chevron-down"_s, theme::Role::SecondText).paint(painter, mark);
    }

    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const QSize hint = QStyledItemDelegate::sizeHint(option, index);
        return {hint.width() + (index.column() == PlaceColumn ? markSize + theme::gap : 0), std::max(hint.height(), theme::rowHeight)};
    }

private:
    const EnvironmentStore &m_environments;
};

/// Keys that open a list elsewhere open the one of the row.
class ChoiceTree final : public QTreeWidget
{
protected:
    void keyPressEvent(QKeyEvent *event) override
    {
        const bool opens = event->key() == Qt::Key_Space || event->key() == Qt::Key_F2 || event->key() == Qt::Key_F4 ||
                           (event->key() == Qt::Key_Down && event->modifiers() == Qt::AltModifier);
        if (opens && currentItem())
            editItem(currentItem(), PlaceColumn);
        else
            QTreeWidget::keyPressEvent(event);
    }
};

} // namespace

CredentialChoices::CredentialChoices(const EnvironmentStore &environments, QWidget *parent)
    : QWidget(parent)
    , m_environments(environments)
    , m_title(new QLabel)
    , m_allRow(new QWidget)
    , m_all(new QComboBox)
    , m_list(new ChoiceTree)
{
    m_title->setWordWrap(true);
    m_title->setBuddy(m_list);
    m_list->setHeaderLabels({tr("Variable"), tr("Value"), tr("Keep in")});
    m_list->setAccessibleName(tr("Credentials"));
    m_list->setRootIsDecorated(false);
    m_list->setUniformRowHeights(true);
    m_list->setAllColumnsShowFocus(true);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_list->setItemDelegate(new PlaceDelegate(environments, m_list));
    m_list->header()->setStretchLastSection(false);
    m_list->header()->setSectionResizeMode(NameColumn, QHeaderView::Stretch);
    m_list->header()->setSectionResizeMode(ValueColumn, QHeaderView::ResizeToContents);
    m_list->header()->setSectionResizeMode(PlaceColumn, QHeaderView::ResizeToContents);
    connect(m_list, &QTreeWidget::itemClicked, this, [this](QTreeWidgetItem *item, int column) {
        if (column == PlaceColumn)
            m_list->editItem(item, column);
    });
    connect(m_list, &QTreeWidget::itemChanged, this, &CredentialChoices::changed);

    auto *label = new QLabel(tr("Keep all in"));
    label->setBuddy(m_all);
    fillPlaces(*m_all, environments);
    m_all->setCurrentIndex(-1);
    m_all->setPlaceholderText(tr("As chosen below"));
    connect(m_all, &QComboBox::activated, this, [this] { setAll(m_all->currentData().toUuid()); });
    auto *row = new QHBoxLayout(m_allRow);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(theme::gap);
    row->addWidget(label);
    row->addWidget(m_all);
    auto *head = new QHBoxLayout;
    head->setSpacing(theme::groupGap);
    head->addWidget(m_title, 1);
    head->addWidget(m_allRow);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme::gap);
    layout->addLayout(head);
    layout->addWidget(m_list, 1);
}

void CredentialChoices::setCredentials(const QList<FoundCredential> &found)
{
    m_found = found;
    m_list->clear();
    const QList<Environment> environments = m_environments.all();
    QList<QTreeWidgetItem *> items;
    for (const FoundCredential &each : found) {
        auto *item = new QTreeWidgetItem({u"%1 · %2"_s.arg(each.variable, each.place), tokenHint(*each.value)});
        item->setToolTip(NameColumn, item->text(NameColumn).toHtmlEscaped());
        item->setFlags(item->flags() | Qt::ItemIsEditable);
        const Result<Origin> origin = Origin::fromUrl(QUrl(each.url));
        const auto its = std::ranges::find_if(environments, [&](const Environment &environment) {
            const Result<Origin> theirs = Origin::fromUrl(QUrl(environment.baseUrl));
            return origin && theirs && *origin == *theirs && SecretVariables::checkName(environment, each.variable);
        });
        setPlace(*item, its == environments.end() ? QUuid() : its->id);
        items.append(item);
    }
    m_list->addTopLevelItems(items);
    m_title->setText(tr("%n credential(s) were taken out. Those that are left out must be entered again:", nullptr, static_cast<int>(found.size())));
    // No higher than its rows: the requests above need the room.
    const auto heightOf = [this](qsizetype rows) {
        const int row = std::max(theme::rowHeight, m_list->sizeHintForRow(0));
        return m_list->header()->sizeHint().height() + static_cast<int>(rows) * row + 2 * m_list->frameWidth();
    };
    m_list->setMinimumHeight(heightOf(1));
    m_list->setMaximumHeight(heightOf(std::min<qsizetype>(found.size(), mostRows)));
    m_all->setCurrentIndex(-1);
    m_allRow->setVisible(found.size() > 1 && !environments.isEmpty());
    setVisible(!found.isEmpty());
}

QList<KeptCredential> CredentialChoices::chosen() const
{
    QList<KeptCredential> chosen;
    for (int i = 0; i < m_list->topLevelItemCount(); ++i) {
        const QUuid environment = m_list->topLevelItem(i)->data(PlaceColumn, environmentRole).toUuid();
        if (!environment.isNull())
            chosen.append({i, environment});
    }
    return chosen;
}

void CredentialChoices::setPlace(QTreeWidgetItem &item, const QUuid &environment)
{
    item.setData(PlaceColumn, environmentRole, environment);
    item.setText(PlaceColumn, m_all->itemText(std::max(0, m_all->findData(environment))));
}

void CredentialChoices::setAll(const QUuid &environment)
{
    QSet<QString> taken;
    for (int i = 0; i < m_list->topLevelItemCount(); ++i) {
        const QString &variable = m_found.at(i).variable;
        const bool fits = !taken.contains(variable) && isFree(environment, variable);
        setPlace(*m_list->topLevelItem(i), fits ? environment : QUuid());
        taken.insert(variable);
    }
}

bool CredentialChoices::isFree(const QUuid &environment, const QString &variable) const
{
    const auto found = m_environments.find(environment);
    return found && SecretVariables::checkName(*found, variable);
}

} // namespace keydesk
