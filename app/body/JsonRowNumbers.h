#pragma once

#include <QByteArray>

#include <vector>

namespace keydesk {

/// Numbers the rows of JSON as it is indented with all of it open, as an editor numbers lines. Of a text that
/// has been found valid; each row takes four bytes.
class JsonRowNumbers
{
public:
    /// Bytes of text that are numbered within a frame.
    static constexpr qint64 longest = 4LL * 1024 * 1024;

    JsonRowNumbers() = default;
    explicit JsonRowNumbers(const QByteArray &json, qint64 begin = 0); ///< of it in the file

    [[nodiscard]] qint64 count() const { return qint64(m_begins.size()); }
    /// From 1, of the row that the byte is in.
    [[nodiscard]] qint64 at(qint64 offset) const;

private:
    std::vector<quint32> m_begins;
};

} // namespace keydesk
