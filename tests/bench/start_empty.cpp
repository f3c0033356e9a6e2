#include "tests/bench/Ready.h"

#include <QApplication>
#include <QMainWindow>
#include <QTabWidget>

/// The baseline: an empty main window with a tab widget, same Qt.
int main(int argc, char **argv)
{
    const QApplication application(argc, argv);
    QMainWindow window;
    auto *tabs = new QTabWidget;
    for (const char *name : {"API Keys", "Environments", "Console"})
        tabs->addTab(new QWidget, QString::fromLatin1(name));
    window.setCentralWidget(tabs);
    window.resize(1180, 760);
    new keydesk::bench::Ready(window);
    window.show();
    return QApplication::exec();
}
