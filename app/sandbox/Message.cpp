#include "app/sandbox/Message.h"

#include <QDateTime>
#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace keydesk::sandbox {

namespace {

constexpr qsizetype mostPairs = 100;

QString decoded(QByteArray text)
{
    text.replace('+', ' ');
    return QString::fromUtf8(QByteArray::fromPercentEncoding(text));
}

} // namespace

std::optional<QString> Request::queryValue(const QString &name) const
{
    for (const auto &[key, value] : query) {
        if (key == name)
            return value;
    }
    return std::nullopt;
}

Reply jsonReply(int status, const QJsonObject &object)
{
    return {status, "application/json", QJsonDocument(object).toJson(QJsonDocument::Compact), {}, nullptr};
}

Reply htmlReply(int status, const QByteArray &page)
{
    // same-origin, not no-referrer: with the latter a browser sends "Origin: null" with our own forms.
    return {status,
            "text/html; charset=utf-8",
            page,
            {{"Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
                                         "frame-ancestors 'none'; base-uri 'none'"},
             {"Referrer-Policy", "same-origin"},
             {"X-Content-Type-Options", "nosniff"}},
            nullptr};
}

QList<QPair<QString, QString>> parseForm(const QByteArray &text)
{
    QList<QPair<QString, QString>> pairs;
    for (const QByteArray &part : text.split('&')) {
        if (part.isEmpty())
            continue;
        if (pairs.size() == mostPairs)
            break;
        const qsizetype equals = part.indexOf('=');
        if (equals < 0)
            pairs.append({decoded(part), QString()});
        else
            pairs.append({decoded(part.first(equals)), decoded(part.sliced(equals + 1))});
    }
    return pairs;
}

tl::expected<QJsonObject, QString> parseObject(const Request &request)
{
    if (request.body.trimmed().isEmpty())
        return QJsonObject();
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(request.body, &error);
    if (error.error != QJsonParseError::NoError)
        return tl::unexpected(
            u"The body is not valid JSON: %1 at byte %2."_s.arg(error.errorString()).arg(error.offset));
    if (!document.isObject())
        return tl::unexpected(u"The body must be a JSON object."_s);
    return document.object();
}

Bearer bearerOf(const Request &request)
{
    if (request.authorization.isEmpty())
        return {};
    const Bearer malformed{Bearer::State::Malformed, {}};
    if (request.authorization.size() > 1)
        return malformed;
    const QByteArray value = request.authorization.first().trimmed();
    const qsizetype space = value.indexOf(' ');
    if (space < 0 || value.left(space).toLower() != "bearer")
        return malformed;
    const QByteArray token = value.mid(space + 1).trimmed();
    if (token.isEmpty() || token.contains(' ') || token.contains('\t'))
        return malformed; // "Bearer Bearer …" ends here
    return {Bearer::State::Present, token};
}

QString timeText(const QDateTime &time)
{
    return time.toUTC().toString(u"yyyy-MM-ddTHH:mm:ssZ"_s);
}

} // namespace keydesk::sandbox
