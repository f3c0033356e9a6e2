#pragma once

#include "app/sandbox/Fields.h"

namespace keydesk::sandbox {

/// What is wrong with the body of POST /v1/messages (aisoule.com/docs/messaging/…): text, template, image,
/// video, document, audio and interactive messages.
FieldErrors checkMessage(const QJsonObject &body);

} // namespace keydesk::sandbox
