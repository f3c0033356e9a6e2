#pragma once

#include <cstdint>
#include <initializer_list>

namespace keydesk::filter {

struct Limits
{
    std::int64_t memory = 0; ///< bytes of address space
    std::int64_t output = 0; ///< bytes of results
};

/// First of all: nothing that the environment says is known from then on, and the process ends with the one
/// that started it.
void leaveEnvironment();

/// From then on there are only these descriptors and the standard ones, no file and no socket can be opened,
/// and only what computes and writes to them is asked of the system. A kernel that knows no such filter of
/// calls goes without it; 0, or else the errno with which the system refused it.
[[nodiscard]] int putUpWalls(const Limits &limits, std::initializer_list<int> kept);

} // namespace keydesk::filter
