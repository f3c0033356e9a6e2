#pragma once

#include "app/http/PreparedRequest.h"

namespace keydesk {

/// Why a request cannot be sent, or what is sent otherwise than it was written, and the field to say it at.
struct RequestProblem
{
    enum class Field { Method, Url, PathPart, Param, Header, Body, GraphQlVariables };

    Field field = Field::Url;
    /// Of PathPart, Param and Header, and of Body when it is a form or multipart; -1: the field as a whole.
    int row = -1;
    int line = 0;   ///< of a Body that is text and of GraphQlVariables, from 1; 0: unknown
    int column = 0; ///< in characters, from 1
    QString message;
    bool isWarning = false; ///< it is sent all the same

    bool operator==(const RequestProblem &) const = default;
};

/// Asks `prepareRequest` part by part, so that one set of rules decides and each problem is named at its
/// field. Empty: it can be sent. `baseFolder` as there.
QList<RequestProblem> checkRequest(const RequestSpec &spec, const QUrl &baseUrl, const VariableSources &variables,
                                   const QString &baseFolder = {});

/// What is wrong with the JSON, the XML or the GraphQL variables of a body, in the lines and columns that
/// were typed; {{name}} may stand for a value. Empty text is not judged here.
std::optional<RequestProblem> checkBodyText(const RequestBody &body);

} // namespace keydesk
