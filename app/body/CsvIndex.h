#pragma once

#include "app/body/BackgroundScan.h"
#include "app/body/CsvRows.h"

#include <mutex>

namespace keydesk {

/// How many rows comma-separated values have, and where each begins. The first ones are known at once; the
/// rest is counted on a thread of its own, which remembers a row at every 256 kB: what lies between is looked
/// for when it is asked for.
class CsvIndex : public BackgroundScan
{
    Q_OBJECT

public:
    explicit CsvIndex(const CsvRows &rows, QObject *parent = nullptr);

    [[nodiscard]] const CsvRows &rows() const { return m_rows; }
    /// Rows so far; 0 for an empty text.
    [[nodiscard]] qint64 count() const;
    /// Row from 0, less than `count()`.
    [[nodiscard]] qint64 beginOf(qint64 row) const;
    /// None where it has not counted yet.
    [[nodiscard]] std::optional<qint64> rowAt(qint64 offset) const;

private:
    struct Known
    {
        qint64 begin = 0;
        qint64 row = 0;
    };
    struct State
    {
        mutable std::mutex mutex; // guards what follows
        std::vector<Known> known; // the first row, and then one at every `stride`
        qint64 count = 0;
        qint64 size = 0; // of the text, when it was counted
    };

    CsvIndex(const CsvRows &rows, const std::shared_ptr<State> &state, QObject *parent);
    static void count(const CsvRows &rows, State &state, qint64 limit, Pulse &pulse);
    [[nodiscard]] Known lastKnown(const std::function<bool(const Known &)> &isBehind) const;

    const CsvRows m_rows;
    const std::shared_ptr<State> m_state;
};

} // namespace keydesk
