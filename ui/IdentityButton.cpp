#include "ui/IdentityButton.h"

#include "app/environments/EnvironmentStore.h"

#include <QActionGroup>
#include <QMenu>

namespace keydesk {

IdentityButton::IdentityButton(EnvironmentStore &environments, QWidget *parent)
    : QPushButton(parent)
    , m_environments(environments)
{
    setFlat(true);
    auto *menu = new QMenu(this);
    setMenu(menu);
    connect(menu, &QMenu::aboutToShow, this, &IdentityButton::fillMenu);
    connect(&environments, &EnvironmentStore::currentChanged, this, &IdentityButton::show);
    connect(&environments, &EnvironmentStore::changed, this, &IdentityButton::show);
    connect(&environments, &EnvironmentStore::reset, this, &IdentityButton::show);
    show();
}

void IdentityButton::show()
{
    const auto environment = m_environments.current();
    setVisible(environment && !environment->identities.isEmpty());
    if (!environment)
        return;
    setText(environment->identity.isEmpty() ? tr("as default") : tr("as %1", "an identity").arg(environment->identity));
    setAccessibleName(tr("Identity"));
    setAccessibleDescription(text());
    setToolTip(tr("Who calls are made as in “%1” (F8 for the next)").arg(environment->name));
}

void IdentityButton::fillMenu()
{
    menu()->clear();
    const auto environment = m_environments.current();
    if (!environment)
        return;
    auto *group = new QActionGroup(menu());
    const auto add = [&](const QString &name, const QString &identity) {
        QAction *action = menu()->addAction(QString(name).replace(u'&', QStringLiteral("&&")));
        action->setCheckable(true);
        action->setChecked(environment->identity == identity);
        group->addAction(action);
        connect(action, &QAction::triggered, this, [this, identity] { choose(identity); });
    };
    add(tr("default", "identity"), {});
    for (const Identity &each : environment->identities)
        add(each.name, each.name);
}

void IdentityButton::switchToNext()
{
    const auto environment = m_environments.current();
    if (!environment || environment->identities.isEmpty()) {
        Q_EMIT switched(tr("This environment has one identity. Environments → Settings → Add Identity… makes another."));
        return;
    }
    qsizetype next = 0;
    for (qsizetype i = 0; i < environment->identities.size(); ++i) {
        if (environment->identities.at(i).name == environment->identity)
            next = i + 1;
    }
    choose(next < environment->identities.size() ? environment->identities.at(next).name : QString());
}

void IdentityButton::choose(const QString &identity)
{
    const auto environment = m_environments.current();
    if (!environment)
        return;
    if (const Result<void> chosen = m_environments.setIdentity(environment->id, identity); !chosen)
        Q_EMIT failed(chosen.error());
    else if (identity.isEmpty())
        Q_EMIT switched(tr("Calls in “%1” are made as default.").arg(environment->name));
    else
        Q_EMIT switched(tr("Calls in “%1” are made as %2.").arg(environment->name, identity));
}

} // namespace keydesk
