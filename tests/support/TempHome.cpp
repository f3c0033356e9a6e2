#include "tests/support/TempHome.h"

#include <QDir>

namespace keydesk::test {

TempHome::TempHome()
{
    Q_ASSERT(m_folder.isValid());
    const QDir folder(m_folder.path());
    const auto point = [&folder](const char *variable, const QString &name) {
        folder.mkpath(name);
        qputenv(variable, folder.filePath(name).toLocal8Bit());
    };
    point("HOME", QStringLiteral("home"));
    point("XDG_CONFIG_HOME", QStringLiteral("config"));
    point("XDG_DATA_HOME", QStringLiteral("data"));
    point("XDG_CACHE_HOME", QStringLiteral("cache"));
}

QString TempHome::path(const QString &name) const
{
    return m_folder.filePath(name);
}

} // namespace keydesk::test
