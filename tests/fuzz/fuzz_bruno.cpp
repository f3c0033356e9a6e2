#include "app/interchange/bruno/Bruno.h"
#include "tests/fuzz/CollectionChecks.h"

#include <cstdint>

using namespace keydesk;
using namespace Qt::StringLiterals;

// Any bytes end in a collection that keeps its promises, or in a message.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const std::atomic_bool goOn = false;
    const QByteArray bytes(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    checkImport(readBruno(bytes, {u"a.bru"_s, goOn}));
    return 0;
}
