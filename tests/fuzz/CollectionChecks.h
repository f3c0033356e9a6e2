#pragma once

#include "app/interchange/collection/Collection.h"

#include <cstdlib>

namespace keydesk {

/// For the fuzz targets of imports: what came in can be kept and sent; what did not has a message.
inline void checkImport(const Result<ImportedCollection> &made)
{
    const auto require = [](bool holds) {
        if (!holds)
            std::abort();
    };
    if (!made) {
        require(!made.error().message.isEmpty());
        return;
    }
    require(!made->format.isEmpty());
    for (const ImportNote &note : made->notes)
        require(!note.text.isEmpty() && !note.place.isEmpty());
    for (const CollectionRequest &request : made->collection.requests) {
        const RequestSpec &spec = request.spec;
        require(!spec.name.isEmpty() && !spec.method.isEmpty() && request.folder.size() <= collectionDepthLimit);
        require(RequestSpec::fromJson(spec.toJson()) == spec);
        for (const NameValue &header : spec.headers)
            require(!header.value.contains(u'\n') && !header.name.contains(u'\n'));
        const RequestSpec canonical = canonicalRequest(spec);
        require(canonical.method == spec.method);
    }
    for (const NameValue &row : made->collection.variables)
        require(!row.name.isEmpty() && !row.name.contains(u' ') && !row.name.contains(u'}'));
}

} // namespace keydesk
