#pragma once

#include "app/interchange/postman/PostmanText.h"

namespace keydesk::postman {

/// What `auth` (of the request, or of the nearest folder around it that has one) makes Postman send becomes a header or a query item of
/// `spec`, which then names no key; "noauth" too. Without any, or with a bearer token that is empty or {{keydesk_key}}, the
/// environment's key is used. What is computed anew for each request (digest, AWS …) is noted.
void applyAuth(SpecNode auth, RequestSpec &spec, const QString &place, Notes &notes);

} // namespace keydesk::postman
