#pragma once

#include "app/interchange/postman/PostmanText.h"

namespace keydesk::postman {

/// `header`: a list of rows or of "Name: value" lines, or all of them in one text.
QList<NameValue> readHeaders(SpecNode header, const QString &place, Notes &notes);

/// The body that is sent, and the Content-Type that Postman puts in for its language where the request names none. Files are named, and
/// not opened. `isPruned`: Postman sends this method without a body.
void readBody(SpecNode body, bool isPruned, RequestSpec &spec, const QString &place, Notes &notes);

} // namespace keydesk::postman
