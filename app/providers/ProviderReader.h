#pragma once

#include "app/base/Error.h"
#include "app/providers/Provider.h"

#include <QHash>
#include <QJsonObject>

namespace keydesk {

/// A provider file over this size is refused (bytes).
constexpr qsizetype providerFileLimit = 1024 * 1024;

/// The JSON object of a provider file. Errors: too large, not JSON (with line and column), not an object.
Result<QJsonObject> readProviderObject(const QByteArray &json);

/// `object` laid over what it extends: member by member, objects too; `token_kinds` are matched by their id;
/// other lists are replaced; null takes a member away. What is extended is looked for in `bases` (which may
/// extend in turn), then in `older`, where everything is resolved. A file that extends its own id changes the
/// one in `older`.
Result<QJsonObject> resolveExtends(const QJsonObject &object, const QHash<QString, QJsonObject> &bases,
                                   const QHash<QString, QJsonObject> &older = {});

/// Reads a resolved object and checks that its parts fit together.
Result<Provider> readProvider(const QJsonObject &object);

} // namespace keydesk
