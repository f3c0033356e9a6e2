#pragma once

#include "app/body/ByteFinder.h"
#include "app/body/ReadBuffer.h"
#include "app/body/TextPieces.h"

#include <QRegularExpression>

#include <atomic>
#include <functional>
#include <optional>
#include <vector>

namespace keydesk {

struct TextQuery
{
    QString text;
    bool matchesCase = false;
    bool wholeWords = false;
    bool isPattern = false; ///< a regular expression (PCRE), within a line, which ends before its CR LF

    bool operator==(const TextQuery &) const = default;
};

/// Why the query cannot be searched for; none: it can.
std::optional<Error> problemWith(const TextQuery &query);

struct TextMatch
{
    qint64 begin = 0; ///< bytes of the file
    qint64 end = 0;

    bool operator==(const TextMatch &) const = default;
};

/// Leaves those of the matches, which are in order, that count; ends early, with any of them, at `stop`. On
/// any thread.
using MatchFilter = std::function<void(std::vector<TextMatch> &matches, const std::atomic<bool> &stop)>;

/// Searches a text stretch by stretch. The same stretch has the same matches: those that are not kept are
/// found again. Thread-safe.
class TextSearcher
{
public:
    /// Where a search goes on: what is read, and where the next match may begin.
    struct Stretch
    {
        qint64 at = 0;
        qint64 next = 0;

        bool operator==(const Stretch &) const = default;
    };

    struct Found
    {
        std::vector<TextMatch> matches; ///< in order
        Stretch rest;
        bool isLast = false;    ///< nothing is behind it
        bool isTooHard = false; ///< the expression took too long
    };

    /// `query` has no problem. What `filter` leaves out is not found; empty: nothing.
    TextSearcher(const TextPieces &pieces, const TextQuery &query, const MatchFilter &filter);

    /// A character that this text cannot have.
    [[nodiscard]] bool isHopeless() const { return m_byBytes && m_finder.size() == 0; }
    [[nodiscard]] Stretch from(qint64 offset) const;
    /// Whether what was found there depends on where the file ended, when it was of this size.
    [[nodiscard]] bool reaches(const Stretch &from, qint64 size) const;
    /// Matches that begin before `end`. `room` is used again from stretch to stretch.
    [[nodiscard]] Found find(const Stretch &from, qint64 end, const std::atomic<bool> &stop,
                             ReadBuffer &room) const;

private:
    [[nodiscard]] Found findBytes(const Stretch &from, qint64 end, ReadBuffer &room) const;
    [[nodiscard]] Found findText(const Stretch &from, qint64 end, const std::atomic<bool> &stop) const;

    TextPieces m_pieces;
    MatchFilter m_filter;
    bool m_byBytes;
    ByteFinder m_finder;
    QRegularExpression m_expression;
    QByteArray m_carriageReturn;
};

} // namespace keydesk
