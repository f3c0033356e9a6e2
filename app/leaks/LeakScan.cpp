#include "app/leaks/LeakScan.h"

#include "app/keys/KeyRing.h"
#include "app/leaks/LeakWork.h"

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr std::chrono::milliseconds lookEvery{100};

} // namespace

LeakScan::LeakScan(const KeyStore &keys, const KeyRing &ring, const ProviderCatalog &providers,
                   LeakSources sources, QObject *parent)
    : QObject(parent)
    , m_keys(keys)
    , m_ring(ring)
    , m_providers(providers)
    , m_sources(std::move(sources))
{
    m_looking.setInterval(lookEvery);
    connect(&m_looking, &QTimer::timeout, this, &LeakScan::look);
}

LeakScan::~LeakScan() = default;

void LeakScan::start()
{
    for (const ApiKey &key : m_keys.all())
        m_toRead.append(key.id);
    m_progress.keysTotal = static_cast<int>(m_toRead.size());
    m_looking.start();
    QMetaObject::invokeMethod(this, &LeakScan::readNextKey, Qt::QueuedConnection);
}

void LeakScan::cancel()
{
    m_report.cancelled = true;
    if (m_work)
        m_work->cancel();
    else if (!m_ended)
        QMetaObject::invokeMethod(this, &LeakScan::finish, Qt::QueuedConnection);
}

// --- Reading the tokens
// ------------------------------------------------------------------------------------------------------

void LeakScan::readNextKey()
{
    if (m_ended || m_work)
        return;
    while (!m_toRead.isEmpty()) {
        const QUuid id = m_toRead.takeFirst();
        const std::optional<ApiKey> key = m_keys.find(id);
        if (!key)
            continue; // deleted meanwhile
        SecretStore &store = m_ring.store(key->place);
        // Asking a locked store opens the system's password window, and one that does not answer would hold
        // up the rest.
        const SecretStore::State state = store.state();
        if (state != SecretStore::State::Available && state != SecretStore::State::Unknown) {
            m_report.storeIsLocked = m_report.storeIsLocked || state == SecretStore::State::Locked;
            skipKey(id);
            continue;
        }
        m_reading = id;
        m_readGuard = std::make_unique<QObject>();
        // A store that stops answering says so by its state.
        connect(&store, &SecretStore::stateChanged, m_readGuard.get(), [this](SecretStore::State now) {
            if (now == SecretStore::State::Available)
                return;
            m_report.storeIsLocked = m_report.storeIsLocked || now == SecretStore::State::Locked;
            QMetaObject::invokeMethod(
                this,
                [this, waiting = m_reading] {
                    if (waiting == m_reading && m_readGuard)
                        gotToken(waiting, failure(Error::Kind::KeychainSlow, {}));
                },
                Qt::QueuedConnection);
        });
        // Straight from the store: what is only compared need not be held for later calls.
        store.read(id, m_readGuard.get(),
                   [this, id](Result<Secret> token) { gotToken(id, std::move(token)); });
        return;
    }
    startWork();
}

void LeakScan::gotToken(const QUuid &key, Result<Secret> &&token)
{
    if (m_ended || key != m_reading)
        return;
    m_reading = {};
    if (QObject *guard = m_readGuard.release()) // it may be calling
        guard->deleteLater();
    ++m_progress.keys;
    if (token) {
        ++m_report.keysSearched;
        // A password may stand where its user's name does not, and is found within the pair too.
        const std::optional<ApiKey> known = m_keys.find(key);
        Secret part = known ? secretPartOf(known->placement, *token) : Secret();
        m_tokens.push_back({key, part.size() >= shortestLeak ? std::move(part) : std::move(*token)});
    } else {
        skipKey(key);
    }
    QMetaObject::invokeMethod(this, &LeakScan::readNextKey, Qt::QueuedConnection);
}

void LeakScan::skipKey(const QUuid &key)
{
    m_report.keysNotSearched.append(key);
}

// --- Searching
// ---------------------------------------------------------------------------------------------------------------

void LeakScan::startWork()
{
    // The work ends before this object does.
    const auto over = [this] { QMetaObject::invokeMethod(this, &LeakScan::look, Qt::QueuedConnection); };
    m_work = std::make_unique<Work>(m_sources, std::exchange(m_tokens, {}), tokenPatterns(m_providers), over);
}

void LeakScan::look()
{
    if (m_ended)
        return;
    const bool over = m_work && m_work->isOver(); // asked first: what is found until then is shown below
    if (m_work) {
        if (const QList<LeakFinding> findings = m_work->takeFindings(); !findings.isEmpty())
            Q_EMIT found(findings);
        m_work->show(m_progress);
    }
    Q_EMIT progress(m_progress);
    if (over)
        finish();
}

void LeakScan::finish()
{
    if (std::exchange(m_ended, true))
        return;
    m_looking.stop();
    m_readGuard.reset();
    if (m_work)
        m_work->report(m_report);
    m_report.searched = m_progress;
    m_work.reset(); // and with it the tokens
    Q_EMIT finished(m_report);
}

} // namespace keydesk
