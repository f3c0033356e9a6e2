#include "app/body/CsvRows.h"

#include "app/body/ReadBuffer.h"

#include <algorithm>
#include <cstring>
#include <map>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr qint64 chunkSize = 256LL * 1024;

/// Characters of ASCII in bytes of any coding. Places are those where units begin.
class Units
{
public:
    Units(QByteArrayView bytes, TextCoding coding)
        : m_bytes(bytes)
        , m_unit(unitSize(coding))
        , m_low(coding == TextCoding::Utf16BigEndian ? 1 : 0)
    {
    }

    [[nodiscard]] bool is(qsizetype place, char character) const
    {
        return place >= 0 && place + m_unit <= m_bytes.size() && m_bytes[place + m_low] == character &&
               (m_unit == 1 || m_bytes[place + 1 - m_low] == 0);
    }
    /// The first at or behind `from`; the size of all: there is none.
    [[nodiscard]] qsizetype find(char character, qsizetype from) const
    {
        while (from < m_bytes.size()) {
            const auto *found = static_cast<const char *>(
                std::memchr(m_bytes.data() + from, character, static_cast<size_t>(m_bytes.size() - from)));
            if (!found)
                break;
            const qsizetype place = (found - m_bytes.data()) / m_unit * m_unit;
            if (is(place, character))
                return place;
            from = place + m_unit;
        }
        return m_bytes.size();
    }
    /// The quote that closes what begins at `from`; the size of all: it is not there, or what is behind it is
    /// not.
    [[nodiscard]] qsizetype closingQuote(qsizetype from, bool isWhole) const
    {
        qsizetype quote = find('"', from);
        while (is(quote + m_unit, '"'))
            quote = find('"', quote + 2 * m_unit);
        return quote + m_unit < m_bytes.size() || isWhole ? quote : m_bytes.size();
    }

private:
    QByteArrayView m_bytes;
    int m_unit;
    int m_low; // of the bytes of a unit, the one that is not zero
};

} // namespace

CsvRows::CsvRows(TextPieces text, char delimiter)
    : m_text(std::move(text))
    , m_delimiter(delimiter)
{
}

std::optional<qint64> CsvRows::closingQuote(qint64 opening) const
{
    const int unit = unitSize(m_text.coding());
    const qint64 from = opening + unit;
    const QByteArray bytes = m_text.bytes().read(from, longestQuoted);
    const bool isWhole = from + bytes.size() + unit > m_text.bytes().size();
    const qsizetype found = Units(bytes, m_text.coding()).closingQuote(0, isWhole);
    return found < bytes.size() ? std::optional(from + found) : std::nullopt;
}

void CsvRows::scan(qint64 begin, qint64 limit, const std::atomic<bool> &stop,
                   const std::function<bool(qint64)> &found) const
{
    const FileBytes &file = m_text.bytes();
    const int unit = unitSize(m_text.coding());
    const qint64 size = file.size();
    ReadBuffer room;
    bool beginsValue = true;
    for (qint64 at = begin; at < size && at < limit && !stop;) {
        const std::span<const char> chunk = room.read(file, at, std::min(size - at, chunkSize));
        const qint64 read = qint64(chunk.size()) / unit * unit;
        if (read == 0)
            return;
        const Units units({chunk.data(), read}, m_text.coding());
        qint64 place = 0;
        while (place < read) {
            const qint64 quote = units.find('"', place);
            for (qint64 feed = units.find('\n', place); feed < quote; feed = units.find('\n', feed + unit)) {
                const qint64 next = at + feed + unit;
                if (next >= size || next >= limit || !found(next))
                    return;
            }
            place = quote;
            if (quote == read)
                break;
            place += unit;
            const bool opens = quote == 0
                                   ? beginsValue
                                   : units.is(quote - unit, m_delimiter) || units.is(quote - unit, '\n');
            if (!opens)
                continue;
            if (const qint64 closing = units.closingQuote(place, false); closing < read)
                place = closing + unit;
            else if (const std::optional<qint64> further = closingQuote(at + quote))
                place = *further + unit - at;
        }
        beginsValue = place <= read && (units.is(place - unit, m_delimiter) || units.is(place - unit, '\n'));
        at += place;
    }
}

CsvRow CsvRows::row(qint64 begin, qint64 most) const
{
    constexpr qint64 usual = 4096; // bytes, as most rows are shorter
    CsvRow row = read(begin, std::min(usual, most));
    return row.isCut && most > usual ? read(begin, most) : row;
}

CsvRow CsvRows::read(qint64 begin, qint64 most) const
{
    const int unit = unitSize(m_text.coding());
    const QByteArray bytes = m_text.bytes().read(begin, most);
    const Units units(bytes, m_text.coding());
    const qsizetype size = bytes.size() / unit * unit;
    const bool isWhole = begin + size + unit > m_text.bytes().size();
    const auto endsValue = [&](qsizetype place) {
        return units.is(place, m_delimiter) || units.is(place, '\n');
    };
    CsvRow row{begin, begin + size, {}, !isWhole};
    for (qsizetype place = 0;; place += unit) {
        CsvCell cell{begin + place, 0, false};
        qsizetype end = place;
        if (units.is(place, '"')) {
            qsizetype closing = units.closingQuote(place + unit, isWhole);
            if (closing >= size && !isWhole) {
                const auto further = closingQuote(begin + place);
                closing = further ? qsizetype(*further - begin) : size;
                if (further) { // it reaches beyond what is read
                    row.cells.push_back({cell.begin + unit, begin + size, true});
                    return row;
                }
            }
            if (closing < size) {
                end = closing + unit;
                const bool isLineEnd = units.is(end, '\r') && units.is(end + unit, '\n');
                cell.isQuoted = end >= size || endsValue(end) || isLineEnd;
            }
        }
        while (end < size && !endsValue(end))
            end += unit;
        const bool hasReturn = units.is(end, '\n') && end > place && units.is(end - unit, '\r');
        const qsizetype contentsEnd = end - (hasReturn ? unit : 0);
        cell.begin += cell.isQuoted ? unit : 0;
        cell.end = begin + contentsEnd - (cell.isQuoted ? unit : 0);
        row.cells.push_back(cell);
        if (units.is(end, '\n')) {
            row.end = begin + end + unit;
            row.isCut = false;
            return row;
        }
        if (end >= size)
            return row;
        place = end;
    }
}

QString CsvRows::value(const CsvCell &cell) const
{
    QString text = plainText(m_text.bytes().read(cell.begin, cell.end - cell.begin), m_text.coding());
    return cell.isQuoted ? text.replace(u"\"\""_s, u"\""_s) : text;
}

char guessDelimiter(const TextPieces &text)
{
    constexpr int looked = 50; // rows
    char best = ',';
    std::pair<int, size_t> most{0, 0}; // rows of one width, and that width
    for (const char delimiter : {',', ';', '\t', '|'}) {
        const CsvRows rows(text, delimiter);
        std::map<size_t, int> widths;
        int count = 0;
        const auto look = [&](qint64 begin) {
            ++widths[rows.row(begin).cells.size()];
            return ++count < looked;
        };
        look(text.begin());
        rows.scan(text.begin(), text.begin() + CsvRows::longestRow, false, look);
        for (const auto &[width, fitting] : widths) {
            if (width > 1 && std::pair(fitting, width) > most) {
                most = {fitting, width};
                best = delimiter;
            }
        }
    }
    return best;
}

bool hasHeaderRow(const CsvRows &rows)
{
    const CsvRow first = rows.row(rows.text().begin());
    const auto isName = [&rows](const CsvCell &cell) {
        const QString value = rows.value(cell).trimmed();
        bool isNumber = false;
        std::ignore = value.toDouble(&isNumber);
        return !value.isEmpty() && !isNumber;
    };
    return first.end < rows.text().bytes().size() &&
           std::all_of(first.cells.begin(), first.cells.end(), isName);
}

} // namespace keydesk
