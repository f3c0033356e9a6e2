#pragma once

#include "app/http/Expectation.h"

#include <QJsonValue>

namespace keydesk {

/// Comparisons of what an answer holds with what is expected, variables resolved. Pure. The unexpected value is a sentence: why it cannot be
/// compared at all ("“abc” is no number.").
using Holds = tl::expected<bool, QString>;

bool isInOrder(double found, Expectation::Check check, double limit);
/// Of a header, a whole body, or what an XPath found; not Absent.
Holds holdsForText(const Expectation &expectation, const QString &found);
/// Of what a JSONPath found; not Absent. Without quotes, `200` equals the number and the text; `contains` looks for a part of a text, an item
/// of an array, or a member of an object.
Holds holdsForJson(const Expectation &expectation, const QJsonValue &found);

/// "string", "integer" … as `expectationTypes` has them.
QString typeOf(const QJsonValue &value);
/// An integer is a number, too, and everything is JSON.
bool isOfType(const QJsonValue &value, const QString &type);

} // namespace keydesk
