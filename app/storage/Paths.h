#pragma once

#include "app/base/Error.h"

#include <QString>

namespace keydesk {

/// Where Keydesk keeps its files. All folders exist with mode 0700 once made through here.
struct Paths
{
    QString config;  ///< settings, the user's own provider files in config/providers
    QString data;    ///< keydesk.db, sandbox state
    QString cache;   ///< may be deleted at any time
    QString runtime; ///< the single-instance socket

    /// $XDG_CONFIG_HOME/keydesk and its like. Makes the folders; an Error names the one that cannot be made.
    /// `config` and `data`, if not empty, stand in the place of those folders.
    static Result<Paths> standard(const QString &config = {}, const QString &data = {});
    /// Where those are or would be. Makes nothing.
    static Paths places(const QString &config = {}, const QString &data = {});
    /// The same four under one folder (tests, the tour).
    static Result<Paths> under(const QString &folder);
};

} // namespace keydesk
