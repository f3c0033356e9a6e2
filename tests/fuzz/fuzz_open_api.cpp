#include "app/catalogue/CatalogueFile.h"
#include "app/http/JsonFormat.h"
#include "app/http/PreparedRequest.h"
#include "app/interchange/openapi/OpenApi.h"
#include "app/interchange/openapi/OpenApiCollection.h"
#include "app/interchange/openapi/SpecTree.h"
#include "app/providers/ProviderCatalog.h"

#include <QJsonDocument>

#include <cstdint>
#include <cstdlib>

using namespace keydesk;
using namespace Qt::StringLiterals;

namespace {

void require(bool holds)
{
    if (!holds)
        std::abort();
}

QList<TokenPattern> tokens()
{
    return {{u"A"_s, u"B"_s, "talq_", {}}};
}

/// What came in can be written, read back and sent as it is.
void checkApi(const ImportedApi &api)
{
    require(!api.catalogue.endpoints.isEmpty() && !api.catalogue.name.isEmpty());
    Catalogue catalogue = api.catalogue;
    catalogue.id = u"a"_s;
    const Result<Catalogue> again = readCatalogue(writeCatalogue(catalogue));
    require(again.has_value());
    require(again->endpoints == catalogue.endpoints);
    for (const Endpoint &endpoint : catalogue.endpoints) {
        require(endpoint.canBeCalled() && endpoint.path.startsWith(u'/'));
        RequestSpec request = readyRequest(endpoint);
        require(RequestSpec::fromJson(request.toJson()) == request);
        if (request.body.kind == RequestBody::Kind::Json)
            require(!checkJson(request.body.text.toUtf8()));
        request.body = {}; // what stays to be filled in: a file, a text
        const auto prepared = prepareRequest(request, QUrl(u"https://api.example/base"_s), {}, {});
        require(prepared || !prepared.error().message.isEmpty());
        if (prepared)
            require(prepared->url.host() == u"api.example"_s);
    }
    const QByteArray provider =
        QJsonDocument(providerFileOf(api, u"a"_s, api.catalogue.name, api.catalogue.baseUrl)).toJson();
    require(parseProvider(provider).has_value());
}

/// As requests, it can be written as such a file again.
void checkRequests(const QByteArray &bytes, const QString &name, const std::atomic_bool &goOn)
{
    const auto made = readOpenApiCollection(bytes, {name, goOn});
    if (!made)
        return;
    QList<ImportNote> notes;
    const auto written = writeOpenApi(made->collection, notes);
    require(written && readSpecTree(*written, u"a.yaml"_s, goOn));
}

} // namespace

// Any bytes end in a catalogue that keeps its promises, or in a message. Read as JSON where they begin so,
// and as YAML too.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const QList<TokenPattern> patterns = tokens();
    static const std::atomic_bool goOn = false;
    const QByteArray bytes(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    for (const QString &name : {u"a.json"_s, u"a.yaml"_s}) {
        const Result<ImportedApi> api = readOpenApi(bytes, name, patterns, goOn);
        if (api) {
            checkApi(*api);
            checkRequests(bytes, name, goOn);
        } else {
            require(!api.error().message.isEmpty());
        }
    }
    return 0;
}
