#include "app/filter/program/Output.h"

#include <cerrno>

#include <unistd.h>

namespace keydesk::filter {

Output::Output(int descriptor, FilterProgress &progress)
    : m_descriptor(descriptor)
    , m_progress(progress)
    , m_file(::fopencookie(this, "w", {nullptr, &Output::put, nullptr, nullptr}))
{
    constexpr size_t buffered = 64 * 1024;
    std::setvbuf(m_file, nullptr, _IOFBF, buffered);
}

Output::~Output()
{
    std::fclose(m_file);
}

/// Takes everything, written or not: a buffer that cannot be emptied would be tried again and again.
ssize_t Output::put(void *self, const char *bytes, size_t size)
{
    auto &output = *static_cast<Output *>(self);
    for (size_t done = 0; done < size && output.m_error == 0;) {
        const ssize_t now = ::write(output.m_descriptor, bytes + done, size - done);
        if (now > 0)
            done += static_cast<size_t>(now);
        else if (now == 0 || errno != EINTR)
            output.m_error = now == 0 ? EIO : errno;
    }
    return static_cast<ssize_t>(size);
}

void Output::write(std::string_view bytes)
{
    if (m_error == 0)
        std::fwrite(bytes.data(), 1, bytes.size(), m_file);
}

void Output::endResult()
{
    write("\n");
    m_progress.results.fetch_add(1, std::memory_order_relaxed);
}

void Output::flush()
{
    std::fflush(m_file);
}

} // namespace keydesk::filter
