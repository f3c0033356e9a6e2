#include "app/interchange/EnvText.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <vector>

namespace keydesk {

namespace {

struct EnvTextText
{
    Q_DECLARE_TR_FUNCTIONS(EnvText)
};

struct LineForm
{
    EnvText::Encoding encoding;
    qsizetype start;
};

bool beginsWith(std::string_view bytes, std::string_view mark)
{
    return bytes.substr(0, mark.size()) == mark;
}

/// What a file without a byte order mark is: in UTF-16 nearly every second byte of English text is zero.
LineForm guess(std::string_view bytes)
{
    const std::string_view head = bytes.substr(0, 4096);
    std::size_t zeros[2] = {0, 0};
    for (std::size_t i = 0; i < head.size(); ++i)
        zeros[i % 2] += head[i] == '\0' ? 1 : 0;
    const std::size_t units = head.size() / 2;
    if (units >= 2 && zeros[0] == 0 && zeros[1] * 10 >= units * 7)
        return {EnvText::Encoding::Utf16LittleEndian, 0};
    if (units >= 2 && zeros[1] == 0 && zeros[0] * 10 >= units * 7)
        return {EnvText::Encoding::Utf16BigEndian, 0};
    return {EnvText::Encoding::Bytes, 0};
}

LineForm formOf(std::string_view bytes)
{
    using Encoding = EnvText::Encoding;
    if (beginsWith(bytes, "\xEF\xBB\xBF"))
        return {Encoding::Bytes, 3};
    if (beginsWith(bytes, "\xFF\xFE"))
        return {Encoding::Utf16LittleEndian, 2};
    if (beginsWith(bytes, "\xFE\xFF"))
        return {Encoding::Utf16BigEndian, 2};
    return guess(bytes);
}

/// No text has a NUL, and hardly any other control character but tabs, line ends and the escapes of a colour.
bool isBinary(std::string_view text)
{
    std::size_t odd = 0;
    for (const char c : text) {
        if (c == '\0')
            return true;
        const bool usual = static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\r' || c == '\t' ||
                           c == '\f' || c == '\v' || c == '\x1b';
        odd += usual ? 0 : 1;
    }
    return odd * 20 > text.size();
}

} // namespace

Error EnvText::tooLarge(qint64 size)
{
    return {
        Error::Kind::TooLarge,
        EnvTextText::tr(
            "This is %1, and Keydesk looks for keys in up to %2. Copy the lines with the keys into a file "
            "of their own, or paste them.")
            .arg(QLocale().formattedDataSize(size), QLocale().formattedDataSize(limit)),
        {}};
}

Result<EnvText> EnvText::read(Secret bytes)
{
    if (bytes.size() > limit)
        return tl::unexpected(tooLarge(bytes.size()));
    const std::string_view all = bytes.reveal();
    if (beginsWith(all, std::string_view("\xFF\xFE\0\0", 4)) ||
        beginsWith(all, std::string_view("\0\0\xFE\xFF", 4)))
        return failure(
            Error::Kind::InvalidInput,
            EnvTextText::tr("This file is in UTF-32, which Keydesk does not read. Save it as UTF-8."));
    const auto [encoding, start] = formOf(all);

    EnvText result;
    result.m_encoding = encoding;
    result.m_start = start;
    if (encoding != Encoding::Bytes) {
        const std::size_t units = (all.size() - static_cast<std::size_t>(start)) / 2;
        QByteArray narrow(static_cast<qsizetype>(units), Qt::Uninitialized);
        const std::size_t low = encoding == Encoding::Utf16LittleEndian ? 0 : 1;
        for (std::size_t i = 0; i < units; ++i) {
            const std::size_t at = static_cast<std::size_t>(start) + i * 2;
            const char c = all[at + low];
            narrow[static_cast<qsizetype>(i)] = all[at + 1 - low] == '\0' && (c & 0x80) == 0 ? c : '\xFF';
        }
        result.m_narrow = Secret::take(std::move(narrow));
    }
    result.m_bytes = std::move(bytes);
    if (isBinary(result.text()))
        return failure(Error::Kind::InvalidInput,
                       EnvTextText::tr("This is not a text file, so there are no keys in it to read."));
    return result;
}

std::string_view EnvText::text() const
{
    return m_encoding == Encoding::Bytes ? m_bytes.reveal().substr(static_cast<std::size_t>(m_start))
                                         : m_narrow.reveal();
}

qsizetype EnvText::byteOffset(qsizetype place) const
{
    return m_start + place * unit();
}

std::string_view EnvText::lineEnd() const
{
    const std::string_view all = text();
    std::size_t both = 0;
    std::size_t lines = 0;
    for (std::size_t i = all.find('\n'); i != std::string_view::npos; i = all.find('\n', i + 1)) {
        ++lines;
        both += i > 0 && all[i - 1] == '\r' ? 1 : 0;
    }
    return both * 2 > lines ? "\r\n" : "\n";
}

Secret EnvText::with(const std::vector<Change> &changes) const
{
    const std::string_view all = m_bytes.reveal();
    qsizetype size = m_bytes.size();
    for (const Change &change : changes)
        size += static_cast<qsizetype>(change.text.size()) * unit();
    QByteArray out;
    out.reserve(size); // growing would leave a copy of it in freed memory
    qsizetype done = 0;
    const auto keepUpTo = [&](qsizetype offset) { out.append(all.data() + done, offset - done); };
    for (const Change &change : changes) {
        keepUpTo(byteOffset(change.begin));
        for (const char c : change.text) {
            if (m_encoding == Encoding::Utf16BigEndian)
                out.append('\0');
            out.append(c);
            if (m_encoding == Encoding::Utf16LittleEndian)
                out.append('\0');
        }
        done = byteOffset(change.end);
    }
    keepUpTo(m_bytes.size());
    return Secret::take(std::move(out));
}

} // namespace keydesk
