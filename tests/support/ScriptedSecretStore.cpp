#include "tests/support/ScriptedSecretStore.h"

#include <QPointer>
#include <QTimer>

using namespace Qt::StringLiterals;

namespace keydesk::test {

ScriptedSecretStore::ScriptedSecretStore(std::shared_ptr<Vault> vault, QObject *parent)
    : SecretStore(parent)
    , m_vault(std::move(vault))
{
    setState(State::Available);
}

void ScriptedSecretStore::become(State state)
{
    setState(state);
    answerWaiting();
}

void ScriptedSecretStore::failWith(Op op, const Error &error)
{
    m_errors.insert(op, error);
}

void ScriptedSecretStore::hang(Op op, bool actFirst)
{
    m_hanging.insert(op, actFirst);
}

void ScriptedSecretStore::release()
{
    m_hanging.clear();
    answerWaiting();
}

void ScriptedSecretStore::answerWaiting()
{
    const QList<Waiting> waiting = std::exchange(m_waiting, {});
    for (const Waiting &call : waiting) {
        if (m_hanging.contains(call.op) || state() == State::Slow)
            m_waiting.append(call);
        else
            call.answer();
    }
}

std::optional<Error> ScriptedSecretStore::trouble(Op op) const
{
    if (const auto error = m_errors.find(op); error != m_errors.end())
        return *error;
    if (op == Op::Unlock)
        return {};
    switch (state()) {
    case State::Locked:
        return Error{Error::Kind::KeychainLocked, u"The scripted keychain is locked."_s, {}};
    case State::Denied:
        return Error{Error::Kind::KeychainDenied, u"The scripted keychain denies access."_s, {}};
    case State::Absent:
        return Error{Error::Kind::KeychainAbsent, u"There is no scripted keychain."_s, {}};
    case State::Failing:
        return Error{Error::Kind::KeychainFailed, u"The scripted keychain fails."_s, {}};
    case State::Unknown:
    case State::Available:
    case State::Slow:
        break;
    }
    return {};
}

void ScriptedSecretStore::answer(Op op, QObject *guard, std::function<void()> work)
{
    ++m_counts[op];
    auto inTime = [this, guard = QPointer(guard), work = std::move(work)] {
        if (guard)
            QTimer::singleShot(m_delay, guard, work);
    };
    if (m_hanging.contains(op) || state() == State::Slow)
        m_waiting.append({op, std::move(inTime)});
    else
        inTime();
}

void ScriptedSecretStore::read(const QUuid &id, QObject *guard, ReadDone done)
{
    answer(Op::Read, guard, [this, store = QPointer(this), id, done = std::move(done)] {
        if (!store)
            return;
        if (const std::optional<Error> error = trouble(Op::Read)) {
            done(tl::unexpected(*error));
            return;
        }
        const auto found = m_vault->find(id);
        if (found == m_vault->end()) {
            done(failure(Error::Kind::NotFound, u"The scripted keychain has no such entry."_s));
            return;
        }
        const QByteArray &bytes = m_lie ? *m_lie : found->second;
        done(Secret(std::string_view(bytes.constData(), std::size_t(bytes.size()))));
    });
}

void ScriptedSecretStore::write(const QUuid &id, const Secret &secret, QObject *guard, Done done)
{
    const std::string_view bytes = secret.reveal();
    const auto act = [vault = m_vault, id, value = QByteArray(bytes.data(), qsizetype(bytes.size())),
                      forget = m_forgetWrites] {
        if (!forget)
            (*vault)[id] = value;
    };
    const bool actFirst = m_hanging.value(Op::Write);
    if (actFirst)
        act();
    answer(Op::Write, guard, [this, store = QPointer(this), act, actFirst, done = std::move(done)] {
        if (!store)
            return;
        if (const std::optional<Error> error = trouble(Op::Write)) {
            done(tl::unexpected(*error));
            return;
        }
        if (!actFirst)
            act();
        done({});
    });
}

void ScriptedSecretStore::remove(const QUuid &id, QObject *guard, Done done)
{
    const bool actFirst = m_hanging.value(Op::Remove);
    if (actFirst)
        m_vault->erase(id);
    answer(Op::Remove, guard, [this, store = QPointer(this), id, done = std::move(done)] {
        if (!store)
            return;
        if (const std::optional<Error> error = trouble(Op::Remove)) {
            done(tl::unexpected(*error));
            return;
        }
        m_vault->erase(id);
        done({});
    });
}

void ScriptedSecretStore::list(QObject *guard, ListDone done)
{
    QTimer::singleShot(m_delay, guard, [this, store = QPointer(this), done = std::move(done)] {
        if (!store)
            return;
        if (const std::optional<Error> error = trouble(Op::Read)) {
            done(tl::unexpected(*error));
            return;
        }
        QList<QUuid> ids;
        for (const auto &[id, bytes] : *m_vault)
            ids.append(id);
        done(ids);
    });
}

void ScriptedSecretStore::unlock(QObject *guard, Done done)
{
    answer(Op::Unlock, guard, [this, store = QPointer(this), done = std::move(done)] {
        if (!store)
            return;
        if (const std::optional<Error> error = trouble(Op::Unlock)) {
            done(tl::unexpected(*error));
            return;
        }
        if (state() == State::Locked)
            become(State::Available);
        done({});
    });
}

QString ScriptedSecretStore::describe() const
{
    return u"A scripted keychain."_s;
}

} // namespace keydesk::test
