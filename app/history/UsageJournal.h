#pragma once

#include "app/base/Error.h"
#include "app/history/Usage.h"
#include "app/http/KeySent.h"

#include <QMap>
#include <QObject>
#include <QTimer>

#include <chrono>
#include <functional>

namespace keydesk {

class Database;

/// How often each key was used: counted per day, origin and environment, whether or not history is kept. A
/// use is counted in memory and written a moment later, so that no call waits for the disk. Counts go with
/// their key. UI thread.
///
/// How long they are kept is counted in days on which the key was used, not by the clock: one that was set
/// forward by years and back again deletes nothing.
class UsageJournal : public QObject
{
    Q_OBJECT

public:
    using Clock = std::function<QDateTime()>;

    /// `now` gives the time in the user's time zone; for tests.
    explicit UsageJournal(Database &database, Clock now = &QDateTime::currentDateTime,
                          QObject *parent = nullptr);
    ~UsageJournal() override; ///< writes what is not written yet

    static constexpr int keptDays = 400; ///< of each key, the latest on which it was used
    static constexpr std::chrono::milliseconds writtenEvery = std::chrono::seconds(2);

    void count(const KeySent &use);
    /// Everything that is known of a key, oldest day first.
    Result<QList<UsageRow>> of(const QUuid &keyId);
    [[nodiscard]] QDateTime now() const { return m_now(); }
    /// What cannot be written now is kept and tried again.
    Result<void> write();

Q_SIGNALS:
    void changed(const QUuid &keyId); ///< after a write, so at most once in `writtenEvery`

private:
    struct Place
    {
        QUuid keyId;
        QDate day;
        QString origin;
        QUuid environmentId;

        bool operator<(const Place &other) const;
    };

    Result<void> writeOne(const Place &place, const UsageRow &row);
    Result<void> dropOldDays(const QUuid &keyId);

    Database &m_database;
    const Clock m_now;
    QMap<Place, UsageRow> m_counted; // not in the database yet
    QTimer m_timer;
};

} // namespace keydesk
