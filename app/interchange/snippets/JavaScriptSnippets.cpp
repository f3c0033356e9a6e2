#include "app/interchange/snippets/Generators.h"

#include <QCoreApplication>

namespace keydesk::snippets {

namespace {

struct JavaScriptSnippetsText
{
    Q_DECLARE_TR_FUNCTIONS(JavaScriptSnippets)
};

QByteArray inJavaScriptString(QByteArrayView text)
{
    return escapedAsInC(text, "\"\\", utf16Code);
}

/// Each byte of UTF-8 as a character: headers are byte strings there.
QByteArray inJavaScriptByteString(QByteArrayView text)
{
    return inJavaScriptString(QString::fromLatin1(text.data(), text.size()).toUtf8());
}

QByteArray javaScriptEncoded(const QByteArray &value, SecretEscape encoding)
{
    switch (encoding) {
    case SecretEscape::Json:
        return "JSON.stringify(" + value + ").slice(1, -1)";
    case SecretEscape::Xml:
        return value + R"(.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;"))";
    case SecretEscape::Form:
        return "encodeURIComponent(" + value + ").replaceAll(\"%20\", \"+\")";
    case SecretEscape::None:
    case SecretEscape::Percent:
        break;
    }
    return "encodeURIComponent(" + value + ')';
}

ExpressionLanguage javaScript(EscapeText escape)
{
    return {escape,
            "\"",
            "\"",
            " + ",
            [](const QByteArray &variable) { return "process.env." + variable; },
            javaScriptEncoded,
            [](const QByteArray &value) { return "Buffer.from(" + value + ").toString(\"base64\")"; },
            {},
            {}};
}

QByteArray javaScriptHeaders(SnippetWriter &writer, const QList<SnippetHeader> &headers, const QByteArray &indent, QByteArray lines = {})
{
    for (const SnippetHeader &header : headers)
        lines +=
            indent + "  \"" + inJavaScriptString(header.name) + "\": " + expression(writer, javaScript(inJavaScriptByteString), header.value) + ",\n";
    return indent + "headers: {\n" + lines + indent + "},\n";
}

QByteArray javaScriptBuffer(SnippetWriter &writer, const SnippetValue &body, const QByteArray &readFile, const QByteArray &indent)
{
    QByteArrayList parts;
    for (const SnippetValue &each : cutAtFiles(body)) {
        if (hasFile(each))
            parts.append(readFile + "(\"" + inJavaScriptString(each.first().file.toUtf8()) + "\")");
        else
            parts.append("Buffer.from(" + linedExpression(writer, javaScript(inJavaScriptString), each, indent + "    ") + ')');
    }
    return parts.size() == 1 ? parts.first() : "Buffer.concat([\n" + indent + "  " + parts.join(",\n" + indent + "  ") + ",\n" + indent + "])";
}

void noteApostrophes(SnippetWriter &writer)
{
    const QByteArray url = plainText(writer.request().url);
    if (const qsizetype query = url.indexOf('?'); query >= 0 && url.indexOf('\'', query) >= 0)
        writer.limit(
            JavaScriptSnippetsText::tr("The URL parser of JavaScript percent-encodes each ' in the query."));
}

/// What browsers do not let a page set (the Fetch standard's forbidden request-headers).
bool isForbiddenInFetch(const QByteArray &name)
{
    static const QList<QByteArray> names{"accept-charset",
                                         "accept-encoding",
                                         "access-control-request-headers",
                                         "access-control-request-method",
                                         "connection",
                                         "content-length",
                                         "cookie",
                                         "cookie2",
                                         "date",
                                         "dnt",
                                         "expect",
                                         "host",
                                         "keep-alive",
                                         "origin",
                                         "referer",
                                         "set-cookie",
                                         "te",
                                         "trailer",
                                         "transfer-encoding",
                                         "upgrade",
                                         "via"};
    const QByteArray lower = name.toLower();
    return names.contains(lower) || lower.startsWith("proxy-") || lower.startsWith("sec-");
}

/// What Node.js does not send either.
bool isRefusedByNode(const QByteArray &name)
{
    static const QList<QByteArray> names{"connection", "keep-alive", "transfer-encoding", "upgrade", "expect", "host"};
    return names.contains(name.toLower());
}

} // namespace

QByteArray javaScriptFetch(SnippetWriter &writer)
{
    const SnippetRequest &request = writer.request();
    QList<SnippetHeader> headers;
    QByteArrayList onlyNode;
    for (const SnippetHeader &header : request.headers) {
        if (isRefusedByNode(header.name)) {
            writer.limit(JavaScriptSnippetsText::tr("fetch does not send the header %1: it is left out.")
                             .arg(QString::fromLatin1(header.name)));
            continue;
        }
        if (isForbiddenInFetch(header.name))
            writer.limit(
                JavaScriptSnippetsText::tr("Browsers do not let a page set the header %1; Node.js does.")
                    .arg(QString::fromLatin1(header.name)));
        headers.append(header);
    }
    noteApostrophes(writer);
    const bool hasNoBody = request.method == "GET" || request.method == "HEAD";
    if (hasNoBody && !request.body.isEmpty())
        writer.limit(JavaScriptSnippetsText::tr("fetch sends no body with %1: it is left out.")
                         .arg(QString::fromLatin1(request.method)));
    if (request.method == "TRACE" || request.method == "TRACK")
        writer.limit(JavaScriptSnippetsText::tr("fetch refuses the method %1.")
                         .arg(QString::fromLatin1(request.method)));
    const SnippetValue body = hasNoBody ? SnippetValue() : request.body;
    if (!request.secrets.isEmpty())
        writer.note(JavaScriptSnippetsText::tr("For Node.js 18 and later. In a page, process.env does not "
                                               "exist, and whoever opens the page can read the token."));

    QByteArray options = "  method: \"" + inJavaScriptString(request.method) + "\",\n";
    if (!headers.isEmpty())
        options += javaScriptHeaders(writer, headers, "  ");
    if (hasFile(body))
        options += "  body: " + javaScriptBuffer(writer, body, "await readFile", "  ") + ",\n";
    else if (!body.isEmpty())
        options += "  body: " + linedExpression(writer, javaScript(inJavaScriptString), body, "    ") + ",\n";
    // Redirects are not followed: fetch would take most headers along to another server.
    options += "  redirect: \"manual\",\n";
    const QByteArray url = expression(writer, javaScript(inJavaScriptString), request.wholeUrl());
    return writer.comments("// ") + (hasFile(body) ? "import { readFile } from \"node:fs/promises\";\n\n" : "") + "const response = await fetch(" +
           url + ", {\n" + options + "});\nconsole.log(response.status, await response.text());\n";
}

QByteArray nodeAxios(SnippetWriter &writer)
{
    const SnippetRequest &request = writer.request();
    noteApostrophes(writer);
    QByteArray options = "    method: \"" + inJavaScriptString(request.method) +
                         "\",\n    url: " + expression(writer, javaScript(inJavaScriptString), request.wholeUrl()) + ",\n";
    // Without a body axios would say that it is a form.
    const bool hasNoType = request.needsLength() && !request.header("Content-Type");
    if (hasNoType || !request.headers.isEmpty())
        options += javaScriptHeaders(writer, request.headers, "    ", hasNoType ? "      \"Content-Type\": false,\n" : "");
    // Bytes: axios would parse and trim text that looks like JSON.
    if (!request.body.isEmpty())
        options += "    data: " + javaScriptBuffer(writer, request.body, "readFileSync", "    ") + ",\n";
    // Redirects are not followed: axios would take most headers along to another server.
    options += "    maxRedirects: 0,\n    validateStatus: () => true,\n    responseType: \"text\",\n";
    return writer.comments("// ") + (hasFile(request.body) ? "const { readFileSync } = require(\"node:fs\");\n" : "") +
           "const axios = require(\"axios\");\n\naxios\n  .request({\n" + options +
           "  })\n  .then((response) => console.log(response.status, response.data));\n";
}

} // namespace keydesk::snippets
