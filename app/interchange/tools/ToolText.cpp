#include "app/interchange/tools/ToolText.h"

#include "app/base/PlainText.h"

#include <QHash>

namespace keydesk {

using namespace Qt::StringLiterals;

QString translatedText(const QString &text, const ToolSyntax &syntax, const std::function<QString(const ToolTerm &)> &written)
{
    if (!text.contains(u'{'))
        return text;
    // Looked for once: a text may open thousands that it never closes.
    const qsizetype lastBraces = text.lastIndexOf("}}"_L1);
    const qsizetype lastTag = text.lastIndexOf("%}"_L1);
    QString result;
    qsizetype done = 0;
    for (qsizetype open = text.indexOf(u'{'); open >= 0 && open + 1 < text.size(); open = text.indexOf(u'{', open)) {
        const QChar second = text.at(open + 1);
        const bool isTag = second == u'%' && syntax.tags;
        const bool isTerm = isTag ? lastTag >= open + 2 : second == u'{' && lastBraces >= open + 2;
        if (!isTerm) {
            ++open;
            continue;
        }
        const qsizetype close = text.indexOf(isTag ? "%}"_L1 : "}}"_L1, open + 2);
        if (!isTag) // "{{{name}}": the braces next to the name are the variable's
            open = text.lastIndexOf("{{"_L1, close - 2);
        QString inside = text.sliced(open + 2, close - open - 2);
        if (isTag && inside.startsWith(u'-'))
            inside.remove(0, 1);
        if (isTag && inside.endsWith(u'-'))
            inside.chop(1);
        inside = inside.trimmed();
        const qsizetype end = close + 2;
        if (!inside.isEmpty() && !(second == u'{' && inside.contains(u'\n'))) {
            ToolTerm term = isTag ? syntax.tags(inside) : syntax.braces(inside);
            if (!term.isExpressed)
                term.text = text.sliced(open, end - open);
            result += QStringView(text).sliced(done, open - done);
            result += written(term);
            done = end;
        }
        open = end;
    }
    result += QStringView(text).sliced(done);
    return result;
}

QString keydeskVariableName(const QString &name)
{
    QString good = name.trimmed();
    for (QChar &c : good) {
        if (!c.isLetterOrNumber() && c != u'_' && c != u'-' && c != u'.')
            c = u'_';
    }
    return good.isEmpty() ? u"_"_s : good;
}

std::optional<QString> keydeskDynamicValue(const QString &name)
{
    static const QHash<QString, QString> known{
        {u"guid"_s, u"$guid"_s},
        {u"uuid"_s, u"$guid"_s},
        {u"randomUUID"_s, u"$guid"_s},
        {u"timestamp"_s, u"$timestamp"_s},
        {u"isoTimestamp"_s, u"$isoTimestamp"_s},
        {u"randomInt"_s, u"$randomInt"_s},
        {u"randomEmail"_s, u"$random.email"_s},
        {u"randomExampleEmail"_s, u"$random.email"_s},
        {u"randomAlphaNumeric"_s, u"$random.alphanumeric(1)"_s},
    };
    const auto found = known.constFind(name);
    return found == known.cend() ? std::nullopt : std::optional(*found);
}

QString shownName(const QString &name)
{
    return plainText(name.left(80));
}

} // namespace keydesk
