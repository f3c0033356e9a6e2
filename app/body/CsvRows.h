#pragma once

#include "app/body/TextPieces.h"

#include <atomic>
#include <functional>
#include <vector>

namespace keydesk {

/// A value of a row.
struct CsvCell
{
    qint64 begin = 0; ///< bytes of the file, without its quotes
    qint64 end = 0;
    bool isQuoted = false;

    bool operator==(const CsvCell &) const = default;
};

struct CsvRow
{
    qint64 begin = 0;
    qint64 end = 0; ///< with its line end, as far as it was read
    std::vector<CsvCell> cells;
    bool isCut = false; ///< it is longer than what was read of it

    bool operator==(const CsvRow &) const = default;
};

/// Rows of comma-separated values (RFC 4180) in a file of any size, read where they are wanted. A quote opens
/// a value only at its beginning; one that is not closed within `longestQuoted` bytes is a character as any
/// other, so that a stray quote does not make one row of the rest of the file. Thread-safe.
class CsvRows
{
public:
    static constexpr qint64 longestQuoted = 1024 * 1024;
    /// Of a row that is looked at, in bytes.
    static constexpr qint64 longestRow = 64LL * 1024;

    CsvRows(TextPieces text, char delimiter);

    [[nodiscard]] const TextPieces &text() const { return m_text; }
    [[nodiscard]] char delimiter() const { return m_delimiter; }
    /// Calls `found` with where each row behind the one at `begin` begins, until it returns false, or none
    /// begins before `limit`, or `stop` says so.
    void scan(qint64 begin, qint64 limit, const std::atomic<bool> &stop,
              const std::function<bool(qint64)> &found) const;
    /// The row that begins at `begin`, or its first `most` bytes.
    [[nodiscard]] CsvRow row(qint64 begin, qint64 most = longestRow) const;
    /// The value itself: of two quotes in a quoted one, one.
    [[nodiscard]] QString value(const CsvCell &cell) const;

private:
    [[nodiscard]] CsvRow read(qint64 begin, qint64 most) const;
    [[nodiscard]] std::optional<qint64> closingQuote(qint64 opening) const;

    TextPieces m_text;
    char m_delimiter;
};

/// Comma, semicolon, tab or bar: the one that cuts most of the first rows into the same number of values.
char guessDelimiter(const TextPieces &text);
/// Whether the first row looks like names: each is there, and none is a number.
bool hasHeaderRow(const CsvRows &rows);

} // namespace keydesk
