#include "app/http/ExpectedValue.h"

#include "app/http/AnswerReference.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonObject>

#include <algorithm>
#include <cmath>

namespace keydesk {

using namespace Qt::StringLiterals;
using Check = Expectation::Check;

namespace {

struct ExpectedValueText
{
    Q_DECLARE_TR_FUNCTIONS(ExpectedValue)
};

constexpr qsizetype longestNamed = 80; // characters

tl::unexpected<QString> noNumber(const QString &text)
{
    return tl::unexpected(ExpectedValueText::tr("“%1” is no number.").arg(text.left(longestNamed)));
}

std::optional<double> number(const QString &text)
{
    bool isNumber = false;
    const double value = text.trimmed().toDouble(&isNumber);
    return isNumber && std::isfinite(value) ? std::optional(value) : std::nullopt;
}

Holds matches(const Expectation &expectation, const QString &found)
{
    const QRegularExpression pattern(expectation.values.constFirst().text, expectation.patternOptions);
    if (!pattern.isValid())
        return tl::unexpected(
            ExpectedValueText::tr("The pattern cannot be read: %1.").arg(pattern.errorString()));
    const auto match = pattern.match(found);
    if (!match.isValid()) // the library gave up: nobody knows
        return tl::unexpected(
            ExpectedValueText::tr("The pattern takes too much time on this text. Make it simpler."));
    return match.hasMatch();
}

Holds inOrder(const Expectation &expectation, const QString &found)
{
    const auto value = number(found);
    if (!value)
        return noNumber(found);
    const QString &wanted = expectation.values.constFirst().text;
    const auto limit = number(wanted);
    if (!limit)
        return noNumber(wanted);
    return isInOrder(*value, expectation.check, *limit);
}

bool isEqual(const Expectation::Value &wanted, const QJsonValue &found)
{
    if (wanted.isQuoted)
        return found.isString() && found.toString() == wanted.text;
    if (jsonValueText(found) == wanted.text)
        return true;
    if (found.isString())
        return false;
    const auto value = parseJsonText(wanted.text.toUtf8()); // 1.0 is 1, and white space in objects does not count
    return value && *value == found;
}

bool isIn(const Expectation::Value &wanted, const QJsonValue &found)
{
    if (found.isArray())
        return std::ranges::any_of(found.toArray(), [&wanted](const QJsonValue &item) { return isEqual(wanted, item); });
    if (found.isObject())
        return found.toObject().contains(wanted.text);
    return jsonValueText(found).contains(wanted.text);
}

} // namespace

bool isInOrder(double found, Check check, double limit)
{
    switch (check) {
    case Check::Less:
        return found < limit;
    case Check::AtMost:
        return found <= limit;
    case Check::Greater:
        return found > limit;
    case Check::AtLeast:
        return found >= limit;
    case Check::Differs:
        return found < limit || found > limit;
    default:
        return !(found < limit || found > limit);
    }
}

Holds holdsForText(const Expectation &expectation, const QString &found)
{
    const auto equals = [&found](const Expectation::Value &value) { return value.text == found; };
    switch (expectation.check) {
    case Check::Equals:
    case Check::OneOf:
        return std::ranges::any_of(expectation.values, equals);
    case Check::Differs:
        return !equals(expectation.values.constFirst());
    case Check::Contains:
        return found.contains(expectation.values.constFirst().text);
    case Check::Lacks:
        return !found.contains(expectation.values.constFirst().text);
    case Check::Matches:
        return matches(expectation, found);
    case Check::Exists:
        return true;
    case Check::Absent:
    case Check::IsType:
        return false;
    default:
        return inOrder(expectation, found);
    }
}

Holds holdsForJson(const Expectation &expectation, const QJsonValue &found)
{
    const auto equals = [&found](const Expectation::Value &value) { return isEqual(value, found); };
    switch (expectation.check) {
    case Check::Equals:
    case Check::OneOf:
        return std::ranges::any_of(expectation.values, equals);
    case Check::Differs:
        return !equals(expectation.values.constFirst());
    case Check::Contains:
        return isIn(expectation.values.constFirst(), found);
    case Check::Lacks:
        return !isIn(expectation.values.constFirst(), found);
    case Check::Matches:
        return matches(expectation, jsonValueText(found));
    case Check::Exists:
        return true;
    case Check::Absent:
        return false;
    case Check::IsType:
        return isOfType(found, expectation.values.constFirst().text);
    default:
        if (!found.isDouble()) // "12" is text, and whoever compares numbers wants to know
            return tl::unexpected(
                ExpectedValueText::tr("It is of type %1, and only numbers are smaller or larger than others.")
                    .arg(typeOf(found)));
        return inOrder(expectation, jsonValueText(found));
    }
}

QString typeOf(const QJsonValue &value)
{
    switch (value.type()) {
    case QJsonValue::Bool:
        return u"boolean"_s;
    case QJsonValue::Double: {
        const double number = value.toDouble();
        return std::floor(number) < number ? u"number"_s : u"integer"_s;
    }
    case QJsonValue::String:
        return u"string"_s;
    case QJsonValue::Array:
        return u"array"_s;
    case QJsonValue::Object:
        return u"object"_s;
    default:
        return u"null"_s;
    }
}

bool isOfType(const QJsonValue &value, const QString &type)
{
    return type == "json"_L1 || typeOf(value) == type || (type == "number"_L1 && value.isDouble());
}

} // namespace keydesk
