#include "app/http/HeaderRules.h"
#include "app/interchange/snippets/Generators.h"

#include <QCoreApplication>

#include <algorithm>

namespace keydesk::snippets {

namespace {

struct JavaSnippetText
{
    Q_DECLARE_TR_FUNCTIONS(JavaSnippet)
};

/// ASCII alone: javac reads a file in the system's encoding. \u0022 would end a literal, as it is read before all else: octal there.
QByteArray inJavaString(QByteArrayView text)
{
    return escapedAsInC(
        text, "\"\\", [](char32_t c) { return c < 0x80 ? '\\' + QByteArray::number(static_cast<uint>(c), 8).rightJustified(3, '0') : utf16Code(c); },
        true);
}

QByteArray javaEncoded(const QByteArray &value, SecretEscape encoding)
{
    switch (encoding) {
    case SecretEscape::Form:
        return "URLEncoder.encode(" + value + ", StandardCharsets.UTF_8)";
    case SecretEscape::Json:
        return {};
    case SecretEscape::Xml:
        return value + R"(.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;"))";
    case SecretEscape::None:
    case SecretEscape::Percent:
        break;
    }
    return "URLEncoder.encode(" + value + ", StandardCharsets.UTF_8).replace(\"+\", \"%20\")";
}

const ExpressionLanguage &java()
{
    static const ExpressionLanguage language{
        inJavaString,
        "\"",
        "\"",
        " + ",
        [](const QByteArray &variable) { return "System.getenv(\"" + variable + "\")"; },
        javaEncoded,
        [](const QByteArray &value) { return "Base64.getEncoder().encodeToString((" + value + ").getBytes(StandardCharsets.UTF_8))"; },
        {},
        {}};
    return language;
}

/// jdk.internal.net.http.common.Utils.getDisallowedHeaders
bool isRestricted(const QByteArray &name)
{
    static const QList<QByteArray> names{"connection", "content-length", "expect", "host", "upgrade"};
    return names.contains(name.toLower());
}

/// A constant has 65,535 bytes at most (JVMS 4.4.7), and a sum of constants is one.
QByteArray javaText(SnippetWriter &writer, const SnippetValue &value)
{
    constexpr qsizetype most = 40'000; // of UTF-8, which a constant holds in up to half as much again
    const QByteArray indent = "                    ";
    if (plainText(value).size() <= most)
        return linedExpression(writer, java(), value, indent);
    QByteArrayList parts;
    for (const SnippetPiece &piece : value) {
        if (piece.kind != SnippetPiece::Kind::Text) {
            parts.append(expression(writer, java(), {piece}));
            continue;
        }
        for (qsizetype from = 0; from < piece.text.size();) {
            qsizetype end = qMin(from + most, piece.text.size());
            while (end < piece.text.size() && (piece.text.at(end) & 0xC0) == 0x80) // not within a character
                --end;
            parts.append(expression(writer, java(), {{SnippetPiece::Kind::Text, piece.text.sliced(from, end - from)}}));
            from = end;
        }
    }
    return "String.join(\"\",\n" + indent + parts.join(",\n" + indent) + ')';
}

QByteArray publisher(SnippetWriter &writer, const SnippetValue &body)
{
    QByteArrayList parts;
    for (const SnippetValue &each : cutAtFiles(body)) {
        if (hasFile(each))
            parts.append("HttpRequest.BodyPublishers.ofFile(Path.of(\"" + inJavaString(each.first().file.toUtf8()) + "\"))");
        else
            parts.append("HttpRequest.BodyPublishers.ofString(" + javaText(writer, each) + ')');
    }
    if (parts.isEmpty())
        return "HttpRequest.BodyPublishers.noBody()";
    return parts.size() == 1 ? parts.first() : "HttpRequest.BodyPublishers.concat(\n                " + parts.join(",\n                ") + ')';
}

} // namespace

QByteArray javaHttpClient(SnippetWriter &writer)
{
    const SnippetRequest &request = writer.request();
    const QByteArray in = "            ";
    QByteArray builder = "        HttpRequest request = HttpRequest.newBuilder(URI.create(" + expression(writer, java(), request.wholeUrl()) + "))\n";
    for (const SnippetHeader &header : request.headers) {
        const QByteArray text = plainText(header.value);
        if (isRestricted(header.name)) {
            writer.limit(JavaSnippetText::tr(
                             "Java's HttpClient does not let a program set the header %1: it is left out.")
                             .arg(QString::fromLatin1(header.name)));
            continue;
        }
        if (std::ranges::any_of(text, [](char c) { return (c & 0x80) != 0; })) {
            writer.limit(
                JavaSnippetText::tr(
                    "Java's HttpClient takes no characters outside ASCII: the header %1 is left out.")
                    .arg(QString::fromLatin1(header.name)));
            continue;
        }
        builder += in + ".header(\"" + inJavaString(header.name) + "\", " + expression(writer, java(), header.value) + ")\n";
    }
    builder += in + ".method(\"" + inJavaString(request.method) + "\", " + publisher(writer, request.body) + ")\n" + in + ".build();\n";
    // Over plain http it would ask for HTTP/2 with headers of its own.
    const QByteArray version = plainText(request.url).startsWith("http:") ? ".version(HttpClient.Version.HTTP_1_1)" : "";
    const bool encodes = writer.anyNamed(SecretEscape::Percent) || writer.anyNamed(SecretEscape::Form);
    QByteArrayList imports{"java.net.URI", "java.net.http.HttpClient", "java.net.http.HttpRequest", "java.net.http.HttpResponse"};
    if (encodes)
        imports.insert(1, "java.net.URLEncoder");
    if (encodes || writer.anyBase64())
        imports.append("java.nio.charset.StandardCharsets");
    if (hasFile(request.body))
        imports.append("java.nio.file.Path");
    if (writer.anyBase64())
        imports.append("java.util.Base64");
    return writer.comments("// ") + "import " + imports.join(";\nimport ") +
           ";\n\n"
           "public class Request {\n    public static void main(String[] args) throws Exception {\n" +
           builder + "        HttpClient client = HttpClient.newBuilder()" + version +
           ".build();\n        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());\n"
           "        System.out.println(response.statusCode() + \" \" + response.body());\n    }\n}\n";
}

} // namespace keydesk::snippets
