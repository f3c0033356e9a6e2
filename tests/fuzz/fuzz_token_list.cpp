#include "app/keys/RemoteTokens.h"

#include <QSet>

#include <cstddef>
#include <cstdint>

using namespace keydesk;

// A provider's list of tokens, in pages: any bytes end in tokens that keep their promises, or in a message. Pages are parted by a zero byte.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const TokenList list = [] {
        TokenList made;
        made.method = QStringLiteral("GET");
        made.path = QStringLiteral("/tokens");
        made.nextPointer = QStringLiteral("/next");
        made.itemsPointer = QStringLiteral("/data");
        made.idPointer = QStringLiteral("/id");
        made.namePointer = QStringLiteral("/name");
        made.abilitiesPointer = QStringLiteral("/abilities");
        made.createdPointer = QStringLiteral("/created_at");
        made.lastUsedPointer = QStringLiteral("/last_used_at");
        made.expiresPointer = QStringLiteral("/expires_at");
        made.hintPointer = QStringLiteral("/hint");
        made.prefixPointer = QStringLiteral("/prefix");
        made.statePointer = QStringLiteral("/status");
        made.states = {{QStringLiteral("revoked"), QStringLiteral("revoked")}};
        return made;
    }();
    const QByteArray bytes(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    const QUrl base(QStringLiteral("https://api.example/v1"));
    TokenListReader reader(list, base);
    for (const QByteArray &page : bytes.split('\0')) {
        if (!reader.next())
            break;
        // Nothing leads to another server.
        if (reader.next()->host() != base.host() || reader.next()->scheme() != base.scheme())
            __builtin_trap();
        if (const Result<void> added = reader.add(page); !added && added.error().message.isEmpty())
            __builtin_trap();
    }
    QSet<QString> ids;
    for (const RemoteToken &token : reader.tokens().tokens) {
        if (token.id.isEmpty() || ids.contains(token.id) || token.prefix.size() > 16 || token.lastFour.size() > 4 ||
            token.name.size() > 255)
            __builtin_trap();
        ids << token.id;
    }
    if (remoteTokensFromJson(toJson(reader.tokens())) != reader.tokens())
        __builtin_trap();
    return 0;
}
