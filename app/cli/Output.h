#pragma once

#include "app/base/Error.h"

#include <QByteArray>
#include <QJsonObject>
#include <QString>

namespace keydesk::cli {

/// Where a command's words go: data to standard output, everything else to standard error. With --json standard error holds one
/// JSON object a line. Writes at once and whole; a reader that went away is no error, see `isBroken`.
class Output
{
public:
    void setJson(bool json) { m_json = json; }
    [[nodiscard]] bool isJson() const { return m_json; }

    /// To standard output, byte for byte.
    void data(QByteArrayView bytes);
    /// A line of text to standard output. Characters that would change the display are made visible.
    void line(const QString &text);
    /// A document to standard output.
    void document(const QJsonObject &object);

    /// A sentence to standard error; with --json nothing.
    void fact(const QString &text);
    /// An object to standard error; without --json nothing.
    void fact(const QJsonObject &object);
    /// Its message, or {"error":{"kind","message"}}.
    void error(const Error &error);

    /// Nobody reads standard output any more (`| head`).
    [[nodiscard]] bool isBroken() const { return m_broken; }

private:
    void write(int descriptor, QByteArrayView bytes);

    bool m_json = false;
    bool m_broken = false;
};

} // namespace keydesk::cli
