#pragma once

#include "app/filter/FilterProgress.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace keydesk::filter {

/// The body, read piece by piece from a place on. It may be cut short or grow meanwhile: it ends where a read
/// finds nothing more.
class Input
{
public:
    Input(int descriptor, std::int64_t begin);

    /// Goes on from there. The pieces are small at first: perhaps not much is wanted.
    void restart(std::int64_t begin);

    /// The bytes that follow; empty at the end. Stands until the next call.
    [[nodiscard]] std::string_view next();
    /// Where the next piece begins.
    [[nodiscard]] std::int64_t place() const { return m_place; }
    [[nodiscard]] int descriptor() const { return m_descriptor; }
    /// Up to `size` bytes from `offset` on, into `target`; how many there were.
    std::size_t readAt(std::int64_t offset, char *target, std::size_t size) const;

private:
    const int m_descriptor;
    std::int64_t m_place;
    std::size_t m_size;
    std::vector<char> m_piece;
};

} // namespace keydesk::filter
