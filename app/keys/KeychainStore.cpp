#include "app/keys/KeychainStore.h"

#include "app/base/Log.h"
#include "app/keys/SecretService.h"

#include <QPointer>
#include <QTimer>

#include <qt6keychain/keychain.h>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

QString serviceName()
{
    return u"keydesk"_s;
}

QString entryName(const QUuid &id)
{
    return u"keydesk/"_s + id.toString(QUuid::WithoutBraces);
}

} // namespace

class KeychainStore::Private : public QObject
{
public:
    using Answer = SecretService::Answer;
    using Go = std::function<void()>;
    using Stop = std::function<void(const Error &)>;

    Private(KeychainStore &store, std::chrono::milliseconds patience);

    void ask();
    void note(Answer answer);
    /// Goes on unless the keychain is known to be locked or away. A read of an available keychain goes on
    /// without asking.
    void ifReady(bool askAnyway, Go go, Stop stop);
    void run(QKeychain::Job *job, const QUuid &id, const std::shared_ptr<QByteArray> &bytes, Go succeeded,
             Stop failed);
    void explainFailure(QKeychain::Error error, const QString &detail, const Stop &failed);
    [[nodiscard]] static std::optional<Error> errorOf(Answer answer);

    KeychainStore &q;
    SecretService service;

private:
    void watch();
    void ended();

    QTimer m_watchdog;
    QTimer m_askAgain; // while nobody answers
    int m_running = 0; // jobs handed to QtKeychain that have not ended
    bool m_stuck = false;
};

KeychainStore::Private::Private(KeychainStore &store, std::chrono::milliseconds patience)
    : q(store)
    , service(patience)
{
    m_watchdog.setSingleShot(true);
    m_watchdog.setInterval(patience);
    m_askAgain.setSingleShot(true);
    m_askAgain.setInterval(patience);
    connect(&m_watchdog, &QTimer::timeout, this, [this] {
        m_stuck = true;
        q.setState(State::Slow);
        ask(); // a keychain that waits for its password is locked rather than slow
    });
    connect(&m_askAgain, &QTimer::timeout, this, &Private::ask);
    connect(&service, &SecretService::changed, this, [this] {
        ask();
        Q_EMIT q.entriesChanged();
    });
}

void KeychainStore::Private::ask()
{
    service.ask(this, [this](Answer answer) { note(answer); });
}

void KeychainStore::Private::note(Answer answer)
{
    switch (answer) {
    case Answer::NoBus:
    case Answer::NoService:
        q.setState(State::Absent);
        break;
    case Answer::Locked:
        q.setState(State::Locked);
        break;
    case Answer::Unlocked:
    case Answer::OtherService:
        q.setState(m_stuck ? State::Slow : State::Available);
        break;
    case Answer::NoAnswer:
        q.setState(State::Slow);
        m_askAgain.start();
        break;
    case Answer::Denied:
        q.setState(State::Denied);
        break;
    case Answer::Broken:
        q.setState(State::Failing);
        break;
    }
}

std::optional<Error> KeychainStore::Private::errorOf(Answer answer)
{
    switch (answer) {
    case Answer::NoBus:
        return Error{Error::Kind::KeychainAbsent,
                     KeychainStore::tr(
                         "This session has no keychain service. Keys can be held for this session only."),
                     u"no session bus"_s};
    case Answer::NoService:
        return Error{Error::Kind::KeychainAbsent,
                     KeychainStore::tr(
                         "This session has no keychain service. Keys can be held for this session only."),
                     u"nobody provides org.freedesktop.secrets"_s};
    case Answer::Locked:
        return Error{Error::Kind::KeychainLocked,
                     KeychainStore::tr("The system keychain is locked. Unlock it and try again."),
                     {}};
    case Answer::Denied:
        return Error{
            Error::Kind::KeychainDenied,
            KeychainStore::tr(
                "The system keychain did not let Keydesk in. Allow it in the keychain's own settings "
                "and try again."),
            {}};
    case Answer::Unlocked:
    case Answer::OtherService:
    case Answer::NoAnswer:
    case Answer::Broken:
        break;
    }
    return {};
}

void KeychainStore::Private::ifReady(bool askAnyway, Go go, Stop stop)
{
    // One that is slow is not asked again: the job waits behind the others and is answered when they are.
    if (q.state() == State::Slow || (q.state() == State::Available && !askAnyway)) {
        go();
        return;
    }
    service.ask(this, [this, go = std::move(go), stop = std::move(stop)](Answer answer) {
        note(answer);
        if (const std::optional<Error> error = errorOf(answer))
            stop(*error);
        else
            go();
    });
}

void KeychainStore::Private::watch()
{
    if (m_running++ == 0)
        m_watchdog.start();
}

void KeychainStore::Private::ended()
{
    m_stuck = false;
    if (--m_running > 0)
        m_watchdog.start();
    else
        m_watchdog.stop();
}

/// `bytes` is the buffer that the job shares with us: overwritten once the job is gone and it is ours alone.
void KeychainStore::Private::run(QKeychain::Job *job, const QUuid &id,
                                 const std::shared_ptr<QByteArray> &bytes, Go succeeded, Stop failed)
{
    job->setAutoDelete(false);
    job->setKey(entryName(id));
    connect(job, &QKeychain::Job::finished, job,
            &QObject::deleteLater); // also when this object is gone by then
    connect(
        job, &QObject::destroyed, this, [bytes] { wipe(*bytes); }, Qt::QueuedConnection);
    connect(job, &QKeychain::Job::finished, this,
            [this, job, succeeded = std::move(succeeded), failed = std::move(failed)] {
                ended();
                if (job->error() != QKeychain::NoError) {
                    explainFailure(job->error(), job->errorString(), failed);
                    return;
                }
                q.setState(State::Available);
                succeeded();
            });
    watch();
    job->start();
}

/// QtKeychain's codes do not tell locked from denied or absent, nor missing from a password window that was
/// closed: D-Bus does.
void KeychainStore::Private::explainFailure(QKeychain::Error error, const QString &detail, const Stop &failed)
{
    service.ask(this, [this, error, detail, failed](Answer answer) {
        note(answer);
        if (std::optional<Error> known = errorOf(answer)) {
            if (known->detail.isEmpty())
                known->detail = detail;
            failed(*known);
            return;
        }
        const bool answers = answer == Answer::Unlocked || answer == Answer::OtherService;
        switch (error) {
        case QKeychain::EntryNotFound:
            if (answers) {
                failed({Error::Kind::NotFound, KeychainStore::tr("The system keychain has no such entry."),
                        detail});
                return;
            }
            break;
        case QKeychain::AccessDenied:
        case QKeychain::AccessDeniedByUser:
            q.setState(State::Denied);
            failed(*errorOf(Answer::Denied));
            return;
        case QKeychain::NoBackendAvailable:
        case QKeychain::NotImplemented:
            q.setState(State::Absent);
            failed(*errorOf(Answer::NoService));
            return;
        case QKeychain::NoError:
        case QKeychain::CouldNotDeleteEntry:
        case QKeychain::OtherError:
            break;
        }
        qCWarning(lcKeys) << "the keychain failed with" << error << detail;
        q.setState(State::Failing);
        failed({Error::Kind::KeychainFailed,
                KeychainStore::tr("The system keychain reported a problem: %1").arg(detail), detail});
    });
}

KeychainStore::KeychainStore(std::chrono::milliseconds watchdog, QObject *parent)
    : SecretStore(parent)
    , d(std::make_unique<Private>(*this, watchdog))
{
}

KeychainStore::~KeychainStore() = default;

void KeychainStore::read(const QUuid &id, QObject *guard, ReadDone done)
{
    const auto answer = [guard = QPointer(guard), done = std::move(done)](Result<Secret> outcome) {
        if (guard)
            done(std::move(outcome));
    };
    const auto stop = [answer](const Error &error) { answer(tl::unexpected(error)); };
    d->ifReady(
        false,
        [this, id, answer, stop] {
            auto *job = new QKeychain::ReadPasswordJob(serviceName());
            const auto bytes = std::make_shared<QByteArray>();
            d->run(
                job, id, bytes,
                [job, bytes, answer] {
                    *bytes = job->binaryData();
                    answer(Secret(
                        std::string_view(bytes->constData(), static_cast<std::size_t>(bytes->size()))));
                },
                stop);
        },
        stop);
}

void KeychainStore::write(const QUuid &id, const Secret &secret, QObject *guard, Done done)
{
    const auto answer = [guard = QPointer(guard), done = std::move(done)](const Result<void> &outcome) {
        if (guard)
            done(outcome);
    };
    const auto stop = [answer](const Error &error) { answer(tl::unexpected(error)); };
    d->ifReady(
        true,
        [this, id, kept = std::make_shared<const Secret>(secret.copy()), answer, stop] {
            auto *job = new QKeychain::WritePasswordJob(serviceName());
            const std::string_view bytes = kept->reveal();
            const auto buffer =
                std::make_shared<QByteArray>(bytes.data(), static_cast<qsizetype>(bytes.size()));
            job->setBinaryData(*buffer);
            d->run(
                job, id, buffer, [answer] { answer({}); }, stop);
        },
        stop);
}

void KeychainStore::remove(const QUuid &id, QObject *guard, Done done)
{
    const auto answer = [guard = QPointer(guard), done = std::move(done)](const Result<void> &outcome) {
        if (guard)
            done(outcome);
    };
    const auto stop = [answer](const Error &error) {
        if (error.kind == Error::Kind::NotFound)
            answer({});
        else
            answer(tl::unexpected(error));
    };
    // Asked in any case: libsecret says that it deleted an entry that it could not see because the keychain
    // was locked.
    d->ifReady(
        true,
        [this, id, answer, stop] {
            auto *job = new QKeychain::DeletePasswordJob(serviceName());
            d->run(
                job, id, std::make_shared<QByteArray>(), [answer] { answer({}); }, stop);
        },
        stop);
}

void KeychainStore::list(QObject *guard, ListDone done)
{
    d->service.list(serviceName(), guard, [done = std::move(done)](const std::optional<QStringList> &names) {
        if (!names) {
            done(failure(Error::Kind::Unsupported, tr("The system keychain does not tell which entries it holds.")));
            return;
        }
        QList<QUuid> ids;
        const QString prefix = entryName({}).chopped(QUuid().toString(QUuid::WithoutBraces).size());
        for (const QString &name : *names) {
            const QUuid id = name.startsWith(prefix) ? QUuid::fromString(name.sliced(prefix.size())) : QUuid();
            if (!id.isNull())
                ids.append(id);
        }
        done(ids);
    });
}

void KeychainStore::probe()
{
    d->ask();
}

void KeychainStore::unlock(QObject *guard, Done done)
{
    d->service.unlock(
        d.get(), [this, guard = QPointer(guard), done = std::move(done)](SecretService::Answer answer) {
            d->note(answer);
            if (!guard)
                return;
            if (const std::optional<Error> error = Private::errorOf(answer))
                done(tl::unexpected(*error));
            else if (answer == SecretService::Answer::NoAnswer)
                done(failure(
                    Error::Kind::KeychainSlow,
                    tr("The system keychain does not answer. Look for a password window of the system.")));
            else
                done({});
        });
}

QString KeychainStore::describe() const
{
    switch (state()) {
    case State::Unknown:
        return tr("Keydesk is asking for the system keychain.");
    case State::Available:
        return tr("The system keychain is available. Tokens are kept there and nowhere else.");
    case State::Locked:
        return tr(
            "The system keychain is locked. Unlock it to use the keys that it holds; none of them is lost.");
    case State::Denied:
        return tr("The system keychain does not let Keydesk in. Allow it in the keychain's own settings; no "
                  "key is lost.");
    case State::Absent:
        return tr("This session has no keychain service. New keys are held in memory and are gone when "
                  "Keydesk ends. To keep them, "
                  "install and start a keychain such as GNOME Keyring or KWallet.");
    case State::Slow:
        return tr("The system keychain has not answered yet. It may be waiting for its password in another "
                  "window.");
    case State::Failing:
        return tr("The system keychain reports errors. Its keys are not lost; see whether it works in other "
                  "programs.");
    }
    return {};
}

} // namespace keydesk
