#include "app/http/HeaderRules.h"
#include "app/interchange/snippets/FormParts.h"
#include "app/interchange/snippets/Generators.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <algorithm>

namespace keydesk::snippets {

namespace {

struct PlainSnippetsText
{
    Q_DECLARE_TR_FUNCTIONS(PlainSnippets)
};

using Kind = SnippetPiece::Kind;

QByteArray asItIs(QByteArrayView text)
{
    return text.toByteArray();
}

QByteArray hostOf(const SnippetRequest &request)
{
    const QByteArray url = plainText(request.url);
    const qsizetype begin = url.indexOf("://") + 3;
    qsizetype end = begin;
    while (end < url.size() && std::string_view("/?#").find(url.at(end)) == std::string_view::npos)
        ++end;
    return url.sliced(begin, end - begin);
}

/// Secrets as `$NAME`, which the reader of this is told of.
QByteArray rawText(SnippetWriter &writer, const SnippetValue &value)
{
    QByteArray text;
    for (const SnippetPiece &piece : value) {
        if (piece.kind == Kind::File) {
            text += "<content of " + piece.file.toUtf8() + '>';
        } else if (!writer.isNamed(piece)) {
            text += writer.literal(piece, asItIs);
        } else if (piece.kind == Kind::Base64) {
            text += "<Base64 of " + rawText(writer, piece.inside) + '>';
        } else {
            text += '$' + writer.variable(piece);
            writer.note(
                piece.encoding == SecretEscape::None
                    ? PlainSnippetsText::tr("Put the value of %1 where $%1 stands.")
                          .arg(QString::fromLatin1(writer.variable(piece)))
                    : PlainSnippetsText::tr("Put the value of %1, encoded for its place, where $%1 stands.")
                          .arg(QString::fromLatin1(writer.variable(piece))));
        }
    }
    return text;
}

/// -1: it depends on a value that is not there yet.
qint64 sizeOf(const SnippetValue &body)
{
    qint64 size = 0;
    for (const SnippetPiece &piece : body) {
        if (piece.kind == Kind::Secret || piece.kind == Kind::Base64)
            return -1;
        size += piece.kind == Kind::File ? piece.fileSize : piece.text.size();
    }
    return size;
}

QByteArray httpFileText(SnippetWriter &writer, const SnippetValue &value)
{
    QByteArray text;
    for (const SnippetPiece &piece : value) {
        if (!writer.isNamed(piece)) {
            if (piece.kind == Kind::Text && piece.text.contains("{{"))
                writer.limit(PlainSnippetsText::tr(
                    "The request has {{ in it, which a .http file takes for a variable."));
            text += writer.literal(piece, asItIs);
        } else if (piece.kind == Kind::Base64) {
            text += httpFileText(writer, piece.inside); // its readers encode a pair after "Basic" themselves
        } else {
            const bool isPercent = piece.encoding == SecretEscape::Percent || piece.encoding == SecretEscape::Form;
            const QByteArray named = "{{$processEnv " + writer.variable(piece) + "}}";
            text += isPercent ? named : writer.unencoded(piece, named);
            if (isPercent)
                writer.unencoded(piece, named);
        }
    }
    return text;
}

bool partHasReturn(const SnippetRequest &request)
{
    const auto parts = formParts(request);
    return !parts || std::ranges::any_of(*parts, [](const SnippetPart &part) { return plainText(part.content).contains('\r'); });
}

} // namespace

QByteArray rawHttp(SnippetWriter &writer)
{
    const SnippetRequest &request = writer.request();
    SnippetValue target = request.wholeUrl();
    const QByteArray host = hostOf(request);
    target.first().text.remove(0, target.first().text.indexOf("://") + 3 + host.size());
    if (!target.first().text.startsWith('/'))
        target.first().text.prepend('/');
    QByteArray head = request.method + ' ' + rawText(writer, target) + " HTTP/1.1\r\n";
    if (!request.header("Host"))
        head += "Host: " + host + "\r\n";
    for (const SnippetHeader &header : request.headers)
        head += header.name + ": " + rawText(writer, header.value) + "\r\n";
    const qint64 size = sizeOf(request.body);
    if (size > 0 || (size == 0 && request.needsLength()))
        head += "Content-Length: " + QByteArray::number(size) + "\r\n";
    else if (size < 0)
        writer.note(PlainSnippetsText::tr(
            "Add the header Content-Length once the values are in the body: its length depends on them."));
    if (!request.header("Connection"))
        head += "Connection: close\r\n";
    if (hasFile(request.body))
        writer.note(PlainSnippetsText::tr("Put the content of each file where its path stands in angle "
                                          "brackets; Content-Length counts it already."));
    writer.note(PlainSnippetsText::tr("Each line of the head ends with CR LF."));
    return head + "\r\n" + rawText(writer, request.body);
}

QByteArray httpFile(SnippetWriter &writer)
{
    const SnippetRequest &request = writer.request();
    QByteArray text = request.method + ' ' + httpFileText(writer, request.wholeUrl()) + '\n';
    for (const SnippetHeader &header : request.headers)
        text += header.name + ": " + httpFileText(writer, header.value) + '\n';
    QByteArray body;
    for (const SnippetValue &each : cutAtFiles(request.body))
        body += hasFile(each) ? "< " + each.first().file.toUtf8() : httpFileText(writer, each);
    // Parts of a multipart body are separated by CR LF again when it is sent.
    const SnippetHeader *type = request.header("Content-Type");
    const bool isMultipart = type && plainText(type->value).startsWith("multipart/");
    if (isMultipart)
        body.replace("\r\n", "\n");
    if (isMultipart ? partHasReturn(request) : body.contains('\r') || body.endsWith('\n'))
        writer.limit(PlainSnippetsText::tr(
            "A .http file keeps neither carriage returns nor the line breaks at the end of a body."));
    static const QRegularExpression meaning(QStringLiteral("^(?:###|<@? |<> |>>?!? )"), QRegularExpression::MultilineOption);
    QByteArray typed = plainText(request.body);
    if (meaning.match(QString::fromUtf8(typed.replace("\r\n", "\n"))).hasMatch())
        writer.limit(PlainSnippetsText::tr("A line of the body begins with what means something in a .http "
                                           "file (###, < or >), so it is not sent as it stands."));
    return writer.comments("# ") + text + (body.isEmpty() ? QByteArray() : '\n' + body + '\n');
}

} // namespace keydesk::snippets
