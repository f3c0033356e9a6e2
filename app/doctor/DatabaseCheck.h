#pragma once

#include "app/doctor/Finding.h"
#include "app/environments/Environment.h"
#include "app/keys/KeyStore.h"

#include <optional>

namespace keydesk {

/// What the database says should be there.
struct StoredRows
{
    QList<ApiKey> keys;
    QList<ApiKey> pending;
    QList<KeyStore::Leftover> leftovers;
    QList<Environment> environments;
};

struct DatabaseCheck
{
    Findings findings;
    std::optional<StoredRows>
        rows; ///< nothing: they could not be read. Of a database that is not there yet they are empty
};

/// Whether the database is there, is whole, can be written, and is of this version. Takes time in proportion
/// to its size; from any thread. Changes nothing.
DatabaseCheck checkDatabase(const QString &path);

} // namespace keydesk
