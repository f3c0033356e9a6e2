#include "app/interchange/curl/BashQuote.h"

#include "app/http/VariableReference.h"

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

bool isPlain(QChar c)
{
    const char16_t code = c.unicode();
    return (code >= u'a' && code <= u'z') || (code >= u'A' && code <= u'Z') || (code >= u'0' && code <= u'9') || QStringView(u"-_./:=@%+,").contains(c);
}

/// What a terminal would act on, or what a paste would lose. A line break may stand in quotes.
bool isControl(QChar c)
{
    const char16_t code = c.unicode();
    return (code < 0x20 && code != u'\n') || (code >= 0x7F && code <= 0x9F) || (code >= 0x200B && code <= 0x200F) || (code >= 0x2028 && code <= 0x202E) ||
           (code >= 0x2066 && code <= 0x2069) || code == 0xFEFF;
}

QString ansiQuoted(const QString &text)
{
    QString quoted = u"$'"_s;
    for (const QChar c : text) {
        if (c == u'\\' || c == u'\'')
            quoted += u'\\' + QString(c);
        else if (c == u'\n')
            quoted += u"\\n"_s;
        else if (c == u'\r')
            quoted += u"\\r"_s;
        else if (c == u'\t')
            quoted += u"\\t"_s;
        else if (isControl(c))
            quoted += u"\\u%1"_s.arg(uint(c.unicode()), 4, 16, QLatin1Char('0'));
        else
            quoted += c;
    }
    return quoted + u'\'';
}

QString quoted(QString text)
{
    text.remove(QChar(0));
    if (std::ranges::any_of(text, isControl))
        return ansiQuoted(text);
    return u'\'' + text.replace(u'\'', "'\\''"_L1) + u'\'';
}

} // namespace

QString BashQuote::variable(const QString &name)
{
    QString plain;
    for (const QChar c : name)
        plain += c.unicode() < 0x80 && (c.isLetterOrNumber() || c == u'_') ? c : QChar(u'_');
    if (plain.isEmpty() || plain.at(0).isDigit())
        plain.prepend(u'_');
    const QString wanted = plain;
    for (int number = 2; m_variables.value(plain, name) != name; ++number)
        plain = wanted + u'_' + QString::number(number);
    m_variables.insert(plain, name);
    return plain;
}

QString BashQuote::word(const QString &text)
{
    if (!text.isEmpty() && text.at(0) != u'-' && std::ranges::all_of(text, isPlain))
        return text;
    QString word;
    qsizetype at = 0;
    while (const auto reference = nextVariable(text, at)) {
        if (reference->start > at)
            word += quoted(text.sliced(at, reference->start - at));
        word += u"\"$"_s + variable(reference->name) + u'"';
        at = reference->start + reference->length;
    }
    if (at < text.size() || text.isEmpty())
        word += quoted(text.sliced(at));
    return word;
}

} // namespace keydesk
