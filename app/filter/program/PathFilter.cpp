#include "app/filter/program/PathFilter.h"

#include "app/filter/program/Words.h"

#include <algorithm>

namespace keydesk::filter {

namespace {

using Part = JsonReader::Part;

constexpr std::int64_t copied = 64 * 1024; // bytes at once

std::size_t longestNameIn(const JsonPath &path)
{
    constexpr std::size_t escaped = 6; // \\u0061
    std::size_t longest = 0;
    for (const PathSegment &segment : path) {
        for (const PathSelector &selector : segment.selectors)
            longest = std::max(longest, selector.name.size());
    }
    return escaped * longest;
}

bool needLengths(const JsonPath &path)
{
    return std::any_of(path.begin(), path.end(), [](const PathSegment &segment) {
        return std::any_of(segment.selectors.begin(), segment.selectors.end(),
                           [](const PathSelector &selector) { return selector.needsLength(); });
    });
}

} // namespace

PathFilter::PathFilter(const JsonPath &path, Input &input, Output &output, FilterProgress &progress)
    : m_path(path)
    , m_needsLengths(needLengths(path))
    , m_input(input)
    , m_output(output)
    , m_progress(progress)
    , m_longestName(longestNameIn(path))
    , m_flushed(std::chrono::steady_clock::now())
    , m_reader(input, [this] { moved(); })
    , m_aheadInput(input.descriptor(), 0)
    , m_ahead(m_aheadInput)
    , m_copied(copied)
{
}

PathFilter::End PathFilter::run()
{
    if (m_needsLengths && !countElements())
        return {QT_TRANSLATE_NOOP("FilterProgram", "the body has too many arrays to count from their end"),
                {}};
    const bool isWhole = filter();
    m_output.flush();
    if (isWhole)
        return {};
    return {m_reader.reason(), m_reader.begin()};
}

/// Up to a fault: what is before it counts. False: there are too many arrays.
bool PathFilter::countElements()
{
    Input input(m_input.descriptor(), 0);
    JsonReader reader(input);
    std::vector<std::size_t> open; // arrays, by their number; objects as SIZE_MAX
    constexpr std::size_t object = SIZE_MAX;
    for (Part part = reader.next(); part != Part::End && part != Part::Fault; part = reader.next()) {
        if (part == Part::Close)
            open.pop_back();
        if (part != Part::Open && part != Part::Value)
            continue;
        if (!open.empty() && open.back() != object)
            ++m_lengths[open.back()];
        if (part == Part::Value)
            continue;
        open.push_back(reader.isInArray() ? m_lengths.size() : object);
        if (reader.isInArray())
            m_lengths.push_back(0);
        if (m_lengths.size() > mostArrays)
            return false;
    }
    return true;
}

/// False: the body is broken.
bool PathFilter::filter()
{
    while (m_output.error() == 0) {
        switch (m_reader.next()) {
        case Part::Open: {
            const std::size_t steps = m_steps.size();
            const bool isChosen = takeChild();
            enter(steps, isChosen);
            break;
        }
        case Part::Close:
            m_steps.resize(m_levels.back().steps);
            m_levels.pop_back();
            break;
        case Part::Name:
            takeName();
            break;
        case Part::Value: {
            const std::size_t steps = m_steps.size();
            if (takeChild()) {
                writeRange(m_reader.begin(), m_reader.end());
                m_output.endResult();
            }
            m_steps.resize(steps);
            break;
        }
        case Part::End:
            return true;
        case Part::Fault:
            return false;
        }
    }
    return true;
}

/// Whether the value that begins is a result. Its own steps stand behind those of the level that it is in.
bool PathFilter::takeChild()
{
    if (m_levels.empty()) {
        m_progress.documents.fetch_add(1, std::memory_order_relaxed);
        if (!m_path.empty())
            m_steps.push_back(0);
        return m_path.empty();
    }
    Level &level = m_levels.back();
    const std::int64_t index = level.children++;
    const std::size_t from = level.steps;
    const std::size_t own = m_steps.size();
    bool isChosen = false;
    const auto isNew = [&](std::size_t step) {
        return std::find(m_steps.begin() + static_cast<std::ptrdiff_t>(own), m_steps.end(), step) ==
               m_steps.end();
    };
    for (std::size_t i = from; i < own; ++i) {
        const std::size_t step = m_steps[i];
        const PathSegment &segment = m_path[step];
        const bool isSelected = std::any_of(
            segment.selectors.begin(), segment.selectors.end(), [&](const PathSelector &selector) {
                return level.isArray ? selector.selectsIndex(index, level.length)
                                     : selector.selectsName(m_name);
            });
        if (segment.descends && isNew(step))
            m_steps.push_back(step);
        if (!isSelected)
            continue;
        if (step + 1 == m_path.size())
            isChosen = true;
        else if (isNew(step + 1))
            m_steps.push_back(step + 1);
    }
    return isChosen;
}

void PathFilter::takeName()
{
    const std::int64_t begin = m_reader.begin() + 1;
    const auto written = static_cast<std::size_t>(m_reader.end() - 1 - begin);
    const std::size_t size =
        std::min(written, m_longestName + 1); // beyond, it is none of those that are asked for
    if (const auto text = m_reader.atHand(begin, begin + static_cast<std::int64_t>(size))) {
        m_name = *text;
    } else {
        m_name.resize(size);
        m_name.resize(m_input.readAt(begin, m_name.data(), size));
    }
    if (size == written && m_name.find('\\') != std::string::npos)
        m_name = unescaped(m_name);
}

/// Into the container that has begun, if the path goes on there: `steps` is where its own begin.
void PathFilter::enter(std::size_t steps, bool isChosen)
{
    const bool isArray = m_reader.isInArray();
    const std::size_t number = m_reader.arrays() - 1;
    if (m_steps.size() == steps) {
        pass(m_reader, m_reader.begin(), isChosen);
        return;
    }
    if (isChosen) {
        m_ahead.restart(m_reader.begin());
        (void)m_ahead.next();
        pass(m_ahead, m_reader.begin(), isChosen);
    }
    const bool hasLength = m_needsLengths && isArray && number < m_lengths.size();
    m_levels.push_back({steps, 0, hasLength ? m_lengths[number] : 0, isArray});
}

/// To the end of the container that the reader has just come into, or to where it breaks.
void PathFilter::pass(JsonReader &reader, std::int64_t begin, bool isChosen)
{
    const std::size_t outside = reader.depth() - 1;
    while (reader.depth() > outside && m_output.error() == 0) {
        const bool isBroken = reader.next() == Part::Fault;
        const std::int64_t end = isBroken ? reader.begin() : reader.end();
        if (isChosen && (end - begin >= copied || isBroken || reader.depth() == outside)) {
            writeRange(begin, end);
            begin = end;
        }
        if (isBroken)
            break;
    }
    if (isChosen)
        m_output.endResult();
}

void PathFilter::writeRange(std::int64_t begin, std::int64_t end)
{
    if (const auto text = m_reader.atHand(begin, end)) {
        m_output.write(*text);
        return;
    }
    while (begin < end && m_output.error() == 0) {
        const auto wanted = static_cast<std::size_t>(std::min(copied, end - begin));
        const std::size_t size = m_input.readAt(begin, m_copied.data(), wanted);
        m_output.write({m_copied.data(), size});
        if (size < wanted)
            return; // it was cut short meanwhile
        begin += static_cast<std::int64_t>(size);
    }
}

void PathFilter::moved()
{
    constexpr auto often = std::chrono::milliseconds(20);
    m_progress.read.store(m_input.place(), std::memory_order_relaxed);
    if (const auto now = std::chrono::steady_clock::now(); now - m_flushed > often) {
        m_output.flush();
        m_flushed = now;
    }
}

} // namespace keydesk::filter
