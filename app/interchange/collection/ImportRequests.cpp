#include "app/interchange/collection/ImportRequests.h"

#include "app/environments/EnvironmentStore.h"
#include "app/keys/SecretVariables.h"
#include "app/providers/ProviderCatalog.h"

#include <algorithm>
#include <set>

using namespace Qt::StringLiterals;

namespace keydesk {

QList<StoredCredential> stillStored(const QList<StoredCredential> &stored, const EnvironmentStore &environments)
{
    QList<StoredCredential> still = stored;
    still.removeIf([&environments](const StoredCredential &each) {
        const auto environment = environments.find(each.environment);
        return !environment || environment->secretVariables().value(each.variable) != each.key;
    });
    return still;
}

QString namesOf(const QList<StoredCredential> &stored, const EnvironmentStore &environments)
{
    constexpr qsizetype most = 5;
    QStringList names;
    for (const StoredCredential &each : stored.first(std::min(most, stored.size()))) {
        const auto environment = environments.find(each.environment);
        names
            << ImportRequests::tr("“%1” of “%2”", "a variable, and its environment").arg(each.variable, environment ? environment->name : QString());
    }
    const QString listed = names.join(u", "_s);
    const auto more = static_cast<int>(stored.size() - names.size());
    return more > 0 ? ImportRequests::tr("%1 and %n more", nullptr, more).arg(listed) : listed;
}

ImportRequests::ImportRequests(const ProviderCatalog &providers, const EnvironmentStore &environments, SecretVariables &secrets,
                               QObject *parent)
    : QObject(parent)
    , m_providers(providers)
    , m_environments(environments)
    , m_secrets(secrets)
{
}

ImportRequests::~ImportRequests()
{
    cancel(); // what still reads ends soon, and is waited for
    m_ending = true;
}

void ImportRequests::start(const Work &work)
{
    cancel();
    m_imported.reset();
    const auto cancelled = std::make_shared<std::atomic_bool>(false);
    m_cancelled = cancelled;
    m_background.run(
        this, [work, cancelled] { return work(*cancelled); },
        [this, cancelled](const Result<ImportedCollection> &imported) {
            if (m_cancelled != cancelled)
                return;
            m_cancelled.reset();
            if (!imported) {
                Q_EMIT failed(imported.error());
                return;
            }
            m_imported = std::make_shared<const ImportedCollection>(*imported);
            Q_EMIT read();
        });
}

void ImportRequests::readPaths(const QStringList &paths)
{
    start([paths, reading = CollectionReading{tokenPatterns(m_providers), {}}](const std::atomic_bool &cancelled) {
        return readCollectionPaths(paths, reading, cancelled);
    });
}

void ImportRequests::readText(QByteArray text)
{
    const auto bytes = std::make_shared<const Secret>(Secret::take(std::move(text)));
    start([bytes, reading = CollectionReading{tokenPatterns(m_providers), {}}](const std::atomic_bool &cancelled) {
        const std::string_view view = bytes->reveal();
        return readCollection(QByteArray::fromRawData(view.data(), static_cast<qsizetype>(view.size())), {{}, cancelled}, reading);
    });
}

void ImportRequests::cancel()
{
    if (m_cancelled)
        *m_cancelled = true;
    m_cancelled.reset();
}

std::pair<QUuid, QString> ImportRequests::placeOf(const KeptCredential &kept) const
{
    return {kept.environment, m_imported->credentials.at(kept.credential).variable};
}

QList<StoredCredential> ImportRequests::stored() const
{
    QList<StoredCredential> stored;
    for (const Stored &each : m_stored)
        stored.append(each.credential);
    return stored;
}

/// By this, with this value, and nobody has changed or removed it since.
bool ImportRequests::isStored(const KeptCredential &kept) const
{
    const auto place = placeOf(kept);
    const Secret &value = *m_imported->credentials.at(kept.credential).value;
    return std::ranges::any_of(m_stored, [&](const Stored &each) {
        return each.credential.environment == place.first && each.credential.variable == place.second && each.value->equals(value) &&
               !stillStored({each.credential}, m_environments).isEmpty();
    });
}

/// A value that is there already is never replaced by one that came in.
QString ImportRequests::problemWith(const QList<KeptCredential> &credentials) const
{
    std::set<std::pair<QUuid, QString>> places;
    for (const KeptCredential &each : credentials) {
        const auto environment = m_environments.find(each.environment);
        if (!environment)
            return tr("That environment is no longer there.");
        const auto place = placeOf(each);
        if (!places.insert(place).second)
            return tr("Two credentials are called “%1”. Keep them in different environments, or leave one out.").arg(place.second);
        if (isStored(each))
            continue;
        if (const auto name = SecretVariables::checkName(*environment, place.second); !name)
            return tr("“%1”: %2 Choose another environment, or leave this credential out.").arg(environment->name, name.error().message);
    }
    return {};
}

void ImportRequests::keep(const QList<int> &requests, const QList<KeptCredential> &credentials, const QString &folder)
{
    if (const QString problem = problemWith(credentials); !problem.isEmpty()) {
        Q_EMIT failed({Error::Kind::InvalidInput, problem, {}});
        return;
    }
    storeNext(credentials, static_cast<int>(credentials.size()), [this, requests, folder] { write(requests, folder); });
}

void ImportRequests::storeNext(QList<KeptCredential> waiting, int total, const std::function<void()> &then)
{
    while (!waiting.isEmpty() && isStored(waiting.first()))
        waiting.removeFirst();
    Q_EMIT storing(total - static_cast<int>(waiting.size()), total);
    if (waiting.isEmpty()) {
        then();
        return;
    }
    const KeptCredential next = waiting.takeFirst();
    m_secrets.set(next.environment, placeOf(next).second, m_imported->credentials.at(next.credential).value, this,
                  [this, next, waiting, total, then](const Result<void> &stored) {
                      if (!stored) {
                          Q_EMIT failed(stored.error());
                          return;
                      }
                      const auto [environment, variable] = placeOf(next);
                      const auto found = m_environments.find(environment);
                      m_stored.append({{environment, variable, found ? found->secretVariables().value(variable) : QUuid()},
                                       m_imported->credentials.at(next.credential).value});
                      storeNext(waiting, total, then);
                  });
}

void ImportRequests::write(const QList<int> &requests, const QString &folder)
{
    using Written = std::pair<FileChange, QList<ImportNote>>;
    m_background.run(
        this,
        [imported = m_imported, requests, folder, ending = &m_ending]() -> Result<Written> {
            Collection chosen = imported->collection;
            chosen.requests.clear();
            for (const int request : requests)
                chosen.requests.append(imported->collection.requests.at(request));
            return planFiles(chosen, *ending).and_then([&](const CollectionFiles &files) {
                return writeFiles(files, folder).map([&](const FileChange &change) { return Written{change, files.notes}; });
            });
        },
        [this](const Result<Written> &written) {
            if (!written) {
                Q_EMIT failed(written.error());
                return;
            }
            Q_EMIT kept(written->first, written->second);
            m_stored.clear(); // their files are there
        });
}

} // namespace keydesk
