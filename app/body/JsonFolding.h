#pragma once

#include "app/body/JsonIndex.h"

#include <limits>
#include <map>
#include <set>

namespace keydesk {

/// Which containers of a JSON text are open: those above a depth, but for what has been opened and closed
/// since. What nobody touched costs nothing, however many there are.
class JsonFolding
{
public:
    static constexpr int everything = std::numeric_limits<int>::max();

    explicit JsonFolding(int levels = everything)
        : m_levels(levels)
    {
    }

    /// Opens what lies less than `levels` deep and closes the rest: 1 opens the document alone.
    void setLevels(int levels);
    /// `depth`: how many containers it lies in.
    [[nodiscard]] bool isOpen(const JsonNode &container, int depth) const;
    void setOpen(const JsonNode &container, int depth, bool open);
    /// With all that is in it. The container's end is known.
    void setOpenBelow(const JsonNode &container, bool open);

private:
    struct Range
    {
        qint64 end;
        bool isOpen;
    };

    [[nodiscard]] bool isOpenByRule(qint64 begin, int depth) const;

    int m_levels;
    std::map<qint64, Range> m_ranges; // by where they begin: beside or inside each other, as containers are
    std::set<qint64> m_others;        // begins of those that are not as the rule says
};

} // namespace keydesk
