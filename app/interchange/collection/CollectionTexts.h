#pragma once

#include "app/interchange/collection/Collection.h"

#include <functional>

namespace keydesk {

/// What a text of a collection may say in the place of a credential.
enum class TextPlace {
    Label, ///< names, descriptions: {{variables}} mean nothing there
    Value, ///< {{variables}} are put in when the request is sent
};

/// Every text that a collection holds, each once, whatever it is for: who visits all of them has left nothing out.
void eachText(Collection &collection, const std::function<void(QString &, TextPlace)> &visit);
void eachText(CollectionRequest &request, const std::function<void(QString &, TextPlace)> &visit);

/// "Agents › List agents", or with its address if it has no name, for people; never empty. Of a collection that still holds credentials it may
/// name one.
QString placeOf(const CollectionRequest &request);

} // namespace keydesk
