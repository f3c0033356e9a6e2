#include "ui/keys/MoveKeys.h"

#include "app/keys/SecretPlaces.h"
#include "ui/keys/WorkProgress.h"
#include "ui/widgets/PlainText.h"

#include <QAction>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>

#include <algorithm>

namespace keydesk {

namespace {

QString actionText(SecretPlace to)
{
    switch (to) {
    case SecretPlace::SystemKeychain:
        return MoveKeys::tr("Move to the System Keychain");
    case SecretPlace::SealedFile:
        return MoveKeys::tr("Move to the Sealed File");
    case SecretPlace::Session:
        return MoveKeys::tr("Hold for This Session Only…");
    }
    return {};
}

} // namespace

MoveKeys::MoveKeys(const KeyStore &keys, KeyService &service, QWidget *parent)
    : QObject(parent)
    , m_keys(keys)
    , m_service(service)
    , m_window(parent)
    , m_menu(new QMenu(tr("Where It Is Kept"), parent))
{
    for (const SecretPlace to :
         {SecretPlace::SystemKeychain, SecretPlace::SealedFile, SecretPlace::Session}) {
        QAction *action = m_menu->addAction(actionText(to));
        action->setData(static_cast<int>(to));
        connect(action, &QAction::triggered, this, [this, to] { ask(to); });
    }
    setKeys({});
}

QAction *MoveKeys::menuAction() const
{
    return m_menu->menuAction();
}

void MoveKeys::setKeys(const QList<QUuid> &ids)
{
    m_ids.clear();
    QList<SecretPlace> places;
    for (const QUuid &id : ids) {
        const std::optional<ApiKey> key = m_keys.find(id);
        if (!key || key->status == ApiKey::Status::Missing)
            continue; // there is nothing to move
        m_ids.append(id);
        places.append(key->place);
    }
    m_menu->menuAction()->setEnabled(!m_ids.isEmpty());
    for (QAction *action : m_menu->actions()) {
        const auto to = static_cast<SecretPlace>(action->data().toInt());
        action->setEnabled(
            std::any_of(places.begin(), places.end(), [to](SecretPlace place) { return place != to; }));
    }
}

void MoveKeys::ask(SecretPlace to)
{
    QList<QUuid> ids;
    for (const QUuid &id : std::as_const(m_ids)) {
        if (const std::optional<ApiKey> key = m_keys.find(id); key && key->place != to)
            ids.append(id);
    }
    if (ids.isEmpty())
        return;
    if (to != SecretPlace::Session) {
        move(ids, to);
        return;
    }
    const std::optional<ApiKey> first = m_keys.find(ids.first());
    auto *box = new QMessageBox(
        QMessageBox::Warning, tr("Hold for This Session Only"),
        ids.size() == 1 ? tr("Hold “%1” for this session only?").arg(first->name)
                        : tr("Hold %n keys for this session only?", nullptr, static_cast<int>(ids.size())),
        QMessageBox::NoButton, m_window);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setInformativeText(tr("The token is then only in memory, and gone when Keydesk ends."));
    QPushButton *yes = box->addButton(tr("Hold in Memory"), QMessageBox::DestructiveRole);
    QPushButton *no = box->addButton(QMessageBox::Cancel);
    box->setDefaultButton(no);
    box->setEscapeButton(no);
    connect(yes, &QPushButton::clicked, this, [this, ids, to] { move(ids, to); });
    showPlainText(*box);
    box->open();
}

void MoveKeys::move(const QList<QUuid> &ids, SecretPlace to)
{
    MoveKeysJob *job = m_service.move(ids, to);
    if (ids.size() > 1) {
        auto *window = new WorkProgress(tr("Moving Keys"), tr("Moving keys to %1").arg(placeInSentence(to)), m_window);
        connect(window, &QDialog::rejected, job, &MoveKeysJob::cancel);
        connect(job, &MoveKeysJob::progress, window, [window](int done, int all, const QString &name) {
            window->setProgress(done, all, tr("%1 of %2: “%3”").arg(done + 1).arg(all).arg(name));
        });
        connect(job, &MoveKeysJob::finished, window, &QDialog::accept);
        window->open();
    }
    connect(job, &MoveKeysJob::finished, this,
            [this, to, all = static_cast<int>(ids.size())](const MoveKeysJob::Outcome &outcome) {
                moved(to, all, outcome);
            });
}

void MoveKeys::moved(SecretPlace to, int all, const MoveKeysJob::Outcome &outcome)
{
    QStringList words;
    if (outcome.moved == all)
        words << (all == 1 ? tr("The key is in %1 now, read back and verified.").arg(placeInSentence(to))
                           : tr("%n keys are in %1 now, read back and verified.", nullptr, all).arg(placeInSentence(to)));
    else if (all > 1)
        words << tr("%1 of %2 keys are in %3 now; the others are where they were.")
                     .arg(outcome.moved)
                     .arg(all)
                     .arg(placeInSentence(to));
    else if (outcome.cancelled)
        words << tr("The key is where it was.");
    constexpr qsizetype most = 3;
    for (const MoveKeysJob::Failed &each : outcome.failed.first(std::min(most, outcome.failed.size())))
        words << tr("“%1” was not moved: %2").arg(each.name, each.error.message);
    if (outcome.failed.size() > most)
        words << tr("%n more were not moved either.", nullptr,
                    static_cast<int>(outcome.failed.size() - most));
    const QString text = words.join(u' ');
    if (outcome.failed.isEmpty())
        Q_EMIT message(text);
    else
        Q_EMIT failed({outcome.failed.first().error.kind, text, outcome.failed.first().error.detail});
}

} // namespace keydesk
