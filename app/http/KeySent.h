#pragma once

#include "app/http/Origin.h"

#include <QDateTime>
#include <QUuid>

#include <optional>

namespace keydesk {

/// A stored key's token went out once: one call, or one hop of it.
struct KeySent
{
    QUuid keyId;
    Origin origin;                      ///< where it went
    std::optional<QUuid> environmentId; ///< on whose behalf, if the request said
    int status = 0;                     ///< 0: no answer
    bool failed = false;                ///< no answer (unless somebody stopped it), or 400 and more
    QDateTime at;                       ///< UTC
};

} // namespace keydesk
