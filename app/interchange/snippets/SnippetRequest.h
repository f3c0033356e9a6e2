#pragma once

#include "app/http/PreparedRequest.h"

#include <QHash>

#include <memory>

namespace keydesk {

class Redactor;

/// A secret that a snippet names by a variable of the environment that it runs in, and holds only when that was chosen.
struct SnippetSecret
{
    QByteArray variable;                 ///< no two of a request share one
    QUuid keyId;                         ///< whose token it is; null: `typed`
    std::shared_ptr<const Secret> typed; ///< a credential that the request itself holds, by its name one
    QString hint;                        ///< what is shown for it
    bool canBeRead = true;               ///< false: an access token, which is fetched anew each time, or a key of another origin

    bool operator==(const SnippetSecret &) const = default;
};

/// A stretch of a value.
struct SnippetPiece
{
    enum class Kind {
        Text,   ///< `text`, UTF-8
        Secret, ///< the value of `SnippetRequest::secrets[secret]`, encoded as `encoding` says
        Base64, ///< what `inside` comes to, in Base64
        File,   ///< the content of `file`
    };

    Kind kind = Kind::Text;
    QByteArray text{};
    int secret = -1;
    SecretEscape encoding = SecretEscape::None;
    QList<SnippetPiece> inside{};
    QString file{}; ///< an absolute path
    qint64 fileSize = 0;

    bool operator==(const SnippetPiece &) const = default;
};

using SnippetValue = QList<SnippetPiece>;

bool isPlainText(const SnippetValue &value);
bool hasFile(const SnippetValue &value);
/// The texts of it, one after the other, without what else stands there.
QByteArray plainText(const SnippetValue &value);

struct SnippetHeader
{
    QByteArray name;
    SnippetValue value;

    bool operator==(const SnippetHeader &) const = default;
};

/// What a snippet sends: a request as HttpClient would send it, in pieces. A value. Its texts hold no secret that is known or named as one.
struct SnippetRequest
{
    /// The key's parameter, which comes last in the query.
    struct QueryKey
    {
        QByteArray name; ///< percent-encoded
        int secret = -1;

        bool operator==(const QueryKey &) const = default;
    };

    QByteArray method;
    SnippetValue url; ///< absolute, encoded, without a fragment and without `queryKey`
    std::optional<QueryKey> queryKey;
    QList<SnippetHeader> headers; ///< those that were asked for, the body's Content-Type and the key's; no Content-Length
    SnippetValue body;
    QList<SnippetSecret> secrets;
    QStringList notes; ///< what is in it otherwise than in the request

    bool operator==(const SnippetRequest &) const = default;

    /// With the key's parameter.
    [[nodiscard]] SnippetValue wholeUrl() const;
    /// Null if there is none of that name.
    [[nodiscard]] const SnippetHeader *header(QByteArrayView name) const;
    /// A method that says the body's length even if there is none: POST, PUT and the like.
    [[nodiscard]] bool needsLength() const;
};

/// More text than an argument of a command can hold (Linux: 128 KiB): it has to go through a pipe or a file.
bool isTooLongForArgument(const SnippetValue &body);

/// The user's name and password, separated by a colon, if the header is "Authorization: Basic" with a pair that is encoded in the snippet.
const SnippetValue *basicPair(const SnippetHeader &header);

/// The key that a request names.
struct SnippetKey
{
    QUuid id;
    QString name; ///< for people
    KeyForm form;
    QString variable; ///< see `variableName`
    QString hint;
    QList<Origin> origins;
    bool isFetched = false; ///< OAuth: an access token is sent
};

/// What the secrets of a request are called where the snippet runs.
struct SnippetNaming
{
    std::optional<SnippetKey> key;
    QHash<QUuid, SnippetKey> secretVariables; ///< by the keys that hold their values; `variable` is the variable's name
};

/// A request as `prepareRequest` made it. The key is left out, with a note, where HttpClient would not send it. Credentials that were typed
/// into headers, parameters and fields become secrets by their names; tokens that `redactor` knows are masked wherever else they stand.
SnippetRequest snippetRequest(const PreparedRequest &request, const SnippetNaming &naming, const Redactor &redactor);

} // namespace keydesk
