#pragma once

#include "app/base/Error.h"
#include "app/base/Secret.h"

#include <QList>
#include <QObject>
#include <QUuid>

#include <functional>

namespace keydesk {

/// Where tokens lie. Everything is asynchronous: no call calls back inside itself, each calls back at most once and never after
/// `guard` died. A store may take for ever (a keychain that waits for a password); callers show a waiting state with Cancel.
class SecretStore : public QObject
{
    Q_OBJECT

public:
    enum class State {
        Unknown, ///< not asked yet
        Available,
        Locked,
        Denied,
        Absent,
        Slow,    ///< asked, and no answer within the watchdog's time
        Failing,
    };
    Q_ENUM(State)

    using ReadDone = std::function<void(Result<Secret>)>;
    using Done = std::function<void(Result<void>)>;

    using ListDone = std::function<void(Result<QList<QUuid>>)>;

    using QObject::QObject;

    /// Error::NotFound only when the store is available and has no such entry; any other trouble is its own kind.
    virtual void read(const QUuid &id, QObject *guard, ReadDone done) = 0;
    /// Overwrites. Does not read back: KeyRing does.
    virtual void write(const QUuid &id, const Secret &secret, QObject *guard, Done done) = 0;
    /// Deleting what is not there is success.
    virtual void remove(const QUuid &id, QObject *guard, Done done) = 0;
    /// The ids of all entries that lie there, without their tokens. Error::Unsupported where that cannot be told, which is what this does.
    virtual void list(QObject *guard, ListDone done);
    /// Finds out the state; `stateChanged` follows if it differs.
    virtual void probe() = 0;
    /// Asks the system to unlock (may show the system's own password window). `done` says how it ended.
    virtual void unlock(QObject *guard, Done done) = 0;

    [[nodiscard]] State state() const { return m_state; }
    /// One sentence about the state, with what to do.
    [[nodiscard]] virtual QString describe() const = 0;

Q_SIGNALS:
    void stateChanged(keydesk::SecretStore::State state);
    /// Other entries may lie there now, by somebody else's doing.
    void entriesChanged();

protected:
    void setState(State state);

private:
    State m_state = State::Unknown;
};

} // namespace keydesk
