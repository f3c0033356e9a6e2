#pragma once

#include "ui/console/CallContext.h"

#include <functional>

class QWidget;

namespace keydesk {

class Redactor;

/// The method is none of those that only look.
bool changesThings(const RequestSpec &request);
/// The environment is protected and the method changes things: ask before it is sent there.
bool needsConsent(const RequestSpec &request, const CallContext &context);

/// Asks, and calls `agreed` if the answer is yes. Does nothing if that question is open already. `page` is what the question stands before.
void askConsent(QWidget &page, const RequestSpec &request, const CallContext &context, const Redactor &redactor,
                const std::function<void()> &agreed);
/// Likewise before a request that changes things is sent many times, in a protected environment or not.
void askRepeatConsent(QWidget &window, const RequestSpec &request, const CallContext &context, const Redactor &redactor, int times,
                      const std::function<void()> &agreed);

} // namespace keydesk
