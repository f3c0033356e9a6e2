#pragma once

#include "app/http/HttpResponse.h"

#include <QStringList>

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
/// What is said of a body in which known tokens were masked.
QString maskedNote();

} // namespace keydesk
