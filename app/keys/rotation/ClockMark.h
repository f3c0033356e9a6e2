#pragma once

#include <QByteArray>
#include <QDateTime>

#include <chrono>
#include <functional>

namespace keydesk {

/// A moment, on two clocks: the wall clock, which people and networks set forward and back, and the time
/// since the computer started, which nobody sets and which counts sleep too.
struct ClockMark
{
    QDateTime wall; ///< UTC
    std::chrono::milliseconds sinceBoot{0};
    QByteArray boot; ///< tells one start of the computer from another

    bool operator==(const ClockMark &) const = default;
};

using ReadClock = std::function<ClockMark()>;

ClockMark systemClock();

/// What is known to have passed between two marks.
struct Passed
{
    std::chrono::milliseconds time{0}; ///< never more than really passed, as far as clocks can tell
    bool doubtful = false;             ///< only the wall clock says so, and it says more than a year
};

/// Within one start of the computer the clock that nobody sets counts, whatever the wall clock says. Between
/// two starts there is only the wall clock: set back, it counts nothing.
Passed passedBetween(const ClockMark &before, const ClockMark &now);

/// The mark to go on counting from. Its wall clock never goes back: time that it was set back by is not
/// counted again when it is put right.
ClockMark laterMark(const ClockMark &before, const ClockMark &now);

} // namespace keydesk
