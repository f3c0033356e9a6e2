#include "app/cli/ExitCode.h"

using namespace Qt::StringLiterals;

namespace keydesk::cli {

namespace {

struct KindFacts
{
    Error::Kind kind;
    QLatin1StringView name;
    ExitCode code;
};

using Kind = Error::Kind;

constexpr KindFacts kinds[] = {
    {Kind::Cancelled, "cancelled"_L1, ExitCode::Interrupted},
    {Kind::TimedOut, "timedOut"_L1, ExitCode::NotSent},
    {Kind::InvalidInput, "invalidInput"_L1, ExitCode::Usage},
    {Kind::NotFound, "notFound"_L1, ExitCode::Usage},
    {Kind::Duplicate, "duplicate"_L1, ExitCode::Usage},
    {Kind::Conflict, "conflict"_L1, ExitCode::Storage},
    {Kind::Unsupported, "unsupported"_L1, ExitCode::Usage},
    {Kind::KeychainLocked, "keychainLocked"_L1, ExitCode::NoSecret},
    {Kind::KeychainDenied, "keychainDenied"_L1, ExitCode::NoSecret},
    {Kind::KeychainAbsent, "keychainAbsent"_L1, ExitCode::NoSecret},
    {Kind::KeychainSlow, "keychainSlow"_L1, ExitCode::NoSecret},
    {Kind::KeychainFailed, "keychainFailed"_L1, ExitCode::NoSecret},
    {Kind::SealedAbsent, "sealedAbsent"_L1, ExitCode::NoSecret},
    {Kind::SealedLocked, "sealedLocked"_L1, ExitCode::NoSecret},
    {Kind::SealedDamaged, "sealedDamaged"_L1, ExitCode::NoSecret},
    {Kind::WrongPassphrase, "wrongPassphrase"_L1, ExitCode::NoSecret},
    {Kind::OriginNotBound, "originNotBound"_L1, ExitCode::NotSent},
    {Kind::InsecureTransport, "insecureTransport"_L1, ExitCode::NotSent},
    {Kind::Refused, "refused"_L1, ExitCode::Refused},
    {Kind::NameNotResolved, "nameNotResolved"_L1, ExitCode::NotSent},
    {Kind::ConnectionRefused, "connectionRefused"_L1, ExitCode::NotSent},
    {Kind::ConnectionLost, "connectionLost"_L1, ExitCode::NotSent},
    {Kind::TlsFailed, "tlsFailed"_L1, ExitCode::NotSent},
    {Kind::ProxyFailed, "proxyFailed"_L1, ExitCode::NotSent},
    {Kind::TooLarge, "tooLarge"_L1, ExitCode::NotSent},
    {Kind::TooManyRedirects, "tooManyRedirects"_L1, ExitCode::NotSent},
    {Kind::BadResponse, "badResponse"_L1, ExitCode::NotSent},
    {Kind::NoAccessToken, "noAccessToken"_L1, ExitCode::NoSecret},
    {Kind::StorageCorrupt, "storageCorrupt"_L1, ExitCode::Storage},
    {Kind::StorageNewer, "storageNewer"_L1, ExitCode::Storage},
    {Kind::StorageReadOnly, "storageReadOnly"_L1, ExitCode::Storage},
    {Kind::StorageLocked, "storageLocked"_L1, ExitCode::Storage},
    {Kind::DiskFull, "diskFull"_L1, ExitCode::Storage},
    {Kind::StorageFailed, "storageFailed"_L1, ExitCode::Storage},
};
static_assert(std::size(kinds) == static_cast<std::size_t>(Kind::StorageFailed) + 1, "each kind has a name and a code");

const KindFacts &factsOf(Kind kind)
{
    for (const KindFacts &facts : kinds) {
        if (facts.kind == kind)
            return facts;
    }
    return *std::rbegin(kinds);
}

} // namespace

ExitCode exitCodeFor(Error::Kind kind)
{
    return factsOf(kind).code;
}

QString kindName(Error::Kind kind)
{
    return factsOf(kind).name;
}

} // namespace keydesk::cli
