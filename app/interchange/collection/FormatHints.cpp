#include "app/interchange/collection/FormatHints.h"

#include <QRegularExpression>
#include <QString>

#include <algorithm>
#include <cctype>
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
    for (++at; at < bytes.size(); ++at) {
        if (bytes.at(at) == '\\')
            ++at;
        else if (bytes.at(at) == '"')
            return at + 1;
    }
    return bytes.size();
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
    if (first < bytes.size() && bytes.at(first) == '{')
        readJson(bytes);
    else
        readYaml();
}

void FormatHints::readJson(const QByteArray &bytes)
{
    std::vector<QByteArray> names; // of the members around, outermost first; below `deepest` they are not kept
    std::size_t depth = 0;
    QByteArray name;
    for (qsizetype at = 0; at < bytes.size();) {
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
            const qsizetype colon = skipBlanks(bytes, end);
            if (depth == 0 || depth > deepest || colon >= bytes.size() || bytes.at(colon) != ':') {
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
