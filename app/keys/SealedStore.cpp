#include "app/keys/SealedStore.h"

#include "app/base/Guarded.h"

#include <QDir>
#include <QFileInfo>
#include <QFileSystemWatcher>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

Result<void> withoutValue(const Result<SealedWork::Opened> &outcome)
{
    return outcome ? Result<void>() : tl::unexpected(outcome.error());
}

bool isOfFile(Error::Kind kind)
{
    switch (kind) {
    case Error::Kind::SealedAbsent:
    case Error::Kind::SealedLocked:
    case Error::Kind::SealedDamaged:
    case Error::Kind::StorageNewer:
        return true;
    default:
        return false;
    }
}

} // namespace

SealedStore::SealedStore(const QString &path, const SealedRules &rules, QObject *parent)
    : SecretStore(parent)
    , m_path(path)
    , m_work(path, rules)
    , m_watcher(new QFileSystemWatcher(this))
{
    m_pool.setMaxThreadCount(1);
    m_idle.setSingleShot(true);
    connect(&m_idle, &QTimer::timeout, this, &SealedStore::lock);
    m_changed.setSingleShot(true);
    m_changed.setInterval(std::chrono::milliseconds(50));
    connect(&m_changed, &QTimer::timeout, this, [this] {
        probe();
        Q_EMIT entriesChanged();
    });
    for (const auto changed : {&QFileSystemWatcher::fileChanged, &QFileSystemWatcher::directoryChanged})
        connect(m_watcher, changed, &m_changed, qOverload<>(&QTimer::start));
}

SealedStore::~SealedStore()
{
    m_pool.waitForDone();
}

/// `work` in the worker, then `then` with what it returned, here.
template <typename Work, typename Then>
void SealedStore::run(Work work, Then then)
{
    // Shared, and handed on: the worker is to let go of what belongs to this thread.
    auto next = std::make_shared<Then>(std::move(then));
    m_pool.start([this, work = std::move(work), next = std::move(next)]() mutable {
        auto outcome = std::make_shared<decltype(work())>(work());
        QMetaObject::invokeMethod(
            this, [outcome, next = std::move(next)] { (*next)(std::move(*outcome)); }, Qt::QueuedConnection);
    });
}

void SealedStore::answer(const Waiting &waiting, const Result<void> &outcome)
{
    if (waiting.guard)
        waiting.done(outcome);
}

// --- State
// ---------------------------------------------------------------------------------------------------------------

void SealedStore::stopWatching()
{
    delete std::exchange(m_watcher, nullptr);
}

void SealedStore::watchFile()
{
    if (!m_watcher)
        return;
    const QString folder = QFileInfo(m_path).absolutePath();
    if (!m_watcher->directories().contains(folder))
        m_watcher->addPath(folder);
    // A file that was replaced is another one to the watcher.
    if (QFileInfo::exists(m_path) && !m_watcher->files().contains(m_path))
        m_watcher->addPath(m_path);
}

void SealedStore::probe()
{
    watchFile();
    if (m_key) {
        run([work = m_work, key = m_key] { return work.open(key); },
            [this, epoch = m_epoch](const Result<SealedWork::Opened> &outcome) { take(outcome, epoch); });
        return;
    }
    run([work = m_work] { return std::pair(work.look(), work.hasPrevious()); },
        [this, epoch = m_epoch](const std::pair<Result<SealedHeader>, bool> &outcome) {
            m_hasPrevious = outcome.second;
            if (epoch == m_epoch && !m_key)
                looked(outcome.first);
        });
}

void SealedStore::looked(const Result<SealedHeader> &outcome)
{
    if (outcome) {
        m_trouble.clear();
        setState(State::Locked);
    } else {
        noteTrouble(outcome.error());
    }
    settle();
}

/// What an error says about the file; one of the disk's says nothing about what it holds.
void SealedStore::noteTrouble(const Error &error)
{
    if (!isOfFile(error.kind) && m_key)
        return;
    m_key.reset();
    m_idle.stop();
    m_trouble = error.message;
    m_troubleKind = error.kind;
    m_warning.clear();
    ++m_epoch;
    const State state = error.kind == Error::Kind::SealedAbsent   ? State::Absent
                        : error.kind == Error::Kind::SealedLocked ? State::Locked
                                                                  : State::Failing;
    if (state == State::Failing && !m_hasPrevious)
        run([work = m_work] { return work.hasPrevious(); },
            [this](bool previous) {
                m_hasPrevious = previous;
                Q_EMIT stateChanged(this->state()); // there is more to offer now
            });
    setState(state);
}

/// Whoever waits for the passphrase while there is nothing to give it to.
void SealedStore::settle()
{
    if (m_waiting.empty())
        return;
    if (state() == State::Locked) {
        Q_EMIT passphraseWanted();
        return;
    }
    const std::optional<Error> error = hindrance();
    for (const Waiting &each : std::exchange(m_waiting, {}))
        answer(each, error ? Result<void>(tl::unexpected(*error)) : Result<void>());
}

/// After every opening of the file.
void SealedStore::take(const Result<SealedWork::Opened> &outcome, quint64 epoch)
{
    if (epoch != m_epoch) // locked meanwhile
        return;
    if (!outcome) {
        noteTrouble(outcome.error());
        settle();
        return;
    }
    m_key = outcome->key;
    m_trouble.clear();
    noteHeader(outcome->header);
    noteActivity();
    setState(State::Available);
    settle();
}

void SealedStore::noteHeader(const SealedHeader &header)
{
    QString warning;
    if (!m_seen.fileId.isEmpty() && m_seen.fileId != header.fileId)
        warning = tr("This is another sealed file than the one that Keydesk used before. Keys that were only "
                     "in that one are missing here.");
    else if (header.generation < m_seen.generation)
        warning = tr("The sealed file is an older copy than the one that Keydesk used last. Keys that were "
                     "added or changed since may be "
                     "missing or have an old token. If you did not put it back yourself, find out who did.");
    const Seen now{header.fileId, m_seen.fileId == header.fileId
                                      ? std::max(m_seen.generation, header.generation)
                                      : header.generation};
    if (warning.isEmpty() && header.generation == now.generation && m_seen != now) {
        m_seen = now;
        Q_EMIT seen(now);
    } else if (m_seen.fileId != now.fileId) {
        m_seen = now;
        Q_EMIT seen(now);
    }
    if (!warning.isEmpty() && warning != m_warning) {
        m_warning = warning;
        Q_EMIT notice(warning);
    }
}

std::optional<Error> SealedStore::hindrance() const
{
    switch (state()) {
    case State::Available:
        return {};
    case State::Locked:
        return Error{Error::Kind::SealedLocked,
                     tr("The sealed file is locked. Unlock it with its passphrase, then try again."),
                     {}};
    case State::Absent:
        return Error{Error::Kind::SealedAbsent, describe(), {}};
    case State::Failing:
    case State::Denied:
    case State::Slow:
    case State::Unknown:
        break;
    }
    return Error{m_troubleKind, describe(), {}};
}

QString SealedStore::describe() const
{
    switch (state()) {
    case State::Unknown:
    case State::Slow:
        return tr("Keydesk is looking at the sealed file.");
    case State::Available:
        return m_warning.isEmpty() ? tr("The sealed file is unlocked. Its tokens lie encrypted in %1.")
                                         .arg(QDir::toNativeSeparators(m_path))
                                   : m_warning;
    case State::Locked:
        return tr("The sealed file is locked. Its passphrase opens it; no key in it is lost.");
    case State::Absent:
        return m_seen.fileId.isEmpty()
                   ? tr("There is no sealed file yet. It keeps keys encrypted under a passphrase of yours.")
                   : m_trouble;
    case State::Denied:
    case State::Failing:
        return m_trouble;
    }
    return {};
}

// --- Passphrase
// ----------------------------------------------------------------------------------------------------------

void SealedStore::unlock(QObject *guard, Done done)
{
    m_waiting.push_back({guard, std::move(done)});
    later(this, [this] {
        if (state() == State::Unknown)
            probe(); // which settles it
        else
            settle();
    });
}

void SealedStore::stopAsking()
{
    giveUpAsking({Error::Kind::Cancelled, tr("The sealed file was not unlocked."), {}});
}

void SealedStore::giveUpAsking(const Error &reason)
{
    for (const Waiting &each : std::exchange(m_waiting, {})) {
        if (each.guard)
            later(each.guard, [reason, done = each.done] { done(tl::unexpected(reason)); });
    }
}

void SealedStore::unlockWith(const Secret &passphrase, QObject *guard, Done done)
{
    run([work = m_work,
         typed = std::make_shared<const Secret>(passphrase.copy())] { return work.unlock(*typed); },
        [this, epoch = m_epoch,
         waiting = Waiting{guard, std::move(done)}](const Result<SealedWork::Opened> &outcome) {
            if (epoch != m_epoch && outcome) {
                answer(waiting, failure(Error::Kind::SealedLocked,
                                        tr("The sealed file was locked again before it was open.")));
                return;
            }
            if (outcome || outcome.error().kind != Error::Kind::WrongPassphrase)
                take(outcome, epoch);
            answer(waiting, withoutValue(outcome));
        });
}

void SealedStore::create(const Secret &passphrase, QObject *guard, Done done)
{
    if (const std::optional<QString> problem = passphraseProblem(passphrase)) {
        later(guard,
              [problem, done = std::move(done)] { done(failure(Error::Kind::InvalidInput, *problem)); });
        return;
    }
    m_seen = {}; // it takes the place of the one before, if there was one
    run([work = m_work,
         typed = std::make_shared<const Secret>(passphrase.copy())] { return work.create(*typed); },
        // A look at the folder from before, which finds no file, says nothing any more.
        [this, epoch = ++m_epoch,
         waiting = Waiting{guard, std::move(done)}](const Result<SealedWork::Opened> &outcome) {
            if (outcome)
                take(outcome, epoch);
            watchFile();
            answer(waiting, withoutValue(outcome));
        });
}

void SealedStore::changePassphrase(const Secret &old, const Secret &passphrase, QObject *guard, Done done)
{
    if (const std::optional<QString> problem = passphraseProblem(passphrase)) {
        later(guard,
              [problem, done = std::move(done)] { done(failure(Error::Kind::InvalidInput, *problem)); });
        return;
    }
    run([work = m_work, before = std::make_shared<const Secret>(old.copy()),
         next = std::make_shared<const Secret>(passphrase.copy()),
         after = m_seen.generation] { return work.changePassphrase(*before, *next, after); },
        [this, epoch = m_epoch,
         waiting = Waiting{guard, std::move(done)}](const Result<SealedWork::Opened> &outcome) {
            if (outcome)
                take(outcome, epoch);
            answer(waiting, withoutValue(outcome));
        });
}

void SealedStore::lock()
{
    ++m_epoch;
    m_idle.stop();
    m_warning.clear();
    m_key.reset();
    if (state() == State::Available)
        setState(State::Locked);
}

void SealedStore::setAside(bool usePrevious, QObject *guard, Done done)
{
    lock();
    run([work = m_work, usePrevious] { return work.setAside(usePrevious); },
        [this, waiting = Waiting{guard, std::move(done)}](const Result<QString> &outcome) {
            m_hasPrevious = false;
            probe();
            answer(waiting, outcome ? Result<void>() : tl::unexpected(outcome.error()));
        });
}

void SealedStore::setLockAfter(std::chrono::milliseconds idle)
{
    m_idle.setInterval(idle);
    m_idle.stop();
    noteActivity();
}

void SealedStore::noteActivity()
{
    if (m_key && m_idle.interval() > 0)
        m_idle.start();
}

// --- Entries
// -------------------------------------------------------------------------------------------------------------

/// Opens the file with the key that is held.
void SealedStore::openNow(OpenDone done)
{
    if (!m_key) {
        later(this, [this, done = std::move(done)] {
            const std::optional<Error> error = hindrance();
            done(tl::unexpected(error.value_or(Error{Error::Kind::SealedLocked, describe(), {}})));
        });
        return;
    }
    noteActivity();
    run([work = m_work, key = m_key] { return work.open(key); },
        [this, epoch = m_epoch, done = std::move(done)](const Result<SealedWork::Opened> &outcome) {
            take(outcome, epoch);
            done(outcome);
        });
}

void SealedStore::read(const QUuid &id, QObject *guard, ReadDone done)
{
    if (!m_asksWhenRead || m_key)
        return readNow(id, guard, std::move(done));
    unlock(guard, [this, id, guard, done = std::move(done)](const Result<void> &outcome) {
        if (outcome)
            readNow(id, guard, done);
        else
            done(tl::unexpected(outcome.error()));
    });
}

void SealedStore::readNow(const QUuid &id, QObject *guard, ReadDone done)
{
    openNow([id, guard = QPointer(guard), done = std::move(done)](const Result<SealedWork::Opened> &outcome) {
        if (!guard)
            return;
        if (!outcome) {
            done(tl::unexpected(outcome.error()));
            return;
        }
        const auto found = outcome->entries.find(id);
        if (found == outcome->entries.end())
            done(failure(Error::Kind::NotFound, tr("The sealed file has no such entry.")));
        else
            done(found->second.copy());
    });
}

void SealedStore::list(QObject *guard, ListDone done)
{
    openNow([guard = QPointer(guard), done = std::move(done)](const Result<SealedWork::Opened> &outcome) {
        if (!guard)
            return;
        if (!outcome) {
            done(tl::unexpected(outcome.error()));
            return;
        }
        QList<QUuid> ids;
        for (const auto &[id, secret] : outcome->entries)
            ids.append(id);
        done(ids);
    });
}

void SealedStore::write(const QUuid &id, const Secret &secret, QObject *guard, Done done)
{
    change(
        [id, kept = std::make_shared<const Secret>(secret.copy())](SealedEntries &entries) {
            entries.insert_or_assign(id, kept->copy());
            return true;
        },
        true, guard, std::move(done));
}

void SealedStore::remove(const QUuid &id, QObject *guard, Done done)
{
    change([id](SealedEntries &entries) { return entries.erase(id) > 0; }, false, guard, std::move(done));
}

void SealedStore::change(const std::function<bool(SealedEntries &)> &edit, bool keepPrevious, QObject *guard,
                         Done done)
{
    const Waiting waiting{guard, std::move(done)};
    if (!m_key) {
        later(this, [this, waiting] {
            const std::optional<Error> error = hindrance();
            answer(waiting, tl::unexpected(error.value_or(Error{Error::Kind::SealedLocked, describe(), {}})));
        });
        return;
    }
    noteActivity();
    run([work = m_work, key = m_key, after = m_seen.generation, edit,
         keepPrevious] { return work.change(key, after, edit, keepPrevious); },
        [this, epoch = m_epoch, waiting](const Result<SealedWork::Opened> &outcome) {
            take(outcome, epoch);
            answer(waiting, withoutValue(outcome));
        });
}

} // namespace keydesk
