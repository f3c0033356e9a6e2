#pragma once

#include "app/leaks/LeakFinding.h"
#include "app/leaks/LeakMatcher.h"

#include <span>
#include <vector>

namespace keydesk {

/// Searches one text after another that come in pieces, with a buffer of a fixed size (256 KiB and twice the
/// matcher's overlap), and says in which line things stand. For one thread.
class LeakStream
{
public:
    struct Hit
    {
        qint64 line = 0;          ///< from 1
        qint64 column = 0;        ///< from 1, in bytes
        LeakMatcher::Match match; ///< begin and end are meaningless here
        QString hint;             ///< of a token that is known by its pattern only: "talq_••••3f9a"
    };
    /// What a text can hold before the rest is only counted.
    static constexpr std::size_t mostHits = 100;

    explicit LeakStream(const LeakMatcher &matcher);
    ~LeakStream(); ///< wipes the buffer

    void begin();
    /// Where the next bytes of the text belong; never empty. `filled` says how many came.
    [[nodiscard]] std::span<char> room();
    void filled(qsizetype count);
    void end();

    /// Of the text that has ended, until the next begins; in order.
    [[nodiscard]] const std::vector<Hit> &hits() const { return m_hits; }
    [[nodiscard]] qint64 hitsLeftOut() const { return m_leftOut; }

    /// A hit as a finding that has no place yet.
    [[nodiscard]] LeakFinding finding(const Hit &hit) const;

private:
    void searchBuffer(bool isLast);
    void note(const LeakMatcher::Match &match);

    const LeakMatcher &m_matcher;
    const qsizetype m_overlap;
    QByteArray m_buffer;
    qsizetype m_size = 0;    // of what is in it
    qsizetype m_fresh = 0;   // where what has not been told begins
    qsizetype m_counted = 0; // up to where lines are counted
    qint64 m_line = 1;       // there
    qint64 m_lineBegin = 0;  // of that line, in the buffer; negative: before it
    std::vector<LeakMatcher::Match> m_matches;
    std::vector<Hit> m_hits;
    qint64 m_leftOut = 0;
};

} // namespace keydesk
