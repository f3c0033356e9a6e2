#pragma once

#include "app/base/Error.h"
#include "app/leaks/LeakFinding.h"
#include "app/leaks/LeakMatcher.h"

#include <QObject>
#include <QStringList>
#include <QTimer>

#include <memory>

namespace keydesk {

class KeyRing;
class KeyStore;
class ProviderCatalog;

/// What a leak check looks through.
struct LeakSources
{
    QString folder;         ///< empty: none
    bool files = true;      ///< of the folder, ignored ones too
    bool gitHistory = true; ///< of the repositories that the folder is in and holds
    bool ownHistory = true; ///< the calls in Keydesk's history
    bool ownData = true;    ///< its other rows, and the files in `ownFolders`
    QString database;       ///< Keydesk's own
    QStringList ownFolders; ///< settings, saved requests, exports

    bool operator==(const LeakSources &) const = default;
};

/// One search for tokens. Reads the tokens that can be read now (it asks no locked store), then works in
/// threads of its own; its memory is a fixed buffer for each of them and the tokens' forms, about 2 KB a
/// token. Nothing is written to disk. Everything is told in the thread of this object, several times a
/// second. Exactly one `finished`, also after `cancel`; never inside `start` or `cancel`. Destroying it stops
/// the search and waits for the threads, a tenth of a second at most.
class LeakScan : public QObject
{
    Q_OBJECT

public:
    static constexpr qint64 mostFindings = 10'000;

    LeakScan(const KeyStore &keys, const KeyRing &ring, const ProviderCatalog &providers, LeakSources sources,
             QObject *parent = nullptr);
    ~LeakScan() override;

    void start();
    void cancel();

Q_SIGNALS:
    void progress(const keydesk::LeakProgress &progress);
    void found(const QList<keydesk::LeakFinding> &findings);
    void finished(const keydesk::LeakReport &report);

private:
    class Work;

    void readNextKey();
    void gotToken(const QUuid &key, Result<Secret> &&token);
    void skipKey(const QUuid &key);
    void startWork();
    void look();
    void finish();

    const KeyStore &m_keys;
    const KeyRing &m_ring;
    const ProviderCatalog &m_providers;
    const LeakSources m_sources;
    QList<QUuid> m_toRead;
    QUuid m_reading;
    std::unique_ptr<QObject> m_readGuard; ///< for answers to the read that is waited for
    std::vector<LeakMatcher::Token> m_tokens;
    LeakProgress m_progress;
    LeakReport m_report;
    std::unique_ptr<Work> m_work;
    QTimer m_looking;
    bool m_ended = false;
};

} // namespace keydesk
