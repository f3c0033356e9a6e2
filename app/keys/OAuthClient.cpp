#include "app/keys/OAuthClient.h"

#include "app/http/Origin.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

struct OAuthClientText
{
    Q_DECLARE_TR_FUNCTIONS(OAuthClient)
};

} // namespace

QString tokenUrlProblem(const QString &text)
{
    if (text.trimmed().isEmpty())
        return OAuthClientText::tr("Enter the token URL, such as https://auth.example.com/oauth/token.");
    const QUrl url(text.trimmed(), QUrl::StrictMode);
    if (!url.userInfo().isEmpty())
        return OAuthClientText::tr(
            "The token URL holds a user name or a password. Take them out: they have fields of their own.");
    const Result<Origin> origin = Origin::fromUrl(url);
    if (!origin)
        return origin.error().message;
    if (!origin->isSecure())
        return OAuthClientText::
            tr("%1 is plain http to another machine, where anybody on the way could read the client secret. "
               "Use https.")
                .arg(origin->toString());
    if (url.hasFragment())
        return OAuthClientText::tr("A token URL has no part behind a #. Take it out.");
    return {};
}

QString toText(const OAuthClient &client)
{
    QJsonObject object{{u"token_url"_s, client.tokenUrl.toString(QUrl::FullyEncoded)}, {u"client_id"_s, client.clientId}};
    if (!client.scope.isEmpty())
        object.insert(u"scope"_s, client.scope);
    if (!client.audience.isEmpty())
        object.insert(u"audience"_s, client.audience);
    if (client.inBody)
        object.insert(u"in_body"_s, true);
    return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

OAuthClient oauthClientFrom(const QString &text)
{
    const QJsonObject object = QJsonDocument::fromJson(text.toUtf8()).object();
    return {QUrl(object.value("token_url"_L1).toString(), QUrl::StrictMode), object.value("client_id"_L1).toString(),
            object.value("scope"_L1).toString(), object.value("audience"_L1).toString(),
            object.value("in_body"_L1).toBool()};
}

} // namespace keydesk
