#include "app/providers/ProviderCatalog.h"

#include "app/providers/ProviderReader.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype fileCountLimit = 200;

struct ProviderCatalogText
{
    Q_DECLARE_TR_FUNCTIONS(ProviderCatalog)
};

Result<QJsonObject> readFile(const QString &path)
{
    // A FIFO or a device by that name would block or never end.
    if (!QFileInfo(path).isFile())
        return failure(Error::Kind::InvalidInput, ProviderCatalogText::tr("It is not a regular file."));
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return failure(Error::Kind::InvalidInput,
                       ProviderCatalogText::tr("The file cannot be read: %1").arg(file.errorString()));
    return readProviderObject(file.read(providerFileLimit + 1));
}

} // namespace

void ProviderCatalog::complain(const QString &file, const QString &message)
{
    m_problems.append({file, message});
}

std::future<ProviderCatalog> ProviderCatalog::read(const QString &folder)
{
    return std::async(std::launch::async, [folder] {
        ProviderCatalog catalog;
        catalog.loadBuiltIn();
        catalog.loadFolder(folder);
        return catalog;
    });
}

void ProviderCatalog::loadBuiltIn()
{
    loadFolder(u":/providers"_s);
}

void ProviderCatalog::loadFolder(const QString &folder)
{
    const QDir dir(folder);
    QStringList names = dir.entryList({u"*.json"_s}, QDir::Files | QDir::System | QDir::Hidden, QDir::Name);
    if (names.size() > fileCountLimit) {
        complain(folder, ProviderCatalogText::tr("There are more than %1 files; the rest was left out.")
                             .arg(fileCountLimit));
        names = names.mid(0, fileCountLimit);
    }

    // All of them first: one may extend another whatever their order.
    QHash<QString, QJsonObject> bases;
    QList<std::pair<QString, QJsonObject>> files;
    for (const QString &name : std::as_const(names)) {
        const QString path = dir.filePath(name);
        const Result<QJsonObject> object = readFile(path);
        if (!object) {
            complain(path, object.error().message);
            continue;
        }
        const QString id = object->value(u"id").toString();
        if (!id.isEmpty() && bases.contains(id)) {
            complain(path, ProviderCatalogText::tr("id: another file in the same folder has the id “%1” too")
                               .arg(id.left(64)));
            continue;
        }
        bases.insert(id, *object);
        files.append({path, *object});
    }

    QHash<QString, QJsonObject> resolved;
    for (const auto &[path, object] : std::as_const(files)) {
        const Result<QJsonObject> whole = resolveExtends(object, bases, m_sources);
        const Result<Provider> provider = whole ? readProvider(*whole) : tl::unexpected<Error>(whole.error());
        if (!provider) {
            complain(path, provider.error().message);
            continue;
        }
        resolved.insert(provider->id, *whole);
        const auto same = std::find_if(m_providers.begin(), m_providers.end(),
                                       [&](const Provider &other) { return other.id == provider->id; });
        if (same == m_providers.end())
            m_providers.append(*provider);
        else
            *same = *provider;
    }
    m_sources.insert(resolved);
    std::sort(m_providers.begin(), m_providers.end(), [](const Provider &a, const Provider &b) {
        return a.order != b.order ? a.order < b.order : a.name.localeAwareCompare(b.name) < 0;
    });
}

const Provider *ProviderCatalog::find(const QString &id) const
{
    const auto it = std::find_if(m_providers.cbegin(), m_providers.cend(),
                                 [&](const Provider &provider) { return provider.id == id; });
    return it == m_providers.cend() ? nullptr : &*it;
}

Result<Provider> parseProvider(const QByteArray &json, const QHash<QString, QJsonObject> &bases)
{
    return readProviderObject(json)
        .and_then([&](const QJsonObject &object) { return resolveExtends(object, bases); })
        .and_then([](const QJsonObject &object) { return readProvider(object); });
}

} // namespace keydesk
