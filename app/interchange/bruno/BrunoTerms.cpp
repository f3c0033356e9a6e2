#include "app/interchange/bruno/BrunoTerms.h"

#include "app/base/PlainText.h"
#include "app/interchange/tools/ToolUrl.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

struct BrunoTermsText
{
    Q_DECLARE_TR_FUNCTIONS(BrunoTerms)
};

ToolTerm brunoTerm(const QString &expression)
{
    static const QRegularExpression processEnv(u"^process\\.env\\.([A-Za-z_]\\w*)$"_s);
    static const QRegularExpression plainName(u"^\\$[A-Za-z][\\w.-]*$"_s);
    ToolTerm term;
    if (const auto match = processEnv.match(expression); match.hasMatch()) {
        term.text = u"{{$processEnv "_s + match.captured(1) + u"}}"_s;
        term.note = BrunoTermsText::tr("The variable %1 comes from the environment that Keydesk runs in; "
                                       "Bruno also reads it from a file “.env”.")
                        .arg(match.captured(1).left(80));
    } else if (expression.startsWith(u'?') && expression.size() > 1) {
        const QString asked = expression.sliced(1).trimmed();
        term.variable = keydeskVariableName(asked);
        term.prompt = HttpPrompt{{}, asked};
    } else if (expression.startsWith(u'$')) {
        if (const auto known = keydeskDynamicValue(expression.sliced(1))) {
            term.text = u"{{"_s + *known + u"}}"_s;
            if (*known != expression)
                term.note =
                    BrunoTermsText::tr("%1 is written %2 in Keydesk.").arg(expression.left(80), *known);
        } else {
            term.isExpressed = false;
            term.note =
                plainName.match(expression).hasMatch()
                    ? BrunoTermsText::tr("Keydesk makes up no value for “%1”; it stays as it is.")
                          .arg(expression.left(80))
                    : BrunoTermsText::tr(
                          "Keydesk has no value for what stands between these braces; it stays as it is.");
        }
    } else {
        term.variable = expression;
    }
    return term;
}

} // namespace

ToolSyntax brunoSyntax()
{
    return {brunoTerm, {}};
}

ToolAuth brunoAuth(const QString &kind, const std::function<QString(const QString &name)> &member)
{
    const auto anyOf = [&member](std::initializer_list<const char *> names) {
        for (const char *name : names) {
            if (const QString value = member(QString::fromLatin1(name)); !value.isEmpty())
                return value;
        }
        return QString();
    };
    if (kind.isEmpty() || kind == "inherit"_L1)
        return {};
    if (kind == "none"_L1)
        return noAuth();
    if (kind == "basic"_L1)
        return basicAuth(member(u"username"_s), member(u"password"_s));
    if (kind == "bearer"_L1)
        return bearerAuth(member(u"token"_s));
    if (kind == "apikey"_L1)
        return member(u"placement"_s).startsWith("query"_L1, Qt::CaseInsensitive) ? keyInQuery(member(u"key"_s), member(u"value"_s))
                                                                                  : keyInHeader(member(u"key"_s), member(u"value"_s));
    if (kind == "oauth2"_L1)
        return oauth2Auth(anyOf({"grant_type", "grantType", "flow"}));
    return unknownAuth(kind);
}

void takeBrunoSettings(ToolRequest &request, const std::function<QString(const QString &name)> &setting)
{
    if (setting(u"followRedirects"_s) == "false"_L1 || setting(u"maxRedirects"_s) == "0"_L1)
        request.options.followRedirects = false;
    if (setting(u"encodeUrl"_s) == "false"_L1)
        request.options.encodeUrl = false;
    bool isNumber = false;
    const int timeout = setting(u"timeout"_s).toInt(&isNumber);
    if (isNumber && timeout > 0)
        request.options.timeoutMs = std::min(timeout, 24 * 3600 * 1000);
    if (setting(u"forwardAuthorizationHeader"_s) == "true"_L1)
        request.left.append(
            BrunoTermsText::tr("Keydesk sends no credential on to another host when it follows a redirect."));
}

void addContentType(ToolRequest &request, const QString &contentType)
{
    const bool isThere = std::ranges::any_of(request.spec.headers, [](const NameValue &row) {
        return row.enabled && row.name.trimmed().compare("content-type"_L1, Qt::CaseInsensitive) == 0;
    });
    if (!isThere && !contentType.isEmpty())
        request.spec.headers.append({u"Content-Type"_s, contentType, true});
}

void takeBrunoText(ToolRequest &request, const QString &kind, const QString &text)
{
    RequestBody &body = request.spec.body;
    body.kind = kind == "json"_L1 ? RequestBody::Kind::Json : kind == "xml"_L1 ? RequestBody::Kind::Xml : RequestBody::Kind::Text;
    body.text = text;
    if (kind == "sparql"_L1)
        addContentType(request, u"application/sparql-query"_s);
}

void addBrunoFiles(ToolRequest &request, const QString &name, const QStringList &files, const QString &contentType, bool enabled)
{
    for (const QString &file : files) {
        if (!file.trimmed().isEmpty())
            request.spec.body.parts.append({name, {}, file.trimmed(), {}, contentType, {}, enabled});
    }
}

void takeBrunoFile(ToolRequest &request, const QString &file, const QString &contentType)
{
    request.spec.body.kind = RequestBody::Kind::File;
    request.spec.body.file = file.trimmed();
    addContentType(request, contentType.trimmed());
}

void takeBrunoParameters(ToolRequest &request, const QList<NameValue> &query, const QList<NameValue> &path)
{
    for (const QString &name : takePathParts(request.spec, path))
        request.left.append(BrunoTermsText::tr("The URL has no part “:%1”; its value is left out.")
                                .arg(plainText(name.left(80))));
    takeQuery(request.spec, query, ToolQuery::Shown, true);
}

QString secretVariablesWords(const QStringList &names)
{
    return BrunoTermsText::tr("The file does not hold the values of the secret variables: %1. Make them "
                              "secret variables of the environment in Keydesk.")
        .arg(plainText(names.join(", "_L1).left(400)));
}

QString scriptsWords()
{
    return BrunoTermsText::tr("Its scripts are not imported: Keydesk runs none.");
}

QString testsWords()
{
    return BrunoTermsText::tr("Its tests are not imported: they are scripts, and Keydesk runs none.");
}

QString assertionsWords(qsizetype count)
{
    return count == 1 ? BrunoTermsText::tr("Its assertion is not imported.")
                      : BrunoTermsText::tr("Its %1 assertions are not imported.").arg(count);
}

QString answerVariablesWords()
{
    return BrunoTermsText::tr(
        "Variables that it takes from its answer are not imported. Name the request in its file and write "
        "{{name.response.body.$.…}} where the value is needed.");
}

} // namespace keydesk
