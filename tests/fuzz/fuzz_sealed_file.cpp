#include "app/keys/SealedFile.h"
#include "tests/support/SealedTestFile.h"

#include <cstdint>
#include <cstdlib>

using namespace keydesk;

namespace {

const SealedKey &key()
{
    static const Result<SealedKey> made = SealedKey::derive(
        Secret("correct horse battery"), test::cheapRules.usual, QByteArray(sealedSaltSize, 's'));
    if (!made)
        std::abort();
    return *made;
}

/// A file that only the key's holder could have written opens and says the same again.
void roundTrip(const QByteArray &input)
{
    SealedEntries entries;
    for (qsizetype at = 0; at + 16 < input.size() && entries.size() < 8; at += 48)
        entries.insert_or_assign(
            QUuid::fromRfc4122(QByteArrayView(input).sliced(at, 16)),
            Secret(std::string_view(input.constData() + at + 16, static_cast<std::size_t>(std::min<qsizetype>(
                                                                     32, input.size() - at - 16)))));
    const QByteArray file = seal(entries, key(), QByteArray(sealedIdSize, 'i'), 1);
    const Result<SealedEntries> opened = openSealed(file, key(), test::cheapRules);
    if (!opened || opened->size() != entries.size())
        std::abort();
}

} // namespace

/// The input as a file, as one whose checksum is right, laid over a whole file, and as what is put into one.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArray input(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    static const QByteArray whole = seal({}, key(), QByteArray(sealedIdSize, 'i'), 1);
    QByteArray laidOver = whole;
    laidOver.replace(0, std::min(input.size(), laidOver.size()),
                     input.first(std::min(input.size(), laidOver.size())));
    for (const QByteArray &file :
         {input, test::withChecksum(input), laidOver, test::withChecksum(laidOver)}) {
        const Result<SealedHeader> header = sealedHeader(file, test::cheapRules);
        if (header && (header->cost.kibibytes > test::cheapRules.most.kibibytes ||
                       header->cost.passes > test::cheapRules.most.passes))
            std::abort();
        if (file != whole && openSealed(file, key(), test::cheapRules))
            std::abort(); // nobody but the key's holder writes a file that it opens
    }
    roundTrip(input);
    return 0;
}
