#include "ui/leaks/LeakResults.h"

#include "app/storage/Settings.h"
#include "ui/console/FlowLayout.h"
#include "ui/theme/Icon.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Clipboard.h"
#include "ui/widgets/WrappingLabel.h"

#include <QDesktopServices>
#include <QDir>
#include <QFileInfo>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <QUrl>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

/// The file that a finding stands in, if there is one to open.
QString fileOf(const LeakFinding &finding)
{
    if (finding.source != LeakFinding::Source::File && finding.source != LeakFinding::Source::OwnData)
        return {};
    const QFileInfo file(finding.place);
    return file.isAbsolute() && file.isFile() ? file.absoluteFilePath() : QString();
}

QString folderOf(const LeakFinding &finding)
{
    const QString folder =
        finding.repository.isEmpty() ? QFileInfo(finding.place).absolutePath() : finding.repository;
    const bool hasPlace = !finding.repository.isEmpty() || QFileInfo(finding.place).isAbsolute();
    return hasPlace && QFileInfo(folder).isDir() ? folder : QString();
}

/// Opening a program or a desktop entry would start it.
bool isSafeToOpen(const QString &path)
{
    return !path.isEmpty() && !QFileInfo(path).isExecutable() && !path.endsWith(u".desktop"_s);
}

} // namespace

LeakResults::LeakResults(LeaksModel &model, Clipboard &clipboard, Settings &settings, QWidget *parent)
    : QWidget(parent)
    , m_model(model)
    , m_clipboard(clipboard)
    , m_sorted(new QSortFilterProxyModel(this))
    , m_table(new QTableView)
    , m_title(new WrappingLabel)
    , m_place(new WrappingLabel)
    , m_rotate(makeAction(tr("Rotate Now…"), u"refresh"_s))
    , m_goToKey(makeAction(tr("Go to Key"), u"key"_s))
    , m_openFile(makeAction(tr("Open File"), u"external-link"_s))
    , m_openFolder(makeAction(tr("Open Folder"), u"folder"_s))
    , m_copy(makeAction(tr("Copy Place"), u"copy"_s))
{
    m_sorted->setSourceModel(&model);
    m_sorted->setSortRole(LeaksModel::SortRole);
    m_sorted->setSortCaseSensitivity(Qt::CaseInsensitive);
    makeTable(settings);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme::panePadding);
    layout->addWidget(m_table, 1);
    layout->addWidget(makeDetails());

    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            &LeakResults::showSelection);
    connect(&model, &QAbstractItemModel::dataChanged, this, &LeakResults::showSelection);
    connect(&model, &QAbstractItemModel::modelReset, this, &LeakResults::showSelection);
    connect(m_rotate, &QPushButton::clicked, this, [this] {
        if (const auto finding = selected())
            Q_EMIT rotateRequested(finding->key);
    });
    connect(m_goToKey, &QPushButton::clicked, this, [this] {
        if (const auto finding = selected())
            Q_EMIT keyRequested(finding->key);
    });
    connect(m_openFile, &QPushButton::clicked, this, [this] {
        if (const auto finding = selected())
            QDesktopServices::openUrl(QUrl::fromLocalFile(fileOf(*finding)));
    });
    connect(m_openFolder, &QPushButton::clicked, this, [this] {
        if (const auto finding = selected())
            QDesktopServices::openUrl(QUrl::fromLocalFile(folderOf(*finding)));
    });
    connect(m_copy, &QPushButton::clicked, this, [this] {
        if (const auto finding = selected())
            m_clipboard.copyText(LeaksModel::whole(*finding));
    });
    showSelection();
}

QPushButton *LeakResults::makeAction(const QString &text, const QString &iconName)
{
    return new QPushButton(icon(iconName), text);
}

void LeakResults::makeTable(Settings &settings)
{
    m_table->setModel(m_sorted);
    m_table->setAccessibleName(tr("Findings"));
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setTabKeyNavigation(false);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setTextElideMode(Qt::ElideMiddle); // of a path the end tells most
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setContextMenuPolicy(Qt::CustomContextMenu);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(
        std::max(theme::rowHeight, m_table->fontMetrics().height() + 10));
    QHeaderView *header = m_table->horizontalHeader();
    header->setHighlightSections(false);
    header->setMinimumSectionSize(60);
    header->setSectionResizeMode(LeaksModel::Where, QHeaderView::Stretch);
    const QList<int> widths{220, 0, 56, 190, 90};
    for (int column = 0; column < widths.size(); ++column) {
        if (column != LeaksModel::Where)
            m_table->setColumnWidth(column, widths.at(column) * std::max(16, fontMetrics().height()) / 16);
    }
    header->restoreState(settings.remembered(u"leaks/columns"_s).toByteArray());
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(-1, Qt::AscendingOrder); // as they come, until the user wants it otherwise
    connect(header, &QHeaderView::sectionResized, this,
            [&settings, header] { settings.remember(u"leaks/columns"_s, header->saveState()); });
    connect(m_table, &QWidget::customContextMenuRequested, this, &LeakResults::openMenu);
    connect(m_table, &QAbstractItemView::activated, this, [this] {
        if (m_goToKey->isEnabled())
            m_goToKey->click();
    });
}

QWidget *LeakResults::makeDetails()
{
    m_title->setFont(theme::groupFont(font()));
    for (QLabel *label : {m_title, m_place}) {
        label->setTextFormat(Qt::PlainText); // names of files may hold markup
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    }
    m_title->setAccessibleName(tr("Finding"));
    m_place->setAccessibleName(tr("Place"));
    m_rotate->setToolTip(tr("Replaces the token by a new one, so that the one found here stops working."));
    auto *details = new QWidget;
    auto *layout = new QVBoxLayout(details);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme::gap);
    layout->addWidget(m_title);
    layout->addWidget(m_place);
    auto *actions = new FlowLayout;
    for (QPushButton *each : {m_rotate, m_goToKey, m_openFile, m_openFolder, m_copy})
        actions->addWidget(each);
    layout->addLayout(actions);
    return details;
}

std::optional<LeakFinding> LeakResults::selected() const
{
    const QModelIndex index = m_sorted->mapToSource(m_table->currentIndex());
    return index.isValid() ? std::optional(m_model.findings().at(index.row())) : std::nullopt;
}

void LeakResults::selectFirst()
{
    if (!m_table->currentIndex().isValid() && m_sorted->rowCount() > 0)
        m_table->selectRow(0);
}

void LeakResults::showSelection()
{
    const auto finding = selected();
    m_title->setText(finding ? tr("%1 – %2").arg(m_model.title(*finding), finding->encoding.name())
                             : tr("Select a finding to see what can be done about it."));
    m_place->setText(finding ? LeaksModel::whole(*finding) : QString());
    const bool isOwn = finding && m_model.isKnown(*finding);
    m_rotate->setEnabled(isOwn);
    m_goToKey->setEnabled(isOwn);
    m_openFile->setEnabled(finding && isSafeToOpen(fileOf(*finding)));
    m_openFolder->setEnabled(finding && !folderOf(*finding).isEmpty());
    m_copy->setEnabled(finding.has_value());
}

void LeakResults::openMenu(const QPoint &place)
{
    if (!selected())
        return;
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (QPushButton *each : {m_rotate, m_goToKey, m_openFile, m_openFolder, m_copy}) {
        QAction *action = menu->addAction(each->icon(), each->text());
        action->setEnabled(each->isEnabled());
        connect(action, &QAction::triggered, each, &QPushButton::click);
    }
    menu->popup(m_table->viewport()->mapToGlobal(place));
}

} // namespace keydesk
