#pragma once

#include <QtEndian>

#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace keydesk {

/// 64 bytes at once: each question is answered by 64 bits, the lowest for the first byte. GCC's and clang's
/// vectors, which every processor has some instructions for.
class ByteLanes
{
public:
    using Lane = uchar __attribute__((vector_size(16)));

    explicit ByteLanes(const char *bytes) { std::memcpy(m_lanes, bytes, sizeof m_lanes); }

    [[nodiscard]] quint64 equal(uchar byte) const
    {
        return bits([byte](Lane lane) { return lane == byte; });
    }
    /// first ≤ byte ≤ last
    [[nodiscard]] quint64 between(uchar first, uchar last) const
    {
        const uchar width = last - first;
        return bits([first, width](Lane lane) { return Lane(lane - first) <= width; });
    }
    /// 0x80 and above.
    [[nodiscard]] quint64 high() const
    {
        return bits([](Lane lane) { return lane; });
    }
    /// Where the question, of 16 bytes at once, is answered by bytes whose highest bit is set.
    template <typename Question>
    [[nodiscard]] quint64 bits(Question question) const
    {
        quint64 all = 0;
        for (int i = 0; i < count; ++i)
            all |= quint64(highBits(Lane(question(m_lanes[i])))) << (16 * i);
        return all;
    }

private:
    static constexpr int count = 4;

    /// The highest bit of each byte.
    static quint32 highBits(Lane lane)
    {
#ifdef __SSE2__
        __m128i whole;
        std::memcpy(&whole, &lane, sizeof whole);
        return static_cast<quint32>(_mm_movemask_epi8(whole));
#else
        quint64 halves[2];
        std::memcpy(halves, &lane, sizeof halves);
        const auto gathered = [](quint64 half) {
            // Bit 7 of byte i comes to be bit 56 + i.
            return quint32(((half >> 7 & 0x0101010101010101U) * 0x0102040810204080U) >> 56);
        };
        return gathered(qFromLittleEndian(halves[0])) | gathered(qFromLittleEndian(halves[1])) << 8;
#endif
    }

    Lane m_lanes[count];
};

} // namespace keydesk
