#include "ui/keys/KeyActions.h"

#include "app/environments/EnvironmentStore.h"
#include "app/keys/DueWatch.h"
#include "app/keys/KeyService.h"
#include "app/keys/RevokeAdvice.h"
#include "app/keys/rotation/RotationService.h"
#include "app/models/KeysModel.h"
#include "app/providers/ProviderCatalog.h"
#include "ui/keys/CopyKeyDialog.h"
#include "ui/keys/ExpiryDialog.h"
#include "ui/keys/MoveKeys.h"
#include "ui/keys/RevokeDialog.h"
#include "ui/keys/RotationsDialog.h"
#include "ui/keys/SaveEnvDialog.h"
#include "ui/keys/SeveralKeys.h"
#include "ui/keys/TimedReveal.h"
#include "ui/widgets/Clipboard.h"
#include "ui/widgets/PlainText.h"

#include <QAction>
#include <QCoreApplication>
#include <QDesktopServices>
#include <QLocale>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QUrl>

using namespace Qt::StringLiterals;

namespace keydesk {

class KeyActions::Private
{
    Q_DECLARE_TR_FUNCTIONS(keydesk::KeysPage) // the texts are the page's

public:
    KeyActions *q;
    const KeyStore &keys;
    KeyService &service;
    const EnvironmentStore &environments;
    const ProviderCatalog &providers;
    Clipboard &clipboard;
    Settings &settings;
    const DueWatch &due;
    std::function<RevokeAdvice()> advice;
    QWidget *page;

    QUuid current{}; // null: none
    QList<QUuid> chosen{};
    RotationService *rotations = nullptr; // once keys can be rotated
    TimedReveal *reveal = nullptr;        // in the details

    QAction *rotate = nullptr;
    QAction *scheduled = nullptr;
    QAction *check = nullptr;
    QAction *copyVariable = nullptr;
    QAction *copyHeader = nullptr;
    QAction *copyToken = nullptr;
    QAction *copyTokenHeader = nullptr;
    QAction *copyAs = nullptr;
    QAction *saveEnv = nullptr;
    QAction *revealToken = nullptr;
    QAction *rename = nullptr;
    QAction *revoke = nullptr;
    QAction *remove = nullptr;
    QAction *whereUsed = nullptr;
    QAction *atProvider = nullptr;
    MoveKeys *moveKeys = nullptr;
    SeveralKeys *several = nullptr;
    QAction *expiry = nullptr;
    QAction *snooze = nullptr; // its menu
    QList<QAction *> snoozes{};
    QAction *endSnooze = nullptr;
    QAction *audit = nullptr;

    /// As it is now: it may have changed, or be gone, since it was selected.
    [[nodiscard]] std::optional<ApiKey> selected() const { return current.isNull() ? std::nullopt : keys.find(current); }

    void makeActions();
    void makeReminderActions();
    void enable(const std::optional<ApiKey> &key);
    void enableForSeveral();
    void enableReminders(const ApiKey &key);

    void checkSelected();
    void copyPlaceholder(const std::optional<KeyForm> &form);
    void copySecret(bool asHeader);
    void openCopyAs();
    void openSaveEnv(const ApiKey &key, const QString &variable);
    void setExpiryOfSelected();
    void snoozeSelected(const std::optional<int> &days);
    void revokeSelected();
    void removeSelected();
    void openScheduled();
    [[nodiscard]] QStringList usersOf(const ApiKey &key) const;
};

KeyActions::KeyActions(const KeyStore &keys, KeyService &service, const EnvironmentStore &environments, const ProviderCatalog &providers,
                       Clipboard &clipboard, Settings &settings, const DueWatch &due, const std::function<RevokeAdvice()> &advice,
                       QWidget *page)
    : QObject(page)
    , d(new Private{this, keys, service, environments, providers, clipboard, settings, due, advice, page})
{
    d->makeActions();
}

KeyActions::~KeyActions() = default;

QList<QAction *> KeyActions::all() const
{
    return {d->rotate,      d->check,  d->copyVariable, d->copyHeader, d->copyAs,    d->saveEnv,                d->copyToken, d->copyTokenHeader,
            d->revealToken, d->rename, d->expiry,       d->snooze,     d->whereUsed, d->moveKeys->menuAction(), d->revoke,    d->remove,
            d->scheduled,   d->atProvider, d->audit};
}

KeyDetails::Actions KeyActions::forDetails(TimedReveal *reveal)
{
    d->reveal = reveal;
    return {d->rotate,
            d->check,
            {d->copyVariable, d->copyHeader, d->copyAs, d->saveEnv, d->copyToken, d->copyTokenHeader},
            d->revoke,
            d->remove,
            d->reveal,
            d->snoozes,
            d->endSnooze};
}

void KeyActions::setSelection(const std::optional<ApiKey> &key, const QList<QUuid> &all)
{
    d->current = key ? key->id : QUuid();
    d->chosen = all;
    d->enable(key);
}

void KeyActions::setRotations(RotationService &service)
{
    d->rotations = &service;
}

void KeyActions::Private::makeActions()
{
    const auto make = [this](const QString &text, const QKeySequence &shortcut, auto slot) {
        auto *action = new QAction(text, page);
        action->setIconText(text); // what stands on a button, where there is no room to say for how many keys
        action->setShortcut(shortcut);
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        QObject::connect(action, &QAction::triggered, q, slot);
        page->addAction(action);
        return action;
    };
    rotate = make(tr("Rotate…"), tr("Ctrl+R"), [this] {
        if (const auto key = selected())
            Q_EMIT q->rotateRequested(key->id);
    });
    scheduled = make(tr("Scheduled Revocations…"), {}, [this] { openScheduled(); });
    check = make(tr("Check"), Qt::Key_F5, [this] {
        if (chosen.size() > 1)
            several->check(chosen);
        else
            checkSelected();
    });
    copyVariable = make(tr("Copy Variable"), {}, [this] { copyPlaceholder(std::nullopt); });
    copyHeader = make(tr("Copy Header with Variable"), {}, [this] {
        if (const auto key = selected())
            copyPlaceholder(key->form());
    });
    copyToken = make(tr("Copy the Token Itself"), {}, [this] { copySecret(false); });
    copyAs = make(tr("Copy As…"), tr("Ctrl+Shift+C"), [this] { openCopyAs(); });
    saveEnv = make(tr("Save to .env File…"), {}, [this] {
        if (const auto key = selected())
            openSaveEnv(*key, variableName(providers.find(key->providerId), key->kindId));
    });
    revealToken = make(tr("Reveal for %1 s").arg(TimedReveal::seconds), {}, [this] { reveal->reveal(); });
    copyTokenHeader = make(tr("Copy Header with the Token Itself"), {}, [this] { copySecret(true); });
    rename = make(tr("Rename"), Qt::Key_F2, [this] { Q_EMIT q->renameRequested(); });
    revoke = make(tr("Revoke…"), {}, [this] { revokeSelected(); });
    remove = make(tr("Delete…"), QKeySequence::Delete, [this] {
        if (chosen.size() > 1)
            several->remove(chosen, rotations ? &rotations->rotations() : nullptr);
        else
            removeSelected();
    });
    atProvider = make(tr("At the Provider…"), {}, [this] { Q_EMIT q->atProviderRequested(); });
    moveKeys = new MoveKeys(keys, service, page);
    QObject::connect(moveKeys, &MoveKeys::message, q, &KeyActions::message);
    QObject::connect(moveKeys, &MoveKeys::failed, q, &KeyActions::failed);
    several = new SeveralKeys(keys, service, environments, page);
    QObject::connect(several, &SeveralKeys::message, q, &KeyActions::message);
    QObject::connect(several, &SeveralKeys::failed, q, &KeyActions::failed);
    whereUsed = make(tr("Where Used"), {}, [this] {
        const auto key = selected();
        const auto users = key ? environments.usedBy(key->id) : QList<Environment>();
        if (!users.isEmpty())
            Q_EMIT q->openEnvironment(users.first().id);
        else if (key)
            Q_EMIT q->message(tr("No environment uses “%1”.").arg(key->name));
    });
    makeReminderActions();
}

void KeyActions::Private::makeReminderActions()
{
    const auto make = [this](const QString &text, auto slot) {
        auto *action = new QAction(text, page);
        QObject::connect(action, &QAction::triggered, q, slot);
        return action;
    };
    expiry = make(tr("Set Expiry…"), [this] { setExpiryOfSelected(); });
    snoozes = {make(tr("For 1 Day"), [this] { snoozeSelected(1); }), make(tr("For 1 Week"), [this] { snoozeSelected(7); }),
               make(tr("For 1 Month"), [this] { snoozeSelected(30); })};
    endSnooze = make(tr("Remind Again"), [this] { snoozeSelected({}); });
    auto *menu = new QMenu(page);
    menu->addActions(snoozes);
    menu->addSeparator();
    menu->addAction(endSnooze);
    audit = make(tr("Audit Trail…"), [this] { Q_EMIT q->auditRequested(); });
    snooze = new QAction(tr("Snooze"), page);
    snooze->setMenu(menu);
}

void KeyActions::Private::enable(const std::optional<ApiKey> &key)
{
    for (QAction *action : q->all())
        action->setEnabled(key.has_value() || action == atProvider || action == audit);
    if (key) {
        const Provider *provider = providers.find(key->providerId);
        const QString variable = variableName(provider, key->kindId);
        copyVariable->setText(tr("Copy $%1").arg(variable));
        const bool inQuery = key->placement == KeyPlacement::Query;
        copyHeader->setText((inQuery ? tr("Copy Parameter with $%1") : tr("Copy Header with $%1")).arg(variable));
        copyTokenHeader->setText(inQuery ? tr("Copy Parameter with the Token Itself") : tr("Copy Header with the Token Itself"));
        // What stands in the header of an OAuth client's calls is not the secret that is stored.
        copyHeader->setVisible(!key->oauth);
        copyTokenHeader->setVisible(!key->oauth);
        const bool readable = key->status != ApiKey::Status::Missing;
        for (QAction *action : {copyToken, saveEnv, revealToken})
            action->setEnabled(readable);
        copyTokenHeader->setEnabled(readable);
        revoke->setEnabled(key->status != ApiKey::Status::Revoked);
        rotate->setEnabled(rotations && (key->status != ApiKey::Status::Revoked || rotations->rotations().ofKey(key->id)));
        enableReminders(*key);
    }
    scheduled->setEnabled(rotations != nullptr); // whatever is selected
    moveKeys->setKeys(chosen);
    enableForSeveral();
}

/// Where several are chosen, what would be done to one of them only waits until one is.
void KeyActions::Private::enableForSeveral()
{
    const int count = static_cast<int>(chosen.size());
    const bool one = count <= 1;
    check->setText(one ? tr("Check") : tr("Check %n Keys", nullptr, count));
    remove->setText(one ? tr("Delete…") : tr("Delete %n Keys…", nullptr, count));
    QList<QAction *> forOne{rotate,          copyVariable, copyHeader, copyAs, saveEnv, copyToken,
                            copyTokenHeader, revealToken,  rename,     expiry, snooze,  whereUsed,
                            revoke,          endSnooze};
    forOne += snoozes;
    for (QAction *action : std::as_const(forOne)) {
        action->setToolTip(one ? QString() : tr("Choose one key"));
        if (!one)
            action->setEnabled(false);
    }
}

/// What is not due cannot be put off.
void KeyActions::Private::enableReminders(const ApiKey &key)
{
    const KeyDue state = due.of(key.id);
    for (QAction *each : snoozes)
        each->setEnabled(state.isDue());
    endSnooze->setEnabled(state.snoozed);
    snooze->setEnabled(state.kind != KeyDue::Kind::Nothing);
}

QStringList KeyActions::Private::usersOf(const ApiKey &key) const
{
    QStringList names;
    for (const Environment &each : environments.usedBy(key.id))
        names << u"“%1”"_s.arg(each.name);
    return names;
}

void KeyActions::Private::checkSelected()
{
    const auto key = selected();
    if (!key)
        return;
    Q_EMIT q->message(tr("Checking “%1”…").arg(key->name));
    KeyJob *job = service.check(key->id);
    QObject::connect(job, &KeyJob::progress, q, &KeyActions::message);
    QObject::connect(job, &KeyJob::finished, q, [this](const Result<ApiKey> &outcome) {
        if (outcome)
            Q_EMIT q->message(tr("“%1”: %2. %3").arg(outcome->name, keyStatusWord(static_cast<int>(outcome->status)), outcome->lastCheckNote));
        else
            Q_EMIT q->failed(outcome.error());
    });
}

void KeyActions::Private::copyPlaceholder(const std::optional<KeyForm> &form)
{
    const auto key = selected();
    if (!key)
        return;
    const Provider *provider = providers.find(key->providerId);
    const QString variable = variableName(provider, key->kindId);
    const QString text = form ? shownAs(*form, u'$' + variable) : u'$' + variable;
    clipboard.copyText(text);
    Q_EMIT q->message(tr("%1 is on the clipboard. It holds no token.").arg(text));
}

void KeyActions::Private::copySecret(bool asHeader)
{
    const auto key = selected();
    if (!key)
        return;
    service.readForUser(key->id, KeyAction::Copied, asHeader ? tr("Copied as a header") : tr("Copied"), q,
                        [this, asHeader, form = key->form(), name = key->name](const Result<Secret> &token) {
                            if (!token) {
                                Q_EMIT q->failed(token.error());
                                return;
                            }
                            if (asHeader)
                                clipboard.copySecret(tokenSnippet(SnippetFormat::Header, {{}, form}, *token));
                            else
                                clipboard.copySecret(*token);
                            Q_EMIT q->message(tr("The token of “%1” is on the clipboard. It is cleared in %n second(s).", nullptr,
                                                 clipboard.secondsLeft())
                                                  .arg(name));
                        });
}

void KeyActions::Private::openCopyAs()
{
    const auto key = selected();
    if (!key)
        return;
    auto *dialog = new CopyKeyDialog(*key, providers.find(key->providerId), service, clipboard, page);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    QObject::connect(dialog, &CopyKeyDialog::saveRequested, q,
                     [this, key = *key](const QString &variable) { openSaveEnv(key, variable); });
    dialog->open();
}

void KeyActions::Private::openSaveEnv(const ApiKey &key, const QString &variable)
{
    auto *dialog = new SaveEnvDialog(key, variable, service, settings, page);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    QObject::connect(dialog, &SaveEnvDialog::saved, q, [this, name = key.name](const QString &path) {
        Q_EMIT q->message(tr("The token of “%1” is written to %2.").arg(name, path));
    });
    dialog->open();
}

void KeyActions::Private::setExpiryOfSelected()
{
    const auto key = selected();
    if (!key)
        return;
    const Provider *provider = providers.find(key->providerId);
    auto *dialog = new ExpiryDialog(*key, provider ? provider->name : key->providerId, service, settings, page);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

/// Nothing: ends it.
void KeyActions::Private::snoozeSelected(const std::optional<int> &days)
{
    const auto key = selected();
    if (!key)
        return;
    const QDateTime until = days ? due.now().addDays(*days) : QDateTime();
    if (const Result<void> outcome = service.snooze(key->id, until); !outcome)
        Q_EMIT q->failed(outcome.error());
    else if (days)
        Q_EMIT q->message(tr("No reminder about “%1” until %2.").arg(key->name, QLocale().toString(until.date(), tr("d MMMM"))));
    else
        Q_EMIT q->message(tr("You are reminded about “%1” again.").arg(key->name));
}

void KeyActions::Private::revokeSelected()
{
    const auto key = selected();
    const Provider *provider = key ? providers.find(key->providerId) : nullptr;
    if (!provider)
        return;
    const TokenApi *api = provider->tokenApi(key->kindId);
    if (api && !api->revokePath.isEmpty() && !key->remoteId.isEmpty()) {
        auto *dialog = new RevokeDialog(*key, *provider, advice(), service, page);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        QObject::connect(dialog, &QDialog::accepted, q, [this, name = key->name] {
            Q_EMIT q->message(tr("“%1” is revoked. Its row stays here until you delete it.").arg(name));
        });
        dialog->open();
        return;
    }
    const TokenKind *kind = provider->kind(key->kindId);
    auto *box = new QMessageBox(QMessageBox::Information, tr("Revoke Key"),
                                tr("“%1” can be revoked only where it was made.").arg(key->name), QMessageBox::Close, page);
    box->setAttribute(Qt::WA_DeleteOnClose);
    QString where = tr("Keydesk did not create this token, or %1 has no interface for revoking it.").arg(provider->name);
    if (kind && !kind->dashboardPath.isEmpty())
        where += u"\n\n"_s + tr("In the dashboard: %1").arg(kind->dashboardPath);
    box->setInformativeText(where);
    if (kind && !kind->dashboardUrl.isEmpty()) {
        QUrl url(kind->dashboardUrl);
        if (kind->dashboardUrl.contains(u"{baseOrigin}"_s) && !key->origins.isEmpty())
            url = QUrl(QString(kind->dashboardUrl).replace(u"{baseOrigin}"_s, key->origins.first().toString()));
        QPushButton *open = box->addButton(tr("Open Dashboard"), QMessageBox::ActionRole);
        QObject::connect(open, &QPushButton::clicked, box, [url] { QDesktopServices::openUrl(url); });
    }
    showPlainText(*box);
    box->open();
}

void KeyActions::Private::removeSelected()
{
    const auto key = selected();
    if (!key)
        return;
    const QStringList users = usersOf(*key);
    auto *box = new QMessageBox(QMessageBox::Warning, tr("Delete Key"), tr("Delete “%1” (%2)?").arg(key->name, key->hint), QMessageBox::NoButton, page);
    box->setAttribute(Qt::WA_DeleteOnClose);
    const auto rotation = rotations ? rotations->rotations().ofKey(key->id) : std::nullopt;
    const QString rotating = rotation ? u"\n\n"_s + tr("It is part of a rotation: what was planned for the old key will not happen.") : QString();
    box->setInformativeText((users.isEmpty() ? tr("No environment uses it.") : tr("Calls in %1 will have no key.").arg(users.join(tr(", "))))
                            + u' ' + advice().use + u"\n\n"_s
                            + tr("Its token is deleted from this computer and cannot be shown again. The provider goes on accepting it "
                                 "until it is revoked there.")
                            + rotating);
    QPushButton *yes = box->addButton(tr("Delete"), QMessageBox::DestructiveRole);
    yes->setProperty("danger", true);
    QPushButton *no = box->addButton(QMessageBox::Cancel);
    box->setDefaultButton(no);
    box->setEscapeButton(no);
    QObject::connect(yes, &QPushButton::clicked, q, [this, id = key->id, name = key->name] {
        if (const auto outcome = service.remove(id); !outcome)
            Q_EMIT q->failed(outcome.error());
        else
            Q_EMIT q->message(tr("“%1” is deleted.").arg(name));
    });
    showPlainText(*box);
    box->open();
}

void KeyActions::Private::openScheduled()
{
    auto *dialog = new RotationsDialog(*rotations, page);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    QObject::connect(dialog, &RotationsDialog::rotateRequested, q, &KeyActions::rotateRequested);
    QObject::connect(dialog, &RotationsDialog::message, q, &KeyActions::message);
    QObject::connect(dialog, &RotationsDialog::failed, q, &KeyActions::failed);
    dialog->open();
}

} // namespace keydesk
