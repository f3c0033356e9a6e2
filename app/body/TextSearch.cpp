#include "app/body/TextSearch.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QRegularExpression>

#include <algorithm>
#include <array>
#include <cstring>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr qint64 chunkSize = 128 * 1024;     // is searched again within a frame
constexpr qint64 byteChunkSize = 256 * 1024; // stays in the processor's own memory
constexpr qint64 longestMatch = 64 * 1024;   // of what is not found byte by byte
constexpr std::size_t mostAgain = 8; // stretches that were searched again: more than are on one screen

struct TextSearchText
{
    Q_DECLARE_TR_FUNCTIONS(TextSearch)
};

bool isAscii(const QString &text)
{
    return std::all_of(text.cbegin(), text.cend(), [](QChar c) { return c.unicode() < 0x80; });
}

char otherCase(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ? char(c ^ 0x20) : c;
}

/// Finds bytes in bytes, exactly or with ASCII letters in any case, by the needle's rarest byte: memchr
/// passes over what lies between faster than memmem.
class ByteFinder
{
public:
    /// `sample`: a part of what will be searched, which tells which byte is rare there.
    ByteFinder(QByteArray needle, bool matchesCase, const QByteArray &sample)
        : m_needle(std::move(needle))
        , m_matchesCase(matchesCase)
    {
        std::array<qsizetype, 256> counts{};
        for (const char byte : sample)
            ++counts[static_cast<uchar>(byte)];
        const auto countOf = [&](qsizetype at) {
            return counts[static_cast<uchar>(m_needle.at(at))] +
                   counts[static_cast<uchar>(otherCase(m_needle.at(at)))];
        };
        for (qsizetype i = 1; i < m_needle.size(); ++i) {
            if (countOf(i) < countOf(m_rare))
                m_rare = i;
        }
    }

    [[nodiscard]] qsizetype size() const { return m_needle.size(); }

    /// Calls `found` with each place, which returns where to go on.
    template <typename Found>
    void find(const char *begin, const char *end, Found found) const
    {
        const char one = m_needle.at(m_rare);
        const char other = m_matchesCase ? one : otherCase(one);
        const auto next = [end](const char *from, char byte) {
            const void *hit = from < end ? std::memchr(from, byte, static_cast<size_t>(end - from)) : nullptr;
            return hit ? static_cast<const char *>(hit) : end;
        };
        const char *nextOne = next(begin, one);
        const char *nextOther = one == other ? end : next(begin, other);
        for (;;) {
            const char *rare = std::min(nextOne, nextOther);
            if (rare == end)
                return;
            const char *behind = rare + 1;
            const char *start = rare - m_rare;
            if (start >= begin && end - start >= m_needle.size() && isHere(start)) {
                begin = found(start);
                behind = begin + m_rare;
            }
            if (nextOne < behind)
                nextOne = next(behind, one);
            if (nextOther < behind)
                nextOther = next(behind, other);
        }
    }

private:
    [[nodiscard]] bool isHere(const char *start) const
    {
        return m_matchesCase
                   ? std::memcmp(start, m_needle.constData(), static_cast<size_t>(m_needle.size())) == 0
                   : qstrnicmp(start, m_needle.size(), m_needle.constData(), m_needle.size()) == 0;
    }

    QByteArray m_needle;
    bool m_matchesCase;
    qsizetype m_rare = 0; // the place of the rarest byte in the needle
};

/// An expression that takes too long for a chunk ends instead of holding the search for hours.
QRegularExpression expressionFor(const TextQuery &query)
{
    QString pattern = query.isPattern ? query.text : QRegularExpression::escape(query.text);
    if (query.wholeWords)
        pattern = u"\\b(?:%1)\\b"_s.arg(pattern);
    QRegularExpression::PatternOptions options =
        QRegularExpression::UseUnicodePropertiesOption | QRegularExpression::MultilineOption;
    if (!query.matchesCase)
        options |= QRegularExpression::CaseInsensitiveOption;
    return QRegularExpression(u"(*LIMIT_MATCH=20000000)(*LIMIT_DEPTH=100000)"_s + pattern, options);
}

/// Where a search goes on: what is read, and where the next match may begin.
struct Stretch
{
    qint64 at = 0;
    qint64 next = 0;

    bool operator==(const Stretch &) const = default;
};

struct FoundInStretch
{
    std::vector<TextMatch> matches; // in order
    Stretch rest;
    bool isLast = false;    // nothing is behind it
    bool isTooHard = false; // the expression took too long
};

/// Searches a text stretch by stretch. The same stretch has the same matches: those that are not kept are
/// found again. Thread-safe.
class Searcher
{
public:
    Searcher(const TextPieces &pieces, const TextQuery &query, const MatchFilter &filter)
        : m_pieces(pieces)
        , m_filter(filter)
        , m_byBytes(!query.wholeWords && !query.isPattern &&
                    (query.matchesCase || (isAscii(query.text) && unitSize(pieces.coding()) == 1)))
        , m_finder(encoded(query.text, pieces.coding()), query.matchesCase,
                   pieces.bytes().read(pieces.begin(), byteChunkSize))
        , m_expression(m_byBytes ? QRegularExpression() : expressionFor(query))
        , m_carriageReturn(encoded(u"\r"_s, pieces.coding()))
    {
    }

    /// A character that this text cannot have.
    [[nodiscard]] bool isHopeless() const { return m_byBytes && m_finder.size() == 0; }
    [[nodiscard]] Stretch from(qint64 offset) const
    {
        return {m_byBytes ? offset : m_pieces.at(offset).begin, offset};
    }
    /// Whether what was found there depends on where the file ended, when it was of this size.
    [[nodiscard]] bool reaches(const Stretch &from, qint64 size) const
    {
        return from.at + (m_byBytes ? byteChunkSize + m_finder.size() : chunkSize) >= size;
    }
    /// Matches that begin before `end`. `chunk` is used again from stretch to stretch.
    [[nodiscard]] FoundInStretch find(const Stretch &from, qint64 end, const std::atomic<bool> &stop,
                                      QByteArray &chunk) const
    {
        FoundInStretch found = m_byBytes ? findBytes(from, end, chunk) : findText(from, end, stop);
        if (m_filter && !found.matches.empty())
            m_filter(found.matches, stop);
        return found;
    }

private:
    [[nodiscard]] FoundInStretch findBytes(const Stretch &from, qint64 end, QByteArray &chunk) const;
    [[nodiscard]] FoundInStretch findText(const Stretch &from, qint64 end,
                                          const std::atomic<bool> &stop) const;

    TextPieces m_pieces;
    MatchFilter m_filter;
    bool m_byBytes;
    ByteFinder m_finder;
    QRegularExpression m_expression;
    QByteArray m_carriageReturn;
};

FoundInStretch Searcher::findBytes(const Stretch &from, qint64 end, QByteArray &chunk) const
{
    const int unit = unitSize(m_pieces.coding());
    const qint64 at = std::max(from.at, from.next);
    const qint64 length = std::min(byteChunkSize, end - at);
    chunk.resize(byteChunkSize + m_finder.size());
    const qint64 read = m_pieces.bytes().readInto(chunk.data(), at, length + m_finder.size() - 1);
    FoundInStretch found;
    const char *bytes = chunk.constData();
    qint64 next = at + length;
    m_finder.find(bytes, bytes + read, [&](const char *start) {
        const qint64 offset = at + (start - bytes);
        if ((offset - m_pieces.begin()) % unit != 0)
            return start + 1;
        found.matches.push_back({offset, offset + m_finder.size()});
        next = std::max(next, offset + m_finder.size());
        return start + m_finder.size();
    });
    found.rest = {next, next};
    found.isLast = next >= end || read < length + m_finder.size() - 1;
    return found;
}

/// Line by line, in chunks that end where a piece does.
FoundInStretch Searcher::findText(const Stretch &from, qint64 end, const std::atomic<bool> &stop) const
{
    const qint64 at = from.at;
    const qint64 size = m_pieces.bytes().size();
    const qint64 chunkEnd = at + chunkSize >= size ? size : m_pieces.at(at + chunkSize).begin;
    // What stands before decides whether a word or a line begins here.
    const qint64 begin = at > m_pieces.begin() ? m_pieces.at(at - 1).begin : at;
    const QByteArray bytes = m_pieces.bytes().read(begin, chunkEnd - begin);
    const ShownText text = shownText(bytes, m_pieces.coding());
    const auto positionOf = [&](qint64 offset) {
        return std::lower_bound(text.offsets.cbegin(), text.offsets.cend(), offset - begin) -
               text.offsets.cbegin();
    };
    const auto endAt = [&](qsizetype position) {
        const qsizetype offset = text.offsets.at(position);
        const qsizetype before = offset - m_carriageReturn.size();
        const bool isLineEnd =
            position < text.text.size() && text.text.at(position) == u'\n' && before >= 0 &&
            QByteArrayView(bytes).sliced(before, m_carriageReturn.size()) == m_carriageReturn;
        return begin + (isLineEnd ? before : offset);
    };
    FoundInStretch found;
    found.isLast = chunkEnd >= size || chunkEnd >= end || bytes.size() < chunkEnd - begin;
    // A line that goes on is looked through again from where it may hold a longer match.
    const qint64 sure = chunkEnd >= size || m_pieces.at(chunkEnd).beginsLine
                            ? chunkEnd
                            : m_pieces.at(std::max(at + 1, chunkEnd - longestMatch)).begin;
    found.rest = {std::max(sure, at + 1), from.next};
    const qsizetype first = positionOf(std::max(at, from.next));
    if (first > text.text.size())
        return found;
    QRegularExpressionMatchIterator matches = m_expression.globalMatch(text.text, first);
    while (matches.hasNext() && !stop) {
        const QRegularExpressionMatch match = matches.next();
        const TextMatch place{begin + text.offsets.at(match.capturedStart()), endAt(match.capturedEnd())};
        if (place.begin >= end || (place.begin >= sure && chunkEnd < size))
            break;
        if (place.end > place.begin) {
            found.matches.push_back(place);
            found.rest.next = place.end;
        }
    }
    found.isTooHard = !matches.isValid();
    return found;
}

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

std::optional<Error> problemWith(const TextQuery &query)
{
    const QRegularExpression expression = expressionFor(query);
    if (expression.isValid())
        return {};
    return Error{Error::Kind::InvalidInput,
                 TextSearchText::tr("The expression cannot be used: %1.").arg(expression.errorString()),
                 {}};
}

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

    std::mutex mutex;                         // guards what follows
    std::shared_ptr<const Searcher> searcher; // null: has not begun
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
        auto made = std::make_shared<const Searcher>(pieces, query, filter);
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
    QByteArray chunk;
    while (!stop) {
        FoundInStretch found;
        if (stretch.next < side.end)
            found = searcher->find(stretch, side.end, stop, chunk);
        else
            found.isLast = true;
        {
            const std::lock_guard lock(mutex);
            side.last = stretch;
            if (found.isTooHard) {
                problem = TextSearchText::tr("The expression takes too long for this text.");
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
        QByteArray chunk;
        again.resize(std::min(again.size(), mostAgain - 1));
        again.emplace(again.begin(), counted.stretch,
                      searcher->find(counted.stretch, counted.end, stop, chunk).matches);
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

std::vector<TextMatch> TextSearch::within(qint64 begin, qint64 end) const
{
    std::vector<TextMatch> found;
    if (!m_state)
        return found;
    const auto add = [&](const std::vector<TextMatch> &all) {
        auto match = std::lower_bound(all.cbegin(), all.cend(), begin,
                                      [](const TextMatch &one, qint64 place) { return one.end <= place; });
        for (; match != all.cend() && match->begin < end; ++match)
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
        for (; counted != side->others.cend() && counted->stretch.next < end; ++counted)
            add(m_state->findAgain(*counted));
    }
    return found;
}

} // namespace keydesk
