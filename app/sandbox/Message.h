#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <QList>
#include <QPair>
#include <QString>

#include <tl/expected.hpp>

#include <functional>
#include <memory>
#include <optional>

namespace keydesk::sandbox {

/// What a server was asked, already taken apart. Everything in it came from outside.
struct Request
{
    QByteArray method; ///< as sent: "GET"
    QString path;      ///< percent-decoded, begins with '/'
    QList<QPair<QString, QString>> query;
    QList<QByteArray> authorization; ///< the value of each Authorization header
    QByteArray contentType;          ///< "application/json": lower case, without parameters
    QByteArray body;

    [[nodiscard]] std::optional<QString> queryValue(const QString &name) const;
    [[nodiscard]] bool isForm() const { return contentType == "application/x-www-form-urlencoded"; }
};

/// A body that is made while it is sent.
struct BodyStream
{
    qint64 size = 0; ///< exactly this many bytes follow
    /// At most `length` bytes from `offset` on; nothing at all ends the connection.
    std::function<QByteArray(qint64 offset, qint64 length)> read;
};

struct Reply
{
    int status = 200; ///< `noReply`: the connection is closed instead
    QByteArray contentType;
    QByteArray body;
    QList<QPair<QByteArray, QByteArray>> headers;
    std::shared_ptr<const BodyStream> stream; ///< instead of `body`

    void addHeader(const QByteArray &name, const QByteArray &value)
    {
        headers.append(std::pair(name, value));
    }
};

constexpr int noReply = 0;

Reply jsonReply(int status, const QJsonObject &object);
Reply htmlReply(int status, const QByteArray &page);

/// `a=1&b=two+words`, percent-decoded; at most 100 pairs are kept.
QList<QPair<QString, QString>> parseForm(const QByteArray &text);

/// The JSON object in a request's body, an empty one if there is no body, or what is wrong with it.
tl::expected<QJsonObject, QString> parseObject(const Request &request);

/// What the Authorization header says (RFC 6750).
struct Bearer
{
    enum class State { Absent, Malformed, Present };

    State state = State::Absent;
    QByteArray token;
};

Bearer bearerOf(const Request &request);

/// 2024-01-15T10:30:00Z, as all three providers write times.
QString timeText(const QDateTime &time);

} // namespace keydesk::sandbox
