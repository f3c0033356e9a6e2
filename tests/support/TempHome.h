#pragma once

#include <QTemporaryDir>

namespace keydesk::test {

/// A home of its own for one test: HOME and the XDG folders point into a temporary folder, so that nothing of the user's is read or written.
/// Make it before anything that asks QStandardPaths.
class TempHome
{
public:
    TempHome();

    [[nodiscard]] QString path(const QString &name = {}) const;

private:
    QTemporaryDir m_folder;
};

} // namespace keydesk::test
