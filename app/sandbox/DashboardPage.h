#pragma once

#include "app/sandbox/SandboxKey.h"

namespace keydesk::sandbox {

class SandboxState;
class Service;

/// Plain HTML, without scripts: works in any browser and is readable through curl.
QByteArray dashboardPage(const Service &service, const SandboxState &state);
/// The only page that shows a token.
QByteArray tokenPage(const Service &service, const IssuedKey &issued);
QByteArray messagePage(const Service &service, const QString &message);

} // namespace keydesk::sandbox
