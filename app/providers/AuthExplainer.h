#pragma once

#include "app/environments/Environment.h"
#include "app/http/HttpResponse.h"
#include "app/keys/ApiKey.h"
#include "app/providers/Provider.h"

namespace keydesk {

/// A button under an explanation. The window does it.
struct ExplanationAction
{
    enum class Kind {
        AddKey,         ///< opens New Key for provider, kind and environment of the call (also: paste the new value)
        ChooseKey,      ///< opens the console's key chooser
        CheckKey,
        OpenUrl,        ///< `argument`: the dashboard or documentation
        BindOrigin,     ///< `argument`: the origin to bind the key to
        RemoveHeader,   ///< `argument`: the header's name
        UseHttps,
        SendAgain,      ///< `argument`: seconds to wait first, if any
        SwitchEnvironment, ///< `argument`: environment id
        EditEnvironment,
        EditConnection, ///< of the environment; `argument`: "authority", "certificate", "proxy", "family"
        EditUrl,        ///< goes to the console's URL field
        UnlockKeychain,
        OpenPreferences,
        FetchToken,     ///< another access token for the key of the call
        ShowSent,
    };

    Kind kind;
    QString label;
    QString argument;

    bool operator==(const ExplanationAction &) const = default;
};

struct Explanation
{
    enum class Severity { None, Caution, Danger };

    QString cause; ///< stable id: "token-expired", "wrong-kind", "no-key", "rate-limited", "dns" …; empty if there is nothing to explain
    Severity severity = Severity::None;
    QString title;     ///< "The key was refused: it has expired"
    QString text;      ///< what happened and what the app knows; plain text
    QStringList steps; ///< the fix
    QList<ExplanationAction> actions; ///< first is the primary

    [[nodiscard]] bool isEmpty() const { return cause.isEmpty(); }
};

/// Everything the explainer may look at.
struct CallFacts
{
    /// What is known of the request.
    enum class Sent {
        Traced,     ///< Keydesk sent it: `trace` and `key` tell all
        NotKnown,   ///< another program sent it, and only the answer is there: nothing is said about a key
        WithKey,    ///< likewise, but a key went along
        WithoutKey, ///< likewise, but none went along
    };

    Sent sent = Sent::Traced;
    const Provider *provider = nullptr; ///< nullptr: unknown
    std::optional<Environment> environment;
    bool urlNamesHost = false;        ///< the request's own URL says which host, not the environment's base URL
    QUrl url;                         ///< where the call was to go, variables resolved; what counts when nothing was sent (OriginNotBound)
    std::optional<ApiKey> key;        ///< the key the request named, as it was before the call: its status and last use tell when it last worked
    QList<Environment> keyUsedBy;     ///< the environments that use `key`
    QString wantedKindId;             ///< the kind that the request needs, if known
    bool hasKeyOfWantedKind = false;  ///< the environment has a key of that kind
    QList<ApiKey> otherKeys;          ///< other keys of this provider
    CallTrace trace;
    std::optional<Error> error;           ///< either this
    std::optional<HttpResponse> response; ///< or this
};

/// Why a call was refused or failed, what to do, and the buttons that do it. Pure; a 2xx or 3xx without trouble gives an empty Explanation.
Explanation explain(const CallFacts &facts);

/// Something of an answer that an explanation rests on. Nothing in it is the server's own wording: that could
/// hold a token.
struct Evidence
{
    QString id; ///< stable: "status", "body", "challenge", "retry-after", "html"
    QString text;

    bool operator==(const Evidence &) const = default;
};

/// What of `facts.response` tells; the status first. Empty without an answer.
QList<Evidence> evidence(const CallFacts &facts);

namespace explaining {
/// What the provider's file says about this answer: the first shape that fits; nullptr if none does.
const ErrorShape *shapeOf(const Provider &provider, const HttpResponse &response);
} // namespace explaining

/// Seconds to wait by `Retry-After` (seconds or date), `retry_after_seconds` in the body, or the reset of a rate limit that is used up; -1 if nothing says.
qint64 retryAfterSeconds(const HttpResponse &response, const QDateTime &now);

} // namespace keydesk
