#pragma once

#include "app/keys/SealedWork.h"
#include "app/keys/SecretStore.h"
#include "app/storage/Settings.h"

#include <QPointer>
#include <QThreadPool>
#include <QTimer>

#include <chrono>
#include <list>

class QFileSystemWatcher;

namespace keydesk {

/// Tokens in one file under a passphrase (SealedFile.h). Files and Argon2 are a worker thread's; the window
/// never waits. What the passphrase was turned into is held while the file is open and wiped by `lock`;
/// tokens are read from the file each time, and not held here.
///
/// States: Absent (none made yet, or gone), Locked, Available, Failing (damaged, changed, newer or
/// unreadable: `describe` says which, and the file is kept), Unknown until it was looked at.
class SealedStore : public SecretStore
{
    Q_OBJECT

public:
    explicit SealedStore(const QString &path, const SealedRules &rules = {}, QObject *parent = nullptr);
    ~SealedStore() override; ///< waits for what is being written

    void read(const QUuid &id, QObject *guard, ReadDone done) override;
    void write(const QUuid &id, const Secret &secret, QObject *guard, Done done) override;
    void remove(const QUuid &id, QObject *guard, Done done) override;
    void list(QObject *guard, ListDone done) override;
    void probe() override;
    /// Changes of the file by others are not looked for from now on. For a command, which reads it once: to end the watching takes the
    /// system as long as the rest of a call.
    void stopWatching();
    /// If it is locked, asks for the passphrase (`passphraseWanted`) and waits for `unlockWith` or
    /// `stopAsking`.
    void unlock(QObject *guard, Done done) override;
    [[nodiscard]] QString describe() const override;

    /// Makes the file and leaves it unlocked. Error::InvalidInput for a passphrase that is too short,
    /// Duplicate if there is a file.
    void create(const Secret &passphrase, QObject *guard, Done done);
    /// Error::WrongPassphrase costs nothing: it can be tried again.
    void unlockWith(const Secret &passphrase, QObject *guard, Done done);
    /// Nobody will give the passphrase now: what waits in `unlock` hears Error::Cancelled.
    void stopAsking();
    /// Likewise, and this is what it hears.
    void giveUpAsking(const Error &reason);
    /// From now on reading the locked file asks for the passphrase first, as `unlock` does: for where nobody
    /// unlocks beforehand.
    void askWhenRead() { m_asksWhenRead = true; }
    void changePassphrase(const Secret &old, const Secret &passphrase, QObject *guard, Done done);
    /// At once: wipes the key. What is being tried or read is not believed any more.
    void lock();
    /// Renames the file that cannot be used, and puts the version before in its place if asked.
    void setAside(bool usePrevious, QObject *guard, Done done);

    /// Locks after this long without `noteActivity` or a call here; zero: never.
    void setLockAfter(std::chrono::milliseconds idle);
    void noteActivity();

    /// A file of an earlier generation than this was put back behind our back.
    using Seen = SealedSeen;
    void setLastSeen(const Seen &seen) { m_seen = seen; }

    [[nodiscard]] QString path() const { return m_path; }
    [[nodiscard]] bool hasPrevious() const { return m_hasPrevious; }
    /// It was opened, and is older than it was, or another one; empty if not.
    [[nodiscard]] QString warning() const { return m_warning; }

Q_SIGNALS:
    /// Answer with `unlockWith` or `stopAsking`.
    void passphraseWanted();
    void seen(const keydesk::SealedSeen &seen); ///< to be kept for `setLastSeen`
    void notice(const QString &text);                  ///< `warning`, when it is found

private:
    struct Waiting
    {
        QPointer<QObject> guard;
        Done done;
    };
    template <typename Work, typename Then>
    void run(Work work, Then then);
    void take(const Result<SealedWork::Opened> &outcome, quint64 epoch);
    void noteTrouble(const Error &error);
    void noteHeader(const SealedHeader &header);
    void looked(const Result<SealedHeader> &outcome);
    void settle();
    void answer(const Waiting &waiting, const Result<void> &outcome);
    void watchFile();
    [[nodiscard]] std::optional<Error> hindrance() const;
    void readNow(const QUuid &id, QObject *guard, ReadDone done);
    using OpenDone = std::function<void(const Result<SealedWork::Opened> &)>;
    void openNow(OpenDone done);
    void change(const std::function<bool(SealedEntries &)> &edit, bool keepPrevious, QObject *guard,
                Done done);

    const QString m_path;
    const SealedWork m_work;
    SealedWork::Key m_key;
    quint64 m_epoch = 0; // one more with every lock
    Seen m_seen;
    QString m_trouble;
    Error::Kind m_troubleKind = Error::Kind::SealedDamaged;
    QString m_warning;
    bool m_hasPrevious = false;
    bool m_asksWhenRead = false;
    std::list<Waiting> m_waiting; // for the passphrase
    QTimer m_idle;
    QTimer m_changed; // several changes of the file come together
    QFileSystemWatcher *m_watcher; // null: nobody watches
    QThreadPool m_pool; // one thread: each sees what the one before it wrote
};

} // namespace keydesk
