#pragma once

#include "ui/console/CallContext.h"

#include <functional>

class QWidget;

namespace keydesk {

class Redactor;

/// The environment is protected and the method changes things: ask before it is sent there.
bool needsConsent(const RequestSpec &request, const CallContext &context);

/// Asks, and calls `agreed` if the answer is yes. Does nothing if that question is open already. `page` is what the question stands before.
void askConsent(QWidget &page, const RequestSpec &request, const CallContext &context, const Redactor &redactor,
                const std::function<void()> &agreed);

} // namespace keydesk
