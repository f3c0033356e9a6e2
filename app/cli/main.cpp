#include "app/base/Process.h"
#include "app/cli/Program.h"

#include <QCoreApplication>

#include <clocale>

#include <fcntl.h>
#include <unistd.h>

namespace {

/// Where standard input, output or error is closed, the database or a pipe would be opened in its place, and
/// what is told would be written there. What stands there instead can neither be read nor written, as if it
/// were closed, and is so for a program of exec's.
void keepStandardDescriptors()
{
    for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (::fcntl(descriptor, F_GETFD) < 0) // the lowest one that is free is taken
            ::open("/dev/null", O_CLOEXEC | (descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY));
    }
}

} // namespace

int main(int argc, char **argv)
{
    keepStandardDescriptors();
    keydesk::hardenProcess();
    keydesk::keepHeapSmall();
    std::setlocale(LC_ALL, ""); // before arguments are read
    QCoreApplication::setApplicationName(QStringLiteral("keydesk"));
    QCoreApplication::setApplicationVersion(QStringLiteral(KEYDESK_VERSION));
    return keydesk::cli::Program().run(argc, argv);
}
