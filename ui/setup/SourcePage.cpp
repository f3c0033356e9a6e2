#include "ui/setup/SourcePage.h"

#include "app/Core.h"
#include "app/providers/TokenFormat.h"
#include "ui/setup/NumberedSteps.h"
#include "ui/setup/RoleLabel.h"
#include "ui/theme/Icon.h"
#include "ui/widgets/SessionField.h"
#include "ui/widgets/TokenField.h"

#include <QButtonGroup>
#include <QCheckBox>
#include <QComboBox>
#include <QDesktopServices>
#include <QPushButton>
#include <QRadioButton>
#include <QSignalBlocker>
#include <QStyle>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace keydesk {

SourcePage::SourcePage(Core &core, SetupDraft &draft, QWidget *parent)
    : SetupPage(core, draft, parent)
    , m_kindRow(new QWidget)
    , m_kind(new QComboBox)
    , m_options(new QButtonGroup(this))
    , m_sessionPanel(makeSessionPanel())
    , m_dashboardPanel(makeDashboardPanel())
{
    auto *kindLabel = new RoleLabel;
    kindLabel->setText(tr("Kind of key"));
    kindLabel->setTextInteractionFlags(Qt::NoTextInteraction);
    kindLabel->setBuddy(m_kind);
    m_kind->setAccessibleName(tr("Kind of key"));
    m_kind->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_kind->setMinimumContentsLength(12);
    auto *kindColumn = new QVBoxLayout(m_kindRow);
    kindColumn->setContentsMargins(0, 0, 0, theme::gap);
    kindColumn->setSpacing(theme::gap);
    kindColumn->addWidget(kindLabel);
    kindColumn->addWidget(m_kind);
    column().addWidget(m_kindRow);

    m_create =
        addOption(tr("Create it here"),
                  tr("Keydesk asks for a new key and puts it straight into the keychain."), m_sessionPanel);
    m_createOption = m_create->parentWidget();
    m_dashboard =
        addOption(tr("Follow the dashboard steps"),
                  tr("Get a key from the provider's own website, then paste it."), m_dashboardPanel);
    m_dashboardOption = m_dashboard->parentWidget();
    m_paste =
        addOption(tr("Paste a key I have"), tr("From a password manager, a colleague or a file."), nullptr);
    m_import = addOption(tr("Import from a .env file"),
                         tr("Or from a shell profile or lines that you paste; several keys at once."), nullptr);
    column().addStretch(1);

    connect(m_kind, &QComboBox::currentIndexChanged, this, &SourcePage::showKind);
    connect(m_options, &QButtonGroup::buttonToggled, this, [this](QAbstractButton *, bool checked) {
        if (checked)
            showSource();
    });
}

QRadioButton *SourcePage::addOption(const QString &title, const QString &words, QWidget *detail)
{
    auto *option = new QWidget;
    auto *button = new QRadioButton(title, option);
    m_options->addButton(button);
    button->setAccessibleDescription(words);
    auto *description = new RoleLabel(theme::Role::SecondText);
    description->setText(words);
    const int indent = style()->pixelMetric(QStyle::PM_ExclusiveIndicatorWidth, nullptr, button) +
                       style()->pixelMetric(QStyle::PM_RadioButtonLabelSpacing, nullptr, button);
    auto *box = new QVBoxLayout(option);
    box->setContentsMargins(0, 0, 0, theme::gap);
    box->setSpacing(theme::gap / 2);
    box->addWidget(button);
    auto *below = new QVBoxLayout;
    below->setContentsMargins(indent, 0, 0, 0);
    below->setSpacing(theme::gap);
    below->addWidget(description);
    if (detail)
        below->addWidget(detail);
    box->addLayout(below);
    column().addWidget(option);
    return button;
}

QWidget *SourcePage::makeSessionPanel()
{
    auto *panel = new QWidget;
    m_session = new SessionField;
    m_session->setKindName(tr("Session token"));
    m_sessionProblem = new FieldProblem(&m_session->field());
    m_sessionSteps = new NumberedSteps;
    m_openForSession = new QPushButton(icon(u"external-link"_s), tr("Open dashboard"));
    m_keepSession = new QCheckBox(tr("Keep the session token as a key too"));
    m_sessionLabel = new RoleLabel;
    m_sessionLabel->setBuddy(m_session);
    auto *box = new QVBoxLayout(panel);
    box->setContentsMargins(0, 0, 0, 0);
    box->setSpacing(theme::gap);
    box->addWidget(m_sessionSteps);
    box->addWidget(m_openForSession, 0, Qt::AlignLeft);
    box->addWidget(m_sessionLabel);
    box->addWidget(m_session);
    box->addWidget(m_sessionProblem);
    box->addWidget(m_keepSession);
    connect(&m_session->field(), &TokenField::secretEdited, this,
            [this] { m_sessionFor = draftDestination(m_draft, m_core); });
    connect(m_session, &SessionField::edited, this, [this] {
        m_sessionProblem->clear();
        showSession();
    });
    connect(m_openForSession, &QPushButton::clicked, this, [this] {
        const Provider *provider = m_core.providers.find(m_draft.providerId);
        if (const TokenKind *kind =
                provider ? sessionKind(*provider, m_kind->currentData().toString()) : nullptr)
            openDashboard(kind->id);
    });
    return panel;
}

QWidget *SourcePage::makeDashboardPanel()
{
    auto *panel = new QWidget;
    m_steps = new NumberedSteps;
    m_open = new QPushButton(icon(u"external-link"_s), tr("Open dashboard"));
    auto *box = new QVBoxLayout(panel);
    box->setContentsMargins(0, 0, 0, 0);
    box->setSpacing(theme::gap);
    box->addWidget(m_steps);
    box->addWidget(m_open, 0, Qt::AlignLeft);
    connect(m_open, &QPushButton::clicked, this, [this] { openDashboard(m_kind->currentData().toString()); });
    return panel;
}

void SourcePage::enter()
{
    const Provider *provider = m_core.providers.find(m_draft.providerId);
    if (m_sessionFor != draftDestination(m_draft, m_core)) { // it was typed for another place
        m_session->clearSecret();
        m_sessionProblem->clear();
        m_draft.session = {};
    }
    if (!provider)
        return;
    setHeading(tr("Where is your %1 key?").arg(provider->name), {});
    const QList<TokenKind> kinds = storableKinds(*provider);
    {
        const QSignalBlocker quiet(m_kind);
        m_kind->clear();
        for (const TokenKind &kind : kinds)
            m_kind->addItem(kind.name, kind.id);
        m_kind->setCurrentIndex(qMax(0, m_kind->findData(m_draft.kindId)));
    }
    m_kindRow->setVisible(kinds.size() > 1);
    showKind();
}

void SourcePage::showKind()
{
    const Provider *provider = m_core.providers.find(m_draft.providerId);
    const QString kindId = m_kind->currentData().toString();
    const TokenKind *kind = provider ? provider->kind(kindId) : nullptr;
    if (!kind)
        return;
    subtitle().setText(kind->scope);
    subtitle().setVisible(!kind->scope.isEmpty());

    const bool sameKind = m_draft.kindId == kindId;
    const QUrl base = draftTarget(m_draft, m_core).value_or(QUrl());
    const bool creatable = canCreate(*provider, kindId);
    const TokenKind *session = sessionKind(*provider, kindId);
    m_createOption->setVisible(creatable);
    if (session) {
        m_sessionSteps->setSteps(session->dashboardSteps);
        m_keepSession->setChecked(m_draft.keepSession && canKeep(*session));
        const Result<Origin> origin = Origin::fromUrl(base);
        m_session->setKeys(origin ? sessionKeys(*m_core.keys, *provider, session, *origin) : QList<ApiKey>());
        showSession();
    }
    m_steps->setSteps(kind->dashboardSteps);
    m_open->setVisible(dashboardUrl(*kind, base).isValid());
    m_dashboardOption->setVisible(!kind->dashboardSteps.isEmpty());

    using Source = SetupDraft::Source;
    Source source = creatable && (!session || kind->dashboardSteps.isEmpty()) ? Source::Create
                    : kind->dashboardSteps.isEmpty()                          ? Source::Paste
                                                                              : Source::Dashboard;
    if (sameKind && m_draft.source && (*m_draft.source != Source::Create || creatable) &&
        (*m_draft.source != Source::Dashboard || !kind->dashboardSteps.isEmpty()))
        source = *m_draft.source;
    QRadioButton *option = source == Source::Create      ? m_create
                           : source == Source::Dashboard ? m_dashboard
                           : source == Source::Import    ? m_import
                                                         : m_paste;
    option->setChecked(true);
    showSource();
}

SetupDraft::Source SourcePage::chosen() const
{
    return m_create->isChecked()      ? SetupDraft::Source::Create
           : m_dashboard->isChecked() ? SetupDraft::Source::Dashboard
           : m_import->isChecked()    ? SetupDraft::Source::Import
                                      : SetupDraft::Source::Paste;
}

void SourcePage::showSource()
{
    const Provider *provider = m_core.providers.find(m_draft.providerId);
    const bool session = provider && sessionKind(*provider, m_kind->currentData().toString());
    m_sessionPanel->setVisible(session && chosen() == SetupDraft::Source::Create);
    m_dashboardPanel->setVisible(chosen() == SetupDraft::Source::Dashboard);
    m_draft.source = chosen();
    m_draft.kindId = m_kind->currentData().toString();
    Q_EMIT sourceChanged();
}

/// How to get a session token is told while none is chosen.
void SourcePage::showSession()
{
    const Provider *provider = m_core.providers.find(m_draft.providerId);
    const TokenKind *session = provider ? sessionKind(*provider, m_kind->currentData().toString()) : nullptr;
    if (!session)
        return;
    const bool typed = m_session->isTyped();
    const QUrl base = draftTarget(m_draft, m_core).value_or(QUrl());
    m_sessionSteps->setVisible(typed);
    m_openForSession->setVisible(typed && dashboardUrl(*session, base).isValid());
    m_keepSession->setVisible(typed && canKeep(*session));
    m_sessionLabel->setText(!typed              ? tr("Session token: authorises this one call.")
                            : canKeep(*session) ? tr("Session token: authorises this one call. It is kept only if you ask for that.")
                                                : tr("Session token: authorises this one call. It is used once and not kept."));
}

void SourcePage::openDashboard(const QString &kindId)
{
    const Provider *provider = m_core.providers.find(m_draft.providerId);
    const TokenKind *kind = provider ? provider->kind(kindId) : nullptr;
    if (!kind)
        return;
    const QUrl url = dashboardUrl(*kind, draftTarget(m_draft, m_core).value_or(QUrl()));
    if (url.isValid())
        QDesktopServices::openUrl(url);
}

bool SourcePage::leave()
{
    const Provider *provider = m_core.providers.find(m_draft.providerId);
    if (!provider)
        return false;
    m_draft.kindId = m_kind->currentData().toString();
    m_draft.source = chosen();
    m_draft.session = {};
    m_draft.keepSession = false;
    m_sessionProblem->clear();
    const TokenKind *session = sessionKind(*provider, m_draft.kindId);
    if (!m_draft.creates() || !session)
        return true;

    const SignIn signIn = m_session->signIn();
    if (signIn.isEmpty()) {
        m_sessionProblem->setText(tr("Paste the session token first. Keydesk uses it for this one call."));
        return false;
    }
    if (signIn.typed && !canBeSent(*signIn.typed)) {
        m_sessionProblem->setText(tr("This cannot be a session token: it holds characters that a call cannot "
                                     "carry, or it is too long."));
        return false;
    }
    m_draft.session = signIn;
    m_draft.keepSession = signIn.typed && canKeep(*session) && m_keepSession->isChecked();
    return true;
}

void SourcePage::forget()
{
    m_session->clearSecret();
}

QWidget *SourcePage::firstField() const
{
    return m_create->isChecked()      ? m_create
           : m_dashboard->isChecked() ? m_dashboard
           : m_import->isChecked()    ? m_import
                                      : m_paste;
}

} // namespace keydesk
