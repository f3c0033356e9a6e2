#pragma once

#include "app/filter/program/Input.h"
#include "app/filter/program/JsonPath.h"
#include "app/filter/program/JsonReader.h"
#include "app/filter/program/Output.h"

#include <chrono>
#include <optional>

namespace keydesk::filter {

/// Writes the values that a path leads to, each byte as it stands in the body, in the order of the body: of
/// members with the same name all. The body is read once, and nothing of it is kept, so that it may be of any
/// size; twice where a path counts from the end of arrays.
class PathFilter
{
public:
    /// The most arrays of a body where a path counts from their end.
    static constexpr std::size_t mostArrays = 16'000'000;

    struct End
    {
        const char *reason = nullptr; ///< why it is not the body's
        std::optional<std::int64_t>
            offset; ///< where the body is no JSON; none: the path cannot be followed in it
    };

    PathFilter(const JsonPath &path, Input &input, Output &output, FilterProgress &progress);

    End run();

private:
    /// An open container, and what of the path goes on in it.
    struct Level
    {
        std::size_t steps = 0; // where its own begin in m_steps
        std::int64_t children = 0;
        std::int64_t length = 0; // of an array, where it is needed
        bool isArray = false;
    };

    [[nodiscard]] bool countElements();
    [[nodiscard]] bool filter();
    [[nodiscard]] bool takeChild();
    void takeName();
    void enter(std::size_t steps, bool isChosen);
    void pass(JsonReader &reader, std::int64_t begin, bool isChosen);
    void writeRange(std::int64_t begin, std::int64_t end);
    void moved();

    const JsonPath &m_path;
    const bool m_needsLengths;
    Input &m_input;
    Output &m_output;
    FilterProgress &m_progress;
    const std::size_t m_longestName; // as it may be written, in bytes
    std::chrono::steady_clock::time_point m_flushed;
    JsonReader m_reader;
    Input m_aheadInput;
    JsonReader m_ahead; // finds the end of a value that is written before it is gone into
    std::vector<Level> m_levels;
    std::vector<std::size_t>
        m_steps; // of all levels: numbers of segments whose choice among the children stands out
    std::vector<std::uint32_t> m_lengths; // of all arrays, in the order in which they begin
    std::string m_name;                   // of the member whose value follows
    std::vector<char> m_copied;
};

} // namespace keydesk::filter
