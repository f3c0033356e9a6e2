#include "ui/environments/EnvironmentEditor.h"

#include "app/keys/KeyService.h"
#include "app/providers/ProviderCatalog.h"
#include "ui/environments/ColourPicker.h"
#include "ui/environments/EnvironmentKeys.h"
#include "ui/setup/RoleLabel.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Chip.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QVBoxLayout>

namespace keydesk {

namespace {

constexpr int fieldWidth = 420;

QLabel *problemLabel()
{
    auto *label = new RoleLabel(theme::Role::Danger);
    label->hide();
    return label;
}

void showProblem(QLabel *label, const QString &text)
{
    label->setText(text);
    // A scroll area asks for no height that depends on a width: the label asks for all its lines itself.
    label->setMinimumHeight(std::max(
        0, label->heightForWidth(std::min(fieldWidth, std::max(label->parentWidget()->width(), fieldWidth / 2)))));
    label->setVisible(!text.isEmpty());
}

QWidget *withProblem(QWidget *field, QLabel *problem)
{
    auto *box = new QWidget;
    auto *layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(field);
    layout->addWidget(problem);
    box->setMaximumWidth(fieldWidth);
    return box;
}

} // namespace

EnvironmentEditor::EnvironmentEditor(const KeyStore &keys, const ProviderCatalog &providers, QWidget *parent)
    : QWidget(parent)
    , m_providers(providers)
    , m_name(new QLineEdit)
    , m_nameProblem(problemLabel())
    , m_provider(new QComboBox)
    , m_url(new QLineEdit)
    , m_urlProblem(problemLabel())
    , m_colour(new ColourPicker)
    , m_protected(new QCheckBox(tr("Ask before anything but reading")))
    , m_keys(new EnvironmentKeys(keys))
{
    m_name->setAccessibleName(tr("Environment name"));
    m_name->setMaxLength(1024); // long enough to be told that it is too long
    m_provider->setAccessibleName(tr("Provider"));
    m_provider->setMaximumWidth(fieldWidth);
    for (const Provider &provider : providers.all())
        m_provider->addItem(badgeIcon(provider.badge), provider.name, provider.id);
    m_url->setAccessibleName(tr("Base URL"));
    m_url->setFont(theme::fixedFont(font()));
    m_protected->setAccessibleName(tr("Protected"));
    m_protected->setProperty("switch", true);

    auto *form = new QFormLayout;
    form->setLabelAlignment(Qt::AlignLeft);
    form->setHorizontalSpacing(theme::groupGap);
    form->setVerticalSpacing(theme::panePadding);
    const auto row = [form](const QString &text, QWidget *field, QWidget *buddy) {
        auto *label = new QLabel(text);
        label->setBuddy(buddy);
        label->setForegroundRole(QPalette::PlaceholderText);
        label->setMinimumHeight(theme::controlHeight);
        form->addRow(label, field);
    };
    row(tr("Environment name"), withProblem(m_name, m_nameProblem), m_name);
    row(tr("Provider"), m_provider, m_provider);
    row(tr("Base URL"), withProblem(m_url, m_urlProblem), m_url);
    row(tr("Colour"), m_colour, m_colour);
    row(tr("Protected"), m_protected, m_protected);

    auto *keysTitle = new QLabel(tr("Keys"));
    keysTitle->setFont(theme::groupFont(font()));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme::dialogPadding, theme::dialogPadding, theme::dialogPadding,
                               theme::dialogPadding);
    layout->setSpacing(theme::groupGap);
    layout->addLayout(form);
    layout->addWidget(keysTitle);
    layout->addWidget(m_keys);
    layout->addStretch(1);

    connect(m_name, &QLineEdit::textEdited, this, &EnvironmentEditor::applyName);
    connect(m_url, &QLineEdit::textEdited, this, &EnvironmentEditor::applyUrl);
    connect(m_provider, &QComboBox::activated, this, &EnvironmentEditor::applyProvider);
    connect(m_colour, &ColourPicker::picked, this, [this](const QString &colour) {
        Environment changed = m_shown;
        changed.colour = colour;
        change(changed);
    });
    connect(m_protected, &QCheckBox::toggled, this, [this](bool on) {
        if (on == m_shown.isProtected)
            return;
        Environment changed = m_shown;
        changed.isProtected = on;
        change(changed);
    });
    connect(m_keys, &EnvironmentKeys::chosen, this, &EnvironmentEditor::keyChosen);
    connect(m_keys, &EnvironmentKeys::newKeyRequested, this, &EnvironmentEditor::newKeyRequested);
    connect(m_keys, &EnvironmentKeys::identityAdded, this, &EnvironmentEditor::identityAdded);
    connect(m_keys, &EnvironmentKeys::identityRenamed, this, &EnvironmentEditor::identityRenamed);
    connect(m_keys, &EnvironmentKeys::identityRemoved, this, &EnvironmentEditor::identityRemoved);
}

void EnvironmentEditor::change(const Environment &environment)
{
    m_shown = environment;
    Q_EMIT edited(environment);
}

void EnvironmentEditor::applyName()
{
    const QString name = m_name->text().trimmed();
    const auto problem = keyNameProblem(name);
    showProblem(m_nameProblem, problem.value_or(QString()));
    if (problem || name == m_shown.name)
        return;
    Environment changed = m_shown;
    changed.name = name;
    change(changed);
}

void EnvironmentEditor::applyUrl()
{
    const auto url = checkBaseUrl(m_url->text());
    showProblem(m_urlProblem, url ? QString() : url.error().message);
    if (!url || url->toString() == m_shown.baseUrl)
        return;
    Environment changed = m_shown;
    changed.baseUrl = url->toString();
    change(changed);
}

void EnvironmentEditor::applyProvider()
{
    Environment changed = m_shown;
    changed.providerId = m_provider->currentData().toString();
    if (changed.providerId == m_shown.providerId)
        return;
    const auto isProviders = [](const auto &place) { return !place.key().startsWith(secretVariablePlace({})); };
    changed.keys.removeIf(isProviders); // they are another one's
    for (Identity &each : changed.identities)
        each.keys.removeIf(isProviders);
    const Provider *provider = m_providers.find(changed.providerId);
    const Provider *before = m_providers.find(m_shown.providerId);
    if (provider && before && m_shown.baseUrl == before->baseUrl && checkBaseUrl(provider->baseUrl))
        changed.baseUrl = provider->baseUrl; // it was never edited
    change(changed);
    showEnvironment(changed);
}

void EnvironmentEditor::showEnvironment(const Environment &environment)
{
    const bool another = environment.id != m_shown.id;
    m_shown = environment;
    if (another || m_name->text().trimmed() != environment.name) {
        if (another || !m_name->hasFocus()) {
            m_name->setText(environment.name);
            showProblem(m_nameProblem, {});
        }
    }
    if (another || !m_url->hasFocus()) {
        m_url->setText(environment.baseUrl);
        showProblem(m_urlProblem, {});
    }
    m_provider->setCurrentIndex(m_provider->findData(environment.providerId));
    m_colour->setColour(environment.colour);
    m_protected->setChecked(environment.isProtected);
    m_keys->showEnvironment(environment, m_providers.find(environment.providerId));
}

void EnvironmentEditor::focusName()
{
    m_name->setFocus();
    m_name->selectAll();
}

} // namespace keydesk
