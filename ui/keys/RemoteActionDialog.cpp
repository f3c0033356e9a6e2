#include "ui/keys/RemoteActionDialog.h"

#include "app/environments/EnvironmentStore.h"
#include "app/models/KeysModel.h"
#include "app/models/RemoteTokensModel.h"
#include "ui/setup/RoleLabel.h"

#include <QListView>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QStringListModel>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace keydesk {

RemoteActionDialog::RemoteActionDialog(Action action, const RemoteSource &source, const QList<Reconciled> &rows,
                                       RemoteTokenService &service, const EnvironmentStore &environments,
                                       const SignIn &session, QWidget *parent)
    : QDialog(parent)
    , m_action(action)
    , m_source(source)
    , m_rows(rows)
    , m_service(service)
    , m_environments(environments)
    , m_session(session)
    , m_state(new RoleLabel(theme::Role::SecondText))
    , m_list(new QListView)
    , m_lines(new QStringListModel(this))
    , m_progress(new QProgressBar)
    , m_go(new QPushButton)
    , m_close(new QPushButton(tr("Cancel")))
{
    const int count = static_cast<int>(rows.size());
    setWindowTitle(action == Action::Revoke   ? tr("Revoke at the Provider")
                   : action == Action::Forget ? tr("Forget Keys")
                                              : tr("Mark as Revoked"));
    const QString number = QLocale().toString(count);
    m_go->setText(action == Action::Revoke   ? (count == 1 ? tr("Revoke Token") : tr("Revoke %1 Tokens").arg(number))
                  : action == Action::Forget ? (count == 1 ? tr("Forget Key") : tr("Forget %1 Keys").arg(number))
                                             : (count == 1 ? tr("Mark Key") : tr("Mark %1 Keys").arg(number)));
    auto *heading = new RoleLabel(theme::Role::Text, RoleLabel::Size::Title);
    heading->setText(title());
    QStringList lines;
    for (const Reconciled &row : rows)
        lines << consequence(row);
    m_lines->setStringList(lines);
    m_list->setModel(m_lines);
    m_list->setAccessibleName(tr("What will happen"));
    m_list->setWordWrap(true);
    m_list->setResizeMode(QListView::Adjust);
    m_list->setLayoutMode(QListView::Batched);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_list->setTextElideMode(Qt::ElideNone);
    m_list->setSpacing(2);
    m_progress->setAccessibleName(tr("Progress"));
    m_progress->setRange(0, count);
    m_progress->setTextVisible(false);
    m_progress->hide();
    m_state->setText(action == Action::Revoke
                         ? tr("It cannot be undone. They are revoked one after the other; you can stop in between.")
                     : action == Action::Forget
                         ? tr("It cannot be undone. Their tokens are deleted here; nothing happens at the provider.")
                         : tr("Only noted here: they stay in the list of keys, and nothing happens at the provider."));

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme::dialogPadding, theme::dialogPadding, theme::dialogPadding, theme::dialogPadding);
    layout->setSpacing(theme::panePadding);
    layout->addWidget(heading);
    layout->addWidget(m_list, 1);
    layout->addWidget(m_progress);
    layout->addWidget(m_state);
    m_go->setProperty(action == Action::MarkRevoked ? "primary" : "danger", true);
    m_go->setAutoDefault(false);
    m_close->setDefault(true);
    auto *buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(m_close);
    buttons->addWidget(m_go);
    layout->addLayout(buttons);
    connect(m_close, &QPushButton::clicked, this, &RemoteActionDialog::reject);
    connect(m_go, &QPushButton::clicked, this, &RemoteActionDialog::run);
    setMinimumWidth(qBound(480, fontMetrics().averageCharWidth() * 72, 760));
    resize(minimumWidth(), count > 6 ? 460 : 320);
    m_close->setFocus(Qt::OtherFocusReason); // what cannot be undone takes a step of its own
}

bool RemoteActionDialog::suits(Action action, const Reconciled &row)
{
    if (action == Action::Revoke)
        return row.remote && row.remote->state != RemoteToken::State::Revoked;
    const bool overThere = row.remote && row.remote->state == RemoteToken::State::Revoked;
    const bool isGone = row.standing == Reconciled::Standing::Gone || (row.key && overThere);
    return isGone && (action == Action::Forget || row.key->status != ApiKey::Status::Revoked);
}

QString RemoteActionDialog::title() const
{
    const bool one = m_rows.size() == 1;
    const QString number = QLocale().toString(m_rows.size());
    const Provider *provider = m_service.providerOf(m_source);
    const QString name = provider ? provider->name : QString();
    switch (m_action) {
    case Action::Revoke:
        return one ? tr("%1 will refuse this token at once and for good").arg(name)
                   : tr("%1 will refuse these %2 tokens at once and for good").arg(name, number);
    case Action::Forget:
        return one ? tr("Keydesk will forget this key, which %1 does not list any more").arg(name)
                   : tr("Keydesk will forget these %2 keys, which %1 does not list any more").arg(name, number);
    case Action::MarkRevoked:
        return one ? tr("This key, which %1 does not list any more, will count as revoked").arg(name)
                   : tr("These %2 keys, which %1 does not list any more, will count as revoked").arg(name, number);
    }
    return {};
}

/// What stops working, who uses it, and when it was last used.
QString RemoteActionDialog::consequence(const Reconciled &row) const
{
    const QDateTime now = QDateTime::currentDateTimeUtc();
    QStringList parts;
    if (row.remote && m_action == Action::Revoke)
        parts << (row.remote->lastUsedAt.isValid() ? tr("last used there %1").arg(relativeTime(row.remote->lastUsedAt, now))
                                                   : tr("no use there is known"));
    if (!row.key) {
        parts << tr("nobody here holds it: whoever uses it elsewhere will be refused");
    } else {
        if (row.key->name != nameOf(row))
            parts << tr("here it is “%1”").arg(row.key->name);
        QStringList users;
        for (const Environment &environment : m_environments.usedBy(row.key->id))
            users << (environment.isProtected ? tr("%1 (protected)").arg(environment.name) : environment.name);
        if (!users.isEmpty())
            parts << (m_action == Action::Revoke ? tr("calls in %1 will be refused until another key is chosen there")
                      : m_action == Action::Forget ? tr("%1 will have no key of this kind")
                                                   : tr("calls in %1 are refused already"))
                         .arg(users.join(tr(", ")));
        else
            parts << tr("no environment uses it");
        if (row.key->lastUsedAt.isValid())
            parts << tr("last used here %1").arg(relativeTime(row.key->lastUsedAt, now));
    }
    return tr("%1: %2.").arg(nameOf(row), parts.join(u"; "_s));
}

void RemoteActionDialog::setLine(int row, const QString &outcome)
{
    m_lines->setData(m_lines->index(row), tr("%1: %2").arg(nameOf(m_rows.at(row)), outcome));
    m_list->scrollTo(m_lines->index(row));
}

void RemoteActionDialog::run()
{
    m_go->hide();
    m_close->setFocus(Qt::OtherFocusReason);
    m_list->setAccessibleName(tr("What happened"));
    if (m_action == Action::Revoke)
        runThere();
    else
        runHere();
}

void RemoteActionDialog::runHere()
{
    int failed = 0;
    for (int i = 0; i < m_rows.size(); ++i) {
        const QUuid id = m_rows.at(i).key->id;
        const Result<void> done = m_action == Action::Forget ? m_service.forget(id) : m_service.markRevoked(id);
        failed += done ? 0 : 1;
        setLine(i, !done                        ? done.error().message
                   : m_action == Action::Forget ? tr("forgotten")
                                                : tr("marked as revoked"));
    }
    if (failed == 0) {
        accept();
        return;
    }
    m_state->setInk(theme::Role::Danger);
    m_state->setText(tr("Could not be changed: %1. The list says why.").arg(failed));
    m_close->setText(tr("Close"));
}

void RemoteActionDialog::runThere()
{
    m_close->setText(tr("Stop"));
    m_progress->show();
    QList<RevokeTokensJob::Item> items;
    for (const Reconciled &row : m_rows)
        items.append({row.remote->id, nameOf(row), row.key ? std::optional(row.key->id) : std::nullopt});
    m_job = m_service.revoke(m_source, items, std::exchange(m_session, {}));
    connect(m_job, &RemoteTokenJob::progress, m_state, &QLabel::setText);
    connect(m_job, &RevokeTokensJob::itemDone, this, [this] { m_progress->setValue(++m_done); });
    connect(m_job, &RevokeTokensJob::finished, this, &RemoteActionDialog::ended);
}

void RemoteActionDialog::ended(const RevokeTokensJob::Summary &summary)
{
    using Outcome = RevokeTokensJob::Outcome;
    m_job = nullptr;
    m_progress->hide();
    m_close->setEnabled(true);
    m_close->setText(tr("Close"));
    for (int i = 0; i < m_rows.size(); ++i) {
        const Outcome outcome = summary.outcomes.at(i);
        setLine(i, outcome == Outcome::Revoked   ? tr("revoked")
                   : outcome == Outcome::WasGone ? tr("was gone already")
                   : outcome == Outcome::Failed  ? summary.reasons.at(i)
                                                 : tr("not tried; it is as it was"));
    }
    m_list->scrollToTop();
    const int over = summary.count(Outcome::Revoked) + summary.count(Outcome::WasGone);
    QStringList words{tr("Revoked: %1.").arg(over)};
    if (const int failed = summary.count(Outcome::Failed); failed > 0)
        words << tr("Failed: %1.").arg(failed);
    if (const int left = summary.count(Outcome::NotTried); left > 0)
        words << tr("Not tried: %1.").arg(left);
    if (summary.stoppedBy)
        words << summary.stoppedBy->message;
    const bool fine = over == m_rows.size();
    m_state->setInk(fine ? theme::Role::Success : theme::Role::Danger);
    m_state->setText(words.join(u' '));
}

void RemoteActionDialog::reject()
{
    if (!m_job) {
        QDialog::reject();
        return;
    }
    m_close->setEnabled(false);
    m_job->cancel(); // what came of it is shown
}

} // namespace keydesk
