#pragma once

#include "app/keys/SealedFile.h"

#include <functional>
#include <memory>

namespace keydesk {

/// What the sealed store does with its file, one after the other in a worker thread. Each reads the file
/// anew, so that what another process wrote is seen, and every change is made under a lock beside the file,
/// so that none is lost.
class SealedWork
{
public:
    using Key = std::shared_ptr<const SealedKey>;

    SealedWork(const QString &path, const SealedRules &rules);

    /// A file that was opened.
    struct Opened
    {
        SealedHeader header;
        SealedEntries entries;
        Key key;
    };

    /// SealedAbsent if there is none.
    [[nodiscard]] Result<SealedHeader> look() const;
    [[nodiscard]] Result<Opened> open(const Key &key) const;
    [[nodiscard]] Result<Opened> unlock(const Secret &passphrase) const;
    /// A new, empty file. Duplicate if there is one.
    [[nodiscard]] Result<Opened> create(const Secret &passphrase) const;
    /// The same entries under a new salt; the version before, which the old passphrase opens, does not stay.
    [[nodiscard]] Result<Opened> changePassphrase(const Secret &old, const Secret &passphrase,
                                                  quint64 after) const;
    /// `edit` returns whether anything changed. The new generation is above the file's and above `after`.
    [[nodiscard]] Result<Opened> change(const Key &key, quint64 after,
                                        const std::function<bool(SealedEntries &)> &edit,
                                        bool keepPrevious) const;
    /// Sets what stands in the file's place aside, and puts the version before there if there is a whole one.
    /// Returns where it is now.
    [[nodiscard]] Result<QString> setAside(bool usePrevious) const;
    [[nodiscard]] bool hasPrevious() const;

private:
    [[nodiscard]] Result<QByteArray> file() const;
    void forgetPrevious(const QByteArray &now) const;
    [[nodiscard]] Result<void> locked(const std::function<Result<void>()> &work) const;

    QString m_path;
    SealedRules m_rules;
};

} // namespace keydesk
