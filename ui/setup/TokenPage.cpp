#include "ui/setup/TokenPage.h"

#include "app/Core.h"
#include "app/keys/KeyCheck.h"
#include "app/providers/TokenFormat.h"
#include "ui/setup/Card.h"
#include "ui/setup/CredentialFields.h"
#include "ui/setup/RevealButton.h"
#include "ui/setup/RoleLabel.h"
#include "ui/setup/SetupDraft.h"
#include "ui/setup/TokenTrial.h"
#include "ui/widgets/TokenField.h"

#include <QBoxLayout>
#include <QDesktopServices>

#include <chrono>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace keydesk {

namespace {

/// "user:password"; empty if both are.
Secret pairOf(const QString &user, const Secret &password)
{
    if (user.isEmpty() && password.isEmpty())
        return {};
    const std::string_view bytes = password.reveal();
    QByteArray pair = user.toUtf8();
    pair.reserve(pair.size() + 1 + password.size());
    pair.append(':').append(bytes.data(), password.size());
    return Secret::take(std::move(pair));
}

} // namespace

TokenPage::TokenPage(Core &core, SetupDraft &draft, QWidget *parent)
    : SetupPage(core, draft, parent)
    , m_fields(new CredentialFields)
    , m_label(new RoleLabel)
    , m_field(new TokenField)
    , m_problem(new FieldProblem(m_field))
    , m_card(new FactsCard(tr("What is known about the token")))
    , m_trial(new TokenTrial(core, this))
{
    setHeading(tr("Paste your token"), u" "_s);
    subtitle().setTextInteractionFlags(Qt::TextBrowserInteraction);
    subtitle().setFocusPolicy(Qt::StrongFocus);
    connect(&subtitle(), &QLabel::linkActivated, this, &TokenPage::openDashboard);

    auto *row = new QWidget;
    auto *line = new QHBoxLayout(row);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(theme::gap);
    line->addWidget(m_field, 1);
    line->addWidget(new RevealButton(m_field));
    m_label->setTextInteractionFlags(Qt::NoTextInteraction);
    m_label->setBuddy(m_field);
    column().addWidget(m_fields);
    column().addWidget(m_label);
    column().addWidget(row);
    column().addWidget(m_problem);
    column().addSpacing(theme::gap);
    column().addWidget(m_card);
    column().addStretch(1);

    m_debounce.setSingleShot(true);
    connect(&m_debounce, &QTimer::timeout, this, &TokenPage::tryNow);
    const auto typed = [this] {
        m_typedFor = draftDestination(m_draft, m_core);
        edited();
    };
    connect(m_field, &TokenField::secretEdited, this, typed);
    connect(m_fields, &CredentialFields::edited, this, typed);
    connect(m_trial, &TokenTrial::changed, this, [this] {
        noteVerdict();
        showFacts();
    });
}

void TokenPage::enter()
{
    if (m_typedFor != draftDestination(m_draft, m_core)) {
        // Judging the text again would send a token of one place to another without being asked.
        forget();
        m_draft.token.reset();
    }
    const Provider *provider = m_core.providers.find(m_draft.providerId);
    const TokenKind *kind = provider ? provider->kind(m_draft.kindId) : nullptr;
    if (!kind)
        return;
    showHeading(*provider, *kind);
    QStringList words;
    if (!kind->dashboardPath.isEmpty())
        // A menu path, or a place that is named in words.
        words << (kind->dashboardPath.at(0).isLower() ? tr("You find it in %1.")
                                                      : tr("In the dashboard: %1."))
                     .arg(kind->dashboardPath)
                     .toHtmlEscaped();
    else if (!kind->patternHint.isEmpty())
        words << tr("It looks like this: %1.").arg(kind->patternHint).toHtmlEscaped();
    const bool link = dashboardUrl(*kind, draftTarget(m_draft, m_core).value_or(QUrl())).isValid();
    if (link)
        words << u"<a href=\"dashboard\" style=\"text-decoration:none\">%1</a>"_s.arg(
            tr("Open dashboard").toHtmlEscaped());
    subtitle().setTextFormat(Qt::RichText);
    subtitle().setText(words.join(u' '));
    subtitle().setVisible(!words.isEmpty());
    subtitle().setFocusPolicy(link ? Qt::StrongFocus : Qt::NoFocus);
    m_problem->clear();
    edited(); // a key with this token may have been stored or deleted since
}

void TokenPage::showHeading(const Provider &provider, const TokenKind &kind)
{
    const SetupDraft::SentAs form = sentAs(m_draft, m_core);
    QString title = tr("Paste your %1 %2").arg(provider.name, inSentence(kind.name));
    QString label = tr("Token");
    if (form == SetupDraft::SentAs::Basic) {
        title = tr("Enter the user name and the password");
        label = tr("Password");
    } else if (form == SetupDraft::SentAs::OAuth) {
        title = tr("Enter the client's credentials");
        label = tr("Client secret");
    }
    setHeading(title, u" "_s);
    m_label->setText(label);
    m_field->setAccessibleName(label);
    m_field->setPassphrase(form == SetupDraft::SentAs::Basic);
    m_fields->show(form, kind);
}

void TokenPage::edited()
{
    m_problem->clear();
    m_debounce.stop();
    m_trial->reset();
    const Secret typed = m_field->secret();
    const bool atOnce = qAbs(typed.size() - m_lastSize) > 1; // pasted, not typed
    m_lastSize = typed.size();
    const SetupDraft::SentAs form = sentAs(m_draft, m_core);
    m_draft.oauth = form == SetupDraft::SentAs::OAuth ? std::optional(m_fields->client()) : std::nullopt;
    const bool isPair = form == SetupDraft::SentAs::Basic;
    judge(cleanToken(isPair ? pairOf(m_fields->userName(), typed) : typed.copy(), formOf(m_draft, m_core).placement));
    showFacts();
    if (m_draft.token && m_canBeSent && m_notTried.isEmpty() && !m_tryOnRequest)
        m_debounce.start(atOnce ? 0ms : 500ms);
}

void TokenPage::judge(const CleanedToken &cleaned)
{
    m_findings.clear();
    m_duplicateOf.clear();
    m_notTried.clear();
    const KeyForm form = formOf(m_draft, m_core);
    m_tryOnRequest = m_draft.oauth.has_value();
    m_draft.token.reset();
    m_canBeSent = canBeSent(cleaned.token, form.placement);
    const Provider *provider = m_core.providers.find(m_draft.providerId);
    const TokenKind *kind = provider ? provider->kind(m_draft.kindId) : nullptr;
    if (!kind)
        return;

    QStringList codes{u"Bearer"_s, u"Authorization"_s};
    for (const Provider &other : m_core.providers.all())
        for (const TokenKind &each : other.kinds)
            if (!each.prefix.isEmpty() && !codes.contains(each.prefix))
                codes << each.prefix;
    const QList<TokenFinding> found =
        form.placement == KeyPlacement::Basic
            ? QList<TokenFinding>()
            : checkToken(cleaned.token, *provider, m_draft.kindId, m_core.providers.all());
    for (const TokenFinding &finding : found) {
        const bool good = finding.level == TokenFinding::Level::Good;
        m_findings << Fact{good ? u"check"_s : u"warning"_s,
                           good ? theme::Role::Success : theme::Role::Caution,
                           finding.text,
                           theme::Role::Text,
                           codes,
                           {},
                           {}};
        m_tryOnRequest |= !good;
    }
    for (const QString &removed : cleaned.removed)
        m_findings << Fact{u"warning"_s, theme::Role::Caution, removed, theme::Role::Text, codes, {}, {}};
    if (cleaned.token.isEmpty())
        return;
    m_draft.token = std::make_shared<const Secret>(cleaned.token.copy());
    if (const auto known = m_core.keyService->duplicateOf(cleaned.token)) {
        m_duplicateOf = known->name;
        m_notTried = tr("It was not tried again: see the key's own status.");
        return;
    }
    m_notTried = TokenTrial::hindrance(m_draft, m_core);
}

void TokenPage::tryNow()
{
    m_debounce.stop();
    if (m_draft.token && m_canBeSent && m_fields->check())
        m_trial->start(m_draft);
}

void TokenPage::noteVerdict()
{
    m_draft.verdict.reset();
    if (m_trial->isRunning())
        m_draft.verdictFor = draftDestination(m_draft, m_core); // it may change before the answer is there
    if (const auto &outcome = m_trial->outcome(); outcome && outcome->status > 0)
        m_draft.verdict = TokenVerdict{outcome->verdict, shortCheckNote(outcome->status, outcome->trace.elapsed),
                                       QDateTime::currentDateTimeUtc()};
}

Fact TokenPage::trialFact()
{
    if (m_trial->isRunning())
        return {u"clock"_s,
                theme::Role::SecondText,
                tr("Trying it: %1 …").arg(m_trial->question()),
                theme::Role::SecondText,
                {m_trial->question()},
                tr("Stop"),
                [this] {
                    m_tryOnRequest = true;
                    m_trial->reset();
                    showFacts();
                }};
    if (const auto &outcome = m_trial->outcome()) {
        const QString note = outcome->note;
        if (outcome->verdict == ApiKey::Status::Works)
            return {u"check"_s, theme::Role::Success, tr("Works: %1").arg(note), theme::Role::Text, {}, {},
                    {}};
        const bool refused =
            outcome->verdict == ApiKey::Status::Refused || outcome->verdict == ApiKey::Status::Expired;
        const QString why = explainCheck(outcome->status, outcome->verdict, outcome->error);
        const QString said = refused ? tr("Refused: %1. %2") : tr("Not proved: %1. %2");
        return {refused ? u"refused"_s : u"warning"_s,
                refused ? theme::Role::Danger : theme::Role::Caution,
                outcome->error ? why : said.arg(note, why),
                theme::Role::Text,
                {},
                tr("Try again"),
                [this] { tryNow(); }};
    }
    if (!m_notTried.isEmpty())
        return {u"info"_s, theme::Role::SecondText, m_notTried, theme::Role::SecondText, {}, {}, {}};
    if (m_tryOnRequest)
        return {u"info"_s,    theme::Role::SecondText, tr("It was not tried."), theme::Role::SecondText, {},
                tr("Try it"), [this] { tryNow(); }};
    return {
        u"clock"_s, theme::Role::SecondText, tr("It is tried in a moment."), theme::Role::SecondText, {}, {},
        {}};
}

void TokenPage::showFacts()
{
    QList<Fact> facts = m_findings;
    if (!m_duplicateOf.isEmpty())
        facts << Fact{u"warning"_s,
                      theme::Role::Caution,
                      tr("You already have this key as “%1”.").arg(m_duplicateOf),
                      theme::Role::Text,
                      {},
                      {},
                      {}};
    if (m_draft.token && m_canBeSent)
        facts << trialFact();
    showDestination(facts);
    m_card->setFacts(facts);
}

void TokenPage::showDestination(QList<Fact> &facts) const
{
    const auto target = draftTarget(m_draft, m_core);
    const auto origin = target ? Origin::fromUrl(*target) : tl::unexpected(target.error());
    const auto add = [&facts](const QString &text, const QString &place) {
        facts << Fact{u"lock"_s, theme::Role::SecondText, text.arg(place), theme::Role::SecondText, {place}, {}, {}};
    };
    if (m_draft.oauth) {
        if (const auto server = Origin::fromUrl(m_draft.oauth->tokenUrl))
            add(tr("The client secret will be sent to %1 only"), server->toString());
        if (origin)
            add(tr("The access tokens that it gives will be sent to %1 only"), origin->toString());
    } else if (origin) {
        add(tr("Will be sent to %1 only"), origin->toString());
    }
}

void TokenPage::openDashboard()
{
    const Provider *provider = m_core.providers.find(m_draft.providerId);
    const TokenKind *kind = provider ? provider->kind(m_draft.kindId) : nullptr;
    if (!kind)
        return;
    const QUrl url = dashboardUrl(*kind, draftTarget(m_draft, m_core).value_or(QUrl()));
    if (url.isValid())
        QDesktopServices::openUrl(url);
}

bool TokenPage::leave()
{
    using SentAs = SetupDraft::SentAs;
    m_problem->clear();
    if (!m_fields->check())
        return false;
    const SentAs form = sentAs(m_draft, m_core);
    if (!m_draft.token) {
        m_problem->setText(form == SentAs::Basic   ? tr("Enter the user name, the password, or both.")
                           : form == SentAs::OAuth ? tr("Paste or type the client secret first.")
                                                   : tr("Paste or type the token first."));
        return false;
    }
    if (!m_canBeSent) {
        m_problem->setText(form == SentAs::Basic
                               ? tr("The password holds a line break or another control character, or it is too long.")
                               : tr("This cannot be a token: it holds characters that a call cannot carry, or it "
                              "is too long. Copy it again."));
        return false;
    }
    if (!m_duplicateOf.isEmpty()) {
        m_problem->setText(
            tr("You already have this key as “%1”. Paste another one, or close this window and use that key.")
                .arg(m_duplicateOf));
        return false;
    }
    m_debounce.stop();
    return true;
}

void TokenPage::forget()
{
    m_debounce.stop();
    m_trial->reset();
    m_field->clearSecret();
    m_fields->clear();
    m_lastSize = 0;
    m_findings.clear();
    m_duplicateOf.clear();
}

QWidget *TokenPage::firstField() const
{
    if (QWidget *field = m_fields->firstField())
        return field;
    return m_field;
}

} // namespace keydesk
