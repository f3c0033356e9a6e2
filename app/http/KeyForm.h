#pragma once

#include "app/base/Secret.h"

#include <QByteArray>
#include <QUrl>

#include <optional>

namespace keydesk {

class Redactor;

/// Where in a request a key's token stands.
enum class KeyPlacement {
    Header, ///< in a header, behind a prefix
    Query,  ///< in the URL's query, percent-encoded
    Basic,  ///< the token is "user:password", which a header holds in Base64 (RFC 7617)
};

/// How a key is written into a request.
struct KeyForm
{
    KeyPlacement placement = KeyPlacement::Header;
    QByteArray name = "Authorization"; ///< of the header or of the parameter
    QByteArray prefix = "Bearer ";     ///< of the header's value

    bool operator==(const KeyForm &) const = default;
};

/// What stands there for a token: with its prefix, in its encoding.
Secret valueOf(const KeyForm &form, const Secret &token);
/// How it stands in a request, for people: "Authorization: Bearer VALUE", "api_key=VALUE",
/// "Authorization: Basic base64(VALUE)". `value` is not encoded.
QString shownAs(const KeyForm &form, const QString &value);
/// "talq_••••3f9a", "alice:••••". Of a pair without a password, the user's name is the secret.
QString hintOf(KeyPlacement placement, const Secret &token);
/// What is a secret by itself within the token: the password of a pair, or its name if it has no password. Empty if
/// only the whole token is.
Secret secretPartOf(KeyPlacement placement, const Secret &token);
/// Makes the token known, and each part of it that is a secret by itself.
void makeKnown(Redactor &redactor, KeyPlacement placement, const Secret &token);

/// Parameters by their decoded names.
bool hasQueryItem(const QUrl &url, const QByteArray &name);
QUrl withoutQueryItem(const QUrl &url, const QByteArray &name);
/// `value` is encoded already.
QUrl withQueryItem(const QUrl &url, const QByteArray &name, const QByteArray &value);

} // namespace keydesk
