#pragma once

#include "app/http/PreparedRequest.h"

namespace keydesk {

/// Why a request cannot be sent, and the field to say it at.
struct RequestProblem
{
    enum class Field { Method, Url, PathPart, Param, Header, Body };

    Field field = Field::Url;
    int row = -1;   ///< of PathPart, Param and Header, and of Body when it is a form; -1: the field as a whole
    int line = 0;   ///< of a Body that is text, from 1; 0: unknown
    int column = 0; ///< in characters, from 1
    QString message;

    bool operator==(const RequestProblem &) const = default;
};

/// Asks `prepareRequest` part by part, so that one set of rules decides and each problem is named at its
/// field. Empty: it can be sent.
QList<RequestProblem> checkRequest(const RequestSpec &spec, const QUrl &baseUrl, const Variables &variables);

/// What is wrong with the JSON of a body, in the lines and columns that were typed; {{name}} may stand for a
/// value. An empty body is not judged here.
std::optional<RequestProblem> checkJsonBody(const RequestBody &body);

} // namespace keydesk
