#include "app/leaks/LeakStream.h"

#include <algorithm>
#include <cstring>

namespace keydesk {

namespace {

constexpr qsizetype pieceSize =
    256 * 1024;                   // stays in the second-level cache while it is looked through several times
constexpr qsizetype context = 16; // what is looked at before a match

} // namespace

LeakStream::LeakStream(const LeakMatcher &matcher)
    : m_matcher(matcher)
    , m_overlap(matcher.overlap())
    , m_buffer(pieceSize + 2 * matcher.overlap() + context, Qt::Uninitialized)
{
}

LeakStream::~LeakStream()
{
    wipe(m_buffer);
}

void LeakStream::begin()
{
    m_size = 0;
    m_fresh = 0;
    m_counted = 0;
    m_line = 1;
    m_lineBegin = 0;
    m_hits.clear();
    m_leftOut = 0;
}

std::span<char> LeakStream::room()
{
    return {m_buffer.data() + m_size, static_cast<std::size_t>(m_buffer.size() - m_size)};
}

void LeakStream::filled(qsizetype count)
{
    m_size += count;
    if (m_size < m_buffer.size())
        return;
    searchBuffer(false);
    // What begins in the last `overlap` bytes may go on in the next piece, and is told then.
    const qsizetype kept = m_overlap + context;
    const qsizetype dropped = m_size - kept;
    if (m_counted < dropped) {
        const char *bytes = m_buffer.constData();
        m_line += std::count(bytes + m_counted, bytes + dropped, '\n');
        if (const auto *last = static_cast<const char *>(
                memrchr(bytes + m_counted, '\n', static_cast<std::size_t>(dropped - m_counted))))
            m_lineBegin = last + 1 - bytes;
        m_counted = dropped;
    }
    m_counted -= dropped;
    m_lineBegin -= dropped;
    std::memmove(m_buffer.data(), m_buffer.constData() + dropped, static_cast<std::size_t>(kept));
    m_size = kept;
    m_fresh = context;
}

void LeakStream::end()
{
    searchBuffer(true);
}

LeakFinding LeakStream::finding(const Hit &hit) const
{
    LeakFinding finding;
    finding.line = hit.line;
    finding.column = hit.column;
    finding.encoding = hit.match.encoding;
    if (hit.match.token >= 0) {
        finding.key = m_matcher.key(hit.match.token);
    } else {
        const TokenPattern &pattern = m_matcher.pattern(hit.match.pattern);
        finding.provider = pattern.provider;
        finding.kind = pattern.kind;
        finding.hint = hit.hint;
    }
    return finding;
}

void LeakStream::searchBuffer(bool isLast)
{
    const qsizetype limit = isLast ? m_size : m_size - m_overlap;
    m_matches.clear();
    m_matcher.search({m_buffer.constData(), static_cast<std::size_t>(m_size)},
                     [this, limit](const LeakMatcher::Match &match) {
                         if (match.begin < m_fresh || match.begin >= limit)
                             return;
                         if (m_hits.size() + m_matches.size() >= mostHits)
                             ++m_leftOut;
                         else
                             m_matches.push_back(match);
                     });
    std::stable_sort(m_matches.begin(), m_matches.end(),
                     [](const auto &one, const auto &other) { return one.begin < other.begin; });
    for (const LeakMatcher::Match &match : m_matches)
        note(match);
}

void LeakStream::note(const LeakMatcher::Match &match)
{
    const char *bytes = m_buffer.constData();
    // A match may begin before a place that is counted already: in the piece before, or beside an earlier
    // one.
    for (; m_counted < match.begin; ++m_counted) {
        if (bytes[m_counted] == '\n') {
            ++m_line;
            m_lineBegin = m_counted + 1;
        }
    }
    Hit hit{m_line, match.begin - m_lineBegin + 1, match, {}};
    if (match.pattern >= 0) {
        QByteArray token(bytes + match.begin, match.end - match.begin);
        token.replace('\0', QByteArray()); // of UTF-16
        hit.hint = tokenHint(Secret::take(std::move(token)));
    }
    m_hits.push_back(std::move(hit));
}

} // namespace keydesk
