#pragma once

#include <QtGlobal>

#include <sodium.h>

#include <algorithm>
#include <cstring>
#include <string_view>
#include <vector>

namespace keydesk {

/// Finds where any of many needles may stand, by looking at every `stride`-th place of the text only:
/// `stride` grams
/// (`sizeof(Gram)` bytes each) of every needle, one after the other, are known, so that one of them lies on
/// such a place wherever the needle begins. A gram is kept as a keyed hash, and wiped. The cost of a place
/// without a needle is one multiplication and one bit.
template <typename Gram, int stride>
class GramFilter
{
public:
    static constexpr qsizetype gramSize = sizeof(Gram);
    static constexpr qsizetype shortestNeedle = gramSize + stride - 1;

    /// `key`: random. `needles`: how many will come. They come before `build`, each at least `shortestNeedle`
    /// long.
    GramFilter(quint64 key, std::size_t needles)
        : m_key(key | 1)
    {
        m_entries.reserve(needles * stride); // so that no other copy of them is left behind
    }
    GramFilter(const GramFilter &) = delete;
    GramFilter &operator=(const GramFilter &) = delete;
    ~GramFilter()
    {
        if (!m_entries.empty())
            sodium_memzero(m_entries.data(), m_entries.size() * sizeof(Entry));
    }

    /// The last grams of a needle: tokens begin alike and end differently.
    void add(std::string_view needle, quint32 number)
    {
        const qsizetype last = static_cast<qsizetype>(needle.size()) - gramSize;
        for (qsizetype at = last - stride + 1; at <= last; ++at)
            m_entries.push_back({hash(needle.data() + at), number, static_cast<quint32>(at)});
    }

    void build()
    {
        int bits = smallest;
        while (bits < largest && (std::size_t{1} << bits) < m_entries.size() * bitsAnEntry)
            ++bits;
        m_shift = 64 - bits;
        m_bits.assign((std::size_t{1} << bits) / 64, 0);
        for (const Entry &entry : m_entries)
            m_bits[place(entry.hash) >> 6] |= quint64{1} << (place(entry.hash) & 63);
        // By place, which is what stands first in the hash: each place's entries are neighbours.
        std::sort(m_entries.begin(), m_entries.end(),
                  [](const Entry &one, const Entry &other) { return one.hash < other.hash; });
        m_bucketShift = 64;
        while (m_bucketShift > m_shift && (std::size_t{1} << (64 - m_bucketShift)) < m_entries.size())
            --m_bucketShift;
        m_buckets.assign((std::size_t{1} << (64 - m_bucketShift)) + 1, 0);
        for (const Entry &entry : m_entries)
            ++m_buckets[bucket(entry.hash) + 1];
        for (std::size_t i = 1; i < m_buckets.size(); ++i)
            m_buckets[i] += m_buckets[i - 1];
    }

    [[nodiscard]] bool isEmpty() const { return m_entries.empty(); }

    /// `candidate(begin, number)` for each place where the needle of that number may begin; begin may lie
    /// before the text.
    template <typename Candidate>
    void scan(std::string_view text, Candidate &&candidate) const
    {
        if (m_entries.empty())
            return;
        const char *bytes = text.data();
        const qsizetype end = static_cast<qsizetype>(text.size()) - gramSize;
        const quint64 *bits = m_bits.data();
        const int shift = m_shift;
        for (qsizetype at = 0; at <= end; at += stride) {
            const quint64 here = hash(bytes + at);
            const quint64 bit = here >> shift;
            if ((bits[bit >> 6] >> (bit & 63) & 1) != 0)
                look(here, at, candidate);
        }
    }

private:
    static constexpr int smallest = 14; // 2 KiB
    static constexpr int largest = 24;  // 2 MiB: what second-level caches hold
    static constexpr std::size_t bitsAnEntry = 32;

    struct Entry
    {
        quint64 hash;
        quint32 needle;
        quint32 offset;
    };

    [[nodiscard]] quint64 hash(const char *bytes) const
    {
        Gram gram;
        std::memcpy(&gram, bytes, sizeof(Gram));
        return gram * m_key;
    }
    [[nodiscard]] std::size_t place(quint64 hash) const { return hash >> m_shift; }
    [[nodiscard]] std::size_t bucket(quint64 hash) const
    {
        return m_bucketShift == 64 ? 0 : hash >> m_bucketShift;
    }

    template <typename Candidate>
    void look(quint64 here, qsizetype at, Candidate &&candidate) const
    {
        const std::size_t number = bucket(here);
        for (std::size_t i = m_buckets[number]; i < m_buckets[number + 1]; ++i) {
            if (m_entries[i].hash == here)
                candidate(at - static_cast<qsizetype>(m_entries[i].offset), m_entries[i].needle);
        }
    }

    quint64 m_key;
    int m_shift = 0;
    int m_bucketShift = 64;
    std::vector<Entry> m_entries;
    std::vector<quint64> m_bits;
    std::vector<quint32> m_buckets;
};

} // namespace keydesk
