#pragma once

#include "app/base/Error.h"
#include "app/base/Secret.h"
#include "app/http/KeyForm.h"
#include "app/http/Origin.h"
#include "app/http/RequestSpec.h"
#include "app/http/RequestUrl.h"
#include "app/http/UploadBody.h"
#include "app/http/Variables.h"

#include <QByteArray>
#include <QList>
#include <QPair>
#include <QUrl>
#include <QUuid>

#include <chrono>
#include <memory>
#include <optional>

namespace keydesk {

using Headers = QList<QPair<QByteArray, QByteArray>>; ///< in order, names as written

/// A token that is not (yet) in a secret store, for one call: the pasted token under check, a session token.
struct OneTimeToken
{
    std::shared_ptr<const Secret> token;
    KeyForm form;
    QList<Origin> origins; ///< it goes to these only
};

/// How the value of a secret variable is written into a body.
enum class SecretEscape { None, Percent, Form, Json, Xml };

/// Everything that decides what goes on the wire, but the token itself: only its key is named.
struct PreparedRequest
{
    QByteArray method = "GET";
    QUrl url; ///< absolute, variables resolved, encoded
    Headers headers;
    UploadBody body;
    std::optional<QUuid> keyId;
    std::shared_ptr<const OneTimeToken> oneTimeToken; ///< instead of keyId
    bool followRedirects = true;
    bool wipeAnswer = false; ///< the answer holds a new token: its body is overwritten as soon as it was told
    std::optional<std::chrono::milliseconds> timeout{}; ///< without any byte arriving; nothing: what HttpClient's options say
    /// An answer that goes on (see StreamKind) is told piece by piece, without an end in time and size, and a ws or wss URL opens a
    /// WebSocket. Not for callers that wait for one body.
    bool streams = false;
    /// The body of every answer is told as it arrives, however long it is; as much as the limit allows is kept. Of one that goes on, no byte
    /// may come for as long as it likes, unless `timeout` is there.
    bool tellsPieces = false;
    /// A body that is too large for memory goes to disk (see HttpResponse::spool), and is told as soon as
    /// that begins; of any that breaks off, what arrived is the answer. For callers that show it.
    bool spools = false;
    std::optional<QUuid> environmentId{}; ///< on whose behalf: it is connected as that one says, and the key's use is counted there
    bool usesCookies = false; ///< those of its environment's jar go along, and what the answers set is kept there
    std::optional<std::chrono::milliseconds> connectionTimeout{}; ///< until the first byte has gone out; nothing: as `timeout`
    QString secretInBody{}; ///< names what the body holds that nobody on the way may read
    QList<QUuid> secrets{}; ///< keys whose values go where their markers stand (SecretMarkers.h)
    SecretEscape bodyEscape = SecretEscape::None; ///< for those in `body`
};

/// Turns a request as written into one that can be sent. `baseUrl` is used for a URL that has no scheme. `keyId` is the key that
/// `spec.key` came out as, if any. Errors (InvalidInput) name the place: method not a token (RFC 9110), empty or invalid URL, user info
/// in it, a path part without a value, plain characters that HTTP forbids in a header, an unresolved variable, a JSON, XML or GraphQL body that is none, a file that cannot
/// be sent. Relative paths of files are taken from `baseFolder`; if that is empty, only whole ones are right. Looks at the files that are to
/// be sent, but does not read them.
Result<PreparedRequest> prepareRequest(const RequestSpec &spec, const QUrl &baseUrl, const VariableSources &variables,
                                       const std::optional<QUuid> &keyId, const QString &baseFolder = {},
                                       QueryEncoding encoding = QueryEncoding::Encoded);

} // namespace keydesk
