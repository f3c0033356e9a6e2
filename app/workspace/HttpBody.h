#pragma once

#include "app/http/RequestSpec.h"

#include <QStringList>

namespace keydesk {

/// The headers that say what kind a body is. Read from a file they are the body's kind, not rows: a request
/// that is given another body then gets its headers, too. `boundary` is for Multipart.
QList<NameValue> kindHeaders(RequestBody::Kind kind, const QString &boundary = {});

/// How a body is laid out in its file, kept when it is written again.
struct HttpBodyLayout
{
    QString boundary;             ///< of a multipart body
    bool isItemPerLine = true;    ///< of a form
    bool isGraphQlMethod = false; ///< JetBrains: the method says "GRAPHQL", no header does
};

struct HttpBodyRead
{
    RequestBody body;
    QList<NameValue> headers; ///< without those that the kind stands for
    HttpBodyLayout layout;
};

/// What a body is, by its headers and its lines. Comments have been taken out, those that are ours ("#
/// @disabled …") not.
HttpBodyRead readHttpBody(const QList<NameValue> &headers, const QStringList &lines, bool isGraphQlMethod,
                          const QString &operation);

/// The lines that stand for a body. A boundary is found if the layout has none.
struct HttpBodyText
{
    QStringList lines;
    QString boundary;
};
HttpBodyText writeHttpBody(const RequestBody &body, const HttpBodyLayout &layout);

/// Whether the lines would be taken for something else: comments, space around the body, which are told apart
/// by "# @body exact".
bool needsExactBody(const QStringList &lines);

} // namespace keydesk
