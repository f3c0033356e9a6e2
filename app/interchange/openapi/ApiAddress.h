#pragma once

#include "app/http/RequestSpec.h"

namespace keydesk::openapi {

/// A request's URL in the parts that OpenAPI has for it.
struct ApiAddress
{
    QString
        server; ///< as written, without the slash at its end; {{baseUrl}} for what follows the environment's
    QString path; ///< begins with '/', percent-encoded; {name} for each part and for each {{variable}}
    QList<NameValue> parts; ///< for each {name}, in order: its value as written, perhaps with {{variables}}
    QList<NameValue> query; ///< of the URL, then of the rows; decoded
};

ApiAddress apiAddress(const RequestSpec &spec);

/// A name for what {{variable}} stands for: "id" of "login.response.body.id" and "guid" of "$guid".
QString partName(const QString &variable);

} // namespace keydesk::openapi
