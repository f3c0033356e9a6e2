#pragma once

#include "app/keys/KeyWorkJob.h"

namespace keydesk {

/// Moves one key's token to another store: both are unlocked first if they have to be. Ends with the key as
/// it is then.
class MoveKeyJob final : public KeyWorkJob
{
    Q_OBJECT

public:
    MoveKeyJob(const KeyWork &work, const QUuid &keyId, SecretPlace to, QObject *parent);

protected:
    void start() override;
    void stop() override;

private:
    void move();

    const QUuid m_key;
    const SecretPlace m_to;
    bool m_moving = false;
};

/// Several keys, one after the other. What cannot be moved stays where it is and is listed; a locked store
/// that is not unlocked ends it all. Deletes itself after `finished`, which comes exactly once, after
/// `cancel` too.
class MoveKeysJob final : public QObject
{
    Q_OBJECT

public:
    struct Failed
    {
        QUuid id;
        QString name;
        Error error;
    };
    struct Outcome
    {
        int moved = 0;
        QList<Failed> failed;
        bool cancelled = false;
    };
    using Move = std::function<KeyJob *(const QUuid &id)>;

    MoveKeysJob(const KeyStore &keys, const QList<QUuid> &ids, Move move, QObject *parent);
    /// The key that is on its way ends first, moved or not; no further one is begun.
    void cancel();

Q_SIGNALS:
    void progress(int done, int all, const QString &name); ///< `name` is being moved
    void finished(const keydesk::MoveKeysJob::Outcome &outcome);

private:
    void next();

    const KeyStore &m_keys;
    QList<QUuid> m_ids;
    const Move m_move;
    const int m_all;
    Outcome m_outcome;
    QPointer<KeyJob> m_job;
};

} // namespace keydesk
