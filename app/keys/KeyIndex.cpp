#include "app/keys/KeyIndex.h"

#include <algorithm>

namespace keydesk {

namespace {

bool isOlder(const ApiKey &one, const ApiKey &other)
{
    return one.createdAt < other.createdAt;
}

} // namespace

int KeyIndex::indexOfFingerprint(const QByteArray &fingerprint) const
{
    int first = -1;
    const auto [begin, end] = m_fingerprints.equal_range(fingerprint);
    for (auto id = begin; id != end; ++id) {
        const int index = indexOf(*id);
        if (first < 0 || index < first)
            first = index;
    }
    return first;
}

void KeyIndex::assign(QList<ApiKey> keys)
{
    m_keys = std::move(keys);
    if (!std::is_sorted(m_keys.cbegin(), m_keys.cend(), isOlder))
        std::stable_sort(m_keys.begin(), m_keys.end(), isOlder);
    m_places.clear();
    m_places.reserve(m_keys.size());
    m_fingerprints.clear();
    m_fingerprints.reserve(m_keys.size());
    for (const ApiKey &key : std::as_const(m_keys)) {
        if (!key.fingerprint.isEmpty())
            m_fingerprints.insert(key.fingerprint, key.id);
    }
    placeFrom(0);
}

int KeyIndex::insert(const ApiKey &key)
{
    const auto place = std::upper_bound(m_keys.cbegin(), m_keys.cend(), key, isOlder);
    const int index = static_cast<int>(place - m_keys.cbegin());
    m_keys.insert(index, key);
    if (!key.fingerprint.isEmpty())
        m_fingerprints.insert(key.fingerprint, key.id);
    placeFrom(index);
    return index;
}

void KeyIndex::removeAt(int index)
{
    const ApiKey &key = m_keys.at(index);
    m_places.remove(key.id);
    m_fingerprints.remove(key.fingerprint, key.id);
    m_keys.removeAt(index);
    placeFrom(index);
}

void KeyIndex::placeFrom(int first)
{
    for (int index = first; index < m_keys.size(); ++index)
        m_places[m_keys.at(index).id] = index;
}

} // namespace keydesk
