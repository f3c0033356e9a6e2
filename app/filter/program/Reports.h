#pragma once

#include "app/filter/FilterProgress.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace keydesk::filter {

/// Tells the window what happens, on standard output, a line of JSON each: {"kind", "text", …}.
class Reports
{
public:
    /// Of each run, errors and what is said beside the results; the rest is counted alone.
    static constexpr int most = 1000;

    explicit Reports(FilterProgress &progress);

    /// The expression cannot be used; the place in it in bytes, if it is known.
    void expression(std::string_view text, std::optional<std::size_t> offset = {});
    /// A document had no result, or no further one.
    void error(std::string_view text);
    /// What the expression says beside its results. `kind`: "debug" or "stderr".
    void said(std::string_view kind, std::string_view text);
    /// The body is no JSON from here on. `offset` in bytes, if it is known.
    void body(std::string_view text, std::optional<std::int64_t> offset = {});
    /// From here on the body has more levels than can be read.
    void tooDeep(int levels);
    /// There are results with numbers that the body writes with more digits.
    void rounded();

    // The last report is one of these, or of `expression`, `body` and `tooDeep`.
    void done();
    /// The expression has ended it with a status and perhaps some words.
    void halted(int status, std::string_view text);
    /// The results cannot be written any more: errno.
    void outputFailed(int error);
    /// It would run without protection, and does not: errno.
    void wallsRefused(int error);
    /// Needs no memory itself.
    static void outOfMemory();

private:
    struct Part;
    void send(std::string_view kind, std::string_view text, std::initializer_list<Part> parts);

    FilterProgress &m_progress;
    int m_sent = 0;
};

} // namespace keydesk::filter
