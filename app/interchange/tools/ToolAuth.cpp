#include "app/interchange/tools/ToolAuth.h"

#include "app/base/PlainText.h"

#include <QCoreApplication>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

struct ToolAuthText
{
    Q_DECLARE_TR_FUNCTIONS(ToolAuth)
};

ToolAuth inHeader(const QString &name, const QString &value)
{
    return {ToolAuth::Where::Header, {name, value, true}};
}

bool hasSpace(const QString &text)
{
    return std::ranges::any_of(text, [](QChar c) { return c.isSpace(); });
}

/// For people: "authorization_code" is two words.
QString words(const QString &name)
{
    QString text = plainText(name.left(60));
    text.replace(u'_', u' ');
    return text;
}

} // namespace

ToolAuth noAuth()
{
    return {ToolAuth::Where::Nowhere};
}

ToolAuth basicAuth(const QString &user, const QString &password)
{
    const QString name = u"Authorization"_s;
    const bool isPlain = !user.isEmpty() && !password.isEmpty() && !hasSpace(user) && !user.contains(u':') &&
                         password == password.trimmed() && !password.contains(u'\n');
    if (isPlain)
        return inHeader(name, u"Basic "_s + user + u' ' + password);
    const QString pair = user + u':' + password;
    if (pair.contains("{{"_L1)) // it is known when it is sent
        return inHeader(name, u"Basic "_s + pair);
    return inHeader(name, u"Basic "_s + QString::fromLatin1(pair.toUtf8().toBase64()));
}

ToolAuth bearerAuth(const QString &token, const QString &prefix)
{
    return inHeader(u"Authorization"_s, prefix.isEmpty() ? token.trimmed() : prefix.trimmed() + u' ' + token.trimmed());
}

ToolAuth keyInHeader(const QString &name, const QString &value)
{
    return name.trimmed().isEmpty() ? noAuth() : inHeader(name.trimmed(), value);
}

ToolAuth keyInQuery(const QString &name, const QString &value)
{
    return name.trimmed().isEmpty() ? noAuth() : ToolAuth{ToolAuth::Where::Query, {name.trimmed(), value, true}};
}

ToolAuth keyInCookie(const QString &name, const QString &value)
{
    return name.trimmed().isEmpty() ? noAuth() : inHeader(u"Cookie"_s, name.trimmed() + u'=' + value);
}

ToolAuth oauth2Auth(const QString &grant)
{
    ToolAuth auth;
    auth.left = grant.isEmpty()
                    ? ToolAuthText::tr("It gets its access token by OAuth 2.0. What it needs for that is not "
                                       "imported: add a key that does "
                                       "the same, and the request takes it from its environment.")
                    : ToolAuthText::tr("It gets its access token by OAuth 2.0 (%1). What it needs for that "
                                       "is not imported: add a key that "
                                       "does the same, and the request takes it from its environment.")
                          .arg(words(grant));
    return auth;
}

ToolAuth unknownAuth(const QString &kind)
{
    ToolAuth auth = noAuth();
    auth.left =
        ToolAuthText::tr("Keydesk does not authenticate by “%1”. What it needs for that is not imported.")
            .arg(words(kind));
    return auth;
}

} // namespace keydesk
