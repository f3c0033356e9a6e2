#pragma once

#include <QByteArray>
#include <QList>
#include <QString>

#include <optional>

namespace keydesk::sandbox {

/// What a request's head says about where it comes from and how its body is framed.
struct Head
{
    QByteArray method;
    qsizetype targetSize = 0;
    QList<QByteArray> hosts;
    QList<QByteArray> origins;
    QList<QByteArray> lengths;   ///< Content-Length
    QList<QByteArray> encodings; ///< Transfer-Encoding
    QByteArray contentType;      ///< lower case, without parameters

    /// True if a body follows the head.
    [[nodiscard]] bool hasBody() const;
};

constexpr qsizetype mostBodyBytes = 1024 * 1024;

struct Refusal
{
    int status = 400;
    QString message;
};

/// Why this request is refused before any route sees it; nothing if it is not. `port` is the server's own.
std::optional<Refusal> refusalOf(const Head &head, int port);

} // namespace keydesk::sandbox
