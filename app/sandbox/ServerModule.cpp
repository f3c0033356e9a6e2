#include "app/sandbox/ServerModule.h"

#include <QCoreApplication>
#include <QDir>
#include <QLibrary>

using namespace Qt::StringLiterals;

namespace keydesk::sandbox {

Result<ServerModule> ServerModule::load()
{
    // Named by its whole path: a search would take the environment's word for it.
    const QString folder = QDir::cleanPath(QDir(QCoreApplication::applicationDirPath())
                                               .absoluteFilePath(QStringLiteral(KEYDESK_MODULES_FROM_PROGRAMS)));
    QLibrary library(folder + u"/keydesk_http_server"_s);
    const QFunctionPointer make = library.resolve(functionName);
    if (!make)
        return failure(Error::Kind::Unsupported,
                       QCoreApplication::translate(
                           "ServerModule", "The sandbox cannot start: a part of Keydesk is missing from %1. "
                                           "Install Keydesk again.")
                           .arg(QDir::toNativeSeparators(folder)),
                       library.errorString());
    return ServerModule(reinterpret_cast<Make>(make));
}

std::unique_ptr<HttpServer> ServerModule::makeServer(RequestHandler &handler, TaskPool &pool,
                                                     Connections &connections) const
{
    return std::unique_ptr<HttpServer>(m_make(handler, pool, connections));
}

} // namespace keydesk::sandbox
