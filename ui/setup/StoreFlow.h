#pragma once

#include "app/keys/KeyService.h"
#include "ui/setup/SetupDraft.h"

#include <QObject>
#include <QPointer>

namespace keydesk {

/// Turns a draft into a stored key: environment (if it is a new one) → create or add → read back → check (a
/// created key: the copy-once window says how it went). Whatever fails or is cancelled takes back what was
/// made before, also after this object has gone. One run at a time.
class StoreFlow : public QObject
{
    Q_OBJECT

public:
    explicit StoreFlow(Core &core, QObject *parent = nullptr);
    ~StoreFlow() override; ///< cancels

    /// `checkInBackground`: a key that was pasted is checked without waiting for the answer.
    void start(const SetupDraft &draft, bool checkInBackground);
    /// While storing: nothing is kept. While checking: the key is stored already, only the check ends.
    void cancel();
    [[nodiscard]] bool isRunning() const { return m_running; }

Q_SIGNALS:
    void progress(const QString &what);
    /// The key is stored and read back; `finished` follows.
    void stored(const keydesk::ApiKey &key, const QUuid &environmentId);
    /// Exactly once for each start.
    void finished(const keydesk::Result<keydesk::ApiKey> &outcome);

private:
    void storeKey(const SetupDraft &draft, const QUuid &environmentId, bool newEnvironment);
    void keyStored(const ApiKey &key, const QUuid &environmentId);
    void keepSession(const QUuid &environmentId);
    void check(const ApiKey &key, const QUuid &environmentId);
    void end(const Result<ApiKey> &outcome);

    Core &m_core;
    QPointer<KeyJob> m_job;
    std::shared_ptr<const Secret> m_session; // to be kept as a key of its own
    QString m_providerId;
    QString m_sessionKindId;
    QString m_sessionKeyName;
    std::optional<SecretPlace> m_place;
    bool m_created = false;
    bool m_checkInBackground = false;
    bool m_running = false;
};

} // namespace keydesk
