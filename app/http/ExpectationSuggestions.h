#pragma once

#include "app/http/ExpectationCheck.h"

#include <QStringList>

namespace keydesk {

/// Expectations that this answer meets, to choose from: its status, its type, what its JSON has at the top and in the first item of a list.
/// They name members and types, and no values: those change, and may be secret. Nothing without an answer.
QStringList suggestedExpectations(const AnswerFacts &facts);

} // namespace keydesk
