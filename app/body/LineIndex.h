#pragma once

#include "app/body/BackgroundScan.h"
#include "app/body/TextPieces.h"

#include <mutex>
#include <optional>
#include <vector>

namespace keydesk {

/// Which line a place of a text is on, and where a line begins. Counts the line ends once, on a thread of its
/// own, and remembers how many there were at every 256 kB: what lies between is counted when it is asked for.
/// A file of any number of lines costs 32 bytes a megabyte.
class LineIndex : public BackgroundScan
{
    Q_OBJECT

public:
    explicit LineIndex(const TextPieces &pieces, QObject *parent = nullptr);

    /// Up to where it has counted, in bytes.
    [[nodiscard]] qint64 counted() const;
    /// Lines so far; 1 for an empty text.
    [[nodiscard]] qint64 lines() const;
    /// From 0; none where it has not counted yet.
    [[nodiscard]] std::optional<qint64> lineAt(qint64 offset) const;
    /// Of the line's first byte; none where it has not counted yet, or where there is no such line.
    [[nodiscard]] std::optional<qint64> offsetOf(qint64 line) const;

private:
    struct State
    {
        std::mutex mutex;             // guards what follows
        std::vector<qint64> feeds{0}; // line ends before each multiple of `stride` behind the text's begin
        qint64 counted = 0;           // bytes behind the text's begin
        qint64 total = 0;             // line ends in them
    };

    LineIndex(const TextPieces &pieces, const std::shared_ptr<State> &state, QObject *parent);
    static void count(const TextPieces &pieces, State &state, Pulse &pulse);

    const TextPieces m_pieces;
    const std::shared_ptr<State> m_state;
};

} // namespace keydesk
