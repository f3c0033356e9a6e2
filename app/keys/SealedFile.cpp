#include "app/keys/SealedFile.h"

#include <QCoreApplication>
#include <QtEndian>

#include <sodium.h>

#include <algorithm>
#include <cstring>
#include <set>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr QByteArrayView magic("KDSEALED", 8);
constexpr quint16 formatVersion = 1;
constexpr char argon2id13 = 1;
constexpr char xchacha20Poly1305 = 1;

enum Offset : qsizetype {
    VersionAt = 8,
    KdfAt = 10,
    CipherAt = 11,
    PassesAt = 12,
    MemoryAt = 16,
    GenerationAt = 20,
    IdAt = 28,
    SaltAt = 44,
    NonceAt = 60,
    BodySizeAt = 84,
    TagAt = 88,
    BodyAt = 120,
};

constexpr qsizetype tagSize = BodyAt - TagAt;
constexpr qsizetype nonceSize = BodySizeAt - NonceAt;
constexpr qsizetype checksumSize = 16;
constexpr qsizetype cipherTag = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr qsizetype keySize = 32;
constexpr qsizetype idBytes = 16;
constexpr quint64 headerKey = 1;
constexpr quint64 bodyKey = 2;

static_assert(nonceSize == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
static_assert(sealedSaltSize == crypto_pwhash_SALTBYTES && SaltAt + sealedSaltSize == NonceAt);
static_assert(IdAt + sealedIdSize == SaltAt);
static_assert(keySize == crypto_kdf_KEYBYTES && keySize == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

struct SealedFileText
{
    Q_DECLARE_TR_FUNCTIONS(SealedFile)
};

tl::unexpected<Error> damaged(const char *words, const QString &detail = {})
{
    return failure(
        Error::Kind::SealedDamaged,
        SealedFileText::tr(words) + u' ' +
            SealedFileText::tr("It was left as it is. Put a copy of it in its place, or go on without it."),
        detail);
}

const unsigned char *bytesOf(const QByteArray &array, qsizetype at = 0)
{
    return reinterpret_cast<const unsigned char *>(array.constData()) + at;
}

unsigned char *bytesOf(QByteArray &array, qsizetype at = 0)
{
    return reinterpret_cast<unsigned char *>(array.data()) + at;
}

template <typename Number>
Number numberAt(const QByteArray &file, qsizetype at)
{
    return qFromLittleEndian<Number>(file.constData() + at);
}

template <typename Number>
void append(QByteArray &file, Number number)
{
    char bytes[sizeof(Number)];
    qToLittleEndian<Number>(number, bytes);
    file.append(bytes, sizeof(Number));
}

QByteArray checksum(const QByteArray &file, qsizetype size)
{
    QByteArray sum(checksumSize, '\0');
    crypto_generichash(bytesOf(sum), checksumSize, bytesOf(file), static_cast<std::size_t>(size), nullptr, 0);
    return sum;
}

void makeTag(unsigned char *tag, const QByteArray &file, const unsigned char *key)
{
    crypto_generichash(tag, tagSize, bytesOf(file), TagAt, key, keySize);
}

/// Overwrites the bytes that it holds when it goes.
struct Wiped
{
    QByteArray bytes;

    explicit Wiped(qsizetype size = 0)
        : bytes(size, '\0')
    {
    }
    ~Wiped() { wipe(bytes); }
    Wiped(const Wiped &) = delete;
    Wiped &operator=(const Wiped &) = delete;
};

/// An id, a size and the bytes, for each. Reserved in one piece: a buffer that grew would leave its old
/// places behind.
void writeEntries(QByteArray &out, const SealedEntries &entries)
{
    qsizetype size = 4;
    for (const auto &[id, secret] : entries)
        size += idBytes + 4 + secret.size();
    out.reserve(size + sealedBlock);
    append<quint32>(out, static_cast<quint32>(entries.size()));
    for (const auto &[id, secret] : entries) {
        out.append(id.toRfc4122());
        append<quint32>(out, static_cast<quint32>(secret.size()));
        out.append(secret.reveal().data(), secret.size());
    }
    const qsizetype padded = (out.size() / sealedBlock + 1) * sealedBlock;
    out.append(char(0x80)); // as sodium_pad does, ISO/IEC 7816-4
    out.resize(padded, '\0');
}

Result<SealedEntries> readEntries(const QByteArray &padded)
{
    const auto broken = [](const QString &what) {
        return damaged("The sealed file opens, but what is in it makes no sense: a program that is not "
                       "Keydesk wrote it.",
                       what);
    };
    std::size_t size = 0;
    if (sodium_unpad(&size, bytesOf(padded), static_cast<std::size_t>(padded.size()), sealedBlock) != 0 ||
        size < 4)
        return broken(u"no padding"_s);
    const auto end = static_cast<qsizetype>(size);
    quint32 count = numberAt<quint32>(padded, 0);
    qsizetype at = 4;
    SealedEntries entries;
    for (; count > 0; --count) {
        if (end - at < idBytes + 4)
            return broken(u"an entry that ends early"_s);
        const QUuid id = QUuid::fromRfc4122(QByteArrayView(padded).sliced(at, idBytes));
        const qsizetype length = numberAt<quint32>(padded, at + idBytes);
        at += idBytes + 4;
        if (end - at < length)
            return broken(u"an entry that is longer than the file"_s);
        const bool isNew =
            entries
                .emplace(id,
                         Secret(std::string_view(padded.constData() + at, static_cast<std::size_t>(length))))
                .second;
        if (!isNew)
            return broken(u"two entries with one id"_s);
        at += length;
    }
    if (at != end)
        return broken(u"bytes after the last entry"_s);
    return entries;
}

/// The same passphrase is written in more than one way by different keyboards and systems.
Secret normalised(const Secret &passphrase)
{
    const std::string_view bytes = passphrase.reveal();
    if (std::all_of(bytes.begin(), bytes.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; }))
        return passphrase.copy();
    QString typed = QString::fromUtf8(bytes.data(), static_cast<qsizetype>(bytes.size()));
    QString composed = typed.normalized(QString::NormalizationForm_C);
    Secret same = Secret::take(composed.toUtf8());
    wipe(typed);
    wipe(composed);
    return same;
}

qsizetype charactersOf(const Secret &passphrase)
{
    const std::string_view bytes = passphrase.reveal();
    return std::count_if(bytes.begin(), bytes.end(),
                         [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; });
}

} // namespace

// --- Keys
// ----------------------------------------------------------------------------------------------------------------

void SealedKey::Free::operator()(unsigned char *bytes) const
{
    sodium_free(bytes); // which wipes
}

SealedKey::Bytes SealedKey::makeBytes()
{
    Bytes bytes(static_cast<unsigned char *>(sodium_malloc(keySize)));
    if (!bytes)
        throw std::bad_alloc();
    return bytes;
}

Result<SealedKey> SealedKey::derive(const Secret &passphrase, const SealedCost &cost, const QByteArray &salt)
{
    if (sodium_init() < 0)
        return failure(
            Error::Kind::Unsupported,
            SealedFileText::tr("This system gives no random numbers, which Keydesk cannot do without."));
    Q_ASSERT(salt.size() == sealedSaltSize);
    const Secret typed = normalised(passphrase);
    SealedKey key;
    key.m_bytes = makeBytes();
    key.m_salt = salt;
    key.m_cost = cost;
    const std::string_view words = typed.reveal().empty() ? std::string_view("") : typed.reveal(); // sodium takes no nullptr
    if (crypto_pwhash(key.m_bytes.get(), keySize, words.data(), words.size(), bytesOf(salt),
                      cost.passes, std::size_t(cost.kibibytes) * 1024, crypto_pwhash_ALG_ARGON2ID13) != 0)
        return failure(
            Error::Kind::StorageFailed,
            SealedFileText::tr("There is not enough free memory to try the passphrase: it takes %1 MB for a "
                               "moment. Close other "
                               "programs, then try again.")
                .arg((cost.kibibytes + 1023) / 1024));
    return key;
}

SealedKey::Bytes SealedKey::subkey(quint64 number) const
{
    Bytes made = makeBytes();
    crypto_kdf_derive_from_key(made.get(), keySize, number, "KDsealed", m_bytes.get());
    return made;
}

// --- The file
// ------------------------------------------------------------------------------------------------------------

Result<SealedHeader> sealedHeader(const QByteArray &file, const SealedRules &rules)
{
    if (file.isEmpty())
        return damaged("The sealed file is empty.");
    if (file.size() > largestSealedFile)
        return damaged("The sealed file is far larger than Keydesk writes it.");
    if (!QByteArrayView(file)
             .first(std::min(file.size(), magic.size()))
             .startsWith(magic.first(std::min(file.size(), magic.size()))))
        return damaged("The file in the place of the sealed file is something else.");
    if (file.size() < BodyAt + checksumSize)
        return damaged("The end of the sealed file is missing.");
    const auto version = numberAt<quint16>(file, VersionAt);
    if (version > formatVersion)
        return failure(
            Error::Kind::StorageNewer,
            SealedFileText::tr("The sealed file was written by a later version of Keydesk, and this version "
                               "leaves it as it is. "
                               "Start the later version to use the keys in it."),
            u"format %1, newest known %2"_s.arg(version).arg(formatVersion));

    SealedHeader header;
    header.bodySize = numberAt<quint32>(file, BodySizeAt);
    const qsizetype whole = BodyAt + qsizetype(header.bodySize) + checksumSize;
    if (file.size() < whole)
        return damaged("The end of the sealed file is missing.",
                       u"%1 bytes of %2"_s.arg(file.size()).arg(whole));
    if (file.size() > whole)
        return damaged("Something was written behind the end of the sealed file.",
                       u"%1 bytes instead of %2"_s.arg(file.size()).arg(whole));
    if (checksum(file, whole - checksumSize) != QByteArrayView(file).last(checksumSize))
        return damaged("The sealed file was damaged or changed.", u"the checksum does not match"_s);
    header.cost = {numberAt<quint32>(file, PassesAt), numberAt<quint32>(file, MemoryAt)};
    if (version == 0 || file.at(KdfAt) != argon2id13 || file.at(CipherAt) != xchacha20Poly1305)
        return damaged("The sealed file names a way of encrypting that Keydesk does not use.");
    if (header.cost.passes < rules.least.passes || header.cost.kibibytes < rules.least.kibibytes)
        return damaged("The sealed file was changed so that its passphrase could be guessed cheaply, and "
                       "Keydesk does not open it.",
                       u"%1 passes over %2 KiB"_s.arg(header.cost.passes).arg(header.cost.kibibytes));
    if (header.cost.passes > rules.most.passes || header.cost.kibibytes > rules.most.kibibytes)
        return damaged(
            "The sealed file asks for more memory or time than Keydesk gives, and Keydesk does not open it.",
            u"%1 passes over %2 KiB"_s.arg(header.cost.passes).arg(header.cost.kibibytes));
    const qsizetype padded = qsizetype(header.bodySize) - cipherTag;
    if (padded <= 0 || padded % sealedBlock != 0)
        return damaged("The sealed file was damaged or changed.", u"no whole blocks"_s);
    header.generation = numberAt<quint64>(file, GenerationAt);
    header.fileId = file.sliced(IdAt, sealedIdSize);
    header.salt = file.sliced(SaltAt, sealedSaltSize);
    header.nonce = file.sliced(NonceAt, nonceSize);
    return header;
}

Result<SealedEntries> openSealed(const QByteArray &file, const SealedKey &key, const SealedRules &rules)
{
    const Result<SealedHeader> header = sealedHeader(file, rules);
    if (!header)
        return tl::unexpected(header.error());
    unsigned char tag[tagSize];
    makeTag(tag, file, key.subkey(headerKey).get());
    if (sodium_memcmp(tag, bytesOf(file, TagAt), tagSize) != 0)
        return failure(Error::Kind::WrongPassphrase,
                       SealedFileText::tr(
                           "This passphrase does not open the sealed file. Nothing was changed; try again. "
                           "If you are sure of it, "
                           "the file was exchanged or changed."));
    Wiped plain(qsizetype(header->bodySize) - cipherTag);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(
            bytesOf(plain.bytes), nullptr, nullptr, bytesOf(file, BodyAt), header->bodySize, bytesOf(file),
            BodyAt, bytesOf(header->nonce), key.subkey(bodyKey).get()) != 0)
        return damaged("The passphrase is right, but what the sealed file holds was changed.");
    return readEntries(plain.bytes);
}

QByteArray seal(const SealedEntries &entries, const SealedKey &key, const QByteArray &fileId,
                quint64 generation)
{
    Q_ASSERT(fileId.size() == sealedIdSize);
    Wiped plain;
    writeEntries(plain.bytes, entries);
    const qsizetype bodySize = plain.bytes.size() + cipherTag;
    const QByteArray nonce = randomSealedBytes(nonceSize);

    QByteArray file;
    file.reserve(BodyAt + bodySize + checksumSize);
    file.append(magic);
    append<quint16>(file, formatVersion);
    file.append(argon2id13);
    file.append(xchacha20Poly1305);
    append<quint32>(file, key.m_cost.passes);
    append<quint32>(file, key.m_cost.kibibytes);
    append<quint64>(file, generation);
    file.append(fileId);
    file.append(key.m_salt);
    file.append(nonce);
    append<quint32>(file, static_cast<quint32>(bodySize));
    file.resize(BodyAt + bodySize, '\0');
    makeTag(bytesOf(file, TagAt), file, key.subkey(headerKey).get());
    crypto_aead_xchacha20poly1305_ietf_encrypt(bytesOf(file, BodyAt), nullptr, bytesOf(plain.bytes),
                                               static_cast<unsigned long long>(plain.bytes.size()),
                                               bytesOf(file), BodyAt, nullptr, bytesOf(nonce),
                                               key.subkey(bodyKey).get());
    file.append(checksum(file, file.size()));
    return file;
}

QByteArray randomSealedBytes(qsizetype size)
{
    QByteArray bytes(size, '\0');
    if (sodium_init() < 0)
        qFatal("no random numbers");
    randombytes_buf(bytes.data(), static_cast<std::size_t>(size));
    return bytes;
}

// --- Passphrases
// ---------------------------------------------------------------------------------------------------------

std::optional<QString> passphraseProblem(const Secret &passphrase)
{
    const qsizetype characters = charactersOf(passphrase);
    if (characters == 0)
        return SealedFileText::tr("Type a passphrase.");
    if (characters < shortestPassphrase)
        return SealedFileText::tr(
                   "A passphrase has at least %1 characters, and this one has %2. Several words in a row "
                   "are easy to remember.")
            .arg(shortestPassphrase)
            .arg(characters);
    const std::string_view bytes = passphrase.reveal();
    if (std::set<char>(bytes.begin(), bytes.end()).size() < 5)
        return SealedFileText::tr(
            "This passphrase repeats the same few characters. Several different words are better.");
    return {};
}

QString passphraseHint(const Secret &passphrase)
{
    if (passphrase.isEmpty())
        return {};
    if (const std::optional<QString> problem = passphraseProblem(passphrase))
        return *problem;
    const qsizetype characters = charactersOf(passphrase);
    if (characters < 16)
        return SealedFileText::tr(
            "Enough if it is random. If it is made of words, use at least four of them.");
    if (characters < 24)
        return SealedFileText::tr("Good, if it is no saying that others know.");
    return SealedFileText::tr("Strong, if it is no saying that others know.");
}

} // namespace keydesk
