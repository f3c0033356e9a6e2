#pragma once

#include "app/calls/CallConsent.h"

#include <functional>

class QWidget;

namespace keydesk {

class Redactor;

/// Asks, and calls `agreed` if the answer is yes. Does nothing if that question is open already. `page` is what the question stands before.
void askConsent(QWidget &page, const RequestSpec &request, const CallContext &context, const Redactor &redactor,
                const std::function<void()> &agreed);
/// Likewise before a request that changes things is sent many times, in a protected environment or not.
void askRepeatConsent(QWidget &window, const RequestSpec &request, const CallContext &context, const Redactor &redactor, int times,
                      const std::function<void()> &agreed);

} // namespace keydesk
