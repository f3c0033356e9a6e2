#pragma once

#include "ui/theme/Theme.h"

#include <QIcon>

namespace keydesk {

/// An icon of the project's family (":/icons/<name>.svg", 24-px outlines in currentColor), recoloured at
/// paint time from the application's palette, so that it follows the theme. Disabled icons are fainter; on a
/// primary button pass Role::OnAccent. Names: key, environments, console, search, plus, check, warning,
/// refused, lock, unlock, no-keychain, copy, eye, eye-off, refresh, trash, pencil, duplicate, external-link,
/// chevron-right, chevron-down, dots, send, stop, clock, clipboard, shield, info, close, arrow-left,
/// arrow-right, settings, history, download, keydesk.
QIcon icon(const QString &name, theme::Role role = theme::Role::Text);

} // namespace keydesk
