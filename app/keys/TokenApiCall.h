#pragma once

#include "app/environments/Environment.h"
#include "app/http/HttpResponse.h"
#include "app/keys/SignIn.h"
#include "app/providers/Provider.h"

namespace keydesk {

class Redactor;

/// The calls of a provider's token API, built and read. Pure.

/// Where an API path stands: from the origin if it begins with '/', else from the base URL.
QUrl tokenApiUrl(const QUrl &baseUrl, const QString &path);

/// The API with the environment's variables in it, in the place of {{accountSlug}} and the like. The Error names the variable that the
/// environment lacks, and what it is for.
Result<TokenApi> tokenApiFor(const TokenApi &api, const Environment &environment);

/// One page of the provider's list.
PreparedRequest listTokensRequest(const TokenList &list, const QUrl &page, const Authorisation &session);

/// The call that makes a token.
PreparedRequest createTokenRequest(const TokenApi &api, const QUrl &baseUrl, const QString &name,
                                   const QStringList &abilities, const Authorisation &session);
/// `createBody` with its placeholders filled in: {{name}}, and {{abilities}}, which is an array where it
/// stands alone; its member is left out when there are none.
QJsonValue filledIn(const QJsonValue &body, const QString &name, const QStringList &abilities);

struct CreatedToken
{
    Secret token;
    QString remoteId; ///< empty if the reply names none
};
/// Takes the token out of the reply. The Error never quotes it.
Result<CreatedToken> readCreatedToken(const TokenApi &api, const QByteArray &body);

/// The token that an answer holds because the request, whoever wrote it, made one at the provider. An empty one
/// if it did not.
Secret tokenMadeBy(const Provider &provider, const QUrl &baseUrl, const QByteArray &method, const QUrl &url,
                   const HttpResponse &response);

/// The call that revokes a token. Nothing if the API cannot, or if the token's id is unknown.
std::optional<PreparedRequest> revokeTokenRequest(const TokenApi &api, const QUrl &baseUrl,
                                                  const QString &remoteId, const Authorisation &session);

/// Why the provider said no: what its documentation says about the answer, or the answer's own words, without
/// the tokens in them and without characters that would change how they read.
Error refusedBy(const Provider &provider, const HttpResponse &response, const Redactor &redactor);

} // namespace keydesk
