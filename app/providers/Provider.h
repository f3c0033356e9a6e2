#pragma once

#include "app/http/KeyForm.h"
#include "app/http/RequestSpec.h"

#include <QHash>
#include <QJsonValue>
#include <QList>
#include <QRegularExpression>
#include <QString>
#include <QStringList>

#include <optional>

namespace keydesk {

/// A fill-in of a base URL: `{domain}` in `https://{domain}/api`.
struct BaseUrlPart
{
    QString name;
    QString label;
    QString example;
};

/// A kind of token that a provider has.
struct TokenKind
{
    QString id;   ///< "environment"
    QString name; ///< "Environment token"
    QString shortName; ///< for tables: "Environment"
    QString prefix; ///< what it starts with, "talq_"; empty if unknown
    QStringList otherPrefixes; ///< what some start with, though not all: only the leak check looks for them
    QRegularExpression pattern; ///< the whole token; empty pattern: anything printable
    QString patternHint;        ///< the pattern in words: "talq_ followed by letters, digits, dots, - and _"
    bool shownOnce = false;
    QString environmentVariable; ///< "TALKOVER_TOKEN"; empty if the provider names none
    KeyPlacement placement = KeyPlacement::Header;
    QString headerName = QStringLiteral("Authorization"); ///< or the name of the query parameter
    QString headerPrefix = QStringLiteral("Bearer ");
    bool isOAuth = false; ///< the token is an OAuth client's secret; what is sent is an access token for it
    QString tokenUrl;     ///< where that is fetched; empty: the user is asked
    QString oauthScope;   ///< what to ask for, separated by spaces
    QString dashboardUrl;       ///< may hold {baseOrigin}; empty: no dashboard
    QString dashboardPath;      ///< where in the dashboard, in words: "Account → Environments"
    QStringList dashboardSteps; ///< numbered steps to get one
    QStringList renewSteps;     ///< numbered steps to replace one
    bool renewingEndsOld = false; ///< those steps give the same key another value: the old one works no longer from then on
    bool createdByApi = false;  ///< the provider's TokenApi makes it
    QStringList abilities;      ///< known abilities to offer; empty: none known
    QString scope;              ///< one sentence: what it may do
    QString checkRequest;       ///< the name of the request (of `Provider::requests`) that is the cheapest proof that it works
    QList<int> checkOkStatus;   ///< answers to it that prove the token works too, besides 2xx: 404 where only an unknown id is cheap to ask for
    bool storable = true;       ///< false for a token that is only passed through (Talkover's user session token)
    bool keepable = false;      ///< such a token is kept as a key where the user asks for it

    [[nodiscard]] KeyForm form() const { return {placement, headerName.toUtf8(), headerPrefix.toUtf8()}; }
};

/// How a provider lists the tokens that it knows. The pointers from `idPointer` on start at one item of the list; an empty one: the list does
/// not tell. A next page is asked for by its number (`pageParameter`) or by the address that the reply gives (`nextPointer`).
struct TokenList
{
    QString method; ///< "GET"
    QString path;   ///< empty: cannot list. Like the paths of TokenApi; may have a query
    QString pageParameter;     ///< "page": a query parameter, counted from 1
    QString pageSizeParameter; ///< "per_page"; empty: the provider's own size
    int pageSize = 0;
    QString lastPagePointer; ///< the number of the last page
    QString nextPointer;     ///< the address of the next page; nothing there: that was the last one
    QString itemsPointer;    ///< to the array; empty: the reply itself is it
    QString idPointer;
    QString namePointer;
    QString abilitiesPointer;
    QString createdPointer;
    QString lastUsedPointer;
    QString expiresPointer;
    QString hintPointer;   ///< the token, masked but for its last characters: "talq_••••3f9a"
    QString prefixPointer; ///< how the token begins: "tk_live_a1b2c3d4"
    QString statePointer;
    QHash<QString, QString> states; ///< what stands there → "active", "paused", "expired", "revoked"; anything else: active
};

/// Something that a token API must be told besides the token: Talkturo's account. The environment has it as a variable of this name.
struct TokenApiVariable
{
    QString name;    ///< "accountSlug": for {{accountSlug}} in paths and bodies
    QString label;   ///< "Account"
    QString example; ///< "acme-sales"
};

/// Endpoints that create, list and revoke tokens. JSON Pointers (RFC 6901) say where things are in the replies.
/// A path that begins with '/' is counted from the origin of the base URL ("/dashboard/keys" → https://host/dashboard/keys whatever the base
/// URL's path), any other one from the base URL itself. (The URLs of `Provider::requests` are always relative to the base URL.)
struct TokenApi
{
    QString kindId;        ///< what it makes
    QString sessionKindId; ///< the kind that authorises it; empty: no authorisation (the sandbox)
    QString createMethod;
    QString createPath;
    QJsonValue createBody; ///< with {{name}}, {{abilities}} (an array when it stands alone; the member is left out when there are none)
    QString tokenPointer; ///< "/data/token"
    QString idPointer;    ///< "/data/id"
    QString revokeMethod; ///< empty: cannot revoke
    QString revokePath;   ///< with {{id}}
    TokenList list;
    QList<TokenApiVariable> variables;

    [[nodiscard]] bool canList() const { return !list.path.isEmpty(); }
    [[nodiscard]] bool canRevoke() const { return !revokeMethod.isEmpty(); }
};

/// A documented error and what it means. All conditions that are set must hold.
struct ErrorShape
{
    QString id;       ///< "token-expired": the explainer's cause, see AuthExplainer
    QList<int> status; ///< empty: any
    QString pointer;  ///< JSON Pointer into the body; empty: the body is not looked at
    QString equals;   ///< what stands there; empty: anything, if it is there
    QString title;    ///< "The key was refused: it has expired"
    QString text;     ///< what it means, for people
    QStringList fix;  ///< numbered steps; empty for an error about the key itself: then those of the key's kind
    QString source;   ///< the documentation's address
};

struct ProviderRequest
{
    QString group; ///< "Agents"
    RequestSpec request;
    QString note;
};

/// A system that Keydesk speaks to, as its file in resources/providers (or config/providers) describes it. Pure data.
struct Provider
{
    QString id;
    QString name;
    QString badge;   ///< one letter
    QString summary; ///< one line for the chooser
    int order = 500; ///< place in the chooser, smallest first; equal ones by name
    QString docsUrl;
    QString baseUrl; ///< with {parts}
    QList<BaseUrlPart> baseUrlParts;
    QString sandboxService; ///< not empty: the embedded sandbox serves this one ("talkover"); its base URL is {sandbox}+basePath
    QString basePath;       ///< for the sandbox: "/api"
    bool isCustom = false;  ///< base URL and header name are the user's
    QString defaultEnvironmentName; ///< "Production"
    QString defaultColour;
    QList<TokenKind> kinds;
    QList<TokenApi> tokenApis; ///< at most one a kind
    QList<ErrorShape> errors;
    QList<ProviderRequest> requests;
    QString catalogueId; ///< the Catalogue of its documented calls; empty: `requests` are all that is known

    [[nodiscard]] const TokenKind *kind(const QString &id) const; ///< nullptr if there is none
    [[nodiscard]] const TokenKind *firstStorableKind() const;
    [[nodiscard]] const TokenApi *tokenApi(const QString &kindId) const; ///< what makes tokens of that kind; nullptr if nothing does
    [[nodiscard]] const ProviderRequest *request(const QString &name) const;
    [[nodiscard]] const ProviderRequest *checkRequest(const QString &kindId) const;
};

} // namespace keydesk
