#pragma once

#include <QByteArray>
#include <QList>

namespace keydesk {

struct JsonLine
{
    QByteArray text; ///< at most JsonLines::longestLine bytes
    qint64 size = 0; ///< of the whole line, in bytes

    bool operator==(const JsonLine &) const = default;
};

/// Reads lines of JSON as they arrive (ndjson, JSON lines). Empty lines are none. However the bytes are cut into pieces,
/// the lines are the same. What a line has beyond the limit is counted and dropped. Does not look whether a line is JSON.
class JsonLines
{
public:
    static constexpr qsizetype longestLine = 1024 * 1024;

    /// RFC 7464: each value of a JSON text sequence begins with this, and may have line ends in it.
    static constexpr char recordSeparator = '\x1E';

    explicit JsonLines(char separator = '\n')
        : m_separator(separator)
    {
    }

    QList<JsonLine> feed(const QByteArray &piece);
    /// What stands behind the last line end is a line too.
    QList<JsonLine> finish();

private:
    void endLine(QList<JsonLine> &lines);

    char m_separator;
    QByteArray m_line;
    qint64 m_size = 0;
};

} // namespace keydesk
