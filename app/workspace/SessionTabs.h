#pragma once

#include "app/base/Background.h"
#include "app/http/RequestSpec.h"
#include "app/workspace/RequestFiles.h"

#include <QObject>
#include <QTimer>
#include <QUuid>

#include <memory>

namespace keydesk {

class Database;
class StoredTokens;

/// An open tab: a request, where it is from, and what was edited and not saved.
struct SessionTab
{
    QUuid id;            ///< of the tab, for as long as it is open
    RequestPlace place;  ///< of a file; `file` is empty for others
    QString origin;      ///< of others: "history/12", "provider/…"; the window's own words
    RequestSpec request; ///< as it stands in the editor
    bool isEdited = false;
    RequestSpec original{}; ///< of one that is edited: what its changes are discarded to; empty: not known

    bool operator==(const SessionTab &) const = default;
};

struct SessionState
{
    QList<SessionTab> tabs; ///< in order
    QUuid current;

    bool operator==(const SessionState &) const = default;
};

/// The open tabs, kept in the database from one edit to the next, so that a crash loses no more than the last
/// second. Only what changed is written, on another thread. What is written holds no token: known ones are
/// redacted, credentials typed by hand are left out and their rows switched off (SECURITY S1). UI thread.
class SessionTabs : public QObject
{
    Q_OBJECT

public:
    /// `redactor` and `tokens` outlive this.
    SessionTabs(const QString &databasePath, const Redactor &redactor, StoredTokens &tokens,
                QObject *parent = nullptr);
    ~SessionTabs() override; ///< writes what is not written yet

    /// Those of the last run; before the first `set`. Reads on this thread: a few rows, once, when the
    /// console is first shown.
    Result<SessionState> restore(Database &database);

    /// What is open now; written a moment later.
    void set(const SessionState &state);
    /// Writes now, and waits for it.
    void flush();

    static constexpr int mostTabs = 200;

Q_SIGNALS:
    void written();
    void
    failed(const keydesk::Error &error); ///< once for each kind of Error, until it could be written again

private:
    void write();
    [[nodiscard]] std::function<Result<void>()> work();

    const QString m_path;
    const Redactor &m_redactor;
    StoredTokens &m_tokens;
    SessionState m_state;
    SessionState m_written;
    bool m_isWriting = false;
    int m_flushes = 0; // what was being written during one tells nothing any more
    std::optional<Error::Kind> m_told;
    QTimer m_soon;
    std::unique_ptr<Background> m_background;
};

} // namespace keydesk
