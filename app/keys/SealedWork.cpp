#include "app/keys/SealedWork.h"

#include "app/keys/SealedDisk.h"

#include <QCoreApplication>
#include <QDir>
#include <QLockFile>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr int lockPatience = 5000; // ms; another process holds it for one write

struct SealedWorkText
{
    Q_DECLARE_TR_FUNCTIONS(SealedFile)
};

SealedWork::Key shared(SealedKey &&key)
{
    return std::make_shared<const SealedKey>(std::move(key));
}

} // namespace

SealedWork::SealedWork(const QString &path, const SealedRules &rules)
    : m_path(path)
    , m_rules(rules)
{
}

Result<QByteArray> SealedWork::file() const
{
    Result<std::optional<QByteArray>> read = readSealedFile(m_path);
    if (!read)
        return tl::unexpected(read.error());
    if (!*read)
        return failure(Error::Kind::SealedAbsent,
                       SealedWorkText::tr(
                           "There is no sealed file at %1. If there was one, it was moved or deleted: put "
                           "it back, or set up a new one.")
                           .arg(QDir::toNativeSeparators(m_path)));
    return std::move(**read);
}

Result<void> SealedWork::locked(const std::function<Result<void>()> &work) const
{
    QLockFile lock(m_path + u".lock"_s);
    lock.setStaleLockTime(0);
    if (!lock.tryLock(lockPatience)) {
        if (lock.error() == QLockFile::LockFailedError)
            return failure(Error::Kind::StorageLocked,
                           SealedWorkText::tr("Another Keydesk is writing the sealed file and "
                                              "does not finish. Close it, then try again."));
        return failure(
            Error::Kind::StorageReadOnly,
            SealedWorkText::tr(
                "%1 could not be written. It is as it was. Make its folder writable for you, then try again.")
                .arg(QDir::toNativeSeparators(m_path)));
    }
    return work();
}

Result<SealedHeader> SealedWork::look() const
{
    return file().and_then([this](const QByteArray &bytes) { return sealedHeader(bytes, m_rules); });
}

Result<SealedWork::Opened> SealedWork::open(const Key &key) const
{
    const Result<QByteArray> bytes = file();
    if (!bytes)
        return tl::unexpected(bytes.error());
    const Result<SealedHeader> header = sealedHeader(*bytes, m_rules);
    if (!header)
        return tl::unexpected(header.error());
    // The key fitted when the file was unlocked.
    if (header->salt != key->salt() || header->cost != key->cost())
        return failure(Error::Kind::SealedLocked,
                       SealedWorkText::tr("The sealed file was given another passphrase, or "
                                          "exchanged, outside this window. Unlock it anew."));
    Result<SealedEntries> entries = openSealed(*bytes, *key, m_rules);
    if (!entries && entries.error().kind == Error::Kind::WrongPassphrase)
        return failure(Error::Kind::SealedDamaged,
                       SealedWorkText::tr("The beginning of the sealed file was changed while "
                                          "it was open. It was left as it is. Put a copy of it "
                                          "in its place, or go on without it."));
    if (!entries)
        return tl::unexpected(entries.error());
    return Opened{*header, std::move(*entries), key};
}

Result<SealedWork::Opened> SealedWork::unlock(const Secret &passphrase) const
{
    const Result<QByteArray> bytes = file();
    if (!bytes)
        return tl::unexpected(bytes.error());
    const Result<SealedHeader> header = sealedHeader(*bytes, m_rules);
    if (!header)
        return tl::unexpected(header.error());
    Result<SealedKey> key = SealedKey::derive(passphrase, header->cost, header->salt);
    if (!key)
        return tl::unexpected(key.error());
    Result<SealedEntries> entries = openSealed(*bytes, *key, m_rules);
    if (!entries)
        return tl::unexpected(entries.error());
    return Opened{*header, std::move(*entries), shared(std::move(*key))};
}

Result<SealedWork::Opened> SealedWork::create(const Secret &passphrase) const
{
    Result<SealedKey> key = SealedKey::derive(passphrase, m_rules.usual, randomSealedBytes(sealedSaltSize));
    if (!key)
        return tl::unexpected(key.error());
    const Key made = shared(std::move(*key));
    const Result<void> written = locked([&]() -> Result<void> {
        const Result<std::optional<QByteArray>> there = readSealedFile(m_path);
        if (!there)
            return tl::unexpected(there.error());
        if (*there)
            return failure(Error::Kind::Duplicate,
                           SealedWorkText::tr("There is a sealed file already. Unlock it instead."));
        return replaceSealedFile(m_path, seal({}, *made, randomSealedBytes(sealedIdSize), 1));
    });
    if (!written)
        return tl::unexpected(written.error());
    return open(made);
}

Result<SealedWork::Opened> SealedWork::changePassphrase(const Secret &old, const Secret &passphrase,
                                                        quint64 after) const
{
    Key made;
    const Result<void> written = locked([&]() -> Result<void> {
        const Result<Opened> opened = unlock(old);
        if (!opened)
            return tl::unexpected(opened.error());
        Result<SealedKey> key =
            SealedKey::derive(passphrase, m_rules.usual, randomSealedBytes(sealedSaltSize));
        if (!key)
            return tl::unexpected(key.error());
        made = shared(std::move(*key));
        const QByteArray next = seal(opened->entries, *made, opened->header.fileId,
                                     std::max(opened->header.generation, after) + 1);
        if (const Result<void> replaced = replaceSealedFile(m_path, next); !replaced)
            return replaced;
        forgetPrevious(next);
        return {};
    });
    if (!written)
        return tl::unexpected(written.error());
    return open(made);
}

/// What was deleted, or lay under another passphrase, is not to lie on in the version before.
void SealedWork::forgetPrevious(const QByteArray &now) const
{
    if (!replaceSealedFile(previousSealedFile(m_path), now))
        QFile::remove(previousSealedFile(m_path));
}

Result<SealedWork::Opened> SealedWork::change(const Key &key, quint64 after,
                                              const std::function<bool(SealedEntries &)> &edit,
                                              bool keepPrevious) const
{
    Result<Opened> outcome = Opened{};
    const Result<void> written = locked([&]() -> Result<void> {
        outcome = open(key);
        if (!outcome)
            return tl::unexpected(outcome.error());
        if (!edit(outcome->entries))
            return {};
        const quint64 generation = std::max(outcome->header.generation, after) + 1;
        const QByteArray next = seal(outcome->entries, *key, outcome->header.fileId, generation);
        if (next.size() > largestSealedFile)
            return failure(
                Error::Kind::TooLarge,
                SealedWorkText::tr(
                    "The sealed file is full: it holds at most 64 MB. Move keys elsewhere first."));
        if (keepPrevious) {
            const Result<void> kept = file().and_then(
                [this](const QByteArray &now) { return replaceSealedFile(previousSealedFile(m_path), now); });
            if (!kept)
                return kept;
        }
        if (const Result<void> replaced = replaceSealedFile(m_path, next); !replaced)
            return replaced;
        outcome->header.generation = generation;
        if (!keepPrevious)
            forgetPrevious(next);
        return {};
    });
    if (!written)
        return tl::unexpected(written.error());
    return outcome;
}

bool SealedWork::hasPrevious() const
{
    const Result<std::optional<QByteArray>> previous = readSealedFile(previousSealedFile(m_path));
    return previous && *previous && sealedHeader(**previous, m_rules);
}

Result<QString> SealedWork::setAside(bool usePrevious) const
{
    QString aside;
    const Result<void> moved = locked([&]() -> Result<void> {
        const Result<std::optional<QByteArray>> previous = readSealedFile(previousSealedFile(m_path));
        if (usePrevious && !previous)
            return tl::unexpected(previous.error());
        if (usePrevious && !*previous)
            return failure(Error::Kind::NotFound,
                           SealedWorkText::tr("There is no earlier version of the sealed file."));
        const Result<QString> name = setSealedFileAside(m_path);
        if (!name)
            return tl::unexpected(name.error());
        aside = *name;
        return usePrevious ? replaceSealedFile(m_path, **previous) : Result<void>();
    });
    if (!moved)
        return tl::unexpected(moved.error());
    return aside;
}

} // namespace keydesk
