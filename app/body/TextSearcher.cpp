#include "app/body/TextSearcher.h"

#include <QCoreApplication>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr qint64 chunkSize = 128 * 1024;     // is searched again within a frame
constexpr qint64 byteChunkSize = 256 * 1024; // the same, and stays in the processor's own memory
constexpr qint64 sampleSize = 32 * 1024;     // tells which bytes are rare
constexpr qint64 longestMatch = 64 * 1024;   // of what is not found byte by byte

struct TextSearcherText
{
    Q_DECLARE_TR_FUNCTIONS(TextSearch)
};

bool isAscii(const QString &text)
{
    return std::all_of(text.cbegin(), text.cend(), [](QChar c) { return c.unicode() < 0x80; });
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
                 TextSearcherText::tr("The expression cannot be used: %1.").arg(expression.errorString()),
                 {}};
}

TextSearcher::TextSearcher(const TextPieces &pieces, const TextQuery &query, const MatchFilter &filter)
    : m_pieces(pieces)
    , m_filter(filter)
    , m_byBytes(!query.wholeWords && !query.isPattern &&
                (query.matchesCase || (isAscii(query.text) && unitSize(pieces.coding()) == 1)))
    , m_finder(encoded(query.text, pieces.coding()), query.matchesCase,
               pieces.bytes().read(pieces.begin(), sampleSize))
    , m_expression(m_byBytes ? QRegularExpression() : expressionFor(query))
    , m_carriageReturn(encoded(u"\r"_s, pieces.coding()))
{
}

TextSearcher::Stretch TextSearcher::from(qint64 offset) const
{
    return {m_byBytes ? offset : m_pieces.at(offset).begin, offset};
}

bool TextSearcher::reaches(const Stretch &from, qint64 size) const
{
    return from.at + (m_byBytes ? byteChunkSize + m_finder.size() : chunkSize) >= size;
}

TextSearcher::Found TextSearcher::find(const Stretch &from, qint64 end, const std::atomic<bool> &stop,
                                       ReadBuffer &room) const
{
    Found found = m_byBytes ? findBytes(from, end, room) : findText(from, end, stop);
    if (m_filter && !found.matches.empty())
        m_filter(found.matches, stop);
    return found;
}

TextSearcher::Found TextSearcher::findBytes(const Stretch &from, qint64 end, ReadBuffer &room) const
{
    const int unit = unitSize(m_pieces.coding());
    const qint64 at = std::max(from.at, from.next);
    const qint64 length = std::min(byteChunkSize, end - at);
    const std::span<const char> read = room.read(m_pieces.bytes(), at, length + m_finder.size() - 1);
    Found found;
    const char *bytes = read.data();
    qint64 next = at + length;
    m_finder.find(bytes, bytes + read.size(), [&](const char *start) {
        const qint64 offset = at + (start - bytes);
        if ((offset - m_pieces.begin()) % unit != 0)
            return start + 1;
        found.matches.push_back({offset, offset + m_finder.size()});
        next = std::max(next, offset + m_finder.size());
        return start + m_finder.size();
    });
    found.rest = {next, next};
    found.isLast = next >= end || qint64(read.size()) < length + m_finder.size() - 1;
    return found;
}

/// Line by line, in chunks that end where a piece does.
TextSearcher::Found TextSearcher::findText(const Stretch &from, qint64 end,
                                           const std::atomic<bool> &stop) const
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
    Found found;
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

} // namespace keydesk
