#include "app/http/ExpectationReader.h"

#include "app/http/AnswerReference.h"

#include <QCoreApplication>
#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>
#include <tuple>

namespace keydesk {

using namespace Qt::StringLiterals;
using Subject = Expectation::Subject;
using Check = Expectation::Check;

namespace {

struct ExpectationReaderText
{
    Q_DECLARE_TR_FUNCTIONS(Expectation)
};

constexpr qsizetype longestText = 10'000; // characters

struct Word
{
    QStringView text;
    Check check;
    bool isSymbol = false;
};

// The longer ones of a beginning first.
constexpr Word words[] = {
    {u"==", Check::Equals, true},     {u"!=", Check::Differs, true},  {u"<=", Check::AtMost, true},
    {u">=", Check::AtLeast, true},    {u"=", Check::Equals, true},    {u"<", Check::Less, true},
    {u">", Check::Greater, true},     {u"equals", Check::Equals},     {u"contains", Check::Contains},
    {u"not contains", Check::Lacks},  {u"matches", Check::Matches},   {u"exists", Check::Exists},
    {u"absent", Check::Absent},       {u"is", Check::IsType},         {u"in", Check::OneOf},
};

bool isOrder(Check check)
{
    return check == Check::Less || check == Check::AtMost || check == Check::Greater || check == Check::AtLeast;
}

/// What a subject can be asked.
bool fits(Subject subject, Check check)
{
    const bool isPlain = check == Check::Equals || check == Check::Differs || isOrder(check);
    switch (subject) {
    case Subject::Status:
        return isPlain || check == Check::OneOf;
    case Subject::Time:
    case Subject::Size:
        return isPlain;
    case Subject::Header:
        return check != Check::IsType;
    case Subject::Body:
        return true;
    }
    return false;
}

QString checksOf(Subject subject)
{
    switch (subject) {
    case Subject::Status:
        return u"=, !=, <, <=, >, >=, in"_s;
    case Subject::Time:
    case Subject::Size:
        return u"=, !=, <, <=, >, >="_s;
    case Subject::Header:
        return u"=, !=, <, <=, >, >=, contains, not contains, matches, exists, absent, in"_s;
    case Subject::Body:
        return u"=, !=, <, <=, >, >=, contains, not contains, matches, exists, absent, is, in"_s;
    }
    return {};
}

} // namespace

std::optional<Expectation> ExpectationReader::read()
{
    m_read.text = m_text.trimmed();
    if (m_text.size() > longestText)
        std::ignore =
            failed(longestText,
                   ExpectationReaderText::tr("An expectation has at most %1 characters.").arg(longestText));
    else if (readSubject() && readName() && readCheck() && readValues())
        return m_read;
    return std::nullopt;
}

bool ExpectationReader::readSubject()
{
    skipSpace();
    const qsizetype begin = m_at;
    while (m_at < m_text.size() && m_text.at(m_at).isLetter())
        ++m_at;
    const QString word = m_text.sliced(begin, m_at - begin).toLower();
    static const QHash<QString, Subject> subjects{{u"status"_s, Subject::Status}, {u"header"_s, Subject::Header}, {u"body"_s, Subject::Body},
                                                  {u"time"_s, Subject::Time},     {u"size"_s, Subject::Size}};
    const auto found = subjects.constFind(word);
    if (found == subjects.cend())
        return failed(begin, ExpectationReaderText::tr(
                                 "An expectation begins with status, header, body, time or size."));
    m_read.subject = *found;
    return true;
}

/// Blanks and comparisons end a path, except within brackets and quotes.
qsizetype ExpectationReader::pathEnd() const
{
    QChar quote;
    int depth = 0;
    qsizetype at = m_at;
    for (; at < m_text.size(); ++at) {
        const QChar c = m_text.at(at);
        if (!quote.isNull()) {
            if (c == u'\\')
                ++at;
            else if (c == quote)
                quote = {};
        } else if (depth > 0 && (c == u'\'' || c == u'"')) {
            quote = c;
        } else if (c == u'[') {
            ++depth;
        } else if (c == u']') {
            --depth;
        } else if (depth <= 0 && (c.isSpace() || c == u'=' || c == u'<' || c == u'>' || c == u'!')) {
            break;
        }
    }
    return std::min(at, m_text.size());
}

bool ExpectationReader::readName()
{
    skipSpace();
    const qsizetype begin = m_at;
    if (m_read.subject == Subject::Header) {
        while (m_at < m_text.size() && !m_text.at(m_at).isSpace() && !u"=<>!"_s.contains(m_text.at(m_at)))
            ++m_at;
        if (m_at == begin)
            return failed(begin,
                          ExpectationReaderText::tr("The name of a header is missing after “header”."));
        m_read.name = m_text.sliced(begin, m_at - begin);
    } else if (m_read.subject == Subject::Body && (rest().startsWith(u'$') || rest().startsWith(u'/'))) {
        m_at = pathEnd();
        m_read.name = m_text.sliced(begin, m_at - begin);
        if (m_read.name.startsWith(u'$') && !m_read.name.contains("{{"_L1) && !isJsonPath(m_read.name))
            return failed(begin,
                          ExpectationReaderText::tr("This is no path that Keydesk follows: it knows members "
                                                    "(.a, ['a']), indices ([0], [-1]) and [*]."));
    }
    return true;
}

bool ExpectationReader::readCheck()
{
    skipSpace();
    const qsizetype begin = m_at;
    for (const Word &word : words) {
        if (!rest().startsWith(word.text, Qt::CaseInsensitive))
            continue;
        const qsizetype end = m_at + word.text.size();
        if (!word.isSymbol && end < m_text.size() && !m_text.at(end).isSpace())
            continue;
        if (!fits(m_read.subject, word.check))
            return failed(begin,
                          ExpectationReaderText::tr("This cannot be compared so. Here it is one of: %1.")
                              .arg(checksOf(m_read.subject)));
        m_read.check = word.check;
        m_at = end;
        return true;
    }
    const bool isShort = m_read.subject == Subject::Status && m_at < m_text.size();
    if (isShort) // "status 200"
        return true;
    return failed(begin, m_at == m_text.size()
                             ? ExpectationReaderText::tr("A comparison is missing. It is one of: %1.")
                                   .arg(checksOf(m_read.subject))
                             : ExpectationReaderText::tr("A comparison was expected here. It is one of: %1.")
                                   .arg(checksOf(m_read.subject)));
}

bool ExpectationReader::readValues()
{
    skipSpace();
    const Check check = m_read.check;
    if (check == Check::Exists || check == Check::Absent)
        return m_at == m_text.size() ||
               failed(m_at, ExpectationReaderText::tr("Nothing stands after “exists” and “absent”."));
    if (m_at == m_text.size())
        return failed(m_at, ExpectationReaderText::tr(
                                "The value to compare with is missing. Write \"\" for an empty text."));
    if (check == Check::IsType)
        return readType();
    if (check == Check::Matches)
        return readPattern();
    return check == Check::OneOf ? readList() : addValue(m_at, m_text.size());
}

bool ExpectationReader::readType()
{
    const QString type = rest().trimmed().toString().toLower();
    if (!expectationTypes().contains(type))
        return failed(m_at,
                      ExpectationReaderText::tr(
                          "This is no type. After “is” comes one of: %1. To compare with a value, write =.")
                          .arg(expectationTypes().join(u", "_s)));
    if (m_read.name.startsWith(u'/'))
        return failed(m_at,
                      ExpectationReaderText::tr(
                          "What an XPath finds is always text. Only what a JSONPath ($…) finds has a type."));
    m_read.values.append({type, true});
    return true;
}

bool ExpectationReader::readPattern()
{
    const qsizetype last = m_text.lastIndexOf(u'/');
    if (m_text.at(m_at) != u'/' || last <= m_at)
        return failed(m_at, ExpectationReaderText::tr("A pattern stands between slashes, as in /^a.*z$/i."));
    m_read.values.append({m_text.sliced(m_at + 1, last - m_at - 1), true});
    for (qsizetype at = last + 1; at < m_text.size(); ++at) {
        const QChar flag = m_text.at(at);
        if (flag == u'i')
            m_read.patternOptions |= QRegularExpression::CaseInsensitiveOption;
        else if (flag == u'm')
            m_read.patternOptions |= QRegularExpression::MultilineOption;
        else if (flag == u's')
            m_read.patternOptions |= QRegularExpression::DotMatchesEverythingOption;
        else if (!flag.isSpace())
            return failed(at,
                          ExpectationReaderText::tr("After a pattern only the flags i, m and s may stand."));
    }
    const QString pattern = m_read.values.constFirst().text;
    if (pattern.contains("{{"_L1)) // not whole yet
        return true;
    const QRegularExpression regex(pattern, m_read.patternOptions);
    return regex.isValid() ||
           failed(m_at + 1 + regex.patternErrorOffset(),
                  ExpectationReaderText::tr("The pattern cannot be read: %1.").arg(regex.errorString()));
}

bool ExpectationReader::readList()
{
    while (true) {
        skipSpace();
        qsizetype end = m_at;
        bool isInQuotes = false;
        for (; end < m_text.size() && (isInQuotes || m_text.at(end) != u','); ++end) {
            if (isInQuotes && m_text.at(end) == u'\\')
                ++end;
            else if (m_text.at(end) == u'"' && (isInQuotes || end == m_at))
                isInQuotes = !isInQuotes;
        }
        end = std::min(end, m_text.size());
        if (!addValue(m_at, end))
            return false;
        if (end == m_text.size())
            return true;
        m_at = end + 1;
    }
}

bool ExpectationReader::addValue(qsizetype begin, qsizetype end)
{
    const QString written = m_text.sliced(begin, end - begin).trimmed();
    if (written.isEmpty())
        return failed(begin, ExpectationReaderText::tr("A value is missing here."));
    Expectation::Value value{written, false};
    if (written.startsWith(u'"')) {
        const QJsonArray array = QJsonDocument::fromJson('[' + written.toUtf8() + ']').array();
        if (array.size() != 1 || !array.first().isString())
            return failed(begin,
                          ExpectationReaderText::tr(
                              "A text in quotes is written as in JSON: \"…\", with \\\" and \\\\ in it."));
        value = {array.first().toString(), true};
    }
    if (!checkValue(value, begin))
        return false;
    m_read.values.append(value);
    return true;
}

/// What can be said before variables have their values.
bool ExpectationReader::checkValue(const Expectation::Value &value, qsizetype offset)
{
    if (value.text.contains("{{"_L1))
        return true;
    const Subject subject = m_read.subject;
    if (subject == Subject::Status) {
        static const QRegularExpression form(u"^[1-9](?:\\d\\d|[xX][xX])$"_s);
        if (!form.match(value.text).hasMatch())
            return failed(offset, ExpectationReaderText::tr(
                                      "A status is a number of three digits, or a class as in 2xx."));
        if (isOrder(m_read.check) && value.text.endsWith(u'x', Qt::CaseInsensitive))
            return failed(offset, ExpectationReaderText::tr(
                                      "A class of statuses has no order. Compare it with = or !=."));
        return true;
    }
    if (subject == Subject::Time || subject == Subject::Size) {
        if (!expectationAmount(subject, value.text))
            return failed(offset,
                          subject == Subject::Time
                              ? ExpectationReaderText::tr(
                                    "A time is a number with its unit: ms, s or min, as in 500 ms.")
                              : ExpectationReaderText::tr(
                                    "A size is a number with its unit: B, kB, MB, KiB or MiB, as in 10 kB."));
        return true;
    }
    if (isOrder(m_read.check)) {
        bool isNumber = false;
        std::ignore = value.text.toDouble(&isNumber);
        if (!isNumber)
            return failed(offset,
                          ExpectationReaderText::tr("Only numbers are smaller or larger than others."));
    }
    return true;
}

} // namespace keydesk
