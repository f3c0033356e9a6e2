#pragma once

#include "app/keys/ApiKey.h"

#include <QHash>

namespace keydesk {

/// Keys in order of creation, found by id and by fingerprint without looking at all of them.
class KeyIndex
{
public:
    [[nodiscard]] const QList<ApiKey> &all() const { return m_keys; }
    [[nodiscard]] int indexOf(const QUuid &id) const { return m_places.value(id, -1); }
    /// -1 if no key has it, or if it is empty.
    [[nodiscard]] int indexOfFingerprint(const QByteArray &fingerprint) const;

    void assign(QList<ApiKey> keys);
    int insert(const ApiKey &key); ///< where it went
    /// In its place: the same id, fingerprint and time of creation.
    void replace(int index, const ApiKey &key) { m_keys[index] = key; }
    void removeAt(int index);

private:
    void placeFrom(int first);

    QList<ApiKey> m_keys;
    QHash<QUuid, int> m_places;
    QMultiHash<QByteArray, QUuid> m_fingerprints; // another process may have stored the same token at the same moment
};

} // namespace keydesk
