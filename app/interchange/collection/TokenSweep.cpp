#include "app/interchange/collection/TokenSweep.h"

#include "app/base/Unescaped.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

using Form = LeakEncoding::Form;

constexpr qsizetype shortestRun = 24; // of Base64: no token is shorter
constexpr int deepest = 2;

std::string_view viewOf(const QByteArray &bytes)
{
    return {bytes.constData(), static_cast<std::size_t>(bytes.size())};
}

bool isBase64(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/' ||
           c == '-' || c == '_';
}

void searchPlain(const QByteArray &bytes, const LeakMatcher &patterns, QList<PatternToken> &tokens)
{
    patterns.search(viewOf(bytes), [&](const LeakMatcher::Match &match) {
        QByteArray found = bytes.sliced(match.begin, match.end - match.begin);
        if (match.encoding.form == Form::Utf16)
            found.removeIf([](char c) { return c == '\0'; });
        tokens.append({QString::fromUtf8(found), patterns.pattern(match.pattern).provider});
    });
}

void searchBase64(const QByteArray &bytes, const LeakMatcher &patterns, QList<PatternToken> &tokens)
{
    qsizetype begin = 0;
    while (begin < bytes.size()) {
        qsizetype end = begin;
        while (end < bytes.size() && isBase64(bytes.at(end)))
            ++end;
        // What stands in front of it in the same word shifts the groups of four.
        for (qsizetype shift = 0; shift < 4 && end - begin - shift >= shortestRun; ++shift) {
            QByteArray run = bytes.sliced(begin + shift, end - begin - shift);
            run.replace('-', '+').replace('_', '/');
            QByteArray plain = QByteArray::fromBase64(run);
            searchPlain(plain, patterns, tokens);
            wipe(plain);
        }
        begin = end + 1;
    }
}

void search(const QByteArray &bytes, const LeakMatcher &patterns, int depth, QList<PatternToken> &tokens)
{
    searchPlain(bytes, patterns, tokens);
    searchBase64(bytes, patterns, tokens);
    for (const auto escape : {Unescaped::Escape::Percent, Unescaped::Escape::Json}) {
        if (depth >= deepest)
            break;
        if (const auto undone = Unescaped::of(bytes, escape))
            search(undone->bytes(), patterns, depth + 1, tokens);
    }
}

LeakMatcher matcherOf(const QList<std::shared_ptr<const Secret>> &values)
{
    std::vector<LeakMatcher::Token> tokens;
    for (const auto &value : values)
        tokens.push_back({QUuid(), value->copy()});
    return {std::move(tokens), {}};
}

} // namespace

QList<PatternToken> patternTokens(const QString &text, const LeakMatcher &patterns)
{
    QList<PatternToken> tokens;
    if (!patterns.isPointless() && text.size() >= shortestRun / 2)
        search(text.toUtf8(), patterns, 0, tokens);
    return tokens;
}

TokenSweep::TokenSweep(const QList<std::shared_ptr<const Secret>> &values, const QStringList &variables)
    : m_matcher(matcherOf(values))
    , m_variables(variables)
{
}

QString TokenSweep::withVariables(const QString &text) const
{
    return replaced(text, true);
}

QString TokenSweep::masked(const QString &text) const
{
    return replaced(text, false);
}

QString TokenSweep::replaced(const QString &text, bool withVariables) const
{
    if (m_matcher.isPointless() || text.isEmpty())
        return text;
    const QByteArray bytes = text.toUtf8();
    std::vector<LeakMatcher::Match> matches;
    m_matcher.search(viewOf(bytes), [&](LeakMatcher::Match match) {
        const bool isBase = match.encoding.form == Form::Base64 || match.encoding.form == Form::Base64Url;
        // Its first and last characters mix bits of the value with its neighbours'.
        if (isBase && match.begin > 0 && isBase64(bytes.at(match.begin - 1)))
            --match.begin;
        if (isBase && match.end < bytes.size() && isBase64(bytes.at(match.end)))
            ++match.end;
        matches.push_back(match);
    });
    if (matches.empty())
        return text;
    std::ranges::sort(matches, [](const LeakMatcher::Match &one, const LeakMatcher::Match &other) {
        return one.begin != other.begin ? one.begin < other.begin : one.end > other.end;
    });
    QByteArray result;
    qsizetype done = 0;
    for (auto match = matches.cbegin(); match != matches.cend();) {
        const LeakMatcher::Match &first = *match;
        qsizetype end = first.end;
        bool isAlone = true; // of several that overlap no variable says what they are together
        for (++match; match != matches.cend() && match->begin < end; ++match) {
            isAlone = isAlone && match->end <= first.end;
            end = std::max(end, match->end);
        }
        result += bytes.sliced(done, first.begin - done);
        if (withVariables && isAlone && first.encoding.form == Form::Plain && !first.encoding.json)
            result += (first.encoding.percent ? "{{%" : "{{") + m_variables.at(first.token).toUtf8() + "}}";
        else
            result += "••••";
        done = end;
    }
    return QString::fromUtf8(result + bytes.sliced(done));
}

} // namespace keydesk
