#include "app/body/TextSearch.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QRegularExpression>

#include <algorithm>
#include <cstring>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr qint64 chunkSize = 1024 * 1024;
constexpr qint64 longestMatch = 64 * 1024; // of what is not found byte by byte

QString tr(const char *text)
{
    return QCoreApplication::translate("TextSearch", text);
}

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
    void searchBytes(const TextPieces &pieces, const QByteArray &needle, qint64 begin, qint64 end,
                     bool isBehind);
    void searchText(const TextPieces &pieces, const QRegularExpression &expression, qint64 begin, qint64 end,
                    bool isBehind);
};

void TextSearch::State::search(const TextPieces &pieces)
{
    told.start();
    const qint64 size = pieces.bytes().size();
    const QByteArray needle = encoded(query.text, pieces.coding());
    const bool byBytes = query.matchesCase && !query.wholeWords && !query.isPattern;
    if (byBytes && needle.isEmpty())
        return; // a character that this text cannot have
    const QRegularExpression expression = byBytes ? QRegularExpression() : expressionFor(query);
    for (const bool isBehind : {true, false}) {
        const qint64 begin = isBehind ? from : pieces.begin();
        const qint64 end = isBehind ? size : from;
        if (byBytes)
            searchBytes(pieces, needle, begin, end, isBehind);
        else
            searchText(pieces, expression, begin, end, isBehind);
    }
}

/// Matches that begin in [begin, end).
void TextSearch::State::searchBytes(const TextPieces &pieces, const QByteArray &needle, qint64 begin,
                                    qint64 end, bool isBehind)
{
    const int unit = unitSize(pieces.coding());
    QByteArray chunk(chunkSize + needle.size(), Qt::Uninitialized);
    qint64 next = begin;
    for (qint64 at = begin; at < end && !stop; at = std::max(next, at + chunkSize)) {
        const qint64 wanted = std::min(chunkSize, end - at) + needle.size() - 1;
        const qint64 size = pieces.bytes().readInto(chunk.data(), at, wanted);
        std::vector<TextMatch> found;
        const char *place = chunk.constData();
        const char *last = place + size;
        while (const void *hit = ::memmem(place, static_cast<size_t>(last - place), needle.constData(),
                                          static_cast<size_t>(needle.size()))) {
            const auto *start = static_cast<const char *>(hit);
            const qint64 offset = at + (start - chunk.constData());
            place = start + 1;
            if ((offset - pieces.begin()) % unit != 0)
                continue;
            found.push_back({offset, offset + needle.size()});
            place = start + needle.size();
            next = offset + needle.size();
        }
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
