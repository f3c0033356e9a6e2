#include "app/body/CsvIndex.h"

#include <algorithm>
#include <limits>

namespace keydesk {

namespace {

constexpr qint64 stride = 256LL * 1024;

} // namespace

CsvIndex::CsvIndex(const CsvRows &rows, QObject *parent)
    : CsvIndex(rows, std::make_shared<State>(), parent)
{
}

CsvIndex::CsvIndex(const CsvRows &rows, const std::shared_ptr<State> &state, QObject *parent)
    : BackgroundScan(
          [rows, state](Pulse &pulse) { count(rows, *state, std::numeric_limits<qint64>::max(), pulse); },
          parent)
    , m_rows(rows)
    , m_state(state)
{
    const std::atomic<bool> stop = false;
    Pulse quiet(stop, [] {});
    count(m_rows, *m_state, m_rows.text().begin() + stride, quiet);
}

/// Those that begin before `limit`.
void CsvIndex::count(const CsvRows &rows, State &state, qint64 limit, Pulse &pulse)
{
    const qint64 size = rows.text().bytes().size();
    Known last{rows.text().begin(), 0};
    {
        const std::lock_guard lock(state.mutex);
        // A quote that was not closed at the end may be now.
        while (state.known.size() > 1 && state.known.back().begin > state.size - CsvRows::longestQuoted)
            state.known.pop_back();
        state.size = size;
        if (state.known.empty() && size > last.begin)
            state.known.push_back(last);
        if (state.known.empty())
            return;
        last = state.known.back();
    }
    qint64 row = last.row;
    rows.scan(last.begin, limit, pulse.stop(), [&](qint64 begin) {
        ++row;
        if (begin - last.begin < stride)
            return true;
        last = {begin, row};
        const std::lock_guard lock(state.mutex);
        state.known.push_back(last);
        state.count = std::max(state.count, row + 1);
        pulse.beat();
        return !pulse.stop();
    });
    const std::lock_guard lock(state.mutex);
    if (!pulse.stop())
        state.count = row + 1;
}

qint64 CsvIndex::count() const
{
    const std::lock_guard lock(m_state->mutex);
    return m_state->count;
}

CsvIndex::Known CsvIndex::lastKnown(const std::function<bool(const Known &)> &isBehind) const
{
    const std::lock_guard lock(m_state->mutex);
    const auto behind = std::partition_point(m_state->known.cbegin(), m_state->known.cend(),
                                             [&isBehind](const Known &known) { return !isBehind(known); });
    return behind == m_state->known.cbegin() ? Known{m_rows.text().begin(), 0} : *std::prev(behind);
}

qint64 CsvIndex::beginOf(qint64 row) const
{
    Known at = lastKnown([row](const Known &known) { return known.row > row; });
    if (at.row < row)
        m_rows.scan(at.begin, std::numeric_limits<qint64>::max(), false, [&](qint64 begin) {
            at.begin = begin;
            return ++at.row < row;
        });
    return at.begin;
}

std::optional<qint64> CsvIndex::rowAt(qint64 offset) const
{
    Known at = lastKnown([offset](const Known &known) { return known.begin > offset; });
    const qint64 rows = count();
    if (!isComplete() && lastKnown([](const Known &) { return false; }).begin + stride <= offset)
        return {};
    // A row that begins later would be known.
    m_rows.scan(at.begin, std::min(offset + 1, at.begin + stride), false, [&](qint64) {
        ++at.row;
        return true;
    });
    return at.row < rows ? std::optional(at.row) : std::nullopt;
}

} // namespace keydesk
