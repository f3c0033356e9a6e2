#pragma once

#include "app/interchange/postman/PostmanText.h"

namespace keydesk::postman {

/// An address, with its query as rows as far as they can be (the rest stays in `url`), and {name} for each :name of its path.
struct Address
{
    QString url;
    QList<NameValue> params;
    QList<NameValue> pathParts;
};

/// Of `url` as a text, or as an object: its parts count if it has any, else `raw`. The fragment, which is never sent, is left out.
Address readAddress(SpecNode url, const QString &place, Notes &notes);

} // namespace keydesk::postman
