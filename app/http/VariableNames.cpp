#include "app/http/VariableNames.h"

#include "app/base/Redactor.h"
#include "app/http/DynamicValues.h"
#include "app/http/NamedAnswers.h"
#include "app/http/VariableResolver.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QSet>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

struct VariableNamesText
{
    Q_DECLARE_TR_FUNCTIONS(VariableNames)
};

/// A larger answer is not taken apart while somebody types.
constexpr qsizetype largestBody = 256 * 1024;

QString brief(const QString &text)
{
    return text.left(KnownVariable::longestValue);
}

/// In the words of the two tools that have them.
QList<KnownVariable> dynamicNames()
{
    return {
        {u"$guid"_s, {}, VariableNamesText::tr("a new UUID")},
        {u"$timestamp"_s, {}, VariableNamesText::tr("now, in seconds since 1970")},
        {u"$isoTimestamp"_s, {}, VariableNamesText::tr("now in UTC, as ISO 8601")},
        {u"$datetime iso8601"_s, {}, VariableNamesText::tr("now in UTC, as ISO 8601")},
        {u"$datetime rfc1123"_s, {}, VariableNamesText::tr("now in UTC, as in HTTP headers")},
        {u"$localDatetime iso8601"_s, {}, VariableNamesText::tr("now in local time, as ISO 8601")},
        {u"$randomInt"_s, {}, VariableNamesText::tr("a whole number from 0 to 1000")},
        {u"$randomInt 1 10"_s, {}, VariableNamesText::tr("a whole number from 1 to 9")},
        {u"$random.uuid"_s, {}, VariableNamesText::tr("a new UUID")},
        {u"$random.email"_s, {}, VariableNamesText::tr("a made-up address at example.com")},
        {u"$random.integer(1, 10)"_s, {}, VariableNamesText::tr("a whole number from 1 to 9")},
        {u"$random.float(0, 1)"_s, {}, VariableNamesText::tr("a number between 0 and 1")},
        {u"$random.alphabetic(10)"_s, {}, VariableNamesText::tr("10 letters")},
        {u"$random.alphanumeric(10)"_s, {}, VariableNamesText::tr("10 letters and digits")},
        {u"$random.hexadecimal(10)"_s, {}, VariableNamesText::tr("10 hexadecimal digits")},
        {u"$processEnv "_s,
         {},
         VariableNamesText::tr("a variable of the environment that Keydesk runs in"),
         false},
        {u"$dotenv "_s, {}, VariableNamesText::tr("a variable of the .env file beside the request"), false},
        {u"$projectRoot"_s, {}, VariableNamesText::tr("the folder of your requests")},
    };
}

/// A member of an object, in the place of `prefix`: itself if it is a value, or its beginning.
KnownVariable member(const QString &prefix, const QString &key, const QJsonValue &value)
{
    if (value.isObject())
        return {prefix + key + u'.', {}, VariableNamesText::tr("an object"), false};
    if (value.isArray())
        return {prefix + key + u"[0]"_s, {}, VariableNamesText::tr("an array; its first element"), true};
    return {prefix + key, brief(value.isString() ? value.toString() : value.toVariant().toString()), {}};
}

class Collector
{
public:
    Collector(const VariableSources &sources, const QString &typed)
        : m_sources(sources)
        , m_typed(typed)
    {
    }

    QList<KnownVariable> collect()
    {
        for (auto literal = m_sources.literals.cbegin(); literal != m_sources.literals.cend(); ++literal)
            add({literal.key(), brief(literal.value()), {}});
        for (const NameValue &variable : m_sources.variables) {
            if (variable.enabled && !variable.name.isEmpty() && isWanted(variable.name))
                add({variable.name, brief(valueOf(variable)), {}});
        }
        QStringList secrets = m_sources.secrets.keys();
        secrets.sort(Qt::CaseInsensitive);
        for (const QString &name : std::as_const(secrets))
            add({name, u"••••"_s, VariableNamesText::tr("a secret variable")});
        if (m_sources.answers)
            addAnswers(*m_sources.answers);
        if (m_sources.dynamic) {
            for (const KnownVariable &each : dynamicNames())
                add(each);
        }
        const auto begins = [this](const KnownVariable &each) { return each.name.startsWith(m_typed, Qt::CaseInsensitive); };
        std::stable_partition(m_known.begin(), m_known.end(), begins);
        if (m_known.size() > mostKnown)
            m_known.resize(mostKnown);
        return m_known;
    }

private:
    [[nodiscard]] bool isWanted(const QString &name) const { return name.contains(m_typed, Qt::CaseInsensitive); }

    void add(const KnownVariable &variable)
    {
        if (!isWanted(variable.name) || m_names.contains(variable.name))
            return; // the first of a name counts
        m_names.insert(variable.name);
        m_known.append(variable);
    }

    /// With the variables that it names, one deep: values that name values could grow without bound while somebody types.
    QString valueOf(const NameValue &variable)
    {
        const QString value = variable.value.left(variable.value.contains("{{"_L1) ? 2 * KnownVariable::longestShown : KnownVariable::longestValue);
        if (m_known.size() > mostKnown || !value.contains("{{"_L1))
            return value;
        if (m_brief.literals.isEmpty()) {
            for (auto each = m_sources.variables.crbegin(); each != m_sources.variables.crend(); ++each) { // the first counts
                if (each->enabled)
                    m_brief.literals.insert(each->name, each->value.left(KnownVariable::longestValue));
            }
        }
        return resolveVariables(value, m_brief, nullptr);
    }

    void addAnswers(const NamedAnswers &answers)
    {
        for (const QString &name : answers.names()) {
            const NamedAnswer &answer = *answers.find(name);
            addSide(name + u".response."_s, answer.responseHeaders, answer.responseBody,
                    VariableNamesText::tr("of its last answer"));
            addSide(name + u".request."_s, answer.requestHeaders, answer.requestBody,
                    VariableNamesText::tr("as it was sent last"));
        }
    }

    void addSide(const QString &side, const Headers &headers, const QByteArray &body, const QString &whose)
    {
        const QString header = side + u"headers."_s;
        if (m_typed.startsWith(header)) {
            for (const auto &[name, value] : headers)
                add({header + QString::fromUtf8(name), Redactor::isCredentialHeader(name) ? u"••••"_s : brief(QString::fromUtf8(value)), {}});
            return;
        }
        if (m_typed.startsWith(side + u"body.$"_s)) {
            addMembers(side + u"body."_s, body);
            return;
        }
        add({side + u"body.$."_s, {}, VariableNamesText::tr("a member of the body %1").arg(whose), false});
        add({side + u"body.*"_s, {}, VariableNamesText::tr("the whole body %1").arg(whose)});
        add({header, {}, VariableNamesText::tr("a header %1").arg(whose), false});
    }

    /// What the object has that the path leads to which is typed so far.
    void addMembers(const QString &beforePath, const QByteArray &body)
    {
        if (body.size() > largestBody)
            return;
        const QString path = m_typed.sliced(beforePath.size());
        const QString object = path.first(std::max<qsizetype>(1, path.lastIndexOf(u'.')));
        const Result<QString> json = findInJson(body, object);
        if (!json)
            return;
        const QJsonObject members = QJsonDocument::fromJson(json->toUtf8()).object();
        static const QRegularExpression plain(u"^[A-Za-z_][A-Za-z0-9_-]*$"_s);
        for (auto each = members.begin(); each != members.end(); ++each) {
            if (plain.match(each.key()).hasMatch())
                add(member(beforePath + object + u'.', each.key(), each.value()));
        }
    }

    const VariableSources &m_sources;
    const QString m_typed;
    QList<KnownVariable> m_known;
    QSet<QString> m_names;
    VariableSources m_brief; // the variables as literals, made when a value names one
};

} // namespace

QList<KnownVariable> knownVariables(const VariableSources &sources, const QString &typed)
{
    return Collector(sources, typed).collect();
}

VariableMeaning meaningOf(const QString &name, const VariableSources &sources)
{
    QList<UnresolvedName> unresolved;
    const QString written = u"{{"_s + name + u"}}"_s;
    const QString value = VariableResolver(sources, &unresolved, VariableResolver::For::Reading).resolve(written);
    if (!unresolved.isEmpty()) {
        const UnresolvedName &first = unresolved.constFirst();
        return {false,
                {},
                first.name == name
                    ? first.why
                    : VariableNamesText::tr("it names {{%1}}, and %2").arg(first.name.left(80), first.why)};
    }
    if (value != written || !sources.dynamic)
        return {true, value,
                sources.secrets.contains(name) && value == u"••••"_s
                    ? VariableNamesText::tr("a secret variable")
                    : QString()};
    for (const KnownVariable &each : dynamicNames()) {
        if (each.name == name)
            return {true, {}, each.words};
    }
    return {true,
            {},
            VariableNamesText::tr("made up anew each time, such as %1")
                .arg(resolveVariables(written, sources, nullptr).left(KnownVariable::longestShown))};
}

} // namespace keydesk
