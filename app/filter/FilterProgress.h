#pragma once

#include <atomic>
#include <cstdint>

namespace keydesk {

/// How far a filter has come. Lies in memory that the window shares with the program that filters, which
/// writes it: it is right at any time, whatever becomes of that program.
struct FilterProgress
{
    std::atomic<std::int64_t> read = 0;      ///< bytes of the body
    std::atomic<std::int64_t> documents = 0; ///< begun
    std::atomic<std::int64_t> results = 0;
    std::atomic<std::int64_t> errors = 0; ///< also those that are too many to be told
};
static_assert(std::atomic<std::int64_t>::is_always_lock_free);

} // namespace keydesk
