#pragma once

#include "app/base/Error.h"
#include "app/sandbox/SandboxKey.h"
#include "app/sandbox/TokenHash.h"

#include <QHash>
#include <QMutex>

#include <functional>
#include <optional>

namespace keydesk::sandbox {

/// What the sandbox remembers over a restart: its ports and the keys that it gave out, their tokens as salted
/// hashes only. One JSON file, 0600, replaced as a whole. Thread-safe. A change that cannot be written is not
/// made.
class SandboxState
{
public:
    explicit SandboxState(const QString &file);

    /// A file that cannot be understood is set aside as `<file>.corrupt-<time>`; one of a later version is an
    /// Error and is left alone.
    Result<void> load();
    /// Writes when keys were used last, if that has changed.
    Result<void> flush();

    [[nodiscard]] int port(const QString &service) const; ///< 0: none yet
    Result<void> setPorts(const QHash<QString, int> &ports);

    /// In order of creation, revoked ones included (the latest 50 of them). Those whose time has come are
    /// Expired.
    [[nodiscard]] QList<SandboxKey> keys(const QString &service) const;
    [[nodiscard]] std::optional<SandboxKey> find(const QString &service, const QString &id) const;
    /// The key of a token, whatever its status; notes the use.
    std::optional<SandboxKey> recognise(const QString &service, const QByteArray &token);

    /// The token is one of its keys', whatever their status. No use of it.
    [[nodiscard]] bool gaveOut(const QString &service, const QByteArray &token) const;

    /// Makes the bytes of a token; `number` counts the keys of this sandbox from 1.
    using MakeToken = std::function<QByteArray(qint64 number)>;
    Result<IssuedKey> issue(const KeyDraft &draft, const MakeToken &make);
    /// The same key with a new token; the old one is worth nothing from then on. Error::NotFound if there is
    /// none or it was revoked.
    Result<IssuedKey> regenerate(const QString &service, const QString &id, const MakeToken &make);
    /// Expire, pause, go on or revoke. A revoked key is Error::NotFound.
    Result<void> setStatus(const QString &service, const QString &id, SandboxKey::Status status);
    /// Null: never. A key that has expired is good again if the time lies ahead. A revoked key is
    /// Error::NotFound.
    Result<void> setExpiry(const QString &service, const QString &id, const QDateTime &expiresAt);
    /// Nothing leaves the text as it is. A revoked key is Error::NotFound.
    Result<void> setTexts(const QString &service, const QString &id, const std::optional<QString> &name,
                          const std::optional<QString> &description);

private:
    struct Entry
    {
        SandboxKey key;
        TokenHash token;

        [[nodiscard]] bool isOf(const QString &service, const QByteArray &bytes) const;
    };

    Entry *entry(const QString &service, const QString &id);
    void dropOldest(const QString &service);
    /// Changes a key that was not revoked, and saves.
    Result<void> change(const QString &service, const QString &id,
                        const std::function<void(SandboxKey &key)> &edit);
    Result<void> save();
    /// Runs `change` and saves; puts everything back if that fails.
    Result<void> commit(const std::function<void()> &change);
    [[nodiscard]] QByteArray toBytes() const;
    bool fromBytes(const QByteArray &bytes, bool &isNewer);

    const QString m_file;
    mutable QMutex m_mutex;
    QHash<QString, int> m_ports;
    QList<Entry> m_entries;
    qint64 m_nextNumber = 1;
    bool m_usesChanged = false;
};

} // namespace keydesk::sandbox
