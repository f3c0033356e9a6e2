#pragma once

#include "app/base/Background.h"
#include "app/body/TextPieces.h"

#include <QObject>

#include <atomic>
#include <mutex>
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

/// Finds all places of a text in a file (a text of ASCII alone, in any case: of ASCII letters), on a thread
/// of its own: first from `from` to the end, then what is before, so that the next match is there at once.
/// The places of the first `mostMatches` are kept; of the rest, how many there are in each stretch of the
/// file, which is searched again when one of them is asked for.
class TextSearch : public QObject
{
    Q_OBJECT

public:
    static constexpr qint64 mostMatches = 1'000'000;

    explicit TextSearch(QObject *parent = nullptr);
    ~TextSearch() override;

    /// Ends the search before. `query` has no problem. What `filter` leaves out is not found; empty: nothing.
    void start(const TextPieces &pieces, const TextQuery &query, qint64 from, const MatchFilter &filter = {});
    /// The file has grown: what came is searched too.
    void extend();
    void stop();
    [[nodiscard]] bool isRunning() const { return m_running; }
    [[nodiscard]] qint64 count() const;
    /// Why it ended before the end; empty if it did not.
    [[nodiscard]] QString problem() const;
    /// The first match that begins at or behind `offset`, else the first of all, with its number from 0;
    /// none: there is none so far.
    [[nodiscard]] std::optional<std::pair<TextMatch, qint64>> next(qint64 offset) const;
    /// The last one that begins before `offset`, else the last of all.
    [[nodiscard]] std::optional<std::pair<TextMatch, qint64>> previous(qint64 offset) const;
    /// Those that lie in [begin, end) or reach into it.
    [[nodiscard]] std::vector<TextMatch> within(qint64 begin, qint64 end) const;

Q_SIGNALS:
    void grew(); ///< again and again while it finds, and at its end

private:
    struct State;

    void run();

    std::shared_ptr<State> m_state;
    bool m_running = false;
    Background m_background;
};

} // namespace keydesk
