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

constexpr qint64 chunkSize = 1024 * 1024;
constexpr qint64 byteChunkSize = 256 * 1024; // stays in the processor's own memory
constexpr qint64 longestMatch = 64 * 1024;   // of what is not found byte by byte

QString tr(const char *text)
{
    return QCoreApplication::translate("TextSearch", text);
}

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

} // namespace

std::optional<Error> problemWith(const TextQuery &query)
{
    const QRegularExpression expression = expressionFor(query);
    if (expression.isValid())
        return {};
    return Error{Error::Kind::InvalidInput,
                 tr("The expression cannot be used: %1.").arg(expression.errorString()),
                 {}};
}

struct TextSearch::State
{
    std::mutex mutex;              // guards what follows
    std::vector<TextMatch> behind; // those at or behind `from`, in order
    std::vector<TextMatch> before;
    qint64 countBehind = 0;
    qint64 countBefore = 0;
    QString problem;
    std::atomic<bool> stop = false;

    qint64 from = 0;
    TextQuery query;
    std::function<void()> tell;
    QElapsedTimer told;

    void add(std::vector<TextMatch> found, bool isBehind)
    {
        {
            const std::lock_guard lock(mutex);
            std::vector<TextMatch> &all = isBehind ? behind : before;
            (isBehind ? countBehind : countBefore) += qint64(found.size());
            const auto room = std::max<qint64>(0, mostMatches - qint64(behind.size() + before.size()));
            all.insert(all.end(), found.begin(),
                       found.begin() + std::min<qint64>(room, qint64(found.size())));
        }
        constexpr qint64 often = 50; // milliseconds
        if (told.elapsed() >= often) {
            tell();
            told.restart();
        }
    }

    void search(const TextPieces &pieces);
    void searchBytes(const TextPieces &pieces, const ByteFinder &finder, qint64 begin, qint64 end,
                     bool isBehind);
    void searchText(const TextPieces &pieces, const QRegularExpression &expression, qint64 begin, qint64 end,
                    bool isBehind);
};

void TextSearch::State::search(const TextPieces &pieces)
{
    told.start();
    const qint64 size = pieces.bytes().size();
    const QByteArray needle = encoded(query.text, pieces.coding());
    const bool byBytes = !query.wholeWords && !query.isPattern &&
                         (query.matchesCase || (isAscii(query.text) && unitSize(pieces.coding()) == 1));
    if (byBytes && needle.isEmpty())
        return; // a character that this text cannot have
    const ByteFinder finder(needle, query.matchesCase, pieces.bytes().read(pieces.begin(), byteChunkSize));
    const QRegularExpression expression = byBytes ? QRegularExpression() : expressionFor(query);
    for (const bool isBehind : {true, false}) {
        const qint64 begin = isBehind ? from : pieces.begin();
        const qint64 end = isBehind ? size : from;
        if (byBytes)
            searchBytes(pieces, finder, begin, end, isBehind);
        else
            searchText(pieces, expression, begin, end, isBehind);
    }
}

/// Matches that begin in [begin, end).
void TextSearch::State::searchBytes(const TextPieces &pieces, const ByteFinder &finder, qint64 begin,
                                    qint64 end, bool isBehind)
{
    const int unit = unitSize(pieces.coding());
    QByteArray chunk(byteChunkSize + finder.size(), Qt::Uninitialized);
    qint64 next = begin;
    for (qint64 at = begin; at < end && !stop; at = std::max(next, at + byteChunkSize)) {
        const qint64 wanted = std::min(byteChunkSize, end - at) + finder.size() - 1;
        const qint64 size = pieces.bytes().readInto(chunk.data(), at, wanted);
        std::vector<TextMatch> found;
        const char *bytes = chunk.constData();
        finder.find(bytes, bytes + size, [&](const char *start) {
            const qint64 offset = at + (start - bytes);
            if ((offset - pieces.begin()) % unit != 0)
                return start + 1;
            found.push_back({offset, offset + finder.size()});
            next = offset + finder.size();
            return start + finder.size();
        });
        add(std::move(found), isBehind);
        if (size < wanted)
            return;
    }
}

/// Line by line, in chunks that end where a piece does.
void TextSearch::State::searchText(const TextPieces &pieces, const QRegularExpression &expression,
                                   qint64 begin, qint64 end, bool isBehind)
{
    qint64 at = pieces.at(begin).begin;
    qint64 next = begin; // where the next match may begin
    while (at < end && !stop) {
        const qint64 size = pieces.bytes().size();
        const qint64 chunkEnd = at + chunkSize >= size ? size : pieces.at(at + chunkSize).begin;
        const bool isLast = chunkEnd >= size;
        const QByteArray bytes = pieces.bytes().read(at, chunkEnd - at);
        const ShownText text = shownText(bytes, pieces.coding());
        // A line that goes on is looked through again from where it may hold a longer match.
        const qint64 sure = isLast || pieces.at(chunkEnd).beginsLine
                                ? chunkEnd
                                : pieces.at(std::max(at + 1, chunkEnd - longestMatch)).begin;
        std::vector<TextMatch> found;
        QRegularExpressionMatchIterator matches = expression.globalMatch(text.text);
        while (matches.hasNext() && !stop) {
            const QRegularExpressionMatch match = matches.next();
            const TextMatch place{at + text.offsets.at(match.capturedStart()),
                                  at + text.offsets.at(match.capturedEnd())};
            if (place.begin >= end || place.begin >= sure)
                break;
            if (place.begin >= next && place.end > place.begin) {
                found.push_back(place);
                next = place.end;
            }
        }
        if (!matches.isValid()) {
            const std::lock_guard lock(mutex);
            problem = tr("The expression takes too long for this text.");
            return;
        }
        add(std::move(found), isBehind);
        if (isLast || bytes.size() < chunkEnd - at)
            return;
        at = std::max(sure, at + 1);
    }
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

void TextSearch::start(const TextPieces &pieces, const TextQuery &query, qint64 from)
{
    stop();
    m_state = std::make_shared<State>();
    m_state->query = query;
    m_state->from = std::clamp(from, pieces.begin(), std::max(pieces.begin(), pieces.bytes().size()));
    m_state->tell = [this, state = m_state.get()] {
        QMetaObject::invokeMethod(
            this,
            [this, state] {
                if (state == m_state.get())
                    Q_EMIT grew();
            },
            Qt::QueuedConnection);
    };
    m_running = true;
    m_background.run(
        this,
        [pieces, state = m_state] {
            state->search(pieces);
            return state;
        },
        [this](const std::shared_ptr<State> &state) {
            if (state != m_state)
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
    return m_state->countBehind + m_state->countBefore;
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
    const State &state = *m_state;
    const auto first = [offset](const std::vector<TextMatch> &all) {
        return std::lower_bound(all.cbegin(), all.cend(), offset,
                                [](const TextMatch &match, qint64 place) { return match.begin < place; });
    };
    if (const auto found = first(state.before); found != state.before.cend())
        return std::pair(*found, qint64(found - state.before.cbegin()));
    if (const auto found = first(state.behind); found != state.behind.cend())
        return std::pair(*found, state.countBefore + (found - state.behind.cbegin()));
    if (!state.before.empty())
        return std::pair(state.before.front(), qint64(0));
    if (!state.behind.empty())
        return std::pair(state.behind.front(), state.countBefore);
    return {};
}

std::optional<std::pair<TextMatch, qint64>> TextSearch::previous(qint64 offset) const
{
    if (!m_state)
        return {};
    const std::lock_guard lock(m_state->mutex);
    const State &state = *m_state;
    const auto last = [offset](const std::vector<TextMatch> &all) {
        return std::lower_bound(all.cbegin(), all.cend(), offset,
                                [](const TextMatch &match, qint64 place) { return match.begin < place; });
    };
    if (const auto found = last(state.behind); found != state.behind.cbegin())
        return std::pair(*std::prev(found), state.countBefore + (found - state.behind.cbegin()) - 1);
    if (const auto found = last(state.before); found != state.before.cbegin())
        return std::pair(*std::prev(found), qint64(found - state.before.cbegin()) - 1);
    if (!state.behind.empty())
        return std::pair(state.behind.back(), state.countBefore + qint64(state.behind.size()) - 1);
    if (!state.before.empty())
        return std::pair(state.before.back(), qint64(state.before.size()) - 1);
    return {};
}

std::vector<TextMatch> TextSearch::within(qint64 begin, qint64 end) const
{
    std::vector<TextMatch> found;
    if (!m_state)
        return found;
    const std::lock_guard lock(m_state->mutex);
    for (const std::vector<TextMatch> *all : {&m_state->before, &m_state->behind}) {
        auto match = std::lower_bound(all->cbegin(), all->cend(), begin,
                                      [](const TextMatch &one, qint64 place) { return one.end <= place; });
        for (; match != all->cend() && match->begin < end; ++match)
            found.push_back(*match);
    }
    return found;
}

} // namespace keydesk
