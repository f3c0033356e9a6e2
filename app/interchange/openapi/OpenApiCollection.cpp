#include "app/interchange/openapi/OpenApiCollection.h"

#include "app/interchange/openapi/OpenApi.h"
#include "app/interchange/tools/ToolFile.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

struct OpenApiCollectionText
{
    Q_DECLARE_TR_FUNCTIONS(OpenApi)
};

} // namespace

Result<ImportedCollection> readOpenApiCollection(const QByteArray &bytes, const CollectionSource &source)
{
    // Tokens among the examples are taken out of the whole import later on (`takeCredentials`).
    const Result<ImportedApi> api = readOpenApi(bytes, source.fileName, {}, source.cancelled);
    if (!api)
        return tl::unexpected(api.error());
    ImportedCollection imported;
    imported.format = api->version;
    Collection &collection = imported.collection;
    collection.name = api->catalogue.name.isEmpty() ? nameFromFile(source.fileName) : api->catalogue.name;
    const QString whole =
        collection.name.isEmpty() ? OpenApiCollectionText::tr("The whole file") : collection.name;
    collection.variables = {{u"baseUrl"_s, api->baseUrls.value(0), true}};
    if (api->baseUrls.isEmpty())
        imported.notes.append(
            {ImportNote::What::Changed, whole,
             OpenApiCollectionText::tr("It names no server that can be called. Give {{baseUrl}} a value.")});
    if (api->baseUrls.size() > 1) {
        for (const QString &url : api->baseUrls)
            collection.environments.append({url, {{u"baseUrl"_s, url, true}}});
    }
    for (const Endpoint &endpoint : api->catalogue.endpoints) {
        if (!endpoint.canBeCalled())
            continue;
        CollectionRequest request;
        if (!endpoint.group.isEmpty())
            request.folder = {endpoint.group};
        request.spec = readyRequest(endpoint);
        request.spec.url.prepend("{{baseUrl}}"_L1);
        request.spec.key.kindId.clear(); // of a provider, which a collection has none of
        if (request.spec.name.isEmpty())
            request.spec.name = endpoint.method + u' ' + endpoint.path;
        request.about = endpoint.notes;
        if (collection.requests.size() >= collectionRequestLimit) {
            imported.notes.append(
                {ImportNote::What::NotExpressed, whole,
                 OpenApiCollectionText::tr("It has more than %1 operations; the further ones are left out.")
                     .arg(collectionRequestLimit)});
            break;
        }
        collection.requests.append(request);
    }
    for (const QString &sentence : api->report)
        imported.notes.append({ImportNote::What::Changed, whole, sentence});
    return imported;
}

} // namespace keydesk
