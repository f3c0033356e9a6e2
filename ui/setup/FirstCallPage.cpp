#include "ui/setup/FirstCallPage.h"

#include "app/Core.h"
#include "app/keys/KeyForRequest.h"
#include "ui/setup/KeyFacts.h"
#include "ui/setup/RoleLabel.h"
#include "ui/setup/SetupDraft.h"

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
    if (m_draft.creates() && m_draft.stored->lastCheckedAt.isValid())
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
    connect(m_job, &KeyJob::called, m_core.recorder.get(), &CallRecorder::record);
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
    using theme::Role;

    QList<Fact> facts{placeFact(key.place)};
    const auto again = [this] { call(); };
    if (m_job) {
        facts << Fact{.icon = u"clock"_s,
                      .text = tr("Calling: %1 …").arg(question),
                      .ink = Role::SecondText,
                      .codes = {question},
                      .buttonText = tr("Stop"),
                      .pressed = [this] {
                          if (m_job)
                              m_job->cancel();
                      }};
    } else if (m_error) {
        facts << Fact{.icon = u"warning"_s,
                      .iconInk = Role::Caution,
                      .text = m_error->kind == Error::Kind::Cancelled ? tr("The call was stopped.")
                                                                      : m_error->message,
                      .buttonText = tr("Try again"),
                      .pressed = again};
    } else if (!key.lastCheckedAt.isValid()) {
        facts << Fact{.icon = u"info"_s,
                      .text = tr("No call is known that proves this key. Send the first one in the console."),
                      .ink = Role::SecondText};
    } else {
        Fact said = checkFact(key, question);
        if (key.status != ApiKey::Status::Works) {
            said.buttonText = tr("Try again");
            said.pressed = again;
        }
        facts << said;
    }
    if (const auto kept = keptKey(key, m_draft.storedEnvironmentId, *m_core.environments, *m_core.keys))
        facts << Fact{.icon = u"info"_s,
                      .text = tr("“%1” stays the key of its environment, because this one was refused.")
                                  .arg(kept->name),
                      .buttonText = tr("Use this one anyway"),
                      .pressed = [this] { useAnyway(); }};
    m_card->setFacts(facts);
}

void FirstCallPage::useAnyway()
{
    const ApiKey &key = *m_draft.stored;
    if (const Result<void> set =
            m_core.environments->setKey(m_draft.storedEnvironmentId, key.kindId, key.id);
        !set)
        m_error = set.error();
    show();
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
