#include "ui/environments/KeyGrid.h"

#include "app/environments/EnvironmentStore.h"
#include "app/models/KeyGridModel.h"
#include "ui/environments/KeyGridParts.h"
#include "ui/theme/Icon.h"
#include "ui/theme/Theme.h"

#include <QFrame>
#include <QLabel>
#include <QMenu>
#include <QProgressBar>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace keydesk {

KeyGrid::KeyGrid(KeyStore &keys, EnvironmentStore &environments, KeyService &service, const ProviderCatalog &providers, const KeyRing &ring,
                 QWidget *parent)
    : QWidget(parent)
    , m_environments(environments)
    , m_service(service)
    , m_model(new KeyGridModel(keys, environments, providers, ring, this))
    , m_table(new QTableView)
    , m_top(new QHBoxLayout)
    , m_summary(new QLabel)
    , m_progress(new QProgressBar)
    , m_cancel(new QPushButton(tr("Stop")))
    , m_checkAll(new QPushButton(icon(u"check"_s, theme::Role::OnAccent), tr("Check All")))
{
    m_summary->setForegroundRole(QPalette::PlaceholderText);
    m_summary->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_summary->setWordWrap(true);
    m_progress->setAccessibleName(tr("Keys checked"));
    m_progress->setTextVisible(false);
    m_progress->setMaximumWidth(160);
    m_checkAll->setProperty("primary", true);
    m_top->setContentsMargins(theme::dialogPadding, theme::gap, theme::dialogPadding, theme::gap);
    m_top->setSpacing(theme::gap);
    m_top->addWidget(m_summary, 1);
    m_top->addWidget(m_progress);
    m_top->addWidget(m_cancel);
    m_top->addWidget(m_checkAll);

    m_table->setAccessibleName(tr("Environments and keys"));
    m_table->setModel(m_model);
    m_table->setItemDelegate(new KeyGridDelegate(m_table));
    m_table->setVerticalHeader(new KeyGridHeader(m_table));
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setTabKeyNavigation(false);
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setCornerButtonEnabled(false);
    m_table->setContextMenuPolicy(Qt::CustomContextMenu);
    m_table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setMinimumSectionSize(m_table->fontMetrics().averageCharWidth() * 28);
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);

    auto *rule = new QFrame;
    rule->setFrameShape(QFrame::HLine);
    rule->setFixedHeight(1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(m_top);
    layout->addWidget(rule);
    layout->addWidget(m_table, 1);

    connect(m_checkAll, &QPushButton::clicked, this, &KeyGrid::checkAll);
    connect(m_cancel, &QPushButton::clicked, this, [this] {
        if (m_job)
            m_job->cancel();
    });
    connect(m_table, &QTableView::activated, this, &KeyGrid::activate);
    connect(m_table, &QWidget::customContextMenuRequested, this, &KeyGrid::showMenu);
    connect(m_model, &QAbstractItemModel::dataChanged, this, &KeyGrid::showSummary);
    connect(m_model, &QAbstractItemModel::modelReset, this, &KeyGrid::showSummary);
    showSummary();
}

void KeyGrid::addToTop(QWidget *widget)
{
    m_top->insertWidget(m_top->indexOf(m_progress), widget);
}

void KeyGrid::showSummary()
{
    const bool running = !m_job.isNull();
    m_progress->setVisible(running);
    m_cancel->setVisible(running);
    const QList<KeyPlace> places = allKeyPlaces(m_environments);
    m_checkAll->setEnabled(!running && !places.isEmpty());
    if (running)
        return;
    const QString keys = tr("%n key(s) in use", nullptr, static_cast<int>(places.size()));
    const int gaps = m_model->gaps();
    m_summary->setText(gaps == 0 ? tr("%1, no gaps").arg(keys) : tr("%1 · %2").arg(keys, tr("%n gap(s) to fill", nullptr, gaps)));
}

void KeyGrid::checkAll()
{
    run(allKeyPlaces(m_environments));
}

void KeyGrid::run(const QList<KeyPlace> &places)
{
    if (m_job || places.isEmpty())
        return;
    m_job = new CheckAllJob(m_service, m_environments, places, &m_service);
    m_progress->setRange(0, static_cast<int>(places.size()));
    m_progress->setValue(0);
    m_summary->setText(tr("Checking…"));
    showSummary();
    connect(m_job, &CheckAllJob::progress, this, [this](int done, int, const QString &what) {
        m_progress->setValue(done);
        m_summary->setText(what);
    });
    connect(m_job, &CheckAllJob::finished, this, [this](const CheckAllJob::Summary &summary) {
        m_job.clear();
        showSummary();
        Q_EMIT message(summary.words());
    });
}

NewKeyHints KeyGrid::hintsOf(const QModelIndex &index, const EnvironmentStore &environments)
{
    const QUuid id = index.data(KeyGridModel::EnvironmentIdRole).toUuid();
    const std::optional<Environment> environment = environments.find(id);
    return {environment ? environment->providerId : QString(), index.data(KeyGridModel::KindIdRole).toString(), id,
            index.data(KeyGridModel::IdentityRole).toString()};
}

void KeyGrid::activate(const QModelIndex &index)
{
    switch (static_cast<KeyGridModel::Cell>(index.data(KeyGridModel::CellRole).toInt())) {
    case KeyGridModel::Cell::Nothing:
        break;
    case KeyGridModel::Cell::Gap:
        Q_EMIT newKeyRequested(hintsOf(index, m_environments));
        break;
    case KeyGridModel::Cell::Inherited:
    case KeyGridModel::Cell::Key:
        Q_EMIT openKey(index.data(KeyGridModel::KeyIdRole).toUuid());
        break;
    }
}

void KeyGrid::checkCell(const QModelIndex &index)
{
    run({{index.data(KeyGridModel::KeyIdRole).toUuid(), index.data(KeyGridModel::EnvironmentIdRole).toUuid()}});
}

void KeyGrid::showMenu(const QPoint &place)
{
    const QPersistentModelIndex index = m_table->indexAt(place);
    if (!index.isValid())
        return;
    const auto cell = static_cast<KeyGridModel::Cell>(index.data(KeyGridModel::CellRole).toInt());
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    if (!index.data(KeyGridModel::KeyIdRole).toUuid().isNull()) {
        menu->addAction(tr("Open Key"), this, [this, index] { activate(index); });
        menu->addAction(tr("Check"), this, [this, index] { checkCell(index); });
    }
    if (cell == KeyGridModel::Cell::Gap || cell == KeyGridModel::Cell::Inherited)
        menu->addAction(tr("Add a Key Here…"), this, [this, index] { Q_EMIT newKeyRequested(hintsOf(index, m_environments)); });
    menu->addAction(tr("Edit Environment"), this,
                    [this, index] { Q_EMIT openEnvironment(index.data(KeyGridModel::EnvironmentIdRole).toUuid()); });
    menu->popup(m_table->viewport()->mapToGlobal(place));
}

} // namespace keydesk
