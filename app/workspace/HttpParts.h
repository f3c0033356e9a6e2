#pragma once

#include "app/workspace/HttpBody.h"
#include "app/workspace/HttpFile.h"

namespace keydesk {

/// A row, and the whole lines that it stands on.
struct HttpRow
{
    NameValue row;
    HttpSpan lines;     ///< with their breaks
    HttpSpan valueSpan; ///< of a header on one line; else empty
    QString text;       ///< of a parameter: as it stands there, without '?' and '&'
};

/// The query of a request, piece by piece.
struct HttpQuery
{
    QString url;             ///< without the items that are rows
    QList<HttpRow> rows;     ///< enabled and disabled
    bool isLineEach = false; ///< each row stands alone on a line of its own
};

/// Where the parts of a request stand.
struct HttpParts
{
    HttpQuery query;
    QList<HttpRow> headers;   ///< with those that say the body's kind
    QStringList bodyLines;    ///< without comments
    QList<HttpRow> pathParts; ///< "# @path name = value", for {name} in the URL
    QString keyText;          ///< what "@key" says
    int keyLine = -1;         ///< of "@key"
    int exactLine = -1;       ///< of "@body exact"
    int operationLine = -1;   ///< of "@graphql-operation"
    QString operation;
    bool isGraphQlMethod = false;
};

/// What they say, without where.
QList<NameValue> rowsOf(const QList<HttpRow> &rows);

HttpParts httpParts(const HttpFile &file, const HttpBlock &block);

/// What "@key" says of a choice; empty: nothing need be said.
QString keyText(const KeyChoice &key);
KeyChoice keyFromText(const QString &text);

inline const QString disabledAnnotation = QStringLiteral("disabled");

} // namespace keydesk
