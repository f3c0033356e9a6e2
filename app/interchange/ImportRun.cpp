#include "app/interchange/ImportRun.h"

#include "app/base/Guarded.h"
#include "app/environments/EnvironmentStore.h"
#include "app/interchange/NameWords.h"
#include "app/keys/KeyService.h"
#include "app/providers/ProviderCatalog.h"

using namespace Qt::StringLiterals;

namespace keydesk {

ImportRun::ImportRun(const QList<Item> &items, KeyService &service, EnvironmentStore &environments,
                     const ProviderCatalog &providers, QObject *parent)
    : QObject(parent)
    , m_items(items)
    , m_service(service)
    , m_environments(environments)
    , m_providers(providers)
{
}

void ImportRun::start()
{
    later(this, [this] { next(); });
}

void ImportRun::cancel()
{
    m_cancelled = true;
    if (m_job)
        m_job->cancel();
}

void ImportRun::next()
{
    const qsizetype at = m_outcomes.size();
    if (m_cancelled) {
        for (qsizetype i = at; i < m_items.size(); ++i)
            m_outcomes.append({m_items.at(i).row, ImportOutcome::What::Stopped, {}, {}});
    }
    if (m_outcomes.size() == m_items.size()) {
        removeUnused();
        m_items.clear(); // and the tokens with them
        Q_EMIT finished();
        return;
    }
    const Item &item = m_items.at(at);
    Q_EMIT progress(static_cast<int>(at), static_cast<int>(m_items.size()), item.candidate.name);
    const Result<std::optional<QUuid>> environment = environmentOf(item.candidate);
    if (!environment) {
        later(this, [this, error = environment.error()] { ended(tl::unexpected(error)); });
        return;
    }
    NewKey draft;
    draft.name = item.candidate.name;
    draft.providerId = item.candidate.providerId;
    draft.kindId = item.candidate.kindId;
    draft.environmentId = *environment;
    draft.importedFrom = item.sourceName.isEmpty()
                             ? tr("a pasted text")
                             : tr("%1, line %2").arg(item.sourceName).arg(item.candidate.line);
    m_job = m_service.add(draft, item.candidate.token);
    connect(m_job, &KeyJob::finished, this, &ImportRun::ended);
}

void ImportRun::ended(const Result<ApiKey> &outcome)
{
    ImportOutcome told{m_items.at(m_outcomes.size()).row, ImportOutcome::What::Added, {}, {}};
    if (outcome) {
        told.keyId = outcome->id;
    } else {
        told.what = outcome.error().kind == Error::Kind::Duplicate   ? ImportOutcome::What::Duplicate
                    : outcome.error().kind == Error::Kind::Cancelled ? ImportOutcome::What::Stopped
                                                                     : ImportOutcome::What::Failed;
        told.text = outcome.error().message;
    }
    m_outcomes.append(told);
    next();
}

Result<std::optional<QUuid>> ImportRun::environmentOf(const KeyCandidate &candidate)
{
    const EnvironmentChoice &choice = candidate.environment;
    if (choice.id || choice.newName.isEmpty())
        return choice.id;
    const QString wanted = QStringList{candidate.providerId, choice.newName, choice.newBaseUrl}.join(u'\n');
    if (const auto made = m_made.constFind(wanted); made != m_made.constEnd())
        return std::optional(*made);
    const Provider *provider = m_providers.find(candidate.providerId);
    const Stage stage = stageOf(nameWords(choice.newName));
    Environment environment;
    environment.name = choice.newName;
    environment.providerId = candidate.providerId;
    environment.baseUrl = choice.newBaseUrl;
    environment.isProtected = stage == Stage::Production;
    environment.colour = stage == Stage::Production    ? u"red"_s
                         : stage == Stage::Staging     ? u"amber"_s
                         : stage == Stage::Development ? u"green"_s
                         : provider                    ? provider->defaultColour
                                                       : QString();
    const Result<Environment> added = m_environments.add(environment);
    if (!added)
        return tl::unexpected(added.error());
    m_made.insert(wanted, added->id);
    return std::optional(added->id);
}

void ImportRun::removeUnused()
{
    for (const QUuid &id : std::as_const(m_made)) {
        const std::optional<Environment> environment = m_environments.find(id);
        if (environment && environment->callKeys().isEmpty())
            (void)m_environments.remove(id); // if it stays, it is empty and in view
    }
}

} // namespace keydesk
