#include "app/keys/AccessToken.h"

#include "app/base/Redactor.h"
#include "app/http/HeaderRules.h"
#include "app/http/Redirect.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QJsonObject>

#include <chrono>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

struct AccessTokenText
{
    Q_DECLARE_TR_FUNCTIONS(AccessToken)
};

constexpr qsizetype largestAnswer = 1024 * 1024;
constexpr auto longestLife = std::chrono::hours(24 * 365 * 10);

QByteArray encoded(std::string_view text)
{
    return QByteArray::fromRawData(text.data(), static_cast<qsizetype>(text.size())).toPercentEncoding();
}

QByteArray encoded(const QString &text)
{
    return text.toUtf8().toPercentEncoding();
}

QString placeOf(const OAuthClient &client)
{
    return Origin::fromUrl(client.tokenUrl).value_or(Origin()).toString();
}

tl::unexpected<Error> noToken(const OAuthClient &client, const QString &why)
{
    return failure(Error::Kind::NoAccessToken,
                   AccessTokenText::tr("%1 gave no access token. %2").arg(placeOf(client), why));
}

/// What a server says is foreign: short, on one line, without secrets.
QString ownWords(const QString &words, const Redactor &redactor)
{
    QString plain = redactor.redactText(words);
    plain.removeIf([](QChar c) { return !c.isPrint() && !c.isSpace(); });
    return plain.simplified().left(200);
}

QString meaningOf(const QString &error, const OAuthClient &client)
{
    if (error == "invalid_client"_L1)
        return client.inBody
                   ? AccessTokenText::tr(
                         "It does not accept the client ID and the client secret (invalid_client): one of "
                         "them is wrong, or it wants them in the header and not in the body.")
                   : AccessTokenText::tr(
                         "It does not accept the client ID and the client secret (invalid_client): one of "
                         "them is wrong, or it wants them in the body and not in the header.");
    if (error == "invalid_scope"_L1)
        return client.scope.isEmpty()
                   ? AccessTokenText::tr("It wants to be told a scope (invalid_scope).")
                   : AccessTokenText::tr("It does not give this client the scope “%1” (invalid_scope).")
                         .arg(client.scope);
    if (error == "unauthorized_client"_L1)
        return AccessTokenText::tr(
            "It does not let this client use client credentials (unauthorized_client).");
    if (error == "unsupported_grant_type"_L1)
        return AccessTokenText::tr(
            "It does not offer client credentials at this address (unsupported_grant_type).");
    if (error == "invalid_request"_L1)
        return AccessTokenText::tr("It finds something missing or wrong in the request (invalid_request).");
    if (error == "invalid_target"_L1)
        return AccessTokenText::tr("It does not know the audience “%1” (invalid_target).")
            .arg(client.audience);
    return {};
}

QString statusOf(const HttpResponse &answer)
{
    return u"%1 %2"_s.arg(answer.status).arg(QString::fromUtf8(answer.reason)).trimmed();
}

QString refusalOf(const OAuthClient &client, const HttpResponse &answer, const QJsonObject &object,
                  const Redactor &redactor)
{
    const QString error = object.value("error"_L1).toString();
    const QString words = ownWords(object.value("error_description"_L1).toString(), redactor);
    QString why = meaningOf(error, client);
    if (why.isEmpty()) {
        why = error.isEmpty() ? AccessTokenText::tr("It answered %1.").arg(statusOf(answer))
                              : AccessTokenText::tr("It answered %1: “%2”.")
                                    .arg(statusOf(answer), ownWords(error, redactor));
        if (answer.status == 401 && error.isEmpty())
            why = meaningOf(u"invalid_client"_s, client).replace("invalid_client"_L1, statusOf(answer));
        else if (answer.status == 404)
            why += u' ' + AccessTokenText::tr("Check the token URL.");
    }
    return words.isEmpty() ? why : why + u' ' + AccessTokenText::tr("It says: “%1”").arg(words);
}

QDateTime expiryOf(const QJsonValue &written, const QDateTime &askedAt)
{
    // Some write the number as text.
    const double seconds = written.isString() ? written.toString().toDouble() : written.toDouble();
    if (!(seconds > 0))
        return {};
    const double most = std::chrono::duration<double>(longestLife).count();
    return askedAt.addMSecs(static_cast<qint64>(qMin(seconds, most) * 1000));
}

Result<AccessToken> tokenIn(const OAuthClient &client, const QJsonObject &object, const QDateTime &askedAt,
                            const Redactor &redactor)
{
    const QString type = object.value("token_type"_L1).toString();
    // RFC 6749 wants it; an answer without it can mean nothing else.
    if (!type.isEmpty() && type.compare("bearer"_L1, Qt::CaseInsensitive) != 0)
        return noToken(client, AccessTokenText::tr(
                                   "It gave a token of the type “%1”; Keydesk can send bearer tokens only.")
                                   .arg(ownWords(type, redactor)));
    QString text = object.value("access_token"_L1).toString();
    if (text.isEmpty())
        return noToken(client,
                       AccessTokenText::tr("Its answer has no “access_token” in it. Check the token URL."));
    QByteArray bytes = text.toUtf8();
    wipe(text);
    if (!isHeaderValue(bytes))
        return noToken(client, AccessTokenText::tr(
                                   "The token that it gave holds characters that a header cannot carry."));
    return AccessToken{Secret::take(std::move(bytes)), askedAt, expiryOf(object.value("expires_in"_L1), askedAt)};
}

} // namespace

PreparedRequest accessTokenRequest(const OAuthClient &client, const Secret &secret)
{
    PreparedRequest request;
    request.method = "POST";
    request.url = client.tokenUrl;
    request.headers = {{"Content-Type"_ba, "application/x-www-form-urlencoded"_ba}, {"Accept"_ba, "application/json"_ba}};
    request.followRedirects = false;
    request.wipeAnswer = true;
    QByteArray body = "grant_type=client_credentials"_ba;
    if (!client.scope.isEmpty())
        body += "&scope="_ba + encoded(client.scope);
    if (!client.audience.isEmpty())
        body += "&audience="_ba + encoded(client.audience);
    if (client.inBody) {
        request.secretInBody = AccessTokenText::tr("the client secret");
        body += "&client_id="_ba + encoded(client.clientId) + "&client_secret="_ba + encoded(secret.reveal());
    } else {
        // Both are encoded first (RFC 6749 section 2.3.1), so that a colon in one of them separates nothing.
        QByteArray both = encoded(client.clientId) + ':' + encoded(secret.reveal());
        auto pair = std::make_shared<OneTimeToken>();
        pair->token = std::make_shared<const Secret>(Secret::take(std::move(both)));
        pair->form = {KeyPlacement::Basic, "Authorization", "Basic "};
        pair->origins = {Origin::fromUrl(client.tokenUrl).value_or(Origin())};
        request.oneTimeToken = std::move(pair);
    }
    request.body = body;
    return request;
}

Result<AccessToken> readAccessToken(const OAuthClient &client, const Result<HttpResponse> &answer,
                                    const QDateTime &askedAt, const Redactor &redactor)
{
    if (!answer)
        return answer.error().kind == Error::Kind::Cancelled
                   ? Result<AccessToken>(tl::unexpected(answer.error()))
                   : Result<AccessToken>(failure(Error::Kind::NoAccessToken,
                                                 AccessTokenText::tr("No access token could be fetched. %1")
                                                     .arg(answer.error().message),
                                                 answer.error().detail));
    if (isRedirect(answer->status))
        return noToken(client,
                       AccessTokenText::tr(
                           "It redirects (%1), which is not followed, because the client secret would go "
                           "along. Correct the token URL.")
                           .arg(statusOf(*answer)));
    QJsonParseError problem{};
    QJsonObject object;
    if (answer->body.size() <= largestAnswer && !answer->truncated)
        object = QJsonDocument::fromJson(answer->body, &problem).object();
    if (!answer->isOk())
        return noToken(client, refusalOf(client, *answer, object, redactor));
    if (object.isEmpty())
        return noToken(client,
                       AccessTokenText::tr(
                           "Its answer (%1) is not the JSON object that a token comes in. Check the token "
                           "URL.")
                           .arg(statusOf(*answer)));
    if (object.contains("error"_L1))
        return noToken(client, refusalOf(client, *answer, object, redactor));
    return tokenIn(client, object, askedAt, redactor);
}

} // namespace keydesk
