#include "ui/keys/RemoteTokensDialog.h"

#include "app/keys/KeyStore.h"
#include "app/models/KeysModel.h"
#include "app/models/RemoteTokensModel.h"
#include "app/storage/Settings.h"
#include "ui/keys/AdoptDialog.h"
#include "ui/keys/RemoteActionDialog.h"
#include "ui/keys/RemoteSourceBar.h"
#include "ui/keys/RemoteTokenFilter.h"
#include "ui/setup/RoleLabel.h"
#include "ui/theme/Icon.h"
#include "ui/widgets/EmptyState.h"

#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

RemoteTokensDialog::RemoteTokensDialog(RemoteTokenService &service, const KeyStore &keys, const EnvironmentStore &environments,
                                       Settings &settings, QWidget *parent)
    : QDialog(parent)
    , m_service(service)
    , m_environments(environments)
    , m_settings(settings)
    , m_bar(new RemoteSourceBar(service))
    , m_age(new RoleLabel(theme::Role::SecondText))
    , m_model(new RemoteTokensModel(service, this))
    , m_filter(new RemoteTokenFilter(this))
{
    setWindowTitle(tr("At the Provider"));
    setWindowFlag(Qt::WindowMaximizeButtonHint);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme::dialogPadding, theme::dialogPadding, theme::dialogPadding, theme::dialogPadding);
    layout->setSpacing(theme::panePadding);
    layout->addWidget(m_bar);
    layout->addWidget(m_age);
    layout->addWidget(makeFilters());
    layout->addWidget(makeTable(), 1);
    layout->addWidget(makeActions());
    if (!restoreGeometry(settings.remembered(u"remote/geometry"_s).toByteArray()))
        resize(1020, 620);

    connect(m_bar, &RemoteSourceBar::sourceChanged, this, [this] {
        m_problem.clear();
        showList();
    });
    connect(m_bar, &RemoteSourceBar::sessionEdited, this, &RemoteTokensDialog::showSelection);
    connect(m_bar, &RemoteSourceBar::refreshRequested, this, &RemoteTokensDialog::refresh);
    connect(m_bar, &RemoteSourceBar::stopRequested, this, [this] {
        if (m_job)
            m_job->cancel();
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &RemoteTokensDialog::showSelection);
    connect(m_model, &QAbstractItemModel::modelReset, this, &RemoteTokensDialog::showSelection);
    m_later.setSingleShot(true);
    m_later.setInterval(0);
    connect(&m_later, &QTimer::timeout, this, &RemoteTokensDialog::showList);
    const auto soon = [this] { m_later.start(); };
    connect(&service, &RemoteTokenService::changed, this, soon);
    connect(&keys, &KeyStore::added, this, soon);
    connect(&keys, &KeyStore::removed, this, soon);
    connect(&keys, &KeyStore::changed, this, soon);
    connect(&keys, &KeyStore::reset, this, soon);
    m_minute.setInterval(std::chrono::minutes(1));
    connect(&m_minute, &QTimer::timeout, this, &RemoteTokensDialog::showAge);
    m_minute.start();
    showList();
}

QWidget *RemoteTokensDialog::makeFilters()
{
    auto *part = new QWidget;
    auto *row = new QHBoxLayout(part);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(theme::gap);
    m_search = new QLineEdit;
    m_search->setPlaceholderText(tr("Search tokens"));
    m_search->setAccessibleName(tr("Search tokens"));
    m_search->setClearButtonEnabled(true);
    m_search->addAction(icon(u"search"_s, theme::Role::SecondText), QLineEdit::LeadingPosition);
    m_search->setMaximumWidth(320);
    m_show = new QComboBox;
    m_show->setAccessibleName(tr("Show"));
    m_show->addItem(tr("Everything"), RemoteTokenFilter::Everything);
    m_show->addItem(tr("Here and there"), RemoteTokenFilter::Matched);
    m_show->addItem(tr("Only there"), RemoteTokenFilter::OnlyThere);
    m_show->addItem(tr("Gone there"), RemoteTokenFilter::GoneThere);
    m_show->addItem(tr("Here, not linked"), RemoteTokenFilter::NotLinked);
    auto *label = new QLabel(tr("Show"));
    label->setBuddy(m_show);
    m_count = new RoleLabel(theme::Role::SecondText);
    m_count->setWordWrap(false);
    row->addWidget(m_search, 1);
    row->addWidget(label);
    row->addWidget(m_show);
    row->addStretch(1);
    row->addWidget(m_count);
    connect(m_search, &QLineEdit::textChanged, this, [this](const QString &text) {
        m_filter->setSearch(text);
        showSelection();
    });
    connect(m_show, &QComboBox::currentIndexChanged, this, [this] {
        m_filter->setShow(static_cast<RemoteTokenFilter::Show>(m_show->currentData().toInt()));
        showSelection();
    });
    return part;
}

QWidget *RemoteTokensDialog::makeTable()
{
    m_filter->setSourceModel(m_model);
    m_table = new QTableView;
    m_table->setModel(m_filter);
    m_table->setAccessibleName(tr("Tokens"));
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_table->setSortingEnabled(true);
    m_table->setTabKeyNavigation(false);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(std::max(theme::rowHeight, m_table->fontMetrics().height() + 10));
    QHeaderView *header = m_table->horizontalHeader();
    header->setHighlightSections(false);
    header->setMinimumSectionSize(60);
    header->setStretchLastSection(true);
    if (!header->restoreState(m_settings.remembered(u"remote/columns"_s).toByteArray())) {
        const QList<int> widths{146, 80, 84, 96, 104, 98, 96, 110};
        for (int column = 0; column < widths.size(); ++column)
            m_table->setColumnWidth(column, widths.at(column) * std::max(16, m_table->fontMetrics().height()) / 16);
        m_table->sortByColumn(RemoteTokensModel::Name, Qt::AscendingOrder);
    }
    m_empty = new EmptyState(u"key"_s, {}, {});
    m_pages = new QStackedWidget;
    m_pages->addWidget(m_table);
    m_pages->addWidget(m_empty);
    return m_pages;
}

QWidget *RemoteTokensDialog::makeActions()
{
    auto *part = new QWidget;
    auto *row = new QHBoxLayout(part);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(theme::gap);
    const auto button = [row](const QString &text) {
        auto *made = new QPushButton(text);
        made->setAutoDefault(false);
        row->addWidget(made);
        return made;
    };
    m_adopt = button(tr("Adopt…"));
    m_revoke = button(tr("Revoke…"));
    m_mark = button(tr("Mark as Revoked…"));
    m_forget = button(tr("Forget…"));
    row->addStretch(1);
    QPushButton *close = button(tr("Close"));
    connect(m_adopt, &QPushButton::clicked, this, &RemoteTokensDialog::adopt);
    const auto open = [this](RemoteActionDialog::Action action) {
        QList<Reconciled> rows = selected();
        rows.removeIf([action](const Reconciled &each) { return !RemoteActionDialog::suits(action, each); });
        const std::optional<RemoteSource> source = m_bar->source();
        if (rows.isEmpty() || !source)
            return;
        auto *dialog = new RemoteActionDialog(action, *source, rows, m_service, m_environments, m_bar->session(), this);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->open();
    };
    connect(m_revoke, &QPushButton::clicked, this, [open] { open(RemoteActionDialog::Action::Revoke); });
    connect(m_mark, &QPushButton::clicked, this, [open] { open(RemoteActionDialog::Action::MarkRevoked); });
    connect(m_forget, &QPushButton::clicked, this, [open] { open(RemoteActionDialog::Action::Forget); });
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    return part;
}

void RemoteTokensDialog::select(const RemoteSource &source)
{
    m_bar->select(source);
}

void RemoteTokensDialog::refresh()
{
    const std::optional<RemoteSource> source = m_bar->source();
    if (!source || m_job)
        return;
    if (const Result<void> kept = m_bar->keepVariables(); !kept) {
        fetched(tl::unexpected(kept.error()));
        return;
    }
    m_problem.clear();
    m_job = m_service.fetch(*source, m_bar->session());
    m_bar->setBusy(true);
    connect(m_job, &RemoteTokenJob::progress, this, [this](const QString &what) {
        m_age->setInk(theme::Role::SecondText);
        m_age->setText(what);
    });
    connect(m_job, &ListTokensJob::finished, this, &RemoteTokensDialog::fetched);
    showList();
}

void RemoteTokensDialog::fetched(const Result<RemoteTokens> &outcome)
{
    m_job = nullptr;
    m_bar->setBusy(false);
    m_problem = outcome || outcome.error().kind == Error::Kind::Cancelled ? QString() : outcome.error().message;
    showList();
}

void RemoteTokensDialog::showList()
{
    const std::optional<RemoteSource> source = m_bar->source();
    m_model->setSource(source);
    m_bar->offerSessionKeys();
    showAge();
    showSelection();
}

/// As of when the list is, and why it is not of now.
void RemoteTokensDialog::showAge()
{
    const std::optional<RemoteSource> source = m_bar->source();
    if (m_job || !source) {
        m_age->setVisible(m_job != nullptr);
        return;
    }
    m_age->show();
    const RemoteList list = m_service.list(*source);
    const QString when = relativeTime(list.fetchedAt, QDateTime::currentDateTimeUtc());
    const QString problem = m_problem.isEmpty() ? list.error : m_problem;
    const QString noted = list.tokens.problems();
    if (!problem.isEmpty()) {
        m_age->setInk(theme::Role::Danger);
        m_age->setText(list.wasFetched() ? tr("As of %1; it could not be refreshed: %2").arg(when, problem)
                                         : tr("The list could not be had: %1").arg(problem));
    } else if (!list.wasFetched()) {
        m_age->setInk(theme::Role::SecondText);
        m_age->setText(tr("Not asked for yet. Refresh asks the provider; nothing is changed there."));
    } else {
        m_age->setInk(noted.isEmpty() ? theme::Role::SecondText : theme::Role::Caution);
        m_age->setText(QStringList{tr("As of %1.").arg(when), noted}.join(u' ').trimmed());
    }
}

QList<Reconciled> RemoteTokensDialog::selected() const
{
    QList<Reconciled> rows;
    for (const QModelIndex &index : m_table->selectionModel()->selectedRows())
        rows << m_model->at(m_filter->mapToSource(index).row());
    return rows;
}

void RemoteTokensDialog::showSelection()
{
    using Action = RemoteActionDialog::Action;
    const QList<Reconciled> rows = selected();
    const auto count = [&rows](Action action) {
        return std::count_if(rows.begin(), rows.end(), [action](const Reconciled &row) { return RemoteActionDialog::suits(action, row); });
    };
    const std::optional<RemoteSource> source = m_bar->source();
    const TokenApi *api = source ? m_service.apiOf(*source) : nullptr;
    const bool signedIn = !m_bar->wantsSession() || !m_bar->session().isEmpty();
    m_adopt->setEnabled(rows.size() == 1 && rows.first().standing == Reconciled::Standing::OnlyThere
                        && rows.first().remote->state != RemoteToken::State::Revoked);
    m_revoke->setEnabled(api && api->canRevoke() && signedIn && count(Action::Revoke) > 0 && !m_job);
    m_revoke->setToolTip(signedIn ? QString() : tr("Paste the token of somebody who is signed in first."));
    m_mark->setEnabled(count(Action::MarkRevoked) > 0);
    m_forget->setEnabled(count(Action::Forget) > 0);
    const int shown = m_filter->rowCount();
    const QString all = tr("%1 in all").arg(QLocale().toString(m_model->rowCount()));
    m_count->setText(!rows.isEmpty()         ? tr("%1 of %2 selected").arg(QLocale().toString(rows.size()), QLocale().toString(shown))
                     : m_filter->isFiltering() ? tr("%1 shown, %2").arg(QLocale().toString(shown), all)
                                               : all);
    if (shown > 0) {
        m_pages->setCurrentWidget(m_table);
        return;
    }
    m_pages->setCurrentWidget(m_empty);
    m_empty->setSentence(!source ? tr("No environment here belongs to a provider that lists its keys through an API.")
                         : m_model->rowCount() > 0                ? tr("No token matches the search and the filter.")
                         : m_job                                  ? tr("Asking the provider…")
                         : m_service.list(*source).wasFetched()   ? tr("The provider lists no tokens, and no key here belongs there.")
                                                                  : tr("What the provider lists is not known yet, and no key here belongs there."));
}

void RemoteTokensDialog::adopt()
{
    const QList<Reconciled> rows = selected();
    const std::optional<RemoteSource> source = m_bar->source();
    if (rows.size() != 1 || !rows.first().remote || !source)
        return;
    QList<ApiKey> unlinked;
    for (int row = 0; row < m_model->rowCount(); ++row) {
        if (m_model->at(row).standing == Reconciled::Standing::Unlinked)
            unlinked << *m_model->at(row).key;
    }
    auto *dialog = new AdoptDialog(*source, *rows.first().remote, unlinked, rows.first().likelyKey, m_service, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void RemoteTokensDialog::done(int result)
{
    if (m_job)
        m_job->cancel();
    m_settings.remember(u"remote/geometry"_s, saveGeometry());
    m_settings.remember(u"remote/columns"_s, m_table->horizontalHeader()->saveState());
    QDialog::done(result);
}

} // namespace keydesk
