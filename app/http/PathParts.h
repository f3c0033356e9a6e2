#pragma once

#include "app/base/Error.h"
#include "app/http/PreparedRequest.h"

#include <QStringList>

#include <functional>

namespace keydesk {

/// The names of the {parts} of a URL's path as it is written, in order, each once. {{variables}} are none, and neither is what
/// stands in the host or the query.
QStringList pathPartNames(const QString &url);

/// A row for each of these names, with the values that `rows` has for them.
QList<NameValue> pathPartRows(const QString &url, const QList<NameValue> &rows);

/// `url` with each {part} replaced by what `valueOf` gives for its name; a null text leaves it.
QString replacePathParts(const QString &url, const std::function<QString(const QString &name)> &valueOf);

/// `url` with each {part} replaced by its row's value, percent-encoded, so that it stays one part of the path whatever it holds.
/// {{variables}} of the values are resolved, and those without a value go to `unresolved`; the rest of the URL is left as it is.
/// The Error names a part without a value, or with "." or "..", which would be another path.
Result<QString> fillPathParts(const QString &url, const QList<NameValue> &rows, const VariableSources &variables,
                              QList<UnresolvedVariable> &unresolved);

} // namespace keydesk
