#pragma once

#include "app/base/Error.h"
#include "app/base/Secret.h"
#include "app/http/Origin.h"
#include "app/http/RequestSpec.h"

#include <QByteArray>
#include <QList>
#include <QPair>
#include <QUrl>
#include <QUuid>

#include <memory>
#include <optional>

namespace keydesk {

using Headers = QList<QPair<QByteArray, QByteArray>>; ///< in order, names as written

/// A token that is not (yet) in a secret store, for one call: the pasted token under check, a session token.
struct OneTimeToken
{
    std::shared_ptr<const Secret> token;
    QByteArray headerName = "Authorization";
    QByteArray headerPrefix = "Bearer ";
    QList<Origin> origins; ///< it goes to these only
};

/// Everything that decides what goes on the wire, but the token itself: only its key is named.
struct PreparedRequest
{
    QByteArray method = "GET";
    QUrl url; ///< absolute, variables resolved, encoded
    Headers headers;
    QByteArray body;
    std::optional<QUuid> keyId;
    std::shared_ptr<const OneTimeToken> oneTimeToken; ///< instead of keyId
    bool followRedirects = true;
    bool wipeAnswer = false; ///< the answer holds a new token: its body is overwritten as soon as it was told
    std::optional<QUuid> environmentId{}; ///< on whose behalf the key is used; it is counted there
};

struct UnresolvedVariable
{
    QString name;
    QString where; ///< "URL", "path part id", "header X-Trace", "body"
};

/// Values for {{name}}: `baseUrl` first, then the environment's own.
using Variables = QList<NameValue>;

/// Replaces each {{name}} of `text`; names that `variables` does not have are appended to `unresolved` and left as they are.
/// Values may name further variables (up to 16 deep; a cycle counts as unresolved).
QString resolveVariables(const QString &text, const Variables &variables, QStringList *unresolved);

/// Turns a request as written into one that can be sent. `baseUrl` is used for a URL that has no scheme. `keyId` is the key that
/// `spec.key` came out as, if any. Errors (InvalidInput) name the place: method not a token (RFC 9110), empty or invalid URL, user info
/// in it, a path part without a value, plain characters that HTTP forbids in a header, an unresolved variable, a JSON body that is not JSON.
Result<PreparedRequest> prepareRequest(const RequestSpec &spec, const QUrl &baseUrl, const Variables &variables,
                                       const std::optional<QUuid> &keyId);

} // namespace keydesk
