#include "app/keys/AllTokens.h"

#include "app/base/Guarded.h"
#include "app/http/KeyForm.h"
#include "app/keys/KeyRing.h"

#include <utility>

namespace keydesk {

AllTokens::AllTokens(const KeyStore &keys, const KeyRing &ring, Redactor &redactor, QObject *parent)
    : QObject(parent)
    , m_keys(keys)
    , m_ring(ring)
    , m_redactor(redactor)
{
    connect(&keys, &KeyStore::added, this, [this](int position) {
        if (!m_wasAsked)
            return;
        m_toRead.prepend(m_keys.all().at(position).id);
        if (!std::exchange(m_isRunning, true))
            later(this, [this] { readNext(); });
    });
}

AllTokens::~AllTokens() = default;

void AllTokens::makeKnown(QObject *guard, Done done)
{
    m_wasAsked = true;
    m_next.push_back({guard, std::move(done)});
    if (!std::exchange(m_isRunning, true))
        later(this, [this] { readAll(); });
}

void AllTokens::readAll()
{
    m_waiting = std::exchange(m_next, {});
    m_unread = 0;
    m_toRead.clear();
    for (const ApiKey &key : m_keys.all()) {
        if (!m_known.contains(key.id))
            m_toRead.append(key.id);
    }
    readNext();
}

void AllTokens::readNext()
{
    while (!m_toRead.isEmpty()) {
        const QUuid id = m_toRead.takeFirst();
        const std::optional<ApiKey> key = m_keys.find(id);
        if (!key)
            continue; // removed meanwhile
        SecretStore &store = m_ring.store(key->place);
        if (store.state() != SecretStore::State::Available && store.state() != SecretStore::State::Unknown) {
            ++m_unread;
            continue;
        }
        m_reading = id;
        m_readGuard = std::make_unique<QObject>();
        // A store that stops answering says so by its state.
        connect(&store, &SecretStore::stateChanged, m_readGuard.get(), [this, id](SecretStore::State now) {
            if (now != SecretStore::State::Available)
                later(m_readGuard.get(),
                      [this, id] { gotToken(id, failure(Error::Kind::KeychainSlow, {})); });
        });
        store.read(id, m_readGuard.get(), [this, id](const Result<Secret> &token) { gotToken(id, token); });
        return;
    }
    tell();
}

void AllTokens::gotToken(const QUuid &id, const Result<Secret> &token)
{
    if (id != m_reading)
        return;
    m_reading = {};
    m_readGuard.release()->deleteLater(); // it may be calling
    const std::optional<ApiKey> key = m_keys.find(id);
    if (token) {
        keydesk::makeKnown(m_redactor, key ? key->placement : KeyPlacement::Header, *token);
        m_known.insert(id);
    } else if (key) {
        ++m_unread;
    }
    later(this, [this] { readNext(); });
}

void AllTokens::tell()
{
    m_isRunning = false;
    for (const Waiting &each : std::exchange(m_waiting, {})) {
        if (each.guard)
            each.done(m_unread);
    }
    if (!m_next.empty() && !std::exchange(m_isRunning, true))
        later(this, [this] { readAll(); });
}

} // namespace keydesk
