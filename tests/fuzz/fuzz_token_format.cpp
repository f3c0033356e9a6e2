#include "app/providers/TokenFormat.h"

#include <cstddef>
#include <cstdint>

using namespace keydesk;

// Whatever is pasted: cleaning only takes away, a second time changes nothing, and nothing that is said holds
// the token.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const Secret pasted(std::string_view(reinterpret_cast<const char *>(data), size));
    const CleanedToken once = cleanToken(pasted);
    const CleanedToken twice = cleanToken(once.token);
    if (once.token.size() > pasted.size() || !twice.token.equals(once.token) || !twice.removed.isEmpty())
        __builtin_trap();
    if (once.token.size() < pasted.size() && once.removed.isEmpty())
        __builtin_trap();

    static const Provider provider = [] {
        Provider made;
        TokenKind kind;
        kind.id = QStringLiteral("key");
        kind.name = QStringLiteral("Key");
        kind.prefix = QStringLiteral("talq_");
        kind.pattern.setPattern(QStringLiteral("\\A(?:talq_[A-Za-z0-9._~+/=-]+)\\z"));
        made.kinds = {kind, kind};
        made.kinds[1].id = QStringLiteral("user");
        made.kinds[1].prefix.clear();
        made.kinds[1].pattern.setPattern(QStringLiteral("\\A(?:\\d+\\|.+)\\z"));
        return made;
    }();
    const auto findings = checkToken(once.token, provider, QStringLiteral("key"), {provider});
    if (findings.isEmpty() != once.token.isEmpty())
        __builtin_trap();
    return 0;
}
