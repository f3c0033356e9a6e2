#include "app/filter/program/Input.h"

#include <algorithm>
#include <cerrno>

#include <unistd.h>

namespace keydesk::filter {

namespace {

constexpr std::size_t firstSize = 4 * 1024;
constexpr std::size_t largestSize = 256 * 1024; // stays in the processor's own memory

} // namespace

Input::Input(int descriptor, std::int64_t begin)
    : m_descriptor(descriptor)
    , m_place(begin)
    , m_size(largestSize)
    , m_piece(largestSize)
{
}

void Input::restart(std::int64_t begin)
{
    m_place = begin;
    m_size = firstSize;
}

std::string_view Input::next()
{
    const std::size_t size = readAt(m_place, m_piece.data(), m_size);
    m_size = std::min(2 * m_size, largestSize);
    m_place += static_cast<std::int64_t>(size);
    return {m_piece.data(), size};
}

std::size_t Input::readAt(std::int64_t offset, char *target, std::size_t size) const
{
    std::size_t done = 0;
    while (done < size) {
        const ssize_t now =
            ::pread(m_descriptor, target + done, size - done, offset + static_cast<std::int64_t>(done));
        if (now < 0 && errno == EINTR)
            continue;
        if (now <= 0)
            break;
        done += static_cast<std::size_t>(now);
    }
    return done;
}

} // namespace keydesk::filter
