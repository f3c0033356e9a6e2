#pragma once

#include "app/Core.h"
#include "ui/keys/KeysPage.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Clipboard.h"

#include <QApplication>

namespace keydesk::test {

/// The page of a core's keys on screen, as in the window: with theme, clipboard and rotations. Only for tests of the user interface, which
/// link the widgets. Does not outlive the core.
struct KeysPageFixture
{
    explicit KeysPageFixture(Core &core)
        : theme(*qobject_cast<QApplication *>(QCoreApplication::instance()), *core.settings)
        , clipboard(*QGuiApplication::clipboard(), *core.settings)
        , page(*core.keys, *core.ring, *core.keyService, *core.environments, core.providers, clipboard, *core.settings, *core.usage, *core.due,
               *core.history)
    {
        page.showRotations(*core.rotations);
        page.resize(1180, 640);
        page.show();
    }

    ThemeController theme;
    Clipboard clipboard;
    KeysPage page;
};

} // namespace keydesk::test
