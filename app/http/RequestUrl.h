#pragma once

#include "app/base/Error.h"
#include "app/http/RequestSpec.h"

#include <QUrl>

namespace keydesk {

/// Says itself which host is called, instead of following a base URL. Variables stand in it as they are written.
bool namesItsHost(const QString &text);

/// How rows are written into the query. AsWritten (`@no-auto-encoding`): what a query may hold stays as it is, "&" and percent escapes
/// too; only what cannot stand in a URL is encoded.
enum class QueryEncoding { Encoded, AsWritten };

/// The URL to call. `text` has its variables resolved already; without a scheme it is put behind `baseUrl`,
/// path to path. `params` are appended to the query, encoded as `encoding` says. The host comes out in the one spelling
/// that Origin compares, so that what was checked is what is called.
Result<QUrl> requestUrl(const QString &text, const QUrl &baseUrl, const QList<NameValue> &params,
                        QueryEncoding encoding = QueryEncoding::Encoded);

} // namespace keydesk
