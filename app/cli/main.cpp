#include "app/base/Process.h"
#include "app/cli/Program.h"

#include <QCoreApplication>

#include <clocale>

int main(int argc, char **argv)
{
    keydesk::hardenProcess();
    keydesk::keepHeapSmall();
    std::setlocale(LC_ALL, ""); // before arguments are read
    QCoreApplication::setApplicationName(QStringLiteral("keydesk"));
    QCoreApplication::setApplicationVersion(QStringLiteral(KEYDESK_VERSION));
    return keydesk::cli::Program().run(argc, argv);
}
