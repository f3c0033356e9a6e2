#pragma once

#include <QStringList>

namespace keydesk {

/// Names that a request header commonly has: the permanent request fields of IANA's registry of HTTP field
/// names, and a few in wide use that are not in it. In alphabetical order.
const QStringList &requestHeaderNames();
/// Values that a header of this name (in any case) commonly has; empty for a name whose values are anybody's
/// guess.
QStringList commonHeaderValues(const QString &name);

} // namespace keydesk
