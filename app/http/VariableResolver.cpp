#include "app/http/VariableResolver.h"

#include "app/base/Redactor.h"
#include "app/http/DynamicValues.h"
#include "app/http/NamedAnswers.h"
#include "app/http/SecretMarkers.h"
#include "app/http/VariableReference.h"

#include <QCoreApplication>
#include <QUrl>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

struct VariableResolverText
{
    Q_DECLARE_TR_FUNCTIONS(Variables)
};

constexpr int deepestFilling = 16;
// Values that name values can grow without bound ("billion laughs"); no request needs this much.
constexpr qsizetype mostCharacters = 32LL * 1024 * 1024;
constexpr int mostReplacements = 100'000;

QString tooLong()
{
    return VariableResolverText::tr("the text would become too long");
}

QString dots()
{
    return u"••••"_s;
}

} // namespace

VariableResolver::VariableResolver(const VariableSources &sources, QList<UnresolvedName> *unresolved,
                                   For what)
    : m_sources(sources)
    , m_unresolved(unresolved)
    , m_for(what)
{
}

QString VariableResolver::resolve(const QString &text)
{
    append(text, 0);
    return m_result;
}

void VariableResolver::append(const QString &text, int depth)
{
    qsizetype done = 0;
    for (auto each = nextVariable(text); each; each = nextVariable(text, done)) {
        m_result += QStringView(text).sliced(done, each->start - done);
        if (const QString why = replace(each->name, depth); !why.isEmpty()) {
            m_result += QStringView(text).sliced(each->start, each->length);
            note(each->name, why);
        }
        done = each->start + each->length;
    }
    m_result += QStringView(text).sliced(done);
}

/// Why not; empty: it is done.
QString VariableResolver::replace(const QString &name, int depth)
{
    if (++m_replacements > mostReplacements)
        return VariableResolverText::tr("more than %1 variables would be replaced").arg(mostReplacements);
    if (const auto literal = m_sources.literals.constFind(name); literal != m_sources.literals.cend())
        return put(*literal);
    if (const NameValue *variable = find(name))
        return replaceVariable(*variable, depth);
    if (const auto secret = m_sources.secrets.constFind(name); secret != m_sources.secrets.cend())
        return putSecret(*secret, false);
    if (name.startsWith(u'%') && m_sources.secrets.contains(name.sliced(1).trimmed()) &&
        !find(name.sliced(1).trimmed()))
        return putSecret(m_sources.secrets.value(name.sliced(1).trimmed()), true);
    if (name.startsWith(u'%') && find(name.sliced(1).trimmed()))
        return replaceEncoded(name.sliced(1).trimmed(), depth);
    if (name.startsWith(u'$'))
        return putDynamic(name);
    if (const auto reference = AnswerReference::parse(name))
        return putAnswer(*reference);
    return VariableResolverText::tr("there is no variable of this name");
}

QString VariableResolver::replaceVariable(const NameValue &variable, int depth)
{
    if (m_open.contains(variable.name)) {
        const QStringList circle = m_open.sliced(m_open.indexOf(variable.name)) + QStringList{variable.name};
        return VariableResolverText::tr("it leads back to itself: %1").arg(circle.join(u" → "_s));
    }
    if (depth == deepestFilling)
        return VariableResolverText::tr("its values name others more than %1 deep").arg(deepestFilling);
    if (m_result.size() + variable.value.size() > mostCharacters)
        return tooLong();
    m_open.append(variable.name);
    append(variable.value, depth + 1);
    m_open.removeLast();
    return {};
}

QString VariableResolver::replaceEncoded(const QString &name, int depth)
{
    const qsizetype before = m_result.size();
    if (const QString why = replaceVariable(*find(name), depth); !why.isEmpty())
        return why;
    const QString value = m_result.sliced(before);
    m_result.truncate(before);
    const bool isMasked = m_for == For::Reading && (value.contains(dots()) || value.contains("{{"_L1));
    return put(isMasked ? value : QString::fromLatin1(QUrl::toPercentEncoding(value)));
}

QString VariableResolver::putDynamic(const QString &name)
{
    if (!m_sources.dynamic)
        return VariableResolverText::tr("there is no such value here");
    const Result<QString> value = m_sources.dynamic->value(name, [this](const QString &wanted) {
        const NameValue *variable = find(wanted);
        return variable ? std::optional(variable->value) : std::nullopt;
    });
    if (!value || m_for == For::Sending || name == "$projectRoot"_L1)
        return put(value);
    const bool isRead =
        name.startsWith("$dotenv"_L1) || name.startsWith("$processEnv"_L1) || name.startsWith("$env."_L1);
    return put(isRead ? dots() : u"{{"_s + name + u"}}"_s);
}

QString VariableResolver::putAnswer(const AnswerReference &reference)
{
    if (!m_sources.answers)
        return noAnswer(reference.request);
    const Result<QString> value = m_sources.answers->value(reference);
    const bool isCredential = reference.part == AnswerReference::Part::Header &&
                              Redactor::isCredentialHeader(reference.path.toUtf8());
    return put(value && isCredential && m_for == For::Reading ? dots() : value);
}

QString VariableResolver::putSecret(const QUuid &keyId, bool percentEncoded)
{
    if (keyId.isNull())
        return VariableResolverText::tr("the secret of this name has no value any more");
    return put(m_for == For::Reading ? dots() : secretMarker(keyId, percentEncoded));
}

/// As it is: nothing in it is looked up.
QString VariableResolver::put(const Result<QString> &value)
{
    if (!value)
        return value.error().message;
    if (m_result.size() + value->size() > mostCharacters)
        return tooLong();
    m_result += *value;
    return {};
}

const NameValue *VariableResolver::find(const QString &name) const
{
    for (const NameValue &variable : m_sources.variables) {
        if (variable.enabled && variable.name == name)
            return &variable;
    }
    return nullptr;
}

void VariableResolver::note(const QString &name, const QString &why)
{
    if (m_unresolved && std::ranges::find(*m_unresolved, name, &UnresolvedName::name) == m_unresolved->end())
        m_unresolved->append({name, why});
}

} // namespace keydesk
