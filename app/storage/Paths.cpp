#include "app/storage/Paths.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr auto ownersFolder = QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner;

Result<void> makeFolder(const QString &path)
{
    const QFileInfo before(path);
    const auto fail = [&path](const QString &reason) {
        return failure(Error::Kind::StorageFailed,
                       QCoreApplication::translate("Paths", "Keydesk cannot make the folder %1. %2")
                           .arg(QDir::toNativeSeparators(path), reason));
    };
    if (before.exists() && !before.isDir())
        return fail(QCoreApplication::translate("Paths", "A file is in its place: move that file away."));
    if (!before.exists()) {
        const QString parent = before.absolutePath();
        if (!QDir().mkpath(parent) || !QDir().mkdir(path, ownersFolder))
            return fail(QCoreApplication::translate(
                            "Paths", "Check that you may write to %1 and that its disk has room.")
                            .arg(QDir::toNativeSeparators(parent)));
    }
    // A folder that an earlier program or a looser umask left open to others. It fails only for a folder of
    // somebody else's.
    if (QFile::permissions(path) & ~(ownersFolder | QFile::ReadUser | QFile::WriteUser | QFile::ExeUser))
        QFile::setPermissions(path, ownersFolder);
    return {};
}

Result<Paths> make(const Paths &paths)
{
    for (const QString &folder : {paths.config, paths.data, paths.cache, paths.runtime}) {
        if (Result<void> made = makeFolder(folder); !made)
            return tl::unexpected(made.error());
    }
    return paths;
}

} // namespace

Paths Paths::places(const QString &config, const QString &data)
{
    const auto in = [](QStandardPaths::StandardLocation location) {
        return QStandardPaths::writableLocation(location) + u"/keydesk"_s;
    };
    Paths paths{.config = in(QStandardPaths::GenericConfigLocation),
                .data = in(QStandardPaths::GenericDataLocation),
                .cache = in(QStandardPaths::GenericCacheLocation),
                .runtime = {}};
    // Qt would fall back to a folder in /tmp and warn; a folder of our own needs no warning and nobody else
    // can take its name.
    const QString runtime = qEnvironmentVariable("XDG_RUNTIME_DIR");
    paths.runtime = QDir::isAbsolutePath(runtime) && QFileInfo(runtime).isWritable()
                        ? runtime + u"/keydesk"_s
                        : paths.cache + u"/run"_s;
    if (!config.isEmpty())
        paths.config = QDir(config).absolutePath();
    if (!data.isEmpty())
        paths.data = QDir(data).absolutePath();
    return paths;
}

Result<Paths> Paths::standard(const QString &config, const QString &data)
{
    return make(places(config, data));
}

Result<Paths> Paths::under(const QString &folder)
{
    return make({.config = folder + u"/config"_s,
                 .data = folder + u"/data"_s,
                 .cache = folder + u"/cache"_s,
                 .runtime = folder + u"/run"_s});
}

} // namespace keydesk
