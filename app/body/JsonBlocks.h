#pragma once

#include <QtGlobal>

#include <algorithm>
#include <optional>
#include <vector>

namespace keydesk {

/// What may come next in JSON text.
enum class JsonExpect : quint8 {
    Document,
    ObjectFirst, ///< a name, or }
    ObjectName,
    ObjectColon,
    ObjectValue,
    ObjectNext, ///< a comma, or }
    ArrayFirst, ///< a value, or ]
    ArrayValue,
    ArrayNext, ///< a comma, or ]
};

/// What is remembered of each piece of JSON text of one size. Levels count the containers that are open: the
/// documents are at level 0. A separator of a level is a comma there; at level 0 it is the begin of a
/// document.
struct JsonBlock
{
    static constexpr qint64 size = 8 * 1024; ///< bytes of text

    qint64 name = -1;  ///< begin of the name whose value has not begun, or not ended (a scalar), before this
    qint64 token = -1; ///< begin of the string, number or literal that goes on here
    qint32 level = 0;  ///< at its begin
    qint32 least = 0;  ///< the lowest level in it, the begin's too
    quint16 separators = 0;                   ///< of the lowest level
    JsonExpect expect = JsonExpect::Document; ///< at its begin, or behind what goes on there
    bool inString = false;                    ///< at its begin
    bool inScalar = false;                    ///< a number or a literal goes on
    bool escaped = false;                     ///< its first byte is behind a backslash
    bool blank = true;                        ///< nothing but white space outside of strings, and no string
};

/// The blocks of a text in order, with sums over many of them: where a level is left, and how many separators
/// lie between, is found without looking at each.
class JsonBlocks
{
public:
    [[nodiscard]] qsizetype count() const { return qsizetype(m_blocks.size()); }
    [[nodiscard]] const JsonBlock &at(qsizetype index) const { return m_blocks[size_t(index)]; }

    /// Puts these in place of all from the block `from` on.
    void replace(qsizetype from, const std::vector<JsonBlock> &blocks)
    {
        m_blocks.resize(size_t(from));
        m_blocks.insert(m_blocks.end(), blocks.begin(), blocks.end());
        m_groups.resize(std::min(m_groups.size(), size_t(from / groupSize)));
        while (qsizetype(m_groups.size() + 1) * groupSize <= count()) {
            Group group{at(qsizetype(m_groups.size()) * groupSize).least, 0};
            for (qsizetype i = qsizetype(m_groups.size()) * groupSize;
                 i < qsizetype(m_groups.size() + 1) * groupSize; ++i)
                group.add(at(i).least, at(i).separators);
            m_groups.push_back(group);
        }
    }

    /// The first block at or behind `from` in which a level below `level` is reached; count(): none.
    [[nodiscard]] qsizetype firstBelow(qsizetype from, qint32 level) const
    {
        return walk(from, count(), [level](qint32 least, qint64) { return least < level; });
    }

    /// The last block before `end` in which a level below `level` is reached; -1: none.
    [[nodiscard]] qsizetype lastBelow(qsizetype end, qint32 level) const
    {
        qsizetype i = end - 1;
        while (i >= 0) {
            if ((i + 1) % groupSize == 0 && m_groups[size_t(i / groupSize)].least >= level) {
                i -= groupSize;
                continue;
            }
            if (at(i).least < level)
                return i;
            --i;
        }
        return -1;
    }

    /// Of a level that is not left in [from, end).
    [[nodiscard]] qint64 separators(qsizetype from, qsizetype end, qint32 level) const
    {
        qint64 sum = 0;
        walk(from, end, [&](qint32 least, qint64 separators) {
            sum += least == level ? separators : 0;
            return false;
        });
        return sum;
    }

    /// The first block at or behind `from` in which the level is left, or which has its separator of this
    /// number, counted from 0 at `from`. `number` becomes what it is within that block.
    [[nodiscard]] qsizetype separator(qsizetype from, qint32 level, qint64 &number) const
    {
        return walk(from, count(), [&](qint32 least, qint64 separators) {
            const qint64 here = least == level ? separators : 0;
            if (least < level || number < here)
                return true;
            number -= here;
            return false;
        });
    }

private:
    struct Group
    {
        qint32 least = 0;
        qint64 separators = 0; // of that level

        void add(qint32 otherLeast, qint64 otherSeparators)
        {
            if (otherLeast < least)
                *this = {otherLeast, otherSeparators};
            else if (otherLeast == least)
                separators += otherSeparators;
        }
    };

    static constexpr qsizetype groupSize = 256;

    /// The first block of [from, end) for which `isIt(least, separators)` is true; it is asked for whole
    /// groups first, and must say true of those that contain such a block. Else `end`.
    template <typename IsIt>
    qsizetype walk(qsizetype from, qsizetype end, IsIt isIt) const
    {
        for (qsizetype i = from; i < end;) {
            if (i % groupSize == 0 && i + groupSize <= end) {
                const Group &group = m_groups[size_t(i / groupSize)];
                if (!isIt(group.least, group.separators)) {
                    i += groupSize;
                    continue;
                }
            }
            if (isIt(at(i).least, at(i).separators))
                return i;
            ++i;
        }
        return end;
    }

    std::vector<JsonBlock> m_blocks;
    std::vector<Group> m_groups; // of each whole group of blocks
};

} // namespace keydesk
