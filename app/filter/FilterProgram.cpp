#include "app/filter/FilterProgram.h"

#include <QCoreApplication>
#include <QDir>

using namespace Qt::StringLiterals;

namespace keydesk {

QString filterProgram()
{
    return QDir::cleanPath(QDir(QCoreApplication::applicationDirPath())
                               .absoluteFilePath(QStringLiteral(KEYDESK_HELPERS_FROM_PROGRAMS))) +
           u"/keydesk-filter"_s;
}

} // namespace keydesk
