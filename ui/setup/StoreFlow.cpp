#include "ui/setup/StoreFlow.h"

#include "app/Core.h"
#include "app/base/Guarded.h"

using namespace Qt::StringLiterals;

namespace keydesk {

StoreFlow::StoreFlow(Core &core, QObject *parent)
    : QObject(parent)
    , m_core(core)
{
}

StoreFlow::~StoreFlow()
{
    cancel();
}

void StoreFlow::cancel()
{
    if (m_job)
        m_job->cancel();
}

void StoreFlow::start(const SetupDraft &draft, bool checkInBackground)
{
    if (m_running)
        return;
    m_running = true;
    m_created = draft.creates();
    m_checkInBackground = checkInBackground;
    m_providerId = draft.providerId;
    m_place = draft.place;
    m_session.reset();
    const Provider *provider = m_core.providers.find(draft.providerId);
    if (!provider || !provider->kind(draft.kindId)) {
        later(this, [this] {
            end(failure(Error::Kind::NotFound,
                        tr("This provider is not known any more. Go back and choose one.")));
        });
        return;
    }
    if (draft.keepSession && draft.session.typed) {
        if (const TokenKind *kind = sessionKind(*provider, draft.kindId); kind && canKeep(*kind)) {
            m_session = draft.session.typed;
            m_sessionKindId = kind->id;
            m_sessionKeyName = u"%1 %2"_s.arg(provider->name, inSentence(kind->name));
        }
    }
    if (draft.environmentId && m_core.environments->find(*draft.environmentId)) {
        storeKey(draft, *draft.environmentId, false);
        return;
    }

    const auto base = draftBaseUrl(draft, m_core);
    Environment environment;
    environment.name = draft.newEnvironmentName.trimmed();
    environment.providerId = provider->id;
    environment.baseUrl = base ? base->toString() : QString();
    environment.colour = provider->defaultColour;
    environment.isProtected = draft.newEnvironmentProtected;
    const auto added =
        base ? m_core.environments->add(environment) : Result<Environment>(tl::unexpected(base.error()));
    if (!added) {
        later(this, [this, error = added.error()] { end(tl::unexpected(error)); });
        return;
    }
    storeKey(draft, added->id, true);
}

void StoreFlow::storeKey(const SetupDraft &draft, const QUuid &environmentId, bool newEnvironment)
{
    NewKey key;
    key.name = draft.keyName.trimmed();
    key.providerId = draft.providerId;
    key.kindId = draft.kindId;
    key.environmentId = environmentId;
    if (draft.environmentId == environmentId)
        key.identity = draft.identity;
    key.form = formOf(draft, m_core);
    if (sentAs(draft, m_core) == SetupDraft::SentAs::OAuth)
        key.oauth = draft.oauth;
    key.abilities = draft.creates() ? draft.abilities : QStringList();
    key.expiresAt = draft.expiresAt;
    key.place = draft.place;
    if (draft.verdictFor == draftDestination(draft, m_core))
        key.verdict = draft.verdict;

    Q_EMIT progress(draft.creates() ? tr("Creating the key…") : tr("Storing the key…"));
    m_job = draft.creates() ? m_core.keyService->create(key, draft.session)
                            : m_core.keyService->add(key, draft.token);
    if (newEnvironment) {
        // Not in this object's name: the environment goes also when the window was closed before the job
        // ended.
        EnvironmentStore *environments = m_core.environments.get();
        connect(m_job, &KeyJob::finished, environments,
                [environments, environmentId](const Result<ApiKey> &outcome) {
                    if (!outcome)
                        (void)environments->remove(environmentId);
                });
    }
    connect(m_job, &KeyJob::progress, this, &StoreFlow::progress);
    connect(m_job, &KeyJob::finished, this, [this, environmentId](const Result<ApiKey> &outcome) {
        m_job.clear();
        if (outcome)
            keyStored(*outcome, environmentId);
        else
            end(outcome);
    });
}

void StoreFlow::keyStored(const ApiKey &key, const QUuid &environmentId)
{
    Q_EMIT stored(key, environmentId);
    if (m_session)
        keepSession(environmentId);
    if (m_created) {
        check(key, environmentId);
        return;
    }
    if (m_checkInBackground)
        m_core.keyService->check(key.id, environmentId);
    end(key);
}

void StoreFlow::keepSession(const QUuid &environmentId)
{
    NewKey key;
    key.name = m_sessionKeyName;
    key.providerId = m_providerId;
    key.kindId = m_sessionKindId;
    key.environmentId = environmentId;
    key.place = m_place;
    // Its outcome is not waited for: the keys page shows it, and a failure leaves the key that was asked for
    // untouched.
    m_core.keyService->add(key, std::exchange(m_session, {}));
}

void StoreFlow::check(const ApiKey &key, const QUuid &environmentId)
{
    Q_EMIT progress(tr("Trying the new key…"));
    m_job = m_core.keyService->check(key.id, environmentId);
    connect(m_job, &KeyJob::called, m_core.recorder.get(), &CallRecorder::record);
    connect(m_job, &KeyJob::finished, this, [this, key](const Result<ApiKey> &outcome) {
        m_job.clear();
        end(outcome ? *outcome : m_core.keys->find(key.id).value_or(key));
    });
}

void StoreFlow::end(const Result<ApiKey> &outcome)
{
    m_running = false;
    m_session.reset();
    Q_EMIT finished(outcome);
}

} // namespace keydesk
