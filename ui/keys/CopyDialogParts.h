#pragma once

#include "ui/setup/Card.h"

class QDialog;
class QListWidget;
class QPushButton;
class QWidget;

namespace keydesk {

/// What the dialogs that copy a key have in common: Copy Key, and Copy as Code.

/// A form that the key can be copied in; the list is as wide as its longest name needs.
void addCopyFormat(QListWidget &formats, const QString &name, int value);
/// `save` at left; Close, which rejects the dialog, and `copy` at right, which is the default.
QWidget *makeCopyButtons(QDialog &dialog, QPushButton &save, QPushButton &copy);

/// One line of their facts.
Fact copyFact(const QString &icon, theme::Role ink, const QString &text);
/// The token is being read from where it is kept.
Fact waitingFact();
/// A token was copied; the clipboard is cleared in so many seconds, or was when there are none.
Fact clipboardFact(int seconds);

} // namespace keydesk
