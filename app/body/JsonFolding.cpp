#include "app/body/JsonFolding.h"

namespace keydesk {

void JsonFolding::setLevels(int levels)
{
    m_levels = levels;
    m_ranges.clear();
    m_others.clear();
}

bool JsonFolding::isOpenByRule(qint64 begin, int depth) const
{
    for (auto range = m_ranges.upper_bound(begin); range != m_ranges.begin();) {
        --range;
        if (begin < range->second.end)
            return range->second.isOpen;
    }
    return depth < m_levels;
}

bool JsonFolding::isOpen(const JsonNode &container, int depth) const
{
    return isOpenByRule(container.begin, depth) != m_others.contains(container.begin);
}

void JsonFolding::setOpen(const JsonNode &container, int depth, bool open)
{
    if (isOpenByRule(container.begin, depth) == open)
        m_others.erase(container.begin);
    else
        m_others.insert(container.begin);
}

void JsonFolding::setOpenBelow(const JsonNode &container, bool open)
{
    m_ranges.erase(m_ranges.lower_bound(container.begin), m_ranges.lower_bound(container.end));
    m_others.erase(m_others.lower_bound(container.begin), m_others.lower_bound(container.end));
    m_ranges.insert({container.begin, {container.end, open}});
}

} // namespace keydesk
