#include "app/base/Process.h"

#include <QApplication>

int main(int argc, char **argv)
{
    keydesk::hardenProcess();
    const QApplication application(argc, argv);
    return QApplication::exec();
}
