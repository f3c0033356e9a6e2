#pragma once

#include "app/http/RequestCheck.h"

namespace keydesk {

/// What goes out otherwise than it is written, or means something else than it seems to: said before it is
/// sent, in the way of nothing. Each is a warning at its field. What QNetworkAccessManager does was measured
/// on 6.4.2 (test_send_warnings).
QList<RequestProblem> sendWarnings(const RequestSpec &spec, const Variables &variables);

} // namespace keydesk
