#include "app/body/TextSearch.h"

#include <QElapsedTimer>

#include <algorithm>

namespace keydesk {

namespace {

using Stretch = TextSearcher::Stretch;

constexpr std::size_t mostAgain = 8; // stretches that were searched again: more than are on one screen

/// Matches on one side of where the search began.
struct Side
{
    /// A stretch whose matches are only counted.
    struct Counted
    {
        Stretch stretch;
        qint64 end = 0;    // they begin before it
        qint64 before = 0; // matches of this side before it
    };

    std::vector<TextMatch> kept; // the first ones, in order
    std::vector<Counted> others; // those behind, none without a match
    qint64 count = 0;
    qint64 end = std::numeric_limits<qint64>::max(); // they begin before it
    Stretch last;                                    // that was searched

    /// Forgets what begins in `last` or behind it.
    void takeBackLast()
    {
        if (!others.empty() && others.back().stretch == last) {
            count = others.back().before;
            others.pop_back();
        }
        const auto behind = std::lower_bound(kept.begin(), kept.end(), last.next, beginsBefore);
        if (others.empty())
            count = behind - kept.begin();
        kept.erase(behind, kept.end());
    }

    static bool beginsBefore(const TextMatch &match, qint64 place) { return match.begin < place; }
};

using NumberedMatch = std::pair<TextMatch, qint64>;

} // namespace

struct TextSearch::State
{
    State(const TextPieces &text, const TextQuery &wanted, qint64 place, const MatchFilter &counted)
        : pieces(text)
        , query(wanted)
        , filter(counted)
        , from(place)
        , begun(place)
    {
        before.end = from;
    }

    const TextPieces pieces;
    const TextQuery query;
    const MatchFilter filter;
    const qint64 from;
    std::function<void()> tell;
    std::atomic<bool> stop = false;

    std::mutex mutex;                             // guards what follows
    std::shared_ptr<const TextSearcher> searcher; // null: has not begun
    Side before;
    Side behind;         // those at or behind `from`
    qint64 begun = 0;    // where that side begins: at `from`, or where the last match of the other ends
    qint64 searched = 0; // the text's size then
    QString problem;
    /// What was found again, the last one first.
    std::vector<std::pair<Stretch, std::vector<TextMatch>>> again;

    void search();
    void search(Side &side, Stretch stretch);
    void join();
    [[nodiscard]] const std::vector<TextMatch> &findAgain(const Side::Counted &counted);
    [[nodiscard]] std::optional<NumberedMatch> firstFrom(const Side &side, qint64 offset);
    [[nodiscard]] std::optional<NumberedMatch> lastBefore(const Side &side, qint64 offset);
};

/// Or what has been appended since.
void TextSearch::State::search()
{
    if (!searcher) {
        auto made = std::make_shared<const TextSearcher>(pieces, query, filter);
        {
            const std::lock_guard lock(mutex);
            searcher = std::move(made);
            searched = pieces.bytes().size();
        }
        if (searcher->isHopeless())
            return;
        search(behind, searcher->from(from));
        search(before, searcher->from(pieces.begin()));
        join();
    }
    while (!stop && problem.isEmpty() && !searcher->isHopeless() && pieces.bytes().size() > searched) {
        const bool isBeforeOver = !searcher->reaches(before.last, searched);
        {
            const std::lock_guard lock(mutex);
            searched = pieces.bytes().size();
            again.clear();
            behind.takeBackLast();
            if (!isBeforeOver)
                before.takeBackLast();
        }
        search(behind, behind.last);
        if (isBeforeOver)
            continue;
        search(before, before.last);
        join();
    }
}

/// No match overlaps another: as if all had been searched from the begin, wherever it began.
void TextSearch::State::join()
{
    {
        const std::lock_guard lock(mutex);
        const auto last = lastBefore(before, std::numeric_limits<qint64>::max());
        const auto first = firstFrom(behind, 0);
        const qint64 start = last ? std::max(from, last->first.end) : from;
        const bool isApart = start > begun && (!first || first->first.begin >= start);
        if (start == begun || isApart)
            return;
        begun = start;
        behind = {};
        again.clear();
    }
    search(behind, searcher->from(begun));
}

void TextSearch::State::search(Side &side, Stretch stretch)
{
    constexpr qint64 often = 50; // milliseconds
    QElapsedTimer told;
    told.start();
    ReadBuffer room;
    while (!stop) {
        TextSearcher::Found found;
        if (stretch.next < side.end)
            found = searcher->find(stretch, side.end, stop, room);
        else
            found.isLast = true;
        {
            const std::lock_guard lock(mutex);
            side.last = stretch;
            if (found.isTooHard) {
                problem = tr("The expression takes too long for this text.");
                return;
            }
            const auto more = qint64(found.matches.size());
            if (side.others.empty() && qint64(before.kept.size() + behind.kept.size()) + more <= mostMatches)
                side.kept.insert(side.kept.end(), found.matches.begin(), found.matches.end());
            else if (more > 0)
                side.others.push_back({stretch, side.end, side.count});
            side.count += more;
        }
        if (found.isLast)
            return;
        if (told.elapsed() >= often) {
            tell();
            told.restart();
        }
        stretch = found.rest;
    }
}

const std::vector<TextMatch> &TextSearch::State::findAgain(const Side::Counted &counted)
{
    const auto known = std::find_if(again.begin(), again.end(),
                                    [&](const auto &each) { return each.first == counted.stretch; });
    if (known != again.end()) {
        std::rotate(again.begin(), known, known + 1);
    } else {
        ReadBuffer room;
        again.resize(std::min(again.size(), mostAgain - 1));
        again.emplace(again.begin(), counted.stretch,
                      searcher->find(counted.stretch, counted.end, stop, room).matches);
    }
    return again.front().second;
}

std::optional<NumberedMatch> TextSearch::State::firstFrom(const Side &side, qint64 offset)
{
    const auto in = [offset](const std::vector<TextMatch> &all,
                             qint64 already) -> std::optional<NumberedMatch> {
        const auto found = std::lower_bound(all.cbegin(), all.cend(), offset, Side::beginsBefore);
        return found == all.cend() ? std::nullopt
                                   : std::optional(NumberedMatch(*found, already + (found - all.cbegin())));
    };
    if (const auto found = in(side.kept, 0))
        return found;
    auto counted =
        std::upper_bound(side.others.cbegin(), side.others.cend(), offset,
                         [](qint64 place, const Side::Counted &each) { return place < each.stretch.next; });
    if (counted != side.others.cbegin())
        --counted;
    for (; counted != side.others.cend(); ++counted) {
        if (const auto found = in(findAgain(*counted), counted->before))
            return found;
    }
    return {};
}

std::optional<NumberedMatch> TextSearch::State::lastBefore(const Side &side, qint64 offset)
{
    const auto in = [offset](const std::vector<TextMatch> &all,
                             qint64 already) -> std::optional<NumberedMatch> {
        const auto found = std::lower_bound(all.cbegin(), all.cend(), offset, Side::beginsBefore);
        return found == all.cbegin()
                   ? std::nullopt
                   : std::optional(NumberedMatch(*std::prev(found), already + (found - all.cbegin()) - 1));
    };
    auto counted =
        std::lower_bound(side.others.cbegin(), side.others.cend(), offset,
                         [](const Side::Counted &each, qint64 place) { return each.stretch.next < place; });
    while (counted != side.others.cbegin()) {
        --counted;
        if (const auto found = in(findAgain(*counted), counted->before))
            return found;
    }
    return in(side.kept, 0);
}

TextSearch::TextSearch(QObject *parent)
    : QObject(parent)
{
}

TextSearch::~TextSearch()
{
    stop();
}

void TextSearch::stop()
{
    if (m_state)
        m_state->stop = true;
    m_state.reset();
    m_running = false;
}

void TextSearch::start(const TextPieces &pieces, const TextQuery &query, qint64 from,
                       const MatchFilter &filter)
{
    stop();
    m_state = std::make_shared<State>(
        pieces, query, std::clamp(from, pieces.begin(), std::max(pieces.begin(), pieces.bytes().size())),
        filter);
    m_state->tell = [this, state = m_state.get()] {
        QMetaObject::invokeMethod(
            this,
            [this, state] {
                if (state == m_state.get())
                    Q_EMIT grew();
            },
            Qt::QueuedConnection);
    };
    run();
}

void TextSearch::extend()
{
    if (m_state && !m_state->stop && !m_running)
        run();
}

void TextSearch::run()
{
    m_running = true;
    m_background.run(
        this,
        [state = m_state] {
            state->search();
            return state;
        },
        [this](const std::shared_ptr<State> &state) {
            if (state != m_state || state->stop)
                return;
            m_running = false;
            Q_EMIT grew();
        });
}

qint64 TextSearch::count() const
{
    if (!m_state)
        return 0;
    const std::lock_guard lock(m_state->mutex);
    return m_state->before.count + m_state->behind.count;
}

QString TextSearch::problem() const
{
    if (!m_state)
        return {};
    const std::lock_guard lock(m_state->mutex);
    return m_state->problem;
}

std::optional<std::pair<TextMatch, qint64>> TextSearch::next(qint64 offset) const
{
    if (!m_state)
        return {};
    const std::lock_guard lock(m_state->mutex);
    State &state = *m_state;
    constexpr qint64 start = 0;
    for (const qint64 place : {offset, start}) {
        if (const auto found = state.firstFrom(state.before, place))
            return found;
        if (const auto found = state.firstFrom(state.behind, place))
            return std::pair(found->first, state.before.count + found->second);
    }
    return {};
}

std::optional<std::pair<TextMatch, qint64>> TextSearch::previous(qint64 offset) const
{
    if (!m_state)
        return {};
    const std::lock_guard lock(m_state->mutex);
    State &state = *m_state;
    for (const qint64 place : {offset, std::numeric_limits<qint64>::max()}) {
        if (const auto found = state.lastBefore(state.behind, place))
            return std::pair(found->first, state.before.count + found->second);
        if (const auto found = state.lastBefore(state.before, place))
            return found;
    }
    return {};
}

std::vector<TextMatch> TextSearch::within(qint64 begin, qint64 end, size_t most) const
{
    std::vector<TextMatch> found;
    if (!m_state)
        return found;
    const auto add = [&](const std::vector<TextMatch> &all) {
        auto match = std::lower_bound(all.cbegin(), all.cend(), begin,
                                      [](const TextMatch &one, qint64 place) { return one.end <= place; });
        for (; match != all.cend() && match->begin < end && found.size() < most; ++match)
            found.push_back(*match);
    };
    const std::lock_guard lock(m_state->mutex);
    for (const Side *side : {&m_state->before, &m_state->behind}) {
        add(side->kept);
        auto counted = std::upper_bound(
            side->others.cbegin(), side->others.cend(), begin,
            [](qint64 place, const Side::Counted &each) { return place < each.stretch.next; });
        if (counted != side->others.cbegin())
            --counted;
        for (; counted != side->others.cend() && counted->stretch.next < end && found.size() < most;
             ++counted)
            add(m_state->findAgain(*counted));
    }
    return found;
}

} // namespace keydesk
