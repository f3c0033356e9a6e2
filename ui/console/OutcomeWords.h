#pragma once

#include "app/http/ExpectationCheck.h"
#include "ui/theme/Theme.h"

namespace keydesk {

/// How an expectation went, for people: never by a colour alone.
struct OutcomeWord
{
    QString word;
    QString icon;
    theme::Role ink;
};

OutcomeWord outcomeWord(const ExpectationOutcome &outcome);
/// "3 of 4 expectations met".
QString expectationsSummary(const QList<ExpectationOutcome> &outcomes);

} // namespace keydesk
