#include "app/interchange/insomnia/InsomniaTerms.h"

#include <QCoreApplication>
#include <QRegularExpression>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

struct InsomniaTermsText
{
    Q_DECLARE_TR_FUNCTIONS(InsomniaTerms)
};

/// "_.a.b", "a", "_['a b'].c", "a[0]"; nothing if the expression is more than a name.
std::optional<QString> nameOf(const QString &expression)
{
    static const QRegularExpression form(u"^[A-Za-z_$][\\w$-]*(?:\\.[\\w$-]+|\\[\\s*(?:\\d+|'[^'\\]]*'|\"[^\"\\]]*\")\\s*\\])*$"_s);
    static const QRegularExpression quoted(u"\\[\\s*['\"]([^'\"\\]]*)['\"]\\s*\\]"_s);
    static const QRegularExpression index(u"\\[\\s*(\\d+)\\s*\\]"_s);
    if (!form.match(expression).hasMatch())
        return std::nullopt;
    QString name = expression;
    name.replace(quoted, u".\\1"_s);
    name.replace(index, u"[\\1]"_s);
    if (name.startsWith("_."_L1))
        name.remove(0, 2);
    return name.isEmpty() || name == u'_' ? std::nullopt : std::optional(name);
}

ToolTerm braces(const QString &expression)
{
    ToolTerm term;
    if (const auto name = nameOf(expression)) {
        term.variable = *name;
        return term;
    }
    term.isExpressed = false;
    static const QRegularExpression filter(u"\\|\\s*([A-Za-z_]\\w*)"_s);
    const auto match = filter.match(expression);
    term.note =
        match.hasMatch()
            ? InsomniaTermsText::tr(
                  "Keydesk does not have the filter “%1”; what stands between the braces stays as it is.")
                  .arg(match.captured(1).left(60))
            : InsomniaTermsText::tr(
                  "Keydesk does not compute what stands between the braces; it stays as it is.");
    return term;
}

/// The arguments that are plain texts; an empty text for each other.
QStringList argumentsOf(const QString &tag)
{
    static const QRegularExpression argument(u"'((?:[^'\\\\]|\\\\.)*)'|\"((?:[^\"\\\\]|\\\\.)*)\"|[^\\s,]+"_s);
    QStringList arguments;
    auto match = argument.globalMatch(tag);
    while (match.hasNext()) {
        const auto each = match.next();
        arguments.append(each.captured(1) + each.captured(2));
    }
    return arguments;
}

QString dynamicValue(const QString &tag, const QStringList &arguments)
{
    const QString first = arguments.value(0);
    if (tag == "uuid"_L1)
        return u"$guid"_s;
    if (tag == "timestamp"_L1)
        return u"$timestamp"_s;
    if (tag == "now"_L1) {
        if (first.isEmpty() || first == "iso-8601"_L1)
            return u"$isoTimestamp"_s;
        return first == "unix"_L1 ? u"$timestamp"_s : QString();
    }
    if (tag == "faker"_L1)
        return keydeskDynamicValue(first).value_or(QString());
    return {};
}

ToolTerm tag(const QString &inside)
{
    static const QRegularExpression word(u"^[A-Za-z_]\\w*"_s);
    const QString name = word.match(inside).captured(0);
    const QStringList arguments = argumentsOf(inside.sliced(name.size()));
    ToolTerm term;
    if (const QString value = dynamicValue(name, arguments); !value.isEmpty()) {
        term.text = u"{{"_s + value + u"}}"_s;
        term.note = InsomniaTermsText::tr("The tag “%1” is written {{%2}} in Keydesk.").arg(name, value);
    } else if (name == "prompt"_L1 && !arguments.value(0).trimmed().isEmpty()) {
        term.variable = keydeskVariableName(arguments.first().left(80));
        term.prompt = HttpPrompt{{}, arguments.value(1).isEmpty() ? arguments.first().simplified() : arguments.value(1).simplified()};
        term.note = InsomniaTermsText::tr(
            "What the tag “prompt” asks for is asked for by Keydesk when the request is sent.");
    } else {
        term.isExpressed = false;
        term.note = name.isEmpty()
                        ? InsomniaTermsText::tr("Keydesk does not have this tag; it stays as it is.")
                        : InsomniaTermsText::tr("Keydesk does not have the tag “%1”; it stays as it is.")
                              .arg(name.left(60));
    }
    return term;
}

/// A name is repeated for each value below it, so that a long one could fill the memory.
constexpr qsizetype longestName = 500;

void flatten(SpecNode value, const QString &name, QList<NameValue> &rows)
{
    if (name.size() > longestName || rows.size() > ToolCollection::mostVariables)
        return;
    if (value.isMap()) {
        for (SpecNode member = value.first(); member.isThere(); member = member.next())
            flatten(member, name.isEmpty() ? member.keyText() : name + u'.' + member.keyText(), rows);
    } else if (value.isList()) {
        int index = 0;
        for (SpecNode element = value.first(); element.isThere(); element = element.next())
            flatten(element, name + u'[' + QString::number(index++) + u']', rows);
    } else if (!name.isEmpty()) {
        rows.append({name, value.text(), true});
    }
}

} // namespace

ToolSyntax insomniaSyntax()
{
    return {braces, tag};
}

QList<NameValue> insomniaVariables(SpecNode data)
{
    QList<NameValue> rows;
    if (data.isMap())
        flatten(data, {}, rows);
    return rows;
}

QStringList insomniaSecrets(SpecNode keyValuePairs)
{
    QStringList names;
    for (SpecNode pair = keyValuePairs.first(); keyValuePairs.isList() && pair.isThere(); pair = pair.next()) {
        if (pair["type"].text() == "secret"_L1)
            names.append(pair["name"].text());
    }
    return names;
}

} // namespace keydesk
