#include "app/interchange/openapi/OpenApiText.h"

#include "app/base/PlainText.h"
#include "app/interchange/CandidateGuess.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <algorithm>

namespace keydesk::openapi {

using namespace Qt::StringLiterals;

namespace {

struct OpenApiTextText
{
    Q_DECLARE_TR_FUNCTIONS(OpenApi)
};

constexpr qsizetype shortestToken = 16;
constexpr qsizetype longestValue = 64 * 1024;

bool isTokenCharacter(QChar c)
{
    const char16_t u = c.unicode();
    return (u >= u'0' && u <= u'9') || (u >= u'a' && u <= u'z') || (u >= u'A' && u <= u'Z') || u == u'_' ||
           u == u'-' || u == u'.' || u == u'+' || u == u'/' || u == u'=' || u == u'|' || u == u'~';
}

/// Without half a character at its end, where a longer text was cut.
QString withoutHalf(QString text)
{
    if (!text.isEmpty() && text.back().isHighSurrogate())
        text.chop(1);
    return text;
}

} // namespace

void Report::add(const QString &sentence)
{
    if (m_sentences.contains(sentence))
        return;
    if (m_sentences.size() < most)
        m_sentences.append(sentence);
    else
        ++m_left;
}

QStringList Report::sentences() const
{
    if (m_left == 0)
        return m_sentences;
    return m_sentences + QStringList{OpenApiTextText::tr("And %1 more of this kind.").arg(m_left)};
}

bool Texts::looksLikeToken(QStringView word) const
{
    // Most words are ruled out by their length alone, and most of the others have no digit.
    if (word.size() < shortestToken || std::ranges::none_of(word, [](QChar c) { return c.isDigit(); }))
        return false;
    const QByteArray bytes = word.toUtf8();
    if (isPlaceholder(std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size()))))
        return false;
    for (const TokenPattern &pattern : m_tokens) {
        if (bytes.startsWith(pattern.prefix) && tokenLength(pattern, bytes) > 0)
            return true;
    }
    // What the well-known services give out, and signed tokens of any.
    static const QRegularExpression known(
        u"^(?:eyJ[\\w-]{8,}\\.[\\w-]{8,}\\.[\\w-]*|(?:sk|pk|rk)[_-](?:live|test|proj)?[_-]?[A-Za-z0-9]{16,}|"
        u"gh[pousr]_[A-Za-z0-9]{20,}|"
        "github_pat_\\w{20,}|glpat-[\\w-]{16,}|xox[abposr]-[\\w-]{10,}|AKIA[A-Z0-9]{16}|AIza[\\w-]{30,}|SG\\.[\\w-]{16,}\\.[\\w-]{16,})"_s);
    return known.match(word).hasMatch();
}

QString Texts::words(const QString &text, const QString &place, qsizetype most) const
{
    if (text.isEmpty())
        return {};
    QString plain = plainText(text.left(2 * most)).trimmed();
    if (plain.size() > most)
        plain = withoutHalf(plain.left(most - 1)) + u'…';
    bool found = false;
    for (qsizetype at = 0; at < plain.size();) {
        if (!isTokenCharacter(plain.at(at))) {
            ++at;
            continue;
        }
        qsizetype end = at;
        while (end < plain.size() && isTokenCharacter(plain.at(end)))
            ++end;
        if (looksLikeToken(QStringView(plain).sliced(at, end - at))) {
            plain.replace(at, end - at, u"••••"_s);
            end = at + 4;
            found = true;
        }
        at = end;
    }
    if (found)
        m_report.add(
            OpenApiTextText::tr("%1: what looked like a token was taken out of the description.").arg(place));
    return plain;
}

bool Texts::mayBeKept(const QString &text, const QString &place) const
{
    if (text.size() < shortestToken)
        return true;
    if (text.size() > longestValue) {
        m_report.add(
            OpenApiTextText::tr("%1: the example is longer than 64 KB and was left out.").arg(place));
        return false;
    }
    for (qsizetype at = 0; at < text.size(); ++at) {
        qsizetype end = at;
        while (end < text.size() && isTokenCharacter(text.at(end)))
            ++end;
        if (looksLikeToken(QStringView(text).sliced(at, end - at))) {
            m_report.add(
                OpenApiTextText::tr("%1: the example looked like a token and was left out.").arg(place));
            return false;
        }
        at = end;
    }
    return true;
}

QString Texts::withoutVariables(QString text, const QString &place) const
{
    if (text.contains("{{"_L1)) {
        static const QRegularExpression opening(u"\\{(?=\\{)"_s); // of three in a row, too
        text.replace(opening, u"{ "_s);
        m_report.add(OpenApiTextText::tr("%1: {{ in the example would stand for a variable, and became { {.")
                         .arg(place));
    }
    return text;
}

QString Texts::value(const QString &text, const QString &place) const
{
    return mayBeKept(text, place) ? withoutVariables(plainText(text), place) : QString();
}

QString Texts::lines(const QString &text, const QString &place) const
{
    return mayBeKept(text, place) ? withoutVariables(text, place) : QString();
}

QString quotedJson(const QString &text)
{
    QString quoted = u"\""_s;
    QChar before;
    for (const QChar c : text) {
        const char16_t u = c.unicode();
        const bool opensVariable = u == u'{' && before == u'{';
        before = c;
        if (u == u'"' || u == u'\\')
            quoted += u'\\', quoted += c;
        else if (u == u'\n')
            quoted += u"\\n"_s;
        else if (u == u'\t')
            quoted += u"\\t"_s;
        else if (opensVariable || (!c.isPrint() && !c.isSurrogate()))
            quoted += u"\\u%1"_s.arg(static_cast<uint>(u), 4, 16, QLatin1Char('0'));
        else
            quoted += c;
    }
    return quoted + u'"';
}

} // namespace keydesk::openapi
