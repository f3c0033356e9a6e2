#pragma once

#include "app/filter/program/Jq.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>

namespace keydesk::filter {

/// jq computes with doubles. This remembers which numbers of a JSON text are written with more digits than a
/// double keeps, and tells whether one of them stands in a value.
class RoundedNumbers
{
public:
    /// The text piece by piece.
    void look(std::string_view piece);
    /// Whether there is such a number in a value, which is not taken.
    [[nodiscard]] bool isIn(jv value) const;
    [[nodiscard]] bool any() const { return m_isFull || !m_values.empty(); }

    /// Whether a double's shortest text is another number than this one.
    [[nodiscard]] static bool isRounded(const std::string &number);

private:
    void endNumber();

    std::unordered_set<std::uint64_t> m_values; // the bits of the doubles
    bool m_isFull = false;                      // too many: any number may be one
    std::string m_number;
    bool m_inNumber = false;
    bool m_inString = false;
    bool m_isEscaped = false;
};

} // namespace keydesk::filter
