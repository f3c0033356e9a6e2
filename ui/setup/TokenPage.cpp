#include "ui/setup/TokenPage.h"

#include "app/Core.h"
#include "app/keys/KeyCheck.h"
#include "app/providers/TokenFormat.h"
#include "ui/setup/Card.h"
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

TokenPage::TokenPage(Core &core, SetupDraft &draft, QWidget *parent)
    : SetupPage(core, draft, parent)
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
    addField(tr("Token"), m_field, row);
    column().addWidget(m_problem);
    column().addSpacing(theme::gap);
    column().addWidget(m_card);
    column().addStretch(1);

    m_debounce.setSingleShot(true);
    connect(&m_debounce, &QTimer::timeout, this, &TokenPage::tryNow);
    connect(m_field, &TokenField::secretEdited, this, [this] {
        m_typedFor = draftDestination(m_draft, m_core);
        edited();
    });
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
    setHeading(tr("Paste your %1 %2").arg(provider->name, inSentence(kind->name)), u" "_s);
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

void TokenPage::edited()
{
    m_problem->clear();
    m_debounce.stop();
    m_trial->reset();
    const Secret typed = m_field->secret();
    const bool atOnce = qAbs(typed.size() - m_lastSize) > 1; // pasted, not typed
    m_lastSize = typed.size();
    judge(cleanToken(typed));
    showFacts();
    if (m_draft.token && m_canBeSent && m_notTried.isEmpty() && !m_tryOnRequest)
        m_debounce.start(atOnce ? 0ms : 500ms);
}

void TokenPage::judge(const CleanedToken &cleaned)
{
    m_findings.clear();
    m_duplicateOf.clear();
    m_notTried.clear();
    m_tryOnRequest = false;
    m_draft.token.reset();
    m_canBeSent = canBeSent(cleaned.token);
    const Provider *provider = m_core.providers.find(m_draft.providerId);
    const TokenKind *kind = provider ? provider->kind(m_draft.kindId) : nullptr;
    if (!kind)
        return;

    QStringList codes{u"Bearer"_s, u"Authorization"_s};
    for (const Provider &other : m_core.providers.all())
        for (const TokenKind &each : other.kinds)
            if (!each.prefix.isEmpty() && !codes.contains(each.prefix))
                codes << each.prefix;
    for (const TokenFinding &finding :
         checkToken(cleaned.token, *provider, m_draft.kindId, m_core.providers.all())) {
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
    if (m_draft.token && m_canBeSent)
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
    if (const auto target = draftTarget(m_draft, m_core)) {
        if (const auto origin = Origin::fromUrl(*target))
            facts << Fact{u"lock"_s,
                          theme::Role::SecondText,
                          tr("Will be sent to %1 only").arg(origin->toString()),
                          theme::Role::SecondText,
                          {origin->toString()},
                          {},
                          {}};
    }
    m_card->setFacts(facts);
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
    m_problem->clear();
    if (!m_draft.token) {
        m_problem->setText(tr("Paste or type the token first."));
        return false;
    }
    if (!m_canBeSent) {
        m_problem->setText(tr("This cannot be a token: it holds characters that a call cannot carry, or it "
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
    m_lastSize = 0;
    m_findings.clear();
    m_duplicateOf.clear();
}

QWidget *TokenPage::firstField() const
{
    return m_field;
}

} // namespace keydesk
