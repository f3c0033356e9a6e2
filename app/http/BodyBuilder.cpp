#include "app/http/BodyBuilder.h"

#include "app/http/JsonFormat.h"
#include "app/http/SecretMarkers.h"
#include "app/http/XmlFormat.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QMimeDatabase>

namespace keydesk {

namespace {

struct BodyBuilderText
{
    Q_DECLARE_TR_FUNCTIONS(BodyBuilder)
};

tl::unexpected<Error> invalid(const QString &message)
{
    return failure(Error::Kind::InvalidInput, message);
}

/// application/x-www-form-urlencoded as the URL standard serialises it.
QByteArray encodedForm(const QList<NameValue> &fields)
{
    const auto encode = [](const QString &text) {
        return QUrl::toPercentEncoding(text, "* ", "~").replace(' ', '+');
    };
    QByteArray body;
    for (const NameValue &field : fields) {
        if (!body.isEmpty())
            body += '&';
        body += encode(field.name) + '=' + encode(field.value);
    }
    return body;
}

Result<QByteArray> jsonBytes(const QString &text)
{
    const QByteArray body = text.toUtf8();
    if (body.trimmed().isEmpty())
        return invalid(
            BodyBuilderText::tr("The JSON body is empty. Write a value, or choose “None” for the body."));
    // Values are put in as they are, as in other clients: a variable may stand for a number or a whole
    // object. So the check comes after.
    if (const auto problem = checkJson(body))
        return invalid(BodyBuilderText::tr("The body is not JSON. %1").arg(problem->sentence()));
    return body;
}

Result<QByteArray> xmlBytes(const QString &text)
{
    if (text.trimmed().isEmpty())
        return invalid(
            BodyBuilderText::tr("The XML body is empty. Write a document, or choose “None” for the body."));
    if (const auto problem = checkXml(text))
        return invalid(
            BodyBuilderText::tr("The body is not well-formed XML. %1 To send it as it is, choose “Text”.")
                .arg(problem->sentence()));
    return text.toUtf8();
}

QByteArray jsonString(const QString &text)
{
    return QJsonDocument(QJsonArray{text}).toJson(QJsonDocument::Compact).chopped(1).sliced(1);
}

/// As GraphQL over HTTP has it. The variables go along as they were typed: a parser that builds values would
/// round their numbers.
Result<QByteArray> graphQlBytes(const RequestBody &body)
{
    if (body.text.trimmed().isEmpty())
        return invalid(
            BodyBuilderText::tr("The GraphQL query is empty. Write one, or choose “None” for the body."));
    QByteArray json = "{\"query\":" + jsonString(body.text);
    const QByteArray variables = body.graphQlVariables.trimmed().toUtf8();
    if (!variables.isEmpty()) {
        if (const auto problem = checkJson(variables))
            return invalid(
                BodyBuilderText::tr("The GraphQL variables are not JSON. %1").arg(problem->sentence()));
        if (!variables.startsWith('{') && variables != "null")
            return invalid(
                BodyBuilderText::tr("The GraphQL variables are not a JSON object: they begin with “{”."));
        json += ",\"variables\":" + variables;
    }
    if (const QString operation = body.graphQlOperation.trimmed(); !operation.isEmpty())
        json += ",\"operationName\":" + jsonString(operation);
    return json + '}';
}

/// A body of bytes, with the Content-Type of its kind.
Result<BuiltBody> described(const Result<QByteArray> &bytes, const QByteArray &type, const QByteArray &typed)
{
    if (!bytes)
        return tl::unexpected(bytes.error());
    return BuiltBody{*bytes, typed.isNull() ? type : typed};
}

Result<BuiltBody> fileBody(const QString &path, const QByteArray &typed, const QString &baseFolder)
{
    const auto file = bodyFile(path, baseFolder);
    if (!file)
        return tl::unexpected(file.error());
    BuiltBody built;
    built.content.appendFile(file->path, file->size);
    built.contentType = typed.isNull() ? fileContentType(file->path) : typed;
    return built;
}

} // namespace

Result<BuiltBody> buildBody(const RequestBody &body, const QByteArray &typed, const QString &baseFolder)
{
    switch (body.kind) {
    case RequestBody::Kind::None:
        break;
    case RequestBody::Kind::Json:
        return described(jsonBytes(body.text), "application/json", typed);
    case RequestBody::Kind::Text:
        return described(body.text.toUtf8(), "text/plain; charset=utf-8", typed);
    case RequestBody::Kind::Xml:
        return described(xmlBytes(body.text), "application/xml", typed);
    case RequestBody::Kind::Form:
        return described(encodedForm(body.form), "application/x-www-form-urlencoded", typed);
    case RequestBody::Kind::Multipart:
        return multipartBody(body.parts, typed, baseFolder);
    case RequestBody::Kind::File:
        return fileBody(body.file, typed, baseFolder);
    case RequestBody::Kind::GraphQl:
        return described(graphQlBytes(body), "application/json", typed);
    }
    return BuiltBody{{}, typed};
}

Result<BodyFile> bodyFile(const QString &path, const QString &baseFolder)
{
    if (path.isEmpty())
        return invalid(BodyBuilderText::tr("Choose the file that is to be sent."));
    if (hasSecretMarker(path.toUtf8()))
        return invalid(
            BodyBuilderText::tr("A secret variable cannot name a file. Use a plain variable there."));
    if (path.contains(QChar(0)))
        return invalid(BodyBuilderText::tr("A path cannot have a null character in it."));
    BodyFile file{path, 0};
    if (QDir::isRelativePath(path)) {
        if (baseFolder.isEmpty())
            return invalid(BodyBuilderText::tr(
                               "“%1” is not a whole path, and this request lies in no folder that it could "
                               "begin at. Choose "
                               "the file, or write its path from the root on.")
                               .arg(path));
        file.path = QDir::cleanPath(QDir(baseFolder).absoluteFilePath(path));
    }
    const auto size = uploadFileSize(file.path);
    if (!size)
        return tl::unexpected(size.error());
    file.size = *size;
    return file;
}

QByteArray fileContentType(const QString &path)
{
    const QMimeType type =
        QMimeDatabase().mimeTypeForFile(QFileInfo(path).fileName(), QMimeDatabase::MatchExtension);
    return type.isDefault() ? "application/octet-stream" : type.name().toLatin1();
}

} // namespace keydesk
