#pragma once

#include <QByteArray>

#include <algorithm>
#include <array>
#include <cstring>

namespace keydesk {

/// Finds bytes in bytes, exactly or with ASCII letters in any case, by the needle's rarest byte: memchr
/// passes over what lies between faster than memmem.
class ByteFinder
{
public:
    /// `sample`: a part of what will be searched, which tells which byte is rare there.
    ByteFinder(QByteArray needle, bool matchesCase, const QByteArray &sample)
        : m_needle(std::move(needle))
        , m_matchesCase(matchesCase)
    {
        std::array<qsizetype, 256> counts{};
        for (const char byte : sample)
            ++counts[static_cast<uchar>(byte)];
        const auto countOf = [&](qsizetype at) {
            return counts[static_cast<uchar>(m_needle.at(at))] +
                   counts[static_cast<uchar>(otherCase(m_needle.at(at)))];
        };
        for (qsizetype i = 1; i < m_needle.size(); ++i) {
            if (countOf(i) < countOf(m_rare))
                m_rare = i;
        }
    }

    [[nodiscard]] qsizetype size() const { return m_needle.size(); }

    /// Calls `found` with each place, which returns where to go on.
    template <typename Found>
    void find(const char *begin, const char *end, Found found) const
    {
        const char one = m_needle.at(m_rare);
        const char other = m_matchesCase ? one : otherCase(one);
        const auto next = [end](const char *from, char byte) {
            const void *hit = from < end ? std::memchr(from, byte, static_cast<size_t>(end - from)) : nullptr;
            return hit ? static_cast<const char *>(hit) : end;
        };
        const char *nextOne = next(begin, one);
        const char *nextOther = one == other ? end : next(begin, other);
        for (;;) {
            const char *rare = std::min(nextOne, nextOther);
            if (rare == end)
                return;
            const char *behind = rare + 1;
            const char *start = rare - m_rare;
            if (start >= begin && end - start >= m_needle.size() && isHere(start)) {
                begin = found(start);
                behind = begin + m_rare;
            }
            if (nextOne < behind)
                nextOne = next(behind, one);
            if (nextOther < behind)
                nextOther = next(behind, other);
        }
    }

private:
    static char otherCase(char c)
    {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ? char(c ^ 0x20) : c;
    }

    [[nodiscard]] bool isHere(const char *start) const
    {
        return m_matchesCase
                   ? std::memcmp(start, m_needle.constData(), static_cast<size_t>(m_needle.size())) == 0
                   : qstrnicmp(start, m_needle.size(), m_needle.constData(), m_needle.size()) == 0;
    }

    QByteArray m_needle;
    bool m_matchesCase;
    qsizetype m_rare = 0; // the place of the rarest byte in the needle
};

} // namespace keydesk
