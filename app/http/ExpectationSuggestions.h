#pragma once

#include "app/http/ExpectationCheck.h"

#include <QStringList>

namespace keydesk {

/// Expectations that this answer meets, to choose from: its status, its type, what its JSON has at the top and in the first item of a list.
/// They name members and types, and no values: those change, and may be secret. Nothing without an answer.
QStringList suggestedExpectations(const AnswerFacts &facts);

/// What can be expected of the value at `path`, as `jsonPath` writes it, from the closest to the loosest:
/// that very value, its type, that it is there. A value that is long, or whose name is a credential's, is not
/// named. Nothing if there is none at the path.
QStringList expectationsOfMember(const QByteArray &json, const QString &path);
/// Likewise of a header.
QStringList expectationsOfHeader(const QString &name, const QString &value);

} // namespace keydesk
