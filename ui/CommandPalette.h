#pragma once

#include <QAction>
#include <QDialog>

namespace keydesk {

/// Ctrl+K: every action of the menus, found by typing; Enter runs it.
class CommandPalette : public QDialog
{
    Q_OBJECT

public:
    explicit CommandPalette(const QList<QAction *> &actions, QWidget *parent = nullptr);
};

} // namespace keydesk
