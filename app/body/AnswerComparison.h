#pragma once

#include "app/http/HttpResponse.h"

#include <QStringList>

namespace keydesk {

class Redactor;

/// A place where two answers are not the same.
struct AnswerDifference
{
    enum class Part { Status, Header, Body };
    enum class Kind { Changed, Added, Removed, Moved };

    Part part = Part::Body;
    Kind kind = Kind::Changed;
    QString place; ///< a header's name, `$.data[2].status`, "line 12"; empty for the status
    QString left;
    QString right;

    bool operator==(const AnswerDifference &) const = default;
};

struct AnswerComparison
{
    QList<AnswerDifference> differences; ///< status, headers, body; at most a few ten thousand
    qsizetype count = 0;                 ///< of all of them, also those that are not listed
    QStringList notes;                   ///< how the bodies were compared, where that is not plain; whole sentences
};

/// An answer as far as there is one.
struct Answer
{
    std::optional<HttpResponse> response;
    QString status; ///< "200 OK", "No answer": as the console says it
};

/// Compares status, headers (whatever their order and case) and body: JSON by its structure, text by lines, anything else by its bytes. Known
/// tokens are replaced first: two tokens at one place look the same. Pure; slow for large bodies.
AnswerComparison compareAnswers(const Answer &left, const Answer &right, const Redactor &redactor);

} // namespace keydesk
