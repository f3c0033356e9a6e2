#include "app/base/Log.h"

#include "app/base/Redactor.h"

#include <atomic>
#include <cstdio>

namespace keydesk {

Q_LOGGING_CATEGORY(lcKeys, "keydesk.keys", QtInfoMsg)
Q_LOGGING_CATEGORY(lcHttp, "keydesk.http", QtInfoMsg)
Q_LOGGING_CATEGORY(lcStorage, "keydesk.storage", QtInfoMsg)
Q_LOGGING_CATEGORY(lcSandbox, "keydesk.sandbox", QtInfoMsg)
Q_LOGGING_CATEGORY(lcUi, "keydesk.ui", QtInfoMsg)

namespace {

// Qt's message handler is a plain function without a context argument.
std::atomic<const Redactor *> logRedactor{nullptr};

void writeRedacted(QtMsgType type, const QMessageLogContext &context, const QString &message)
{
    QByteArray line = qFormatLogMessage(type, context, message).toUtf8();
    if (const Redactor *redactor = logRedactor.load())
        line = redactor->redact(line).bytes;
    line += '\n';
    std::fwrite(line.constData(), 1, static_cast<std::size_t>(line.size()), stderr);
    std::fflush(stderr);
}

} // namespace

void installRedactedLogging(const Redactor *redactor)
{
    if (redactor) {
        logRedactor.store(redactor);
        qInstallMessageHandler(writeRedacted);
    } else {
        qInstallMessageHandler(nullptr);
        logRedactor.store(nullptr);
    }
}

} // namespace keydesk
