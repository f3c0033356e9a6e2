#include "ui/setup/PlacePage.h"

#include "app/Core.h"
#include "app/keys/KeyForRequest.h"
#include "ui/setup/Card.h"
#include "ui/setup/KeychainPanel.h"
#include "ui/setup/RoleLabel.h"
#include "ui/setup/SetupDraft.h"
#include "ui/widgets/Chip.h"

#include <QBoxLayout>
#include <QCheckBox>
#include <QComboBox>
#include <QDateEdit>
#include <QLineEdit>
#include <QSignalBlocker>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

RoleLabel *fieldLabel(const QString &text, QWidget *buddy)
{
    auto *label = new RoleLabel;
    label->setText(text);
    label->setTextInteractionFlags(Qt::NoTextInteraction);
    label->setBuddy(buddy);
    return label;
}

} // namespace

PlacePage::PlacePage(Core &core, SetupDraft &draft, QWidget *parent)
    : SetupPage(core, draft, parent)
    , m_name(new QLineEdit)
    , m_nameProblem(new FieldProblem(m_name))
    , m_environment(new QComboBox)
    , m_newEnvironment(new QWidget)
    , m_environmentName(new QLineEdit)
    , m_protected(new QCheckBox(tr("Protected: ask before changes")))
    , m_environmentProblem(new FieldProblem(m_environmentName))
    , m_target(new FactsCard(tr("What this means")))
    , m_abilities(new QWidget)
    , m_expires(new QCheckBox(tr("Expires on")))
    , m_expiry(new QDateEdit)
    , m_keychain(new KeychainPanel(*core.ring))
    , m_failure(new FactsCard(tr("What went wrong")))
{
    column().addWidget(m_failure);
    addField(tr("Key name"), m_name);
    column().addWidget(m_nameProblem);
    column().addSpacing(theme::gap);
    addField(tr("Key environment"), m_environment);

    auto *fresh = new QVBoxLayout(m_newEnvironment);
    fresh->setContentsMargins(0, 0, 0, 0);
    fresh->setSpacing(theme::gap);
    fresh->addWidget(fieldLabel(tr("New environment's name"), m_environmentName));
    fresh->addWidget(m_environmentName);
    fresh->addWidget(m_environmentProblem);
    fresh->addWidget(m_protected);
    m_environmentName->setAccessibleName(tr("New environment's name"));
    m_protected->setAccessibleDescription(
        tr("Asks before calls that may change something: all but GET, HEAD and OPTIONS."));
    m_protected->setToolTip(m_protected->accessibleDescription());
    m_environment->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_environment->setMinimumContentsLength(12);
    column().addSpacing(theme::gap / 2);
    column().addWidget(m_newEnvironment);

    auto *abilities = new QVBoxLayout(m_abilities);
    abilities->setContentsMargins(0, 0, 0, 0);
    abilities->setSpacing(theme::gap / 2);
    column().addWidget(m_abilities);

    auto *expiry = new QHBoxLayout;
    expiry->setSpacing(theme::gap);
    expiry->addWidget(m_expires);
    expiry->addWidget(m_expiry);
    expiry->addStretch(1);
    m_expiry->setCalendarPopup(true);
    m_expiry->setAccessibleName(tr("Expiry date"));
    m_expiry->setEnabled(false);
    column().addLayout(expiry);
    column().addSpacing(theme::gap);
    column().addWidget(m_keychain);
    column().addWidget(m_target);
    column().addStretch(1);

    connect(m_name, &QLineEdit::textEdited, m_nameProblem, &FieldProblem::clear);
    connect(m_environmentName, &QLineEdit::textEdited, m_environmentProblem, &FieldProblem::clear);
    connect(m_environment, &QComboBox::currentIndexChanged, this, &PlacePage::showEnvironment);
    connect(m_environment, &QComboBox::activated, this, [this] { m_draft.environmentChosen = true; });
    connect(m_expires, &QCheckBox::toggled, m_expiry, &QWidget::setEnabled);
}

void PlacePage::enter()
{
    const Provider *provider = m_core.providers.find(m_draft.providerId);
    if (!provider)
        return;
    setHeading(m_draft.creates() ? tr("Name the new key and say where it is used")
                                 : tr("Name the key and say where it is used"));
    m_nameProblem->clear();
    m_environmentProblem->clear();
    m_name->setText(m_draft.keyName.isEmpty() ? suggestedKeyName(m_draft, m_core) : m_draft.keyName);
    m_environmentName->setText(m_draft.newEnvironmentName.isEmpty()
                                   ? suggestedEnvironmentName(m_draft, m_core)
                                   : m_draft.newEnvironmentName);
    m_protected->setChecked(m_draft.newEnvironmentProtected);
    const QDate today = QDate::currentDate();
    m_expiry->setMinimumDate(today);
    m_expires->setChecked(m_draft.expiresAt.isValid());
    m_expiry->setDate(m_draft.expiresAt.isValid() ? m_draft.expiresAt.toLocalTime().date()
                                                  : today.addDays(90));
    fillEnvironments();
    fillAbilities();
    m_keychain->refresh();
    showFailure({});
}

void PlacePage::fillEnvironments()
{
    const QSignalBlocker quiet(m_environment);
    m_environment->clear();
    for (const Environment &environment : m_core.environments->all())
        if (environment.providerId == m_draft.providerId)
            m_environment->addItem(dotIcon(environment.colour), environment.name, environment.id);
    if (draftBaseUrl(m_draft, m_core) || m_environment->count() == 0)
        m_environment->addItem(tr("New environment…"), QUuid());
    int row = m_environment->count() - 1;
    if (m_draft.environmentId)
        row = qMax(0, m_environment->findData(*m_draft.environmentId));
    m_environment->setCurrentIndex(row);
    showEnvironment();
}

void PlacePage::showEnvironment()
{
    const QUuid id = m_environment->currentData().toUuid();
    m_newEnvironment->setVisible(id.isNull());
    QList<Fact> facts;
    const auto environment = m_core.environments->find(id);
    const auto target = environment ? checkBaseUrl(environment->baseUrl) : draftBaseUrl(m_draft, m_core);
    if (environment && environment->keys.contains(m_draft.kindId)) {
        if (const auto other = m_core.keys->find(environment->keys.value(m_draft.kindId))) {
            const bool refused = m_draft.verdict && isRefused(m_draft.verdict->status) &&
                                 m_draft.verdictFor == draftDestination(m_draft, m_core);
            const QString text =
                refused && !isRefused(other->status)
                    ? tr("“%1” uses the key “%2” now, and keeps it: the provider refused the new one.")
                    : tr("“%1” uses the key “%2” now. The new key takes its place there; the old one "
                         "stays in your list.");
            facts << Fact{.icon = u"info"_s,
                          .iconInk = theme::Role::Accent,
                          .text = text.arg(environment->name, other->name)};
        }
    }
    if (target) {
        if (const auto origin = Origin::fromUrl(*target))
            facts << Fact{u"shield"_s,
                          theme::Role::SecondText,
                          tr("Will be sent to %1 only").arg(origin->toString()),
                          theme::Role::SecondText,
                          {origin->toString()},
                          {},
                          {}};
    } else {
        facts << Fact{
            u"warning"_s, theme::Role::Caution, target.error().message, theme::Role::Text, {}, {}, {}};
    }
    m_target->setFacts(facts);
}

void PlacePage::fillAbilities()
{
    qDeleteAll(m_abilities->findChildren<QWidget *>(Qt::FindDirectChildrenOnly));
    m_abilityBoxes.clear();
    const Provider *provider = m_core.providers.find(m_draft.providerId);
    const TokenKind *kind = provider ? provider->kind(m_draft.kindId) : nullptr;
    const bool asked = kind && m_draft.creates() && !kind->abilities.isEmpty();
    m_abilities->setVisible(asked);
    if (!asked)
        return;
    m_abilities->layout()->addWidget(fieldLabel(tr("What the key may do"), nullptr));
    for (const QString &ability : kind->abilities) {
        const bool all = ability == "*"_L1;
        auto *box = new QCheckBox(all ? tr("Everything that you may do") : ability);
        box->setProperty("ability", ability);
        box->setChecked(m_draft.abilities.isEmpty() ? all : m_draft.abilities.contains(ability));
        m_abilities->layout()->addWidget(box);
        m_abilityBoxes << box;
        connect(box, &QCheckBox::clicked, this, [this, all](bool checked) {
            // "Everything" and single abilities shut each other out.
            for (QCheckBox *other : std::as_const(m_abilityBoxes))
                if (checked && (other->property("ability").toString() == "*"_L1) != all)
                    other->setChecked(false);
        });
    }
}

void PlacePage::takeFields()
{
    const QString name = m_name->text().trimmed();
    m_draft.keyName = name;
    const QUuid id = m_environment->currentData().toUuid();
    if (m_draft.environmentId != id)
        m_draft.identity.clear();
    m_draft.environmentId = id.isNull() ? std::nullopt : std::optional(id);
    m_draft.newEnvironmentName = m_environmentName->text().trimmed();
    m_draft.newEnvironmentProtected = m_protected->isChecked();
    m_draft.abilities.clear();
    for (const QCheckBox *box : std::as_const(m_abilityBoxes))
        if (box->isChecked())
            m_draft.abilities << box->property("ability").toString();
    // The key is good to the end of that day, where the user is.
    m_draft.expiresAt =
        m_expires->isChecked() ? QDateTime(m_expiry->date(), QTime(23, 59, 59)).toUTC() : QDateTime();
    m_draft.place = m_keychain->place();
}

bool PlacePage::leave()
{
    takeFields();
    m_nameProblem->clear();
    m_environmentProblem->clear();
    if (const auto problem = keyNameProblem(m_draft.keyName)) {
        m_nameProblem->setText(*problem);
        return false;
    }
    if (!m_draft.environmentId) {
        if (m_draft.newEnvironmentName.isEmpty() || m_draft.newEnvironmentName.size() > 255) {
            m_environmentProblem->setText(
                tr("Give the environment a name of at most 255 characters, such as “Production”."));
            return false;
        }
        if (const auto base = draftBaseUrl(m_draft, m_core); !base) {
            m_environmentProblem->setText(base.error().message);
            return false;
        }
    }
    showFailure({});
    return true;
}

void PlacePage::showFailure(const QString &text)
{
    m_failure->setFacts(
        text.isEmpty()
            ? QList<Fact>()
            : QList<Fact>{{u"refused"_s, theme::Role::Danger, text, theme::Role::Text, {}, {}, {}}});
}

QWidget *PlacePage::firstField() const
{
    return m_name;
}

} // namespace keydesk
