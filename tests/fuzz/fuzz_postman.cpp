#include "app/interchange/openapi/OpenApiCollection.h"
#include "app/interchange/openapi/SpecTree.h"
#include "app/interchange/postman/Postman.h"
#include "tests/fuzz/CollectionChecks.h"

#include <cstdint>

using namespace keydesk;
using namespace Qt::StringLiterals;

// Any bytes end in a collection that keeps its promises and can be written for Postman again and as OpenAPI,
// or in a message.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const std::atomic_bool goOn = false;
    const QByteArray bytes(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    const auto read = readPostman(bytes, {u"a.json"_s, goOn});
    checkImport(read);
    if (read && (!writePostman(read->collection) ||
                 !readPostman(*writePostman(read->collection), {u"a.json"_s, goOn})))
        std::abort();
    QList<ImportNote> notes;
    if (const auto written = read ? writeOpenApi(read->collection, notes) : Result<QByteArray>(QByteArray());
        written && !written->isEmpty()) {
        if (!readSpecTree(*written, u"a.yaml"_s, goOn))
            std::abort();
    }
    return 0;
}
