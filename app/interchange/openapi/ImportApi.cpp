#include "app/interchange/openapi/ImportApi.h"

#include "app/catalogue/CatalogueStore.h"
#include "app/environments/Environment.h"
#include "app/interchange/AtomicFile.h"
#include "app/providers/ProviderCatalog.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>

namespace keydesk {

using namespace Qt::StringLiterals;

ImportApi::ImportApi(const ProviderCatalog &providers, CatalogueStore &catalogues,
                     const QString &providerFolder, QObject *parent)
    : QObject(parent)
    , m_providers(providers)
    , m_catalogues(catalogues)
    , m_providerFolder(providerFolder)
{
}

ImportApi::~ImportApi()
{
    cancel(); // what still reads ends soon, and is waited for
}

void ImportApi::readFile(const QString &path)
{
    cancel();
    m_api.reset();
    const auto cancelled = std::make_shared<std::atomic_bool>(false);
    m_cancelled = cancelled;
    m_background.run(
        this,
        [path, cancelled, tokens = tokenPatterns(m_providers)] {
            return readOpenApiFile(path, tokens, *cancelled);
        },
        [this, cancelled](const Result<ImportedApi> &api) {
            if (m_cancelled != cancelled)
                return;
            m_cancelled.reset();
            if (!api) {
                Q_EMIT failed(api.error());
                return;
            }
            m_api = *api;
            Q_EMIT read();
        });
}

void ImportApi::cancel()
{
    if (m_cancelled)
        *m_cancelled = true;
    m_cancelled.reset();
}

QString ImportApi::problemWith(const ApiImport &choice) const
{
    if (const Result<QString> name = checkName(choice.name); !name)
        return name.error().message;
    if (choice.baseUrl.trimmed().isEmpty())
        return choice.withProvider
                   ? QString()
                   : tr("Enter the base URL: without a provider, the calls name their host themselves.");
    const Result<QUrl> url = checkBaseUrl(choice.baseUrl);
    return url ? QString() : url.error().message;
}

void ImportApi::keep(const ApiImport &choice)
{
    if (!m_api)
        return;
    if (const QString problem = problemWith(choice); !problem.isEmpty()) {
        Q_EMIT failed({Error::Kind::InvalidInput, problem, {}});
        return;
    }
    Catalogue catalogue = m_api->catalogue;
    catalogue.id = m_catalogues.freeId(choice.name);
    // One of a catalogue that was removed may still be there.
    for (int number = 2; QFile::exists(providerFile(catalogue.id)); ++number)
        catalogue.id = m_catalogues.freeId(u"%1 %2"_s.arg(choice.name).arg(number));
    catalogue.name = choice.name.trimmed();
    const Result<QUrl> url = checkBaseUrl(choice.baseUrl);
    catalogue.baseUrl = url ? url->toString(QUrl::FullyEncoded) : QString();
    const QByteArray provider =
        choice.withProvider
            ? QJsonDocument(providerFileOf(*m_api, catalogue.id, catalogue.name, catalogue.baseUrl)).toJson()
            : QByteArray();
    if (choice.withProvider) {
        // Asked before anything is written.
        if (const Result<Provider> readBack = parseProvider(provider); !readBack) {
            Q_EMIT failed(readBack.error());
            return;
        }
    }
    m_catalogues.add(catalogue, this, [this, id = catalogue.id, provider](const Result<void> &added) {
        Result<void> done = added;
        if (done && !provider.isEmpty()) {
            done = writeProvider(id, provider);
            if (!done)
                std::ignore = m_catalogues.remove(id);
        }
        if (done)
            Q_EMIT kept(id);
        else
            Q_EMIT failed(done.error());
    });
}

QString ImportApi::providerFile(const QString &id) const
{
    return QDir(m_providerFolder).filePath(id + u".json"_s);
}

Result<void> ImportApi::writeProvider(const QString &id, const QByteArray &json) const
{
    if (!QDir().mkpath(m_providerFolder) ||
        !QFile::setPermissions(m_providerFolder, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner))
        return failure(Error::Kind::StorageFailed, tr("Keydesk cannot make the folder %1. Check that you may "
                                                      "write there and that its disk has room.")
                                                       .arg(QDir::toNativeSeparators(m_providerFolder)));
    Result<AtomicFile> file = AtomicFile::create(
        providerFile(id), Secret(std::string_view(json.constData(), static_cast<std::size_t>(json.size()))),
        0600);
    if (!file)
        return tl::unexpected(file.error());
    return file->commit();
}

} // namespace keydesk
