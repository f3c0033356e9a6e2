#include "app/providers/ProviderCatalog.h"
#include "app/providers/ProviderReader.h"

#include <cstddef>
#include <cstdint>

using namespace keydesk;

// A user's provider file: any bytes end in a provider that keeps its promises, or in a message.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const QHash<QString, QJsonObject> bases = [] {
        QHash<QString, QJsonObject> made;
        const Result<QJsonObject> base = readProviderObject(
            R"({"id": "base", "name": "Base", "base_url": "https://api.example", "token_kinds": [{"id": "key", "name": "Key"}]})");
        made.insert(QStringLiteral("base"), *base);
        return made;
    }();
    const QByteArray json(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    const Result<Provider> provider = parseProvider(json, bases);
    if (!provider) {
        if (provider.error().message.isEmpty())
            __builtin_trap();
        return 0;
    }
    if (provider->id.isEmpty() || provider->name.isEmpty() || provider->kinds.isEmpty())
        __builtin_trap();
    for (const TokenKind &kind : provider->kinds) {
        if (!kind.pattern.isValid() || (!kind.checkRequest.isEmpty() && !provider->checkRequest(kind.id)))
            __builtin_trap();
    }
    return 0;
}
