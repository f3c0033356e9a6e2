#include "app/keys/MoveKeyJobs.h"

#include "app/base/Guarded.h"

namespace keydesk {

MoveKeyJob::MoveKeyJob(const KeyWork &work, const QUuid &keyId, SecretPlace to, QObject *parent)
    : KeyWorkJob(work, parent)
    , m_key(keyId)
    , m_to(to)
{
}

void MoveKeyJob::start()
{
    const std::optional<ApiKey> key = m_work.keys.find(m_key);
    if (!key) {
        finish(failure(Error::Kind::NotFound, tr("This key does not exist any more.")));
        return;
    }
    whenStorable(key->place, [this] { whenStorable(m_to, [this] { move(); }); });
}

void MoveKeyJob::move()
{
    watchPlace(m_to);
    if (m_work.ring.isUnderWay(m_key))
        Q_EMIT progress(tr("Waiting until the key has arrived where it was moved to before…"));
    m_moving = true;
    m_work.ring.move(m_key, m_to, this, [this](const Result<ApiKey> &outcome) { finish(outcome); });
}

void MoveKeyJob::stop()
{
    if (m_moving)
        m_work.ring.cancelMove(m_key, this); // whose answer ends the job; if it was moved already, that comes first
    else
        KeyWorkJob::stop();
}

// --- Several
// -------------------------------------------------------------------------------------------------------------

MoveKeysJob::MoveKeysJob(const KeyStore &keys, const QList<QUuid> &ids, Move move, QObject *parent)
    : QObject(parent)
    , m_keys(keys)
    , m_ids(ids)
    , m_move(std::move(move))
    , m_all(static_cast<int>(ids.size()))
{
    later(this, [this] { next(); });
}

void MoveKeysJob::cancel()
{
    m_outcome.cancelled = true;
    if (m_job)
        m_job->cancel();
}

void MoveKeysJob::next()
{
    if (m_ids.isEmpty() || m_outcome.cancelled) {
        Q_EMIT finished(m_outcome);
        deleteLater();
        return;
    }
    const QUuid id = m_ids.takeFirst();
    const std::optional<ApiKey> key = m_keys.find(id);
    const QString name = key ? key->name : QString();
    Q_EMIT progress(m_all - static_cast<int>(m_ids.size()) - 1, m_all, name);
    m_job = m_move(id);
    connect(m_job, &KeyJob::finished, this, [this, id, name](const Result<ApiKey> &outcome) {
        if (outcome)
            ++m_outcome.moved;
        else if (outcome.error().kind == Error::Kind::Cancelled)
            m_outcome.cancelled = true; // also by closing the passphrase's window
        else
            m_outcome.failed.append({id, name, outcome.error()});
        next();
    });
}

} // namespace keydesk
