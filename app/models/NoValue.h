#pragma once

#include <QString>

namespace keydesk {

/// What tables show where there is nothing.
inline QString noValue()
{
    return QStringLiteral("–");
}

} // namespace keydesk
