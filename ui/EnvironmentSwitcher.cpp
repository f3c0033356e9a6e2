#include "ui/EnvironmentSwitcher.h"

#include "app/environments/EnvironmentStore.h"
#include "app/models/EnvironmentsModel.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Chip.h"

#include <QIdentityProxyModel>
#include <QStyleOptionComboBox>

namespace keydesk {

namespace {

/// The environments with their full names and dots: colours are the window's business, not the model's.
class SwitcherModel : public QIdentityProxyModel
{
public:
    using QIdentityProxyModel::QIdentityProxyModel;

    QVariant data(const QModelIndex &index, int role) const override
    {
        if (role == Qt::DisplayRole || role == Qt::EditRole)
            return QIdentityProxyModel::data(index, EnvironmentsModel::FullNameRole);
        if (role == Qt::DecorationRole)
            return dotIcon(QIdentityProxyModel::data(index, EnvironmentsModel::ColourRole).toString());
        return QIdentityProxyModel::data(index, role);
    }
};

} // namespace

EnvironmentSwitcher::EnvironmentSwitcher(EnvironmentStore &environments, EnvironmentsModel &model, QWidget *parent)
    : QComboBox(parent)
    , m_environments(environments)
{
    auto *decorated = new SwitcherModel(this);
    decorated->setSourceModel(&model);
    setModel(decorated);
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    setMaximumWidth(320);
    setAccessibleName(tr("Environment"));
    setPlaceholderText(tr("No environment"));
    connect(this, &QComboBox::activated, this, [this](int row) {
        m_environments.setCurrent(itemData(row, EnvironmentsModel::IdRole).toUuid());
    });
    connect(&environments, &EnvironmentStore::currentChanged, this, &EnvironmentSwitcher::showCurrent);
    for (const auto change : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved})
        connect(decorated, change, this, &EnvironmentSwitcher::showCurrent);
    connect(decorated, &QAbstractItemModel::modelReset, this, &EnvironmentSwitcher::showCurrent);
    showCurrent();
}

QSize EnvironmentSwitcher::sizeHint() const
{
    QStyleOptionComboBox option;
    initStyleOption(&option);
    const QString text = currentIndex() < 0 ? placeholderText() : currentText();
    const QSize content(iconSize().width() + theme::gap + fontMetrics().horizontalAdvance(text) + 2, fontMetrics().height());
    return style()->sizeFromContents(QStyle::CT_ComboBox, &option, content, this);
}

QSize EnvironmentSwitcher::minimumSizeHint() const
{
    return sizeHint().boundedTo({fontMetrics().averageCharWidth() * 20, INT_MAX});
}

void EnvironmentSwitcher::showCurrent()
{
    const auto current = m_environments.current();
    int row = -1;
    for (int i = 0; current && i < count() && row < 0; ++i) {
        if (itemData(i, EnvironmentsModel::IdRole).toUuid() == current->id)
            row = i;
    }
    setCurrentIndex(row);
    updateGeometry();
    setEnabled(count() > 0);
}

} // namespace keydesk
