#pragma once

#include "app/http/HttpResponse.h"
#include "app/keys/OAuthClient.h"

#include <QDateTime>

namespace keydesk {

class Redactor;

/// What an OAuth server gave for a client's secret.
struct AccessToken
{
    Secret token;
    QDateTime fetchedAt; ///< UTC; when it was asked for
    QDateTime expiresAt; ///< UTC; null: the server did not say
};

/// The request for one (RFC 6749 section 4.4.2). The secret goes to the token URL's origin only, and no redirect
/// is followed: it would take the secret along.
PreparedRequest accessTokenRequest(const OAuthClient &client, const Secret &secret);

/// The server's answer to it. Errors (NoAccessToken, but Cancelled stays) say what went wrong where, and the
/// server's own words.
Result<AccessToken> readAccessToken(const OAuthClient &client, const Result<HttpResponse> &answer,
                                    const QDateTime &askedAt, const Redactor &redactor);

} // namespace keydesk
