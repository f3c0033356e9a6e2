#pragma once

#include <QString>
#include <QUrl>

namespace keydesk {

/// Who asks for an access token, and where: the client credentials of OAuth 2 (RFC 6749 section 4.4) but for
/// the secret.
struct OAuthClient
{
    QUrl tokenUrl; ///< https, or http to loopback
    QString clientId;
    QString scope;       ///< separated by spaces; empty: what the server gives by itself
    QString audience;    ///< what some servers want to know besides; empty: not sent
    bool inBody = false; ///< id and secret go in the body instead of by HTTP Basic

    bool operator==(const OAuthClient &) const = default;
};

/// Why no token may be fetched from there, a sentence; empty if one may.
QString tokenUrlProblem(const QString &url);

/// JSON, for the database. One that cannot be read has no token URL.
QString toText(const OAuthClient &client);
OAuthClient oauthClientFrom(const QString &text);

} // namespace keydesk
