#pragma once

#include "app/http/Expectation.h"
#include "app/http/HttpResponse.h"
#include "app/http/Variables.h"

namespace keydesk {

class Redactor;

/// How one expectation went. Holds no secret: texts are redacted, and cut to a line or two.
struct ExpectationOutcome
{
    enum class State {
        Met,
        Unmet,
        Unreadable, ///< the line in the file is no expectation
    };

    State state = State::Met;
    QString text;    ///< as written: "status 200"
    QString message; ///< why it is not met, whole sentences; empty if it is
    int line = 0;    ///< in its file, from 1; 0: it is in none

    bool operator==(const ExpectationOutcome &) const = default;
    [[nodiscard]] bool isMet() const { return state == State::Met; }
};

/// What came of a call, for its expectations.
struct AnswerFacts
{
    std::optional<HttpResponse> response; ///< nothing: there was no answer, and no expectation is met
    std::chrono::microseconds elapsed{0};
};

/// A body of more bytes is searched for a plain text only: patterns and paths say that it is too large.
inline constexpr qsizetype largestExpectedBody = 32 * 1024 * 1024;

/// One outcome for each, in order. {{variables}} get their values from `sources`; a secret variable has none here, so that no expectation
/// can be used to look for a secret. Pure, and as slow as the body is large: call it off the UI thread for anything big.
QList<ExpectationOutcome> checkExpectations(const QList<WrittenExpectation> &expectations, const AnswerFacts &facts,
                                            const VariableSources &sources, const Redactor &redactor);

} // namespace keydesk
