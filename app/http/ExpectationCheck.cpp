#include "app/http/ExpectationCheck.h"

#include "app/base/Redactor.h"
#include "app/http/AnswerReference.h"
#include "app/http/BodyText.h"
#include "app/http/ExpectedValue.h"
#include "app/http/SecretMarkers.h"

#include <QCoreApplication>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;
using Subject = Expectation::Subject;
using Check = Expectation::Check;

namespace {

struct ExpectationCheckText
{
    Q_DECLARE_TR_FUNCTIONS(ExpectationCheck)
};

constexpr qsizetype longestShown = 200;          // characters
constexpr qsizetype longestRedacted = 64 * 1024; // what is cut to be shown is redacted before, and need not be whole for that

/// Why an expectation is not met; empty: it is.
using Reason = QString;

class ExpectationChecker
{
public:
    ExpectationChecker(const AnswerFacts &facts, const VariableSources &sources, const Redactor &redactor)
        : m_facts(facts)
        , m_sources(sources)
        , m_redactor(redactor)
    {
    }

    ExpectationOutcome check(const WrittenExpectation &written)
    {
        ExpectationOutcome outcome{ExpectationOutcome::State::Met, shown(written.text), {}, written.line};
        const auto parsed = Expectation::parse(written.text);
        if (!parsed) {
            outcome.state = ExpectationOutcome::State::Unreadable;
            const qsizetype column = written.column + parsed.error().offset;
            outcome.message = written.line > 0 ? ExpectationCheckText::tr("Line %1, column %2: %3")
                                                     .arg(written.line)
                                                     .arg(column)
                                                     .arg(shown(parsed.error().message))
                                               : ExpectationCheckText::tr("Column %1: %2")
                                                     .arg(column)
                                                     .arg(shown(parsed.error().message));
            return outcome;
        }
        outcome.message = reason(*parsed);
        if (!outcome.message.isEmpty())
            outcome.state = ExpectationOutcome::State::Unmet;
        return outcome;
    }

private:
    Reason reason(const Expectation &expectation);
    Reason statusReason(const Expectation &expectation) const;
    Reason amountReason(const Expectation &expectation, double found, const QString &foundText) const;
    Reason headerReason(const Expectation &expectation) const;
    Reason bodyReason(const Expectation &expectation);
    Reason wholeBodyReason(const Expectation &expectation);
    Reason pathReason(const Expectation &expectation);
    [[nodiscard]] Reason found(const QString &text) const
    {
        return ExpectationCheckText::tr("Found: %1").arg(shown(text));
    }

    /// With variables replaced, or why that cannot be.
    [[nodiscard]] Result<Expectation> resolved(const Expectation &expectation) const;
    [[nodiscard]] Result<QString> resolved(const QString &text) const;
    [[nodiscard]] QString shown(const QString &text) const;
    const Result<QJsonValue> &json();

    const AnswerFacts &m_facts;
    const VariableSources &m_sources;
    const Redactor &m_redactor;
    std::optional<Result<QJsonValue>> m_json; // of the body, once asked for
};

QString ExpectationChecker::shown(const QString &text) const
{
    const QString whole = m_redactor.redactText(text.left(longestRedacted));
    const QString line = whole.left(longestShown * 2).simplified();
    return text.size() > longestRedacted || whole.size() > longestShown ? line.left(longestShown) + u'…' : line;
}

Result<QString> ExpectationChecker::resolved(const QString &text) const
{
    if (!text.contains("{{"_L1))
        return text;
    QList<UnresolvedName> unresolved;
    const QString value = resolveVariables(text, m_sources, &unresolved);
    if (!unresolved.isEmpty()) {
        const UnresolvedName &first = unresolved.constFirst();
        return failure(Error::Kind::InvalidInput,
                       first.why.isEmpty()
                           ? ExpectationCheckText::tr("{{%1}} has no value.").arg(first.name)
                           : ExpectationCheckText::tr("{{%1}} has no value: %2.").arg(first.name, first.why));
    }
    if (hasSecretMarker(value.toUtf8()))
        return failure(Error::Kind::InvalidInput,
                       ExpectationCheckText::tr(
                           "It names a secret variable, and secrets are not compared with answers."));
    return value;
}

Result<Expectation> ExpectationChecker::resolved(const Expectation &expectation) const
{
    Expectation whole = expectation;
    const auto name = resolved(expectation.name);
    if (!name)
        return tl::unexpected(name.error());
    whole.name = *name;
    for (Expectation::Value &each : whole.values) {
        const auto value = resolved(each.text);
        if (!value)
            return tl::unexpected(value.error());
        each.text = *value;
    }
    return whole;
}

Reason ExpectationChecker::reason(const Expectation &expectation)
{
    if (!m_facts.response)
        return ExpectationCheckText::tr("There is no answer.");
    const auto whole = resolved(expectation);
    if (!whole)
        return shown(whole.error().message);
    switch (whole->subject) {
    case Subject::Status:
        return statusReason(*whole);
    case Subject::Time:
        return amountReason(*whole, static_cast<double>(m_facts.elapsed.count()), durationText(m_facts.elapsed));
    case Subject::Size: {
        // As the console counts it: what came over the wire if that is known, or what it was decoded to if that is more.
        const qint64 size = std::max<qint64>(m_facts.response->wireBytes, m_facts.response->bodySize());
        return amountReason(*whole, static_cast<double>(size), sizeText(size));
    }
    case Subject::Header:
        return headerReason(*whole);
    case Subject::Body:
        return bodyReason(*whole);
    }
    return {};
}

Reason ExpectationChecker::statusReason(const Expectation &expectation) const
{
    const int status = m_facts.response->status;
    const QByteArray phrase = m_facts.response->reason.isEmpty() ? reasonPhrase(status) : m_facts.response->reason;
    const auto is = [status](const Expectation::Value &value) {
        const bool isClass = value.text.endsWith(u'x', Qt::CaseInsensitive);
        return isClass ? status / 100 == value.text.left(1).toInt() : status == value.text.toInt();
    };
    bool holds = false;
    if (expectation.check == Check::Equals || expectation.check == Check::OneOf)
        holds = std::ranges::any_of(expectation.values, is);
    else if (expectation.check == Check::Differs)
        holds = !is(expectation.values.constFirst());
    else
        holds = isInOrder(status, expectation.check, expectation.values.constFirst().text.toDouble());
    return holds ? Reason() : found(QString::number(status) + u' ' + QString::fromUtf8(phrase));
}

Reason ExpectationChecker::amountReason(const Expectation &expectation, double amount, const QString &foundText) const
{
    const auto limit = expectationAmount(expectation.subject, expectation.values.constFirst().text);
    if (!limit)
        return ExpectationCheckText::tr("“%1” is no amount with a unit.")
            .arg(shown(expectation.values.constFirst().text));
    return isInOrder(amount, expectation.check, *limit) ? Reason() : found(foundText);
}

Reason ExpectationChecker::headerReason(const Expectation &expectation) const
{
    const QByteArray name = expectation.name.toUtf8();
    QStringList values;
    QStringList shownValues;
    for (const auto &[each, value] : m_facts.response->headers) {
        if (each.compare(name, Qt::CaseInsensitive) != 0)
            continue;
        values.append(QString::fromUtf8(value));
        shownValues.append(QString::fromUtf8(m_redactor.redactHeader(each, value)));
    }
    if (expectation.check == Check::Absent)
        return values.isEmpty() ? Reason() : found(shownValues.join(u", "_s));
    if (expectation.check == Check::Differs || expectation.check == Check::Lacks) { // of all that there are
        const bool all = std::ranges::all_of(values, [&](const QString &value) { return holdsForText(expectation, value).value_or(false); });
        return all ? Reason() : found(shownValues.join(u", "_s));
    }
    if (values.isEmpty())
        return ExpectationCheckText::tr("The answer has no header %1.").arg(shown(expectation.name));
    Reason why;
    for (const QString &value : std::as_const(values)) {
        const auto holds = holdsForText(expectation, value);
        if (holds && *holds)
            return {};
        why = holds ? found(shownValues.join(u", "_s)) : shown(holds.error());
    }
    return why;
}

Reason ExpectationChecker::bodyReason(const Expectation &expectation)
{
    const HttpResponse &response = *m_facts.response;
    const Reason why = expectation.name.isEmpty() ? wholeBodyReason(expectation) : pathReason(expectation);
    if (!response.hasOnlyBegin() || (why.isEmpty() && expectation.name.isEmpty() && expectation.check == Check::Contains))
        return why;
    if (response.spool)
        return ExpectationCheckText::
            tr("Only the first %1 of the body's %2 were looked at, which may not be all that it is about.")
                .arg(sizeText(response.body.size()), sizeText(response.bodySize()));
    return ExpectationCheckText::tr(
               "Only the first %1 of the body arrived, which may not be all that it is about.")
        .arg(sizeText(response.body.size()));
}

Reason ExpectationChecker::wholeBodyReason(const Expectation &expectation)
{
    const QByteArray &body = m_facts.response->body;
    switch (expectation.check) {
    case Check::Exists:
        return body.isEmpty() ? ExpectationCheckText::tr("The body is empty.") : Reason();
    case Check::Absent:
        return body.isEmpty() ? Reason() : found(sizeText(body.size()));
    case Check::Contains:
    case Check::Lacks: { // without a copy, which may be large
        const bool isThere = body.contains(expectation.values.constFirst().text.toUtf8());
        if (isThere == (expectation.check == Check::Contains))
            return {};
        return isThere ? ExpectationCheckText::tr("The body has this text.")
                       : ExpectationCheckText::tr("The body does not have this text. Found: %1")
                             .arg(shown(QString::fromUtf8(body.left(longestRedacted))));
    }
    case Check::IsType: {
        const auto &value = json();
        if (!value)
            return expectation.values.constFirst().text == "json"_L1
                       ? ExpectationCheckText::tr("The body is not JSON.")
                       : ExpectationCheckText::tr("The body is not JSON, so it has no type.");
        return isOfType(*value, expectation.values.constFirst().text)
                   ? Reason()
                   : ExpectationCheckText::tr("The body is of type %1.").arg(typeOf(*value));
    }
    default:
        break;
    }
    if (body.size() > largestExpectedBody)
        return ExpectationCheckText::tr("The body is larger than %1, which is too much for this comparison.")
            .arg(sizeText(largestExpectedBody));
    const QString text = QString::fromUtf8(body);
    const auto holds = holdsForText(expectation, text);
    if (!holds)
        return shown(holds.error());
    return *holds ? Reason() : found(text);
}

Reason ExpectationChecker::pathReason(const Expectation &expectation)
{
    const HttpResponse &response = *m_facts.response;
    if (response.body.size() > largestExpectedBody)
        return ExpectationCheckText::tr(
                   "The body is larger than %1, which is too much to follow a path in it.")
            .arg(sizeText(largestExpectedBody));
    const auto sentence = [this](const Error &error) {
        return shown(ExpectationCheckText::tr("Not found: %1.").arg(error.message));
    };
    if (expectation.name.startsWith(u'/')) {
        const auto text = findInXml(response.body, expectation.name);
        if (!text)
            return expectation.check == Check::Absent && text.error().kind == Error::Kind::NotFound ? Reason() : sentence(text.error());
        if (expectation.check == Check::Absent)
            return found(*text);
        const auto holds = holdsForText(expectation, *text);
        return !holds ? shown(holds.error()) : *holds ? Reason() : found(*text);
    }
    const auto value = json().and_then([&](const QJsonValue &root) { return followJsonPath(root, expectation.name); });
    if (!value)
        return expectation.check == Check::Absent && value.error().kind == Error::Kind::NotFound ? Reason() : sentence(value.error());
    if (expectation.check == Check::Absent)
        return found(jsonValueText(*value));
    const auto holds = holdsForJson(expectation, *value);
    return !holds ? shown(holds.error())
           : *holds
               ? Reason()
               : ExpectationCheckText::tr("Found %1: %2").arg(typeOf(*value), shown(jsonValueText(*value)));
}

const Result<QJsonValue> &ExpectationChecker::json()
{
    if (!m_json)
        m_json = m_facts.response->body.size() > largestExpectedBody
                     ? Result<QJsonValue>(
                           failure(Error::Kind::TooLarge, ExpectationCheckText::tr("the body is too large")))
                     : parseJsonText(m_facts.response->body);
    return *m_json;
}

} // namespace

QList<ExpectationOutcome> checkExpectations(const QList<WrittenExpectation> &expectations, const AnswerFacts &facts,
                                            const VariableSources &sources, const Redactor &redactor)
{
    constexpr qint64 largestSpooled = 64LL * 1024 * 1024; // of what is on disk: as much as a body in memory has
    AnswerFacts whole = facts;
    if (whole.response && whole.response->spool && !expectations.isEmpty())
        whole.response = whole.response->withBody(largestSpooled);
    QList<ExpectationOutcome> outcomes;
    ExpectationChecker checker(whole, sources, redactor);
    for (const WrittenExpectation &each : expectations)
        outcomes.append(checker.check(each));
    return outcomes;
}

} // namespace keydesk
