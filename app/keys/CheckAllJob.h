#pragma once

#include "app/keys/ApiKey.h"
#include "app/keys/KeyService.h"

#include <QHash>
#include <QObject>
#include <QTimer>

#include <chrono>
#include <optional>

namespace keydesk {

class EnvironmentStore;

/// A key in an environment that uses it.
struct KeyPlace
{
    QUuid keyId;
    QUuid environmentId; ///< null: none uses it, it is tried where it is bound to
    QString origin = {}; ///< that, if there is no environment

    bool operator==(const KeyPlace &) const = default;
};

/// Every key of every environment, each once for an environment however many identities use it there.
QList<KeyPlace> allKeyPlaces(const EnvironmentStore &environments);
/// Where each of these keys is tried when it is checked by itself, once.
QList<KeyPlace> placesOf(const QList<QUuid> &keyIds, const KeyStore &keys, const EnvironmentStore &environments);

/// Checks many keys with the cheapest call of each: at most `atOnce` calls, at most `atOnceForOrigin` to one origin. An origin that answers 429
/// is left alone for as long as it asks for, and the key is then tried once more; where it asks for more than `longestWait`, its other
/// keys are not tried. Starts later; deletes itself after `finished`, which comes exactly once, after `cancel` too. UI thread.
class CheckAllJob : public QObject
{
    Q_OBJECT

public:
    static constexpr int atOnce = 4;
    static constexpr int atOnceForOrigin = 2;
    static constexpr std::chrono::seconds longestWait{60};

    struct Summary
    {
        int works = 0;
        int refused = 0;    ///< also expired and revoked
        int unanswered = 0; ///< nobody answered, or the answer proves nothing
        int notTried = 0;   ///< cancelled, a locked keychain, an origin that asks for a long wait
        bool cancelled = false;
        std::optional<Error> firstError; ///< of those that were not answered or not tried

        bool operator==(const Summary &) const = default;
        /// "Checked: 2 keys work, 1 refused." and the first error.
        [[nodiscard]] QString words() const;
    };

    CheckAllJob(KeyService &service, const EnvironmentStore &environments, const QList<KeyPlace> &places, QObject *parent);

    /// Stops the calls under way; what was checked stays checked.
    void cancel();

Q_SIGNALS:
    void progress(int done, int total, const QString &what); ///< "3 of 12 checked", "127.0.0.1 asks to wait 5 s"
    void finished(const keydesk::CheckAllJob::Summary &summary);

private:
    using Clock = std::chrono::steady_clock;
    struct Waiting
    {
        KeyPlace place;
        QString origin;
        bool again = false; ///< it was told to wait before
    };
    struct Lane
    {
        int running = 0;
        Clock::time_point pausedUntil;
        bool closed = false; ///< it asks for too long a wait
    };

    void next();
    void start(const Waiting &waiting);
    void ended(const Waiting &waiting, const TokenCheck &answer, const Result<ApiKey> &outcome);
    void count(const TokenCheck &answer);
    void skip(const Error &error);
    void tell(const QString &what);
    void end();

    KeyService &m_service;
    QList<Waiting> m_waiting;
    QHash<QString, Lane> m_lanes;
    QList<KeyJob *> m_running; // each deletes itself after it ended
    QTimer m_resume;
    Summary m_summary;
    int m_done = 0;
    int m_total = 0;
    bool m_ended = false;
};

} // namespace keydesk
