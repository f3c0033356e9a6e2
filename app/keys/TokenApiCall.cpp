#include "app/keys/TokenApiCall.h"

#include "app/base/JsonPointer.h"
#include "app/base/PlainText.h"
#include "app/base/Redactor.h"
#include "app/providers/AuthExplainer.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

struct TokenApiCallText
{
    Q_DECLARE_TR_FUNCTIONS(TokenApiCall)
};

bool isAbilities(const QJsonValue &value)
{
    return value.isString() && value.toString().trimmed() == "{{abilities}}"_L1;
}

/// As it may be shown. Redacted last: a character that is taken out may have stood in the middle of a token.
QString harmless(const QString &words, const Redactor &redactor)
{
    return redactor.redactText(plainText(words));
}

/// The words of an error body, if it has any where APIs put them.
QString ownWords(const HttpResponse &response, const Redactor &redactor)
{
    const QJsonDocument document = QJsonDocument::fromJson(response.body);
    const QJsonValue root = document.isArray() ? QJsonValue(document.array()) : QJsonValue(document.object());
    for (const QStringView pointer :
         {u"/message", u"/error/message", u"/error_description", u"/detail", u"/error", u"/title"}) {
        const QString text = harmless(textAtPointer(root, pointer), redactor);
        if (!text.isEmpty() && text.size() <= 300)
            return text;
    }
    return {};
}

} // namespace

QUrl tokenApiUrl(const QUrl &baseUrl, const QString &path)
{
    QString base = path.startsWith(u'/')
                       ? baseUrl.toString(QUrl::RemovePath | QUrl::RemoveQuery | QUrl::RemoveFragment |
                                          QUrl::FullyEncoded)
                       : baseUrl.toString(QUrl::RemoveQuery | QUrl::RemoveFragment | QUrl::FullyEncoded);
    while (base.endsWith(u'/'))
        base.chop(1);
    return QUrl(base + (path.startsWith(u'/') ? path : u'/' + path));
}

QJsonValue filledIn(const QJsonValue &body, const QString &name, const QStringList &abilities)
{
    if (isAbilities(body))
        return QJsonArray::fromStringList(abilities);
    if (body.isString()) {
        // One after the other would fill in a name that reads "{{abilities}}".
        QString filled;
        QStringView rest;
        const QString text = body.toString();
        for (rest = text; !rest.isEmpty();) {
            if (rest.startsWith("{{name}}"_L1)) {
                filled += name;
                rest = rest.mid(8);
            } else if (rest.startsWith("{{abilities}}"_L1)) {
                filled += abilities.join(u',');
                rest = rest.mid(13);
            } else {
                filled += rest.front();
                rest = rest.mid(1);
            }
        }
        return filled;
    }
    if (body.isArray()) {
        QJsonArray filled;
        for (const QJsonValue item : body.toArray())
            filled.append(filledIn(item, name, abilities));
        return filled;
    }
    if (body.isObject()) {
        const QJsonObject members = body.toObject();
        QJsonObject filled;
        for (auto member = members.begin(); member != members.end(); ++member) {
            if (!abilities.isEmpty() || !isAbilities(member.value()))
                filled.insert(member.key(), filledIn(member.value(), name, abilities));
        }
        return filled;
    }
    return body;
}

namespace {

QJsonValue withVariable(const QJsonValue &body, const QString &written, const QString &value)
{
    if (body.isString())
        return body.toString().replace(written, value);
    if (body.isArray()) {
        QJsonArray filled;
        for (const QJsonValue item : body.toArray())
            filled.append(withVariable(item, written, value));
        return filled;
    }
    if (!body.isObject())
        return body;
    QJsonObject filled = body.toObject();
    for (auto member = filled.begin(); member != filled.end(); ++member)
        member.value() = withVariable(member.value(), written, value);
    return filled;
}

} // namespace

Result<TokenApi> tokenApiFor(const TokenApi &api, const Environment &environment)
{
    TokenApi filled = api;
    for (const TokenApiVariable &variable : api.variables) {
        const QString written = u"{{%1}}"_s.arg(variable.name);
        QStringList unresolved;
        const QString value = resolveVariables(written, environment.allVariables(), &unresolved).trimmed();
        if (!unresolved.isEmpty() || value.isEmpty())
            return failure(Error::Kind::InvalidInput,
                           TokenApiCallText::tr(
                               "This API must be told: %1. Add the variable %2 to the environment “%3”, for "
                               "example with the value %4.")
                               .arg(variable.label, variable.name, environment.name, variable.example));
        // Would be filled in once more, with the key's name.
        if (value.contains("{{"_L1))
            return failure(Error::Kind::InvalidInput,
                           TokenApiCallText::tr(
                               "The variable %1 of the environment “%2” holds {{, which it cannot here.")
                               .arg(variable.name, environment.name));
        const QString encoded = QString::fromLatin1(QUrl::toPercentEncoding(value));
        for (QString *path : {&filled.createPath, &filled.revokePath, &filled.list.path})
            path->replace(written, encoded);
        filled.createBody = withVariable(filled.createBody, written, value);
    }
    return filled;
}

PreparedRequest listTokensRequest(const TokenList &list, const QUrl &page, const Authorisation &session)
{
    PreparedRequest request;
    request.method = list.method.toLatin1();
    request.url = page;
    request.headers = {{"Accept"_ba, "application/json"_ba}};
    session.giveTo(request);
    request.followRedirects = false;
    request.wipeAnswer = true; // a careless provider may list whole tokens
    return request;
}

PreparedRequest createTokenRequest(const TokenApi &api, const QUrl &baseUrl, const QString &name,
                                   const QStringList &abilities, const Authorisation &session)
{
    PreparedRequest request;
    request.method = api.createMethod.toLatin1();
    request.url = tokenApiUrl(baseUrl, api.createPath);
    request.headers = {{"Accept"_ba, "application/json"_ba}};
    const QJsonValue body = filledIn(api.createBody, name, abilities);
    if (body.isObject() || body.isArray()) {
        request.headers.append({"Content-Type"_ba, "application/json"_ba});
        request.body = (body.isObject() ? QJsonDocument(body.toObject()) : QJsonDocument(body.toArray()))
                           .toJson(QJsonDocument::Compact);
    }
    session.giveTo(request);
    // The reply to a redirect would go to a place that nobody named, with the name of the key in it.
    request.followRedirects = false;
    request.wipeAnswer = true;
    return request;
}

Result<CreatedToken> readCreatedToken(const TokenApi &api, const QByteArray &body)
{
    QJsonParseError problem;
    const QJsonDocument document = QJsonDocument::fromJson(body, &problem);
    const QJsonValue root = document.isArray() ? QJsonValue(document.array()) : QJsonValue(document.object());
    QString text =
        problem.error == QJsonParseError::NoError ? textAtPointer(root, api.tokenPointer) : QString();
    if (text.isEmpty())
        return failure(Error::Kind::BadResponse,
                       TokenApiCallText::tr(
                           "The provider says that it made the key, but its answer holds no token where "
                           "one is expected. "
                           "Look for the key in the provider's dashboard and delete it there."),
                       problem.error == QJsonParseError::NoError ? u"nothing at "_s + api.tokenPointer
                                                                 : problem.errorString());
    CreatedToken created;
    created.token = Secret::take(text.toUtf8());
    wipe(text);
    if (!api.idPointer.isEmpty())
        created.remoteId = textAtPointer(root, api.idPointer);
    return created;
}

Secret tokenMadeBy(const Provider &provider, const QUrl &baseUrl, const QByteArray &method, const QUrl &url,
                   const HttpResponse &response)
{
    if (!response.isOk())
        return {};
    const auto place = [](const QUrl &full) {
        return full.adjusted(QUrl::RemoveQuery | QUrl::RemoveFragment | QUrl::NormalizePathSegments |
                             QUrl::StripTrailingSlash);
    };
    for (const TokenApi &api : provider.tokenApis) {
        if (method.compare(api.createMethod.toLatin1(), Qt::CaseInsensitive) != 0 ||
            place(url) != place(tokenApiUrl(baseUrl, api.createPath)))
            continue;
        if (Result<CreatedToken> made = readCreatedToken(api, response.body))
            return std::move(made->token);
    }
    return {};
}

std::optional<PreparedRequest> revokeTokenRequest(const TokenApi &api, const QUrl &baseUrl,
                                                  const QString &remoteId, const Authorisation &session)
{
    if (api.revokeMethod.isEmpty() || remoteId.isEmpty())
        return {};
    QString path = api.revokePath;
    path.replace("{{id}}"_L1, QString::fromLatin1(QUrl::toPercentEncoding(remoteId)));
    PreparedRequest request;
    request.method = api.revokeMethod.toLatin1();
    request.url = tokenApiUrl(baseUrl, path);
    request.headers = {{"Accept"_ba, "application/json"_ba}};
    session.giveTo(request);
    request.followRedirects = false;
    return request;
}

Error refusedBy(const Provider &provider, const HttpResponse &response, const Redactor &redactor)
{
    const QString status =
        u"%1 %2"_s.arg(response.status).arg(QString::fromLatin1(reasonPhrase(response.status))).trimmed();
    const QString words = ownWords(response, redactor);
    QString message = words.isEmpty()
                          ? TokenApiCallText::tr("%1 answered %2.").arg(provider.name, status)
                          : TokenApiCallText::tr("%1 answered %2: %3").arg(provider.name, status, words);
    if (const ErrorShape *shape = explaining::shapeOf(provider, response); shape && !shape->text.isEmpty())
        message += u' ' + shape->text;
    return {Error::Kind::Refused, message, {}};
}

} // namespace keydesk
