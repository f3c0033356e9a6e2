#pragma once

#include "app/interchange/collection/Collection.h"

#include <QJsonObject>

namespace keydesk::postman {

/// An item of a collection: the request with its name, description and settings.
QJsonObject itemOf(const CollectionRequest &request);
/// Whether the environment's key goes with it: it names one, and has no header of its own for that.
bool takesKey(const CollectionRequest &request);
/// {{$random.email}} and its like, under the names that Postman has for them; the others stay.
QString inPostmansWords(const QString &text);

} // namespace keydesk::postman
