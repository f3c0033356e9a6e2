#pragma once

#include "app/http/RequestSpec.h"

namespace keydesk {

/// Gives `spec` a body that stands as text in another tool's file: a form, JSON, XML or GraphQL if its Content-Type (or, without one, the
/// text) says so and it goes out byte for byte as it stands, else plain text under the same Content-Type. A Content-Type that the body's
/// kind has by itself leaves the headers.
/// True: a line of it would have named a file to be sent ("< path", as in .http files). A space stands before it now, so that it does not.
bool setTextBody(RequestSpec &spec, QString text);

/// The value of the enabled header of this name; null if there is none.
QString headerValue(const RequestSpec &spec, QLatin1StringView name);
/// Percent-encoded as curl and the URL standard do it for a component; {{variables}} stay.
QString percentEncoded(const QString &text);
/// The URL with its path parts and its parameters in it, percent-encoded, as other tools have it; {{variables}} stay. A part without a
/// value stays, too.
QString wholeUrl(const RequestSpec &spec);

} // namespace keydesk
