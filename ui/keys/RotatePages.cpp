#include "ui/keys/RotatePages.h"

#include "app/keys/rotation/RevokeOldJob.h"
#include "app/providers/TokenFormat.h"
#include "ui/setup/Card.h"
#include "ui/setup/NumberedSteps.h"
#include "ui/setup/RoleLabel.h"
#include "ui/theme/Icon.h"
#include "ui/widgets/SessionField.h"
#include "ui/widgets/TokenField.h"

#include <QComboBox>
#include <QDateTimeEdit>
#include <QDesktopServices>
#include <QLabel>
#include <QPushButton>
#include <QRadioButton>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

QVBoxLayout *column(QWidget *parent)
{
    auto *layout = new QVBoxLayout(parent);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme::gap);
    return layout;
}

RoleLabel *label(const QString &text, theme::Role ink = theme::Role::Text,
                 RoleLabel::Size size = RoleLabel::Size::Body)
{
    auto *made = new RoleLabel(ink, size);
    made->setTextFormat(Qt::PlainText);
    made->setText(text);
    return made;
}

void say(RoleLabel *label, const QString &text)
{
    label->setText(text);
    label->setVisible(!text.isEmpty());
}

} // namespace

// --- Source
// --------------------------------------------------------------------------------------------------------------

RotateSourcePage::RotateSourcePage(const ApiKey &key, const RotationPlan &plan, const QString &providerName,
                                   QWidget *parent)
    : QWidget(parent)
    , m_key(key.id)
    , m_placement(key.placement)
    , m_plan(plan)
    , m_api(new QRadioButton(tr("Let %1 make the new key").arg(QString(providerName).replace(u'&', u"&&"_s))))
    , m_guided(new QRadioButton(tr("Make it in the dashboard and paste it here")))
    , m_trouble(label({}, theme::Role::Danger))
{
    auto *layout = column(this);
    layout->addWidget(
        label(tr("Replace “%1” by a new key").arg(key.name), theme::Role::Text, RoleLabel::Size::Title));
    layout->addWidget(label(tr("The old key is used until the new one is stored, read back, and has made a "
                               "real call in each environment."),
                            theme::Role::SecondText));
    layout->addSpacing(theme::gap);
    m_apiPart = makeApiPart(providerName);
    m_guidedPart = makeGuidedPart();
    for (QWidget *widget :
         {static_cast<QWidget *>(m_api), m_apiPart, static_cast<QWidget *>(m_guided), m_guidedPart})
        layout->addWidget(widget);
    layout->addWidget(m_trouble);
    layout->addStretch(1);
    m_trouble->hide();
    m_api->setVisible(plan.byApi);
    m_guided->setVisible(plan.byApi);
    (plan.byApi ? m_api : m_guided)->setChecked(true);
    connect(m_api, &QRadioButton::toggled, this, &RotateSourcePage::showChoice);
    showChoice();
}

QWidget *RotateSourcePage::makeApiPart(const QString &providerName)
{
    auto *part = new QWidget;
    auto *layout = column(part);
    layout->setContentsMargins(24, 0, 0, theme::gap);
    if (!m_plan.session) {
        layout->addWidget(
            label(tr("%1 makes it for you, with the same abilities. Nobody has to see it.").arg(providerName),
                  theme::Role::SecondText));
        return part;
    }
    m_session = new SessionField;
    m_session->setKindName(m_plan.session->name);
    m_session->setKeys(m_plan.sessionKeys);
    auto *name = new QLabel(m_plan.sessionKeys.isEmpty()
                                ? tr("%1, used for this rotation and not kept").arg(m_plan.session->name)
                                : m_plan.session->name);
    name->setTextFormat(Qt::PlainText);
    name->setBuddy(m_session);
    layout->addWidget(name);
    layout->addWidget(m_session);
    connect(m_session, &SessionField::edited, this, &RotateSourcePage::edited);
    return part;
}

QWidget *RotateSourcePage::makeGuidedPart()
{
    auto *part = new QWidget;
    auto *layout = column(part);
    layout->setContentsMargins(m_plan.byApi ? 24 : 0, 0, 0, 0);
    if (m_plan.renewingEndsOld)
        layout->addWidget(label(tr("Renewing it there ends the old token at once: whatever uses it is "
                                   "refused from then until the new value is here."),
                                theme::Role::Caution));
    auto *steps = new NumberedSteps;
    steps->setSteps(m_plan.steps);
    layout->addWidget(steps);
    auto *open = new QPushButton(icon(u"external-link"_s), tr("Open Dashboard"));
    open->setVisible(m_plan.dashboard.isValid() && !m_plan.dashboard.isEmpty());
    connect(open, &QPushButton::clicked, this, [this] { QDesktopServices::openUrl(m_plan.dashboard); });
    layout->addWidget(open, 0, Qt::AlignLeft);
    m_token = new TokenField;
    m_token->setAccessibleName(tr("New value"));
    const bool isPair = m_placement == KeyPlacement::Basic;
    m_token->setPassphrase(isPair);
    auto *name = new QLabel(isPair ? tr("New value: the user name and the password, with a colon between them")
                                   : tr("New value"));
    name->setBuddy(m_token);
    layout->addWidget(name);
    layout->addWidget(m_token);
    m_cleaned = new FactsCard(tr("What was removed"));
    layout->addWidget(m_cleaned);
    connect(m_token, &TokenField::secretEdited, this, [this] {
        QList<Fact> facts;
        for (const QString &removed : cleanToken(m_token->secret(), m_placement).removed)
            facts.append({u"warning"_s, theme::Role::Caution, removed, theme::Role::Text, {}, {}, {}});
        m_cleaned->setFacts(facts);
        Q_EMIT edited();
    });
    return part;
}

void RotateSourcePage::showChoice()
{
    m_apiPart->setVisible(m_api->isChecked());
    m_guidedPart->setVisible(m_guided->isChecked());
    Q_EMIT edited();
}

RotationStart RotateSourcePage::start() const
{
    if (m_api->isChecked())
        return {m_key, Rotation::Method::Api, {}, false, m_session ? m_session->signIn() : SignIn()};
    return {m_key, Rotation::Method::Guided,
            std::make_shared<const Secret>(cleanToken(m_token->secret(), m_placement).token), m_plan.renewingEndsOld};
}

bool RotateSourcePage::isReady() const
{
    if (m_api->isChecked())
        return !m_session || !m_session->signIn().isEmpty();
    return !cleanToken(m_token->secret(), m_placement).token.isEmpty();
}

void RotateSourcePage::offerSessionKeys(const QList<ApiKey> &keys)
{
    if (m_session)
        m_session->setKeys(keys);
}

void RotateSourcePage::showTrouble(const QString &text)
{
    say(m_trouble, text);
}

// --- Proof
// ---------------------------------------------------------------------------------------------------------------

RotateProofPage::RotateProofPage(const QString &keyName, QWidget *parent)
    : QWidget(parent)
    , m_state(label({}, theme::Role::SecondText))
    , m_proofs(new FactsCard(tr("Proof")))
    , m_trouble(label({}, theme::Role::Danger))
    , m_retry(new QPushButton(icon(u"refresh"_s), tr("Try Again")))
{
    auto *layout = column(this);
    layout->addWidget(
        label(tr("Prove the new key for “%1”").arg(keyName), theme::Role::Text, RoleLabel::Size::Title));
    layout->addWidget(m_state);
    layout->addSpacing(theme::gap);
    layout->addWidget(m_proofs);
    layout->addWidget(m_trouble);
    layout->addWidget(m_retry, 0, Qt::AlignLeft);
    layout->addStretch(1);
    m_trouble->hide();
    m_retry->hide();
    connect(m_retry, &QPushButton::clicked, this, &RotateProofPage::retry);
}

void RotateProofPage::showProgress(const QString &what)
{
    m_state->setText(what);
}

void RotateProofPage::show(const RotateKeyJob &job)
{
    using State = RotateKeyJob::State;
    QList<Fact> facts;
    for (const Proof &proof : job.proofs()) {
        const bool good = proof.state == Proof::State::Proven;
        const bool open = proof.state == Proof::State::Waiting || proof.state == Proof::State::Running;
        facts.append({good   ? u"check"_s
                      : open ? u"clock"_s
                             : u"warning"_s,
                      good                                   ? theme::Role::Success
                      : proof.state == Proof::State::Refused ? theme::Role::Danger
                      : open                                 ? theme::Role::SecondText
                                                             : theme::Role::Caution,
                      good   ? tr("%1: works, %2").arg(proof.environmentName, proof.note)
                      : open ? tr("%1: is being tried…").arg(proof.environmentName)
                             : tr("%1: %2").arg(proof.environmentName, proof.note),
                      theme::Role::Text,
                      {},
                      {},
                      {}});
    }
    m_proofs->setFacts(facts);
    say(m_trouble, job.trouble() ? job.trouble()->message : QString());
    const bool stuck = job.state() != State::Working && job.state() != State::Proved;
    m_retry->setVisible(stuck);
    const bool locked = job.trouble() && (job.trouble()->kind == Error::Kind::KeychainLocked ||
                                          job.trouble()->kind == Error::Kind::SealedLocked);
    m_retry->setText(locked ? tr("Unlock and Try Again") : tr("Try Again"));
    switch (job.state()) {
    case State::Working:
        break; // `showProgress` says what
    case State::Proved:
        m_state->setText(tr("It works everywhere. Nothing is switched yet."));
        break;
    case State::StoreFailed:
        m_state->setText(tr("The new token could not be stored. It is held in memory until you decide."));
        break;
    case State::Unreachable:
        m_state->setText(tr("There was no answer about the key. The old one is used as before."));
        break;
    case State::Refused:
        m_state->setText(tr("The new key was refused. The old one is used as before."));
        break;
    case State::Inconclusive:
        m_state->setText(tr(
            "Nothing speaks against the new key, and nothing proves it. You can switch if you know better."));
        break;
    }
}

// --- Old key
// -------------------------------------------------------------------------------------------------------------

RotateOldPage::RotateOldPage(QWidget *parent)
    : QWidget(parent)
    , m_title(label({}, theme::Role::Text, RoleLabel::Size::Title))
    , m_text(label({}, theme::Role::SecondText))
    , m_choice(new QComboBox)
    , m_at(new QDateTimeEdit)
    , m_sessionLabel(new QLabel)
    , m_session(new SessionField)
    , m_undo(new QPushButton(tr("Undo the Switch")))
    , m_trouble(label({}, theme::Role::Danger))
{
    auto *choiceLabel = new QLabel(tr("Revoke the old key"));
    choiceLabel->setBuddy(m_choice);
    m_choice->setAccessibleName(tr("Revoke the old key"));
    m_at->setAccessibleName(tr("Revoke at"));
    m_at->setCalendarPopup(true);
    m_sessionLabel->setTextFormat(Qt::PlainText);
    m_sessionLabel->setBuddy(m_session);
    auto *layout = column(this);
    layout->addWidget(m_title);
    layout->addWidget(m_text);
    layout->addSpacing(theme::gap);
    layout->addWidget(choiceLabel);
    layout->addWidget(m_choice, 0, Qt::AlignLeft);
    layout->addWidget(m_at, 0, Qt::AlignLeft);
    layout->addWidget(m_sessionLabel);
    layout->addWidget(m_session);
    layout->addWidget(m_trouble);
    layout->addSpacing(theme::gap);
    layout->addWidget(m_undo, 0, Qt::AlignLeft);
    layout->addStretch(1);
    m_trouble->hide();
    connect(m_choice, &QComboBox::currentIndexChanged, this, &RotateOldPage::showChoice);
    connect(m_session, &SessionField::edited, this, &RotateOldPage::edited);
    connect(m_undo, &QPushButton::clicked, this, &RotateOldPage::undo);
}

void RotateOldPage::show(const RotationService &service, const Rotation &rotation, const RotationPlan &oldKey)
{
    const bool switched = rotation.isSwitched();
    m_needsSession = oldKey.session != nullptr;
    m_title->setText(switched ? tr("The new key “%1” is used now").arg(rotation.name)
                              : tr("A key is left at the provider"));
    m_text->setText(service.describe(rotation));
    m_undo->setVisible(rotation.step == Rotation::Step::Overlap);
    m_choice->clear();
    const auto offer = [this](const QString &text, Choice choice) {
        m_choice->addItem(text, static_cast<int>(choice));
    };
    const bool byApi = switched ? oldKey.revokesByApi : oldKey.byApi;
    if (byApi)
        offer(switched ? tr("Now") : tr("Look for it and revoke it now"), Choice::Now);
    if (switched) {
        const bool asks = service.needsUser(rotation);
        offer(asks ? tr("Remind me in 1 hour") : tr("In 1 hour"), Choice::InAnHour);
        offer(asks ? tr("Remind me in 1 day") : tr("In 1 day"), Choice::InADay);
        offer(asks ? tr("Remind me in 7 days") : tr("In 7 days"), Choice::InAWeek);
        offer(asks ? tr("Remind me at…") : tr("At…"), Choice::At);
        offer(tr("I will do it myself"), Choice::ByHand);
    }
    offer(switched ? tr("I have revoked it in the dashboard") : tr("It is not there, or I have deleted it"),
          Choice::DoneInDashboard);
    m_choice->setCurrentIndex(
        std::max(0, m_choice->findData(static_cast<int>(switched ? Choice::InADay : Choice::Now))));
    const QDateTime soon = QDateTime::currentDateTime().addSecs(60);
    m_at->setMinimumDateTime(soon);
    m_at->setMaximumDateTime(soon.addYears(1));
    m_at->setDateTime(soon.addDays(1));
    if (oldKey.session) {
        m_session->setKindName(oldKey.session->name);
        m_session->setKeys(oldKey.sessionKeys);
        m_sessionLabel->setText(oldKey.sessionKeys.isEmpty()
                                    ? tr("%1, used once and not kept").arg(oldKey.session->name)
                                    : oldKey.session->name);
    }
    showChoice();
}

void RotateOldPage::showChoice()
{
    const bool session = m_needsSession && choice() == Choice::Now;
    m_session->setVisible(session);
    m_sessionLabel->setVisible(session);
    m_at->setVisible(choice() == Choice::At);
    Q_EMIT edited();
}

RotateOldPage::Choice RotateOldPage::choice() const
{
    return static_cast<Choice>(m_choice->currentData().toInt());
}

std::chrono::milliseconds RotateOldPage::overlap() const
{
    using std::chrono::hours;
    switch (choice()) {
    case Choice::InAnHour:
        return hours(1);
    case Choice::InADay:
        return hours(24);
    case Choice::InAWeek:
        return hours(24 * 7);
    case Choice::At:
        return std::chrono::milliseconds(
            std::max<qint64>(0, QDateTime::currentDateTimeUtc().msecsTo(m_at->dateTime().toUTC())));
    default:
        return {};
    }
}

SignIn RotateOldPage::session() const
{
    return m_needsSession ? m_session->signIn() : SignIn();
}

void RotateOldPage::offerSessionKeys(const QList<ApiKey> &keys)
{
    m_session->setKeys(keys);
}

bool RotateOldPage::isReady() const
{
    return choice() != Choice::Now || !m_needsSession || !m_session->signIn().isEmpty();
}

void RotateOldPage::showTrouble(const QString &text)
{
    say(m_trouble, text);
}

} // namespace keydesk
