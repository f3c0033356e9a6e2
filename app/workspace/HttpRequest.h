#pragma once

#include "app/http/Expectation.h"
#include "app/http/RequestSpec.h"
#include "app/workspace/HttpBody.h"
#include "app/workspace/HttpFile.h"

#include <optional>

namespace keydesk {

/// The name of the annotation that says what is expected of the answer.
inline constexpr char expectAnnotation[] = "expect";

/// Something in a file that a person should know of. Never holds a value.
struct HttpNote
{
    int line = 0;   ///< from 1
    int column = 1; ///< in characters, from 1
    QString text;

    bool operator==(const HttpNote &) const = default;
};

/// A value that the person who sends is asked for: "# @prompt name What it is".
struct HttpPrompt
{
    QString name;
    QString description;
    bool operator==(const HttpPrompt &) const = default;
};

/// What annotations ask of a call.
struct HttpOptions
{
    bool followRedirects = true; ///< not "@no-redirect"
    bool keepCookies = true;     ///< not "@no-cookie-jar"
    bool keepLog = true;         ///< not "@no-log": the call is to leave no trace in the history
    bool encodeUrl = true;       ///< not "@no-auto-encoding"
    bool confirm = false;        ///< "@note": ask before it is sent
    std::optional<int> timeoutMs;
    std::optional<int> connectionTimeoutMs;
    QList<HttpPrompt> prompts;

    bool operator==(const HttpOptions &) const = default;
};

/// A request of a .http file as the console shows it, and what the console has no field for.
struct HttpRequest
{
    RequestSpec spec;
    QString reference; ///< {{reference.response.body.…}} in other requests means this one
    HttpOptions options;
    QList<WrittenExpectation> expectations; ///< "# @expect …", wherever a comment may stand in the request; not all need be readable
    /// What is kept in the file and not done: scripts, redirected output, what could not be understood.
    QList<HttpNote> notes;
};

/// Unsupported for gRPC, RSocket, cURL and "OPTIONS *": they are kept in the file, and the message
/// says where.
Result<HttpRequest> readHttpRequest(const HttpFile &file, int request);

/// A request as it comes back from a file: query items of the URL as rows, rows that are empty left out, the
/// body of the kind that its headers say. Requests that are sent alike may be written in several ways; this
/// is the one that is compared.
RequestSpec canonicalRequest(const RequestSpec &spec);

/// "@name = value" of the whole file, first first; the last of a name counts, as in the other tools.
QList<NameValue> fileVariables(const HttpFile &file);

} // namespace keydesk
