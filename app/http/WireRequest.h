#pragma once

#include "app/http/HttpResponse.h"

#include <QNetworkRequest>

namespace keydesk {

class Redactor;

/// A token and where it goes.
struct Credential
{
    KeyForm form;
    const Secret *token = nullptr; ///< not owned
};

/// One hop, as QNetworkAccessManager takes it and as it may be shown.
struct WireRequest
{
    QNetworkRequest request;
    SentRequest sent;
    /// The body goes through an upload device, even if it is empty: the message then has a Content-Length.
    bool hasUpload = false;
    bool doubledScheme = false; ///< "Bearer Bearer …"
};

/// As it may be shown: dots for the markers of secret variables and for what `redactor` knows as a secret.
QUrl redactedUrl(const QUrl &marked, const Redactor &redactor);

/// Every header that can be set is set here, so that nothing is left to the network layer but Host and
/// Connection. `request` is what is shown, `filled` the same with the values of secret variables in it. `credential` may be null; a token
/// that goes into the query stands in the result's `request` only. What is known as a secret from `redactor` is redacted in `sent`.
WireRequest makeWireRequest(const PreparedRequest &request, const PreparedRequest &filled, const Credential *credential,
                            const Redactor &redactor);

/// HTTP/2 has lower-case names, the host as a pseudo-header, and no Connection (RFC 9113 section 8.2).
void showAsHttp2(SentRequest &sent);

} // namespace keydesk
