#include "app/interchange/collection/FormatHints.h"

#include <QRegularExpression>
#include <QString>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstring>
#include <vector>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr std::size_t deepest = 3; // levels whose members are looked at
constexpr int mostMembers = 10'000; // of a file that is made to fill the memory

bool isBlank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/// Behind the closing quote of the text that begins at `at`, or the end.
qsizetype textEnd(const QByteArray &bytes, qsizetype at)
{
    const char *const begin = bytes.constData() + at + 1;
    const char *const end = bytes.constData() + bytes.size();
    const char *from = begin;
    while (from < end) {
        const auto *const quote = static_cast<const char *>(std::memchr(from, '"', static_cast<std::size_t>(end - from)));
        if (!quote)
            break;
        const char *escape = quote;
        while (escape > from && escape[-1] == '\\')
            --escape;
        if ((quote - escape) % 2 == 0)
            return quote + 1 - bytes.constData();
        from = quote + 1;
    }
    return bytes.size();
}

/// The first byte at or behind `at` that begins or ends something, or the end.
qsizetype nextMark(const QByteArray &bytes, qsizetype at)
{
    static constexpr auto isMark = [] {
        std::array<bool, 256> marks{};
        for (const unsigned char c : {'{', '}', '[', ']', '"'})
            marks[c] = true;
        return marks;
    }();
    while (at < bytes.size() && !isMark[static_cast<unsigned char>(bytes.at(at))])
        ++at;
    return at;
}

qsizetype skipBlanks(const QByteArray &bytes, qsizetype at)
{
    while (at < bytes.size() && isBlank(bytes.at(at)))
        ++at;
    return at;
}

/// The beginning of a text, or a number; empty for what is neither.
QByteArray scalarAt(const QByteArray &bytes, qsizetype at)
{
    constexpr qsizetype longest = 200;
    if (at < bytes.size() && bytes.at(at) == '"')
        return bytes.mid(at + 1, std::min(textEnd(bytes, at) - at - 2, longest));
    qsizetype end = at;
    while (end < bytes.size() && end - at < longest && (std::isalnum(static_cast<unsigned char>(bytes.at(end))) != 0 || bytes.at(end) == '.'))
        ++end;
    return bytes.mid(at, end - at);
}

} // namespace

FormatHints::FormatHints(const QByteArray &bytes)
{
    const qsizetype begin = bytes.startsWith("\xEF\xBB\xBF") ? 3 : 0;
    m_head = bytes.sliced(begin, std::min(bytes.size() - begin, headSize));
    const qsizetype first = skipBlanks(bytes, begin);
    m_isJson = first < bytes.size() && bytes.at(first) == '{';
    if (m_isJson)
        readJson(bytes);
    else
        readYaml();
}

void FormatHints::readJson(const QByteArray &bytes)
{
    std::vector<QByteArray> names; // of the members around, outermost first; below `deepest` they are not kept
    std::size_t depth = 0;
    QByteArray name;
    for (qsizetype at = nextMark(bytes, 0); at < bytes.size(); at = nextMark(bytes, at)) {
        const char c = bytes.at(at);
        if (c == '{' || c == '[') {
            // Members of what is in a list are not the document's.
            if (depth < deepest && depth == names.size())
                names.push_back(c == '[' ? QByteArray("[]") : name);
            ++depth;
            name.clear();
        } else if (c == '}' || c == ']') {
            depth -= depth > 0 ? 1 : 0;
            if (names.size() > depth)
                names.pop_back();
        } else if (c == '"') {
            const qsizetype end = textEnd(bytes, at);
            const qsizetype colon = depth == 0 || depth > deepest ? bytes.size() : skipBlanks(bytes, end);
            if (colon >= bytes.size() || bytes.at(colon) != ':') {
                at = end;
                continue;
            }
            name = bytes.mid(at + 1, end - at - 2);
            QByteArray path;
            for (std::size_t i = 1; i < names.size(); ++i)
                path += names.at(i) + '.';
            path += name;
            const qsizetype value = skipBlanks(bytes, colon + 1);
            if (m_members.size() < mostMembers && !m_members.contains(path))
                m_members.insert(path, scalarAt(bytes, value));
            at = value;
            continue;
        }
        ++at;
    }
}

void FormatHints::readYaml()
{
    static const QRegularExpression member(u"^([\"']?)([A-Za-z_][\\w.-]*)\\1[ \\t]*:(?:[ \\t]+[\"']?([^\"'\\r\\n]*?)[\"']?[ \\t]*)?\\r?$"_s,
                                           QRegularExpression::MultilineOption);
    const QString text = QString::fromUtf8(m_head);
    for (auto each = member.globalMatch(text); each.hasNext();) {
        const auto match = each.next();
        const QByteArray name = match.captured(2).toUtf8();
        if (!m_members.contains(name))
            m_members.insert(name, match.captured(3).toUtf8());
    }
}

} // namespace keydesk
