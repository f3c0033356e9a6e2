#pragma once

#include "app/doctor/DatabaseCheck.h"
#include "app/doctor/Finding.h"
#include "app/storage/Paths.h"

namespace keydesk {

class ProviderCatalog;

// Each of these looks, and changes nothing.

/// The settings, and the folder of saved requests that they name.
Findings checkSettings(const QString &file);
/// The user's own provider files.
Findings checkProviders(const ProviderCatalog &providers, const QString &folder);
/// The sealed file as far as it can be judged without its passphrase. `rows`: nothing if it is not known
/// which keys should be in it.
Findings checkSealedFile(const QString &file, const std::optional<StoredRows> &rows);
/// Other Keydesk programs that work with these files at this moment.
Findings checkOthers(const Paths &paths);

} // namespace keydesk
