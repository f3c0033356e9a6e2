#include "ui/keys/SeveralKeys.h"

#include "app/environments/EnvironmentStore.h"
#include "app/keys/rotation/RotationStore.h"
#include "ui/keys/WorkProgress.h"
#include "ui/widgets/PlainText.h"

#include <QMessageBox>
#include <QPushButton>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr qsizetype mostNamed = 8; // or the window outgrows the screen

} // namespace

SeveralKeys::SeveralKeys(const KeyStore &keys, KeyService &service, const EnvironmentStore &environments, QWidget *parent)
    : QObject(parent)
    , m_keys(keys)
    , m_service(service)
    , m_environments(environments)
    , m_window(parent)
{
}

void SeveralKeys::check(const QList<QUuid> &ids)
{
    if (m_check || ids.isEmpty())
        return;
    m_check = new CheckAllJob(m_service, m_environments, placesOf(ids, m_keys, m_environments), &m_service);
    auto *window = new WorkProgress(tr("Checking Keys"), tr("Checking %n key(s)", nullptr, static_cast<int>(ids.size())),
                                    m_window);
    window->setProgress(0, static_cast<int>(ids.size()), tr("Each makes the cheapest call that its provider has."));
    connect(window, &QDialog::rejected, m_check, &CheckAllJob::cancel);
    connect(m_check, &CheckAllJob::progress, window, &WorkProgress::setProgress);
    connect(m_check, &CheckAllJob::finished, window, &QDialog::accept);
    connect(m_check, &CheckAllJob::finished, this,
            [this](const CheckAllJob::Summary &summary) { Q_EMIT message(summary.words()); });
    window->open();
}

/// One line each, and what is true of all.
QString SeveralKeys::consequences(const QList<ApiKey> &keys, const RotationStore *rotations) const
{
    QStringList lines;
    QStringList users;
    bool rotating = false;
    for (const ApiKey &key : keys) {
        QStringList names;
        for (const Environment &each : m_environments.usedBy(key.id))
            names << (each.isProtected ? tr("“%1” (protected)").arg(each.name) : u"“%1”"_s.arg(each.name));
        for (const QString &name : std::as_const(names)) {
            if (!users.contains(name))
                users << name;
        }
        rotating = rotating || (rotations && rotations->ofKey(key.id));
        if (lines.size() < mostNamed)
            lines << (names.isEmpty() ? tr("• %1 (%2)").arg(key.name, key.hint)
                                      : tr("• %1 (%2), used by %3").arg(key.name, key.hint, names.join(tr(", "))));
    }
    if (keys.size() > mostNamed)
        lines << tr("• and %n more", nullptr, static_cast<int>(keys.size() - mostNamed));
    QStringList parts{lines.join(u'\n'),
                      users.isEmpty() ? tr("No environment uses any of them.")
                                      : tr("Calls in %1 will have no key.").arg(users.join(tr(", "))),
                      tr("Their tokens are deleted from this computer and cannot be shown again. The providers go on "
                         "accepting them until they are revoked there.")};
    if (rotating)
        parts << tr("Some are part of a rotation: what was planned for the old key will not happen.");
    return parts.join(u"\n\n"_s);
}

void SeveralKeys::remove(const QList<QUuid> &ids, const RotationStore *rotations)
{
    QList<ApiKey> keys;
    for (const QUuid &id : ids) {
        if (const std::optional<ApiKey> key = m_keys.find(id))
            keys << *key;
    }
    if (keys.isEmpty())
        return;
    const int count = static_cast<int>(keys.size());
    auto *box = new QMessageBox(QMessageBox::Warning, tr("Delete Keys"), tr("Delete these %n keys?", nullptr, count),
                                QMessageBox::NoButton, m_window);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setInformativeText(consequences(keys, rotations));
    QPushButton *yes = box->addButton(tr("Delete %n Keys", nullptr, count), QMessageBox::DestructiveRole);
    yes->setProperty("danger", true);
    QPushButton *no = box->addButton(QMessageBox::Cancel);
    box->setDefaultButton(no);
    box->setEscapeButton(no);
    connect(yes, &QPushButton::clicked, this, [this, ids] { removeNow(ids); });
    showPlainText(*box);
    box->open();
}

void SeveralKeys::removeNow(const QList<QUuid> &ids)
{
    int removed = 0;
    std::optional<Error> first;
    QString firstName;
    for (const QUuid &id : ids) {
        const std::optional<ApiKey> key = m_keys.find(id);
        if (!key)
            continue; // somebody else deleted it meanwhile
        const Result<void> outcome = m_service.remove(id);
        removed += outcome ? 1 : 0;
        if (!outcome && !first) {
            first = outcome.error();
            firstName = key->name;
        }
    }
    if (!first) {
        Q_EMIT message(tr("%n keys are deleted.", nullptr, removed));
        return;
    }
    Q_EMIT failed({first->kind,
                   tr("%1 of %2 keys are deleted. “%3” was not: %4")
                       .arg(QString::number(removed), QString::number(ids.size()), firstName, first->message),
                   first->detail});
}

} // namespace keydesk
