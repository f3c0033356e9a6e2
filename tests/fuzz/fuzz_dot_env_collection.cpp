#include "app/interchange/DotEnvCollection.h"
#include "tests/fuzz/CollectionChecks.h"

#include <cstdint>

using namespace keydesk;
using namespace Qt::StringLiterals;

// Any bytes end in an environment or in a message; what is written of it comes back as the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const std::atomic_bool goOn = false;
    const QByteArray bytes(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    const auto read = readDotEnv(bytes, {u".env"_s, goOn});
    checkImport(read);
    if (!read)
        return 0;
    QList<ImportNote> notes;
    const QByteArray written = writeDotEnv(read->collection.environments.constFirst(), notes);
    const auto again = readDotEnv(written, {u".env"_s, goOn});
    if (!again || !again->notes.isEmpty())
        std::abort();
    const CollectionEnvironment &before = read->collection.environments.constFirst();
    const CollectionEnvironment &after = again->collection.environments.constFirst();
    if (before.variables.size() + before.secrets.size() != after.variables.size() + after.secrets.size())
        std::abort();
    QList<ImportNote> none;
    if (notes.isEmpty() && writeDotEnv(after, none) != written)
        std::abort();
    return 0;
}
