#pragma once

#include "app/interchange/openapi/SpecTree.h"
#include "app/interchange/tools/ToolCollection.h"

namespace keydesk {

/// What an item of a collection is.
enum class OpenCollectionKind {
    Request, ///< HTTP or GraphQL
    Folder,
    Environment,
    Collection, ///< "opencollection: 1.0.0"
    Other,      ///< gRPC, WebSocket, a script, an app
    Unknown,
};
OpenCollectionKind openCollectionKind(SpecNode item);

QString openCollectionName(SpecNode item, const QString &otherwise);
double openCollectionOrder(SpecNode item);
/// Of a request. What is not imported is told of.
ToolRequest openCollectionRequest(SpecNode item, const QString &name);
/// Of a folder or a whole collection.
ToolFolder openCollectionFolder(SpecNode item, const QString &name);

struct OpenCollectionEnvironment
{
    QString name;
    QList<NameValue> variables; ///< the secret ones are disabled: their values are in no file
    QStringList secrets;
    QString extends; ///< the name of the one whose variables it takes over
    bool hasOutsideSecrets = false;
};
OpenCollectionEnvironment openCollectionEnvironment(SpecNode item, const QString &name);

} // namespace keydesk
