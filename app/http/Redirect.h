#pragma once

#include "app/http/HttpResponse.h"

namespace keydesk {

class Redactor;

/// 301, 302, 303, 307 and 308: the ones that name another place to go.
bool isRedirect(int status);

/// Where a redirect leads.
struct Redirect
{
    RedirectHop hop;
    PreparedRequest next;   ///< without the key; meaningless if the redirect is not followed
    bool sameOrigin = true; ///< the key may go along only then
};

/// Follows the Fetch standard (HTTP-redirect fetch) in how the method and the body change, and SECURITY S2 in
/// what goes along: to another origin no credential header, no cookie, no key, and no value that holds a
/// known secret; from https to http no typed header at all. `hop.stopped` says why a redirect is not
/// followed. `key` is how the key went out, null if it did not: its parameter is taken out of an address that
/// repeats it.
Redirect planRedirect(const PreparedRequest &request, const KeyForm *key, int status,
                      const QByteArray &location, const Redactor &redactor);

} // namespace keydesk
