#include "app/catalogue/CatalogueStore.h"

#include "app/catalogue/CatalogueFile.h"
#include "app/interchange/AtomicFile.h"
#include "app/providers/ProviderCatalog.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype fileCountLimit = 200;

Result<Catalogue> readFile(const QString &path)
{
    // A FIFO or a device by that name would block or never end.
    if (!QFileInfo(path).isFile())
        return failure(Error::Kind::InvalidInput, CatalogueStore::tr("It is not a regular file."));
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return failure(Error::Kind::InvalidInput,
                       CatalogueStore::tr("The file cannot be read: %1").arg(file.errorString()));
    return readCatalogue(file.read(catalogueFileLimit + 1));
}

} // namespace

CatalogueStore::CatalogueStore(const ProviderCatalog &providers, const QString &folder, QObject *parent)
    : QObject(parent)
    , m_providers(providers)
    , m_folder(folder)
{
}

CatalogueStore::Loaded CatalogueStore::read(const QStringList &builtIn, const QString &folder)
{
    Loaded loaded;
    const auto add = [&loaded](const QString &path, const QString &id, bool isImported) {
        Result<Catalogue> catalogue = readFile(path);
        if (catalogue && catalogue->id != id) // the file's name is what it is deleted by
            catalogue = failure(Error::Kind::InvalidInput, tr("id: is not the file's name"));
        if (!catalogue) {
            loaded.problems.append({path, catalogue.error().message});
            return;
        }
        catalogue->isImported = isImported;
        loaded.all.append(std::make_shared<const Catalogue>(std::move(*catalogue)));
    };
    for (const QString &id : builtIn)
        add(u":/providers/catalogues/%1.json"_s.arg(id), id, false);
    const QDir dir(folder);
    QStringList names = dir.entryList({u"*.json"_s}, QDir::Files | QDir::System | QDir::Hidden, QDir::Name);
    if (names.size() > fileCountLimit) {
        loaded.problems.append(
            {folder, tr("There are more than %1 files; the rest was left out.").arg(fileCountLimit)});
        names = names.mid(0, fileCountLimit);
    }
    for (const QString &name : std::as_const(names)) {
        const QString id = name.chopped(5);
        if (!builtIn.contains(id))
            add(dir.filePath(name), id, true);
    }
    return loaded;
}

void CatalogueStore::load()
{
    if (m_loading || m_loaded)
        return;
    m_loading = true;
    QStringList builtIn;
    for (const Provider &provider : m_providers.all()) {
        if (!provider.catalogueId.isEmpty() && !builtIn.contains(provider.catalogueId) &&
            QFile::exists(u":/providers/catalogues/%1.json"_s.arg(provider.catalogueId)))
            builtIn.append(provider.catalogueId);
    }
    m_background.run(
        this, [builtIn, folder = m_folder] { return read(builtIn, folder); },
        [this](const Loaded &found) {
            // What was imported meanwhile is read too, perhaps.
            const QList<CataloguePtr> before = m_all;
            m_all = found.all;
            for (const CataloguePtr &catalogue : before) {
                if (!find(catalogue->id))
                    m_all.append(catalogue);
            }
            m_problems = found.problems;
            m_loading = false;
            m_loaded = true;
            Q_EMIT changed();
            Q_EMIT loaded();
        });
}

CataloguePtr CatalogueStore::find(const QString &id) const
{
    const auto it = std::ranges::find(m_all, id, [](const CataloguePtr &catalogue) { return catalogue->id; });
    return it == m_all.cend() ? nullptr : *it;
}

CataloguePtr CatalogueStore::of(const QString &providerId) const
{
    const Provider *provider = m_providers.find(providerId);
    return provider && !provider->catalogueId.isEmpty() ? find(provider->catalogueId) : nullptr;
}

const Endpoint *CatalogueStore::endpointOf(const RequestSpec &request, const QString &providerId,
                                           CataloguePtr &keep) const
{
    keep = of(providerId);
    if (const Endpoint *endpoint = keep ? keep->find(request) : nullptr)
        return endpoint;
    for (const CataloguePtr &catalogue : m_all) {
        if (!catalogue->isImported || catalogue->baseUrl.isEmpty() ||
            !request.url.startsWith(catalogue->baseUrl))
            continue;
        RequestSpec relative;
        relative.name = request.name;
        relative.method = request.method;
        relative.url = request.url.mid(catalogue->baseUrl.size());
        if (const Endpoint *endpoint = catalogue->find(relative)) {
            keep = catalogue;
            return endpoint;
        }
    }
    keep = nullptr;
    return nullptr;
}

QString CatalogueStore::freeId(const QString &name) const
{
    QString base;
    for (const QChar c : name.toLower()) {
        if ((c >= u'a' && c <= u'z') || (c >= u'0' && c <= u'9'))
            base += c;
        else if (!base.isEmpty() && !base.endsWith(u'-'))
            base += u'-';
        if (base.size() == 40)
            break;
    }
    while (base.endsWith(u'-'))
        base.chop(1);
    if (base.isEmpty())
        base = u"api"_s;
    QString id = base;
    for (int number = 2; find(id) || m_providers.find(id) || QFile::exists(fileOf(id)) ||
                         QFile::exists(u":/providers/catalogues/%1.json"_s.arg(id));
         ++number)
        id = u"%1-%2"_s.arg(base).arg(number);
    return id;
}

QString CatalogueStore::fileOf(const QString &id) const
{
    return QDir(m_folder).filePath(id + u".json"_s);
}

void CatalogueStore::add(const Catalogue &catalogue, QObject *guard,
                         std::function<void(const Result<void> &)> done)
{
    auto kept = std::make_shared<Catalogue>(catalogue);
    kept->isImported = true;
    m_background.run(
        guard,
        [kept, folder = m_folder, path = fileOf(catalogue.id)]() -> Result<void> {
            if (!QDir().mkpath(folder) ||
                !QFile::setPermissions(folder, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner))
                return failure(Error::Kind::StorageFailed,
                               tr("Keydesk cannot make the folder %1. Check that you may write there and "
                                  "that its disk has room.")
                                   .arg(QDir::toNativeSeparators(folder)));
            const QByteArray bytes = writeCatalogue(*kept);
            Result<AtomicFile> file = AtomicFile::create(
                path, Secret(std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size()))),
                0600);
            if (!file)
                return tl::unexpected(file.error());
            return file->commit();
        },
        [this, kept, done = std::move(done)](const Result<void> &written) {
            if (written) {
                m_all.append(kept);
                Q_EMIT changed();
            }
            done(written);
        });
}

Result<void> CatalogueStore::remove(const QString &id)
{
    const CataloguePtr catalogue = find(id);
    if (!catalogue || !catalogue->isImported)
        return failure(Error::Kind::NotFound, tr("There is no imported catalogue of this name any more."));
    QFile file(fileOf(id));
    if (file.exists() && !file.remove())
        return failure(Error::Kind::StorageFailed,
                       tr("%1 cannot be deleted: %2")
                           .arg(QDir::toNativeSeparators(file.fileName()), file.errorString()));
    m_all.removeOne(catalogue);
    Q_EMIT changed();
    return {};
}

} // namespace keydesk
