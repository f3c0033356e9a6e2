#include "app/http/Variables.h"

#include "app/http/AnswerReference.h"
#include "app/http/DynamicValues.h"
#include "app/http/NamedAnswers.h"
#include "app/http/SecretMarkers.h"

#include <QCoreApplication>
#include <QUrl>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(Variables)
};

constexpr int deepest = 16;
// Values that name values can grow without bound ("billion laughs"); no request needs this much.
constexpr qsizetype mostCharacters = 32LL * 1024 * 1024;
constexpr int mostReplacements = 100'000;

class Resolver
{
public:
    Resolver(const VariableSources &sources, QList<UnresolvedName> *unresolved)
        : m_sources(sources)
        , m_unresolved(unresolved)
    {
    }

    QString resolve(const QString &text)
    {
        append(text, 0);
        return m_result;
    }

private:
    void append(const QString &text, int depth)
    {
        qsizetype done = 0;
        for (qsizetype open = text.indexOf("{{"_L1); open >= 0; open = text.indexOf("{{"_L1, open)) {
            const qsizetype close = text.indexOf("}}"_L1, open + 2);
            if (close < 0)
                break;
            // "{{{name}}": the braces next to the name are the variable's.
            open = text.lastIndexOf("{{"_L1, close - 2);
            const QString name = text.sliced(open + 2, close - open - 2).trimmed();
            const qsizetype end = close + 2;
            if (!name.isEmpty() && !name.contains(u'\n')) {
                m_result += QStringView(text).sliced(done, open - done);
                if (const QString why = replace(name, depth); !why.isEmpty()) {
                    m_result += QStringView(text).sliced(open, end - open);
                    note(name, why);
                }
                done = end;
            }
            open = end;
        }
        m_result += QStringView(text).sliced(done);
    }

    /// Why not; empty: it is done.
    QString replace(const QString &name, int depth)
    {
        if (++m_replacements > mostReplacements)
            return Text::tr("more than %1 variables would be replaced").arg(mostReplacements);
        if (const auto literal = m_sources.literals.constFind(name); literal != m_sources.literals.cend())
            return put(*literal);
        if (const NameValue *variable = find(name))
            return replaceVariable(*variable, depth);
        if (const auto secret = m_sources.secrets.constFind(name); secret != m_sources.secrets.cend())
            return putSecret(*secret, false);
        if (name.startsWith(u'%') && m_sources.secrets.contains(name.sliced(1).trimmed()) && !find(name.sliced(1).trimmed()))
            return putSecret(m_sources.secrets.value(name.sliced(1).trimmed()), true);
        if (name.startsWith(u'%') && find(name.sliced(1).trimmed()))
            return replaceEncoded(name.sliced(1).trimmed(), depth);
        if (name.startsWith(u'$')) {
            if (!m_sources.dynamic)
                return Text::tr("there is no such value here");
            return put(m_sources.dynamic->value(name, [this](const QString &wanted) {
                const NameValue *variable = find(wanted);
                return variable ? std::optional(variable->value) : std::nullopt;
            }));
        }
        if (const auto reference = AnswerReference::parse(name)) {
            if (!m_sources.answers)
                return noAnswer(reference->request);
            return put(m_sources.answers->value(*reference));
        }
        return Text::tr("there is no variable of this name");
    }

    QString replaceVariable(const NameValue &variable, int depth)
    {
        if (m_open.contains(variable.name)) {
            const QStringList circle =
                m_open.sliced(m_open.indexOf(variable.name)) + QStringList{variable.name};
            return Text::tr("it leads back to itself: %1").arg(circle.join(u" → "_s));
        }
        if (depth == deepest)
            return Text::tr("its values name others more than %1 deep").arg(deepest);
        if (m_result.size() + variable.value.size() > mostCharacters)
            return tooLong();
        m_open.append(variable.name);
        append(variable.value, depth + 1);
        m_open.removeLast();
        return {};
    }

    QString replaceEncoded(const QString &name, int depth)
    {
        const qsizetype before = m_result.size();
        if (const QString why = replaceVariable(*find(name), depth); !why.isEmpty())
            return why;
        const QString value = m_result.sliced(before);
        m_result.truncate(before);
        return put(QString::fromLatin1(QUrl::toPercentEncoding(value)));
    }

    /// As it is: nothing in it is looked up.
    QString put(const Result<QString> &value)
    {
        if (!value)
            return value.error().message;
        if (m_result.size() + value->size() > mostCharacters)
            return tooLong();
        m_result += *value;
        return {};
    }

    QString putSecret(const QUuid &keyId, bool percentEncoded)
    {
        return keyId.isNull() ? Text::tr("the secret of this name has no value any more") : put(secretMarker(keyId, percentEncoded));
    }

    static QString tooLong() { return Text::tr("the text would become too long"); }

    [[nodiscard]] const NameValue *find(const QString &name) const
    {
        for (const NameValue &variable : m_sources.variables) {
            if (variable.enabled && variable.name == name)
                return &variable;
        }
        return nullptr;
    }

    void note(const QString &name, const QString &why)
    {
        if (m_unresolved &&
            std::ranges::find(*m_unresolved, name, &UnresolvedName::name) == m_unresolved->end())
            m_unresolved->append({name, why});
    }

    const VariableSources &m_sources;
    QList<UnresolvedName> *m_unresolved;
    QString m_result;
    QStringList m_open; // the variables that are being replaced, outermost first
    int m_replacements = 0;
};

} // namespace

QString resolveVariables(const QString &text, const VariableSources &sources,
                         QList<UnresolvedName> *unresolved)
{
    return Resolver(sources, unresolved).resolve(text);
}

QString resolveVariables(const QString &text, const VariableSources &sources, QStringList *unresolved)
{
    QList<UnresolvedName> names;
    const QString resolved = Resolver(sources, &names).resolve(text);
    for (const UnresolvedName &each : std::as_const(names)) {
        if (unresolved && !unresolved->contains(each.name))
            unresolved->append(each.name);
    }
    return resolved;
}

QString resolveVariables(const QString &text, const VariableSources &sources, std::nullptr_t)
{
    return Resolver(sources, nullptr).resolve(text);
}

} // namespace keydesk
