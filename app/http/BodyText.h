#pragma once

#include "app/http/HttpResponse.h"

#include <QStringList>

#include <optional>

namespace keydesk {

class Redactor;

/// The body of a response that is in memory, as it may be shown, copied, filtered and saved: known tokens are
/// replaced.
struct ShownBody
{
    QByteArray bytes;       ///< as they came, or the same text in UTF-8
    QByteArray contentType; ///< as the server named it, or with the charset that `bytes` are in
    QStringList notes;      ///< what has to be said about it, whole sentences
};

/// Pure, and as slow as the body is large: call it off the UI thread for anything big.
ShownBody shownBody(const HttpResponse &response, const Redactor &redactor);
/// The whole of it; none: it is no text, as far as its beginning tells.
std::optional<QString> textOf(const ShownBody &body);
/// What is said of a body in which known tokens were masked.
QString maskedNote();

/// The charset that a Content-Type names; empty: none.
QByteArray charsetOf(const QByteArray &contentType);
/// "1.2 kB", "104 B", "4.5 MB": decimal, as browsers count.
QString sizeText(qint64 bytes);
/// "148 ms", "1.34 s", "2 min 5 s".
QString durationText(std::chrono::microseconds elapsed);

} // namespace keydesk
