#include "app/interchange/opencollection/OpenCollection.h"
#include "tests/fuzz/CollectionChecks.h"

#include <cstdint>

using namespace keydesk;
using namespace Qt::StringLiterals;

// Any bytes end in a collection that keeps its promises, or in a message. Read as JSON where they begin so, and as YAML too.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const std::atomic_bool goOn = false;
    const QByteArray bytes(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    for (const QString &name : {u"a.json"_s, u"a.yml"_s})
        checkImport(readOpenCollection(bytes, {name, goOn}));
    return 0;
}
