#pragma once

#include "app/doctor/Finding.h"
#include "app/environments/Environment.h"

#include <QProcessEnvironment>

namespace keydesk {

// Neither asks the network, and neither tells a value that may hold a password.

/// The variables that name proxies: http_proxy and its like, in either case.
Findings checkProxies(const QProcessEnvironment &variables);
/// What the environments' base URLs and connections say that cannot be so.
Findings checkEnvironments(const QList<Environment> &environments);

} // namespace keydesk
