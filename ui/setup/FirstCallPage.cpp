#include "ui/setup/FirstCallPage.h"

#include "app/Core.h"
#include "app/keys/SecretPlaces.h"
#include "ui/setup/Card.h"
#include "ui/setup/RoleLabel.h"
#include "ui/setup/SetupDraft.h"
#include "ui/setup/TokenTrial.h"

#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace keydesk {

FirstCallPage::FirstCallPage(Core &core, SetupDraft &draft, QWidget *parent)
    : SetupPage(core, draft, parent)
    , m_card(new FactsCard(tr("The first call")))
{
    column().addWidget(m_card);
    column().addStretch(1);
}

RequestSpec FirstCallPage::request() const
{
    const Provider *provider = m_core.providers.find(m_draft.providerId);
    if (provider) {
        if (const ProviderRequest *check = provider->checkRequest(m_draft.kindId))
            return check->request;
        if (!provider->requests.isEmpty())
            return provider->requests.first().request;
    }
    RequestSpec spec;
    spec.name = tr("First request");
    spec.url = u"/"_s;
    return spec;
}

void FirstCallPage::enter()
{
    if (!m_draft.stored)
        return;
    setHeading(tr("“%1” is ready").arg(m_draft.stored->name),
               tr("The console opens with this first request when you choose Finish."));
    m_error.reset();
    // A key that was created here was tried when it came to be.
    if (m_draft.stored->lastCheckedAt.isValid())
        show();
    else
        call();
}

void FirstCallPage::call()
{
    if (m_job || !m_draft.stored)
        return;
    const Provider *provider = m_core.providers.find(m_draft.providerId);
    m_error.reset();
    if (!provider || !provider->checkRequest(m_draft.kindId)) {
        show();
        return;
    }
    m_job = m_core.keyService->check(m_draft.stored->id, m_draft.storedEnvironmentId);
    connect(m_job, &KeyJob::finished, this, [this](const Result<ApiKey> &outcome) {
        m_job.clear();
        if (outcome)
            m_draft.stored = *outcome;
        else
            m_error = outcome.error();
        show();
    });
    show();
}

void FirstCallPage::show()
{
    const ApiKey &key = *m_draft.stored;
    const RequestSpec spec = request();
    QString path = spec.url;
    path.remove("{{baseUrl}}"_L1);
    const QString question = u"%1 %2"_s.arg(spec.method, path);
    const QString note = key.lastCheckNote;
    using theme::Role;

    QList<Fact> facts;
    if (key.place == SecretPlace::Session)
        facts << Fact{u"clock"_s,
                      Role::Caution,
                      tr("Held in memory for this session only. The key is gone when Keydesk ends."),
                      Role::Text,
                      {},
                      {},
                      {}};
    else
        facts << Fact{u"lock"_s,
                      Role::Success,
                      storedWords(key.place),
                      Role::Text,
                      {},
                      {},
                      {}};

    const auto again = [this] { call(); };
    if (m_job)
        facts << Fact{u"clock"_s,
                      Role::SecondText,
                      tr("Calling: %1 …").arg(question),
                      Role::SecondText,
                      {question},
                      tr("Stop"),
                      [this] {
                          if (m_job)
                              m_job->cancel();
                      }};
    else if (m_error)
        facts << Fact{u"warning"_s,
                      Role::Caution,
                      m_error->kind == Error::Kind::Cancelled ? tr("The call was stopped.")
                                                              : m_error->message,
                      Role::Text,
                      {},
                      tr("Try again"),
                      again};
    else if (!key.lastCheckedAt.isValid())
        facts << Fact{u"info"_s,
                      Role::SecondText,
                      tr("No call is known that proves this key. Send the first one in the console."),
                      Role::SecondText,
                      {},
                      {},
                      {}};
    else if (key.status == ApiKey::Status::Works)
        facts << Fact{u"check"_s, Role::Success, tr("Works: %1 answered %2").arg(question, note),
                      Role::Text, {question},    {},
                      {}};
    else if (key.status == ApiKey::Status::Refused || key.status == ApiKey::Status::Expired)
        facts << Fact{
            u"refused"_s,
            Role::Danger,
            tr("Refused: %1 answered %2. %3").arg(question, note, explainCheck(401, key.status, {})),
            Role::Text,
            {question},
            tr("Try again"),
            again};
    else
        facts << Fact{u"warning"_s,    Role::Caution, tr("Not proved: %1.").arg(note), Role::Text, {question},
                      tr("Try again"), again};
    m_card->setFacts(facts);
}

bool FirstCallPage::leave()
{
    return true;
}

void FirstCallPage::forget()
{
    if (m_job)
        m_job->cancel();
}

QWidget *FirstCallPage::firstField() const
{
    return nullptr;
}

} // namespace keydesk
