#include "app/cli/Output.h"

#include "app/base/VisibleText.h"
#include "app/cli/ExitCode.h"

#include <QJsonDocument>

#include <cerrno>

#include <poll.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace keydesk::cli {

void Output::data(QByteArrayView bytes)
{
    write(STDOUT_FILENO, bytes);
}

void Output::line(const QString &text)
{
    data(withVisibleControls(text).toUtf8() + '\n');
}

void Output::document(const QJsonObject &object)
{
    data(QJsonDocument(object).toJson(QJsonDocument::Indented));
}

void Output::fact(const QString &text)
{
    if (!m_json)
        write(STDERR_FILENO, withVisibleControls(text).toUtf8() + '\n');
}

void Output::fact(const QJsonObject &object)
{
    if (m_json)
        write(STDERR_FILENO, QJsonDocument(object).toJson(QJsonDocument::Compact) + '\n');
}

void Output::error(const Error &error)
{
    fact(error.message);
    fact(QJsonObject{{u"error"_s, QJsonObject{{u"kind"_s, kindName(error.kind)}, {u"message"_s, error.message}}}});
}

void Output::write(int descriptor, QByteArrayView bytes)
{
    while (!bytes.isEmpty()) {
        const ssize_t written = ::write(descriptor, bytes.data(), static_cast<std::size_t>(bytes.size()));
        if (written >= 0) {
            bytes = bytes.sliced(written);
        } else if (errno == EAGAIN) { // somebody at the other end of it made it non-blocking
            pollfd room{descriptor, POLLOUT, 0};
            ::poll(&room, 1, -1);
        } else if (errno != EINTR) {
            m_broken = m_broken || descriptor == STDOUT_FILENO;
            return;
        }
    }
}

} // namespace keydesk::cli
