#pragma once

#include "app/http/RequestSpec.h"

#include <optional>

namespace keydesk {

/// How names and values stand in a query or a form of a .http file. What stands in {{…}} is never escaped.
enum class HttpItems { Query, Form };

/// One "name=value" as written; nothing if reading and sending it again would not mean the same: no "=", a
/// broken percent escape, and in a query a "+" (a space for some servers, a plus for others).
std::optional<NameValue> readHttpItem(const QString &text, HttpItems items);
QString writeHttpItem(const NameValue &row, HttpItems items);

/// At each "&" outside of {{…}}.
QStringList splitHttpItems(const QString &text);

/// A URL, and those items at the end of its query that can be rows; the others stay in `url`.
struct HttpUrlParts
{
    QString url;
    QList<NameValue> params;
};
HttpUrlParts splitHttpUrl(const QString &url);

/// Where the query of a URL begins (its '?'), outside of {{…}}, or -1.
qsizetype queryBegin(const QString &url);

} // namespace keydesk
