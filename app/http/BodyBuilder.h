#pragma once

#include "app/http/PreparedRequest.h"

namespace keydesk {

/// A body and the Content-Type that says what it is.
struct BuiltBody
{
    UploadBody content;
    QByteArray contentType; ///< the typed one if there is one, but for a boundary that it lacks
};

/// What a body with its variables filled in comes to on the wire. `typed` is the Content-Type that the user
/// wrote; null if none. Errors (InvalidInput) name the place. Looks at the files, but does not read them.
Result<BuiltBody> buildBody(const RequestBody &body, const QByteArray &typed, const QString &baseFolder);

/// multipart/form-data (RFC 7578), or whatever multipart type was typed.
Result<BuiltBody> multipartBody(const QList<RequestPart> &parts, const QByteArray &typed,
                                const QString &baseFolder);

struct BodyFile
{
    QString path; ///< absolute
    qint64 size = 0;
};
/// A file as it is named in a request.
Result<BodyFile> bodyFile(const QString &path, const QString &baseFolder);
/// By the name alone: the content is not read.
QByteArray fileContentType(const QString &path);

} // namespace keydesk
