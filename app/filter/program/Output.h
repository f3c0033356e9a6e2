#pragma once

#include "app/filter/FilterProgress.h"

#include <cstdio>
#include <string_view>

namespace keydesk::filter {

/// The file that results are written to, one behind the other, a line break behind each.
class Output
{
public:
    Output(int descriptor, FilterProgress &progress);
    ~Output();
    Output(const Output &) = delete;
    Output &operator=(const Output &) = delete;

    void write(std::string_view bytes);
    /// For what writes to such a file itself.
    [[nodiscard]] std::FILE *file() const { return m_file; }
    void endResult();
    void flush();
    /// errno of the first write that failed; 0: all is well. Nothing is written from then on.
    [[nodiscard]] int error() const { return m_error; }

private:
    static ssize_t put(void *self, const char *bytes, size_t size);

    const int m_descriptor;
    FilterProgress &m_progress;
    int m_error = 0;
    std::FILE *m_file;
};

} // namespace keydesk::filter
