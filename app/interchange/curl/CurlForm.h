#pragma once

#include "app/http/RequestSpec.h"

#include <QStringList>

#include <optional>

namespace keydesk {

/// What one -F comes to.
struct CurlFormParts
{
    QList<RequestPart> parts; ///< several for "name=@one,two"
    QStringList notes;        ///< whole sentences
};

/// "name=content", "name=@file,file", "name=<file" with ;type= ;filename= ;headers= and curl's quotes. Nothing without a "=".
std::optional<CurlFormParts> curlFormParts(const QString &text);

} // namespace keydesk
