#include "app/base/Redactor.h"
#include "app/http/BodyBuilder.h"
#include "app/http/HeaderRules.h"
#include "app/http/RedactedRequest.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QUuid>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

struct MultipartText
{
    Q_DECLARE_TR_FUNCTIONS(Multipart)
};

tl::unexpected<Error> invalid(const QString &message)
{
    return failure(Error::Kind::InvalidInput, message);
}

constexpr QByteArrayView boundaryName = "boundary";

/// The boundary parameter of a Content-Type; null if it has none.
QByteArray boundaryOf(const QByteArray &contentType)
{
    qsizetype at = contentType.indexOf(';');
    while (at >= 0) {
        const QByteArray rest = contentType.sliced(at + 1).trimmed();
        if (rest.size() > boundaryName.size() &&
            isSameHeader(rest.first(boundaryName.size()), boundaryName) &&
            rest.at(boundaryName.size()) == '=') {
            const QByteArray value = rest.sliced(boundaryName.size() + 1);
            if (value.startsWith('"'))
                return value.sliced(1, qMax(0, value.indexOf('"', 1) - 1));
            const qsizetype end = value.indexOf(';');
            return (end < 0 ? value : value.first(end)).trimmed();
        }
        at = contentType.indexOf(';', at + 1);
    }
    return {};
}

/// RFC 2046 section 5.1.1.
bool isBoundary(const QByteArray &text)
{
    static constexpr std::string_view others = "'()+_,-./:=? ";
    return !text.isEmpty() && text.size() <= 70 && !text.endsWith(' ') &&
           std::ranges::all_of(text, [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                      others.find(c) != std::string_view::npos;
           });
}

bool isMultipart(const QByteArray &contentType)
{
    return contentType.trimmed().toLower().startsWith("multipart/");
}

/// The URL standard's way to put a name into Content-Disposition, which browsers share and servers expect.
QByteArray quoted(const QString &text)
{
    QByteArray bytes = text.toUtf8();
    bytes.replace("\r", "%0D").replace("\n", "%0A").replace("\"", "%22");
    return '"' + bytes + '"';
}

class Writer
{
public:
    Writer(const QByteArray &boundary, bool needsNames, const QString &baseFolder)
        : m_delimiter("--" + boundary)
        , m_needsNames(needsNames)
        , m_baseFolder(baseFolder)
    {
    }

    Result<void> add(const RequestPart &part)
    {
        BodyFile file;
        if (!part.file.isEmpty()) {
            const auto found = bodyFile(part.file, m_baseFolder);
            if (!found)
                return tl::unexpected(found.error());
            file = *found;
        } else if (part.value.toUtf8().contains(m_delimiter)) {
            return invalid(
                MultipartText::tr(
                    "The part “%1” has the boundary %2 in it, which would end it there. Remove the "
                    "boundary from "
                    "the Content-Type: a fitting one is added by itself.")
                    .arg(part.name, QString::fromUtf8(m_delimiter.sliced(2))));
        }
        const auto headers = headersOf(part, file);
        if (!headers)
            return tl::unexpected(headers.error());
        m_body.append(m_delimiter + "\r\n");
        for (const auto &[name, value] : *headers) {
            m_body.append(name + ": ");
            m_body.append(value, Redactor::isCredentialHeader(name));
            m_body.append("\r\n");
        }
        m_body.append("\r\n");
        if (file.path.isEmpty())
            m_body.append(part.value.toUtf8(), namesCredential(part.name));
        else
            m_body.appendFile(file.path, file.size);
        m_body.append("\r\n");
        return {};
    }

    [[nodiscard]] UploadBody body() const
    {
        UploadBody whole = m_body;
        whole.append(m_delimiter + "--\r\n");
        return whole;
    }

private:
    [[nodiscard]] Result<Headers> headersOf(const RequestPart &part, const BodyFile &file) const
    {
        Headers typed;
        for (const NameValue &row : part.headers)
            typed.append({row.name.trimmed().toUtf8(), row.value.trimmed().toUtf8()});
        Headers headers;
        if (!findHeader(typed, "Content-Disposition")) {
            const QString fileName =
                !part.fileName.isEmpty() ? part.fileName : QFileInfo(file.path).fileName();
            if (part.name.isEmpty() && m_needsNames)
                return invalid(MultipartText::tr("A part has no name. Each part of a form has one."));
            QByteArray disposition = m_needsNames || !part.name.isEmpty() ? "form-data" : "attachment";
            if (!part.name.isEmpty())
                disposition += "; name=" + quoted(part.name);
            if (!fileName.isEmpty())
                disposition += "; filename=" + quoted(fileName);
            if (!part.name.isEmpty() || !fileName.isEmpty())
                headers.append({"Content-Disposition", disposition});
        }
        if (!findHeader(typed, "Content-Type")) {
            if (!part.contentType.trimmed().isEmpty())
                headers.append({"Content-Type", part.contentType.trimmed().toUtf8()});
            else if (!file.path.isEmpty())
                headers.append({"Content-Type", fileContentType(file.path)});
        }
        headers += typed;
        for (const auto &[name, value] : headers) {
            if (!isToken(name) || !isHeaderValue(value))
                return invalid(
                    MultipartText::tr(
                        "The header “%1” of the part “%2” has characters that HTTP forbids. Remove them.")
                        .arg(QString::fromUtf8(name.left(80)).simplified(), part.name.left(80).simplified()));
        }
        return headers;
    }

    QByteArray m_delimiter;
    bool m_needsNames;
    QString m_baseFolder;
    UploadBody m_body;
};

} // namespace

Result<BuiltBody> multipartBody(const QList<RequestPart> &parts, const QByteArray &typed,
                                const QString &baseFolder)
{
    if (parts.isEmpty())
        return invalid(
            MultipartText::tr("The multipart body has no part. Add one, or choose “None” for the body."));
    QByteArray type = typed.isNull() ? "multipart/form-data"_ba : typed;
    QByteArray boundary = isMultipart(type) ? boundaryOf(type) : QByteArray();
    if (boundary.isNull()) {
        // Random, so that no file has it in it.
        boundary = "keydesk-" + QUuid::createUuid().toByteArray(QUuid::Id128);
        if (isMultipart(type))
            type += "; boundary=" + boundary;
    } else if (!isBoundary(boundary)) {
        return invalid(
            MultipartText::tr("The boundary in the header Content-Type is not one that can be sent: 1 to 70 "
                              "letters, digits and "
                              "'()+_,-./:=? make one. Remove it: a fitting one is added by itself."));
    }
    const bool needsNames = !isMultipart(type) || type.trimmed().toLower().startsWith("multipart/form-data");
    Writer writer(boundary, needsNames, baseFolder);
    for (const RequestPart &part : parts) {
        if (const auto added = writer.add(part); !added)
            return tl::unexpected(added.error());
    }
    return BuiltBody{writer.body(), type};
}

} // namespace keydesk
