#pragma once

#include "app/base/Error.h"
#include "app/base/Secret.h"

#include <QByteArray>
#include <QUuid>

#include <map>
#include <memory>
#include <optional>

namespace keydesk {

/// The sealed file: tokens under a passphrase. Pure, any thread; nothing here touches a disk.
///
///     offset size
///          0    8  "KDSEALED"
///          8    2  version, 1
///         10    1  1: Argon2id 1.3
///         11    1  1: XChaCha20-Poly1305 (IETF)
///         12    4  Argon2's passes
///         16    4  Argon2's memory in KiB
///         20    8  generation: one more with every write
///         28   16  file id, the same for as long as the file lives
///         44   16  salt, new with every passphrase
///         60   24  nonce, new with every write
///         84    4  size of the body
///         88   32  the header's tag: BLAKE2b of what stands before it, under a key made from the passphrase
///        120       body: the entries, padded to whole blocks, encrypted; everything before it is its
///        additional data end   16  BLAKE2b of all of it, without a key: finds damage without the passphrase
///
/// Numbers are little-endian. The header's tag tells a wrong passphrase from a changed body.

/// What one try of a passphrase costs: Argon2id's passes over that much memory.
struct SealedCost
{
    quint32 passes = 0;
    quint32 kibibytes = 0;

    bool operator==(const SealedCost &) const = default;
};

/// What new files cost, and what is refused: below `least` somebody made guessing cheap, above `most`
/// somebody wants the memory.
struct SealedRules
{
    SealedCost usual{3, 256 * 1024}; ///< libsodium's "moderate": about a second
    SealedCost least{2, 64 * 1024};  ///< libsodium's "interactive"
    SealedCost most{16, 1024 * 1024};
};

/// What stands in front and can be read without the passphrase; believed only after `openSealed`.
struct SealedHeader
{
    SealedCost cost;
    quint64 generation = 0;
    QByteArray fileId;
    QByteArray salt;
    QByteArray nonce;
    quint32 bodySize = 0;
};

using SealedEntries = std::map<QUuid, Secret>;

/// What the passphrase was turned into. In memory that is locked, guarded and wiped (sodium_malloc).
class SealedKey
{
public:
    /// Takes as long as the cost says: never in the UI thread. Error if there is not enough memory.
    static Result<SealedKey> derive(const Secret &passphrase, const SealedCost &cost, const QByteArray &salt);

    [[nodiscard]] const QByteArray &salt() const { return m_salt; }
    [[nodiscard]] const SealedCost &cost() const { return m_cost; }

private:
    struct Free
    {
        void operator()(unsigned char *bytes) const;
    };
    using Bytes = std::unique_ptr<unsigned char, Free>;

    SealedKey() = default;
    static Bytes makeBytes();
    [[nodiscard]] Bytes subkey(quint64 number) const;

    Bytes m_bytes;
    QByteArray m_salt;
    SealedCost m_cost;

    friend Result<SealedEntries> openSealed(const QByteArray &, const SealedKey &, const SealedRules &);
    friend QByteArray seal(const SealedEntries &, const SealedKey &, const QByteArray &, quint64);
};

inline constexpr qsizetype sealedSaltSize = 16;
inline constexpr qsizetype sealedIdSize = 16;
/// Entries are padded to whole blocks of this size, so that the file's size tells little of what is in it.
inline constexpr qsizetype sealedBlock = 4096;
/// A larger file is no sealed file.
inline constexpr qsizetype largestSealedFile = 64 * 1024 * 1024;

/// What can be said of a file without its passphrase. StorageNewer if a later version wrote it;
/// SealedDamaged, each with its own sentence: empty, no sealed file, truncated, longer than it says, changed,
/// cheaper or dearer than allowed.
Result<SealedHeader> sealedHeader(const QByteArray &file, const SealedRules &rules = {});

/// WrongPassphrase if the header was not made with this key; SealedDamaged if what follows was changed.
Result<SealedEntries> openSealed(const QByteArray &file, const SealedKey &key, const SealedRules &rules = {});

/// A whole file with a nonce of its own. `fileId` has `sealedIdSize` bytes.
QByteArray seal(const SealedEntries &entries, const SealedKey &key, const QByteArray &fileId,
                quint64 generation);

QByteArray randomSealedBytes(qsizetype size);

/// The fewest characters that a new passphrase has.
inline constexpr int shortestPassphrase = 10;
/// Why this cannot be a new passphrase, or nothing.
std::optional<QString> passphraseProblem(const Secret &passphrase);
/// What its length is worth, in words; empty while it is empty.
QString passphraseHint(const Secret &passphrase);

} // namespace keydesk
