#include "app/interchange/snippets/Generators.h"

namespace keydesk::snippets {

namespace {

QByteArray inPhpString(QByteArrayView text)
{
    return escapedAsInC(text, "\"\\$", [](char32_t c) { return "\\u{" + QByteArray::number(static_cast<uint>(c), 16) + '}'; });
}

QByteArray phpEncoded(const QByteArray &value, SecretEscape encoding)
{
    switch (encoding) {
    case SecretEscape::Form:
        return "urlencode(" + value + ')';
    case SecretEscape::Json:
        return "substr(json_encode(" + value + ", JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE), 1, -1)";
    case SecretEscape::Xml:
        return "htmlspecialchars(" + value + ", ENT_XML1 | ENT_COMPAT)";
    case SecretEscape::None:
    case SecretEscape::Percent:
        break;
    }
    return "rawurlencode(" + value + ')';
}

const ExpressionLanguage &php()
{
    static const ExpressionLanguage language{inPhpString,
                                             "\"",
                                             "\"",
                                             " . ",
                                             [](const QByteArray &variable) { return "getenv(\"" + variable + "\")"; },
                                             phpEncoded,
                                             [](const QByteArray &value) { return "base64_encode(" + value + ')'; },
                                             {},
                                             {}};
    return language;
}

QByteArray phpBody(SnippetWriter &writer, const SnippetValue &body)
{
    QByteArrayList parts;
    for (const SnippetValue &each : cutAtFiles(body)) {
        if (hasFile(each))
            parts.append("file_get_contents(\"" + inPhpString(each.first().file.toUtf8()) + "\")");
        else
            parts.append(linedExpression(writer, php(), each, "        "));
    }
    return parts.join(" .\n        ");
}

} // namespace

QByteArray phpCurl(SnippetWriter &writer)
{
    using Kind = SnippetPiece::Kind;
    const SnippetRequest &request = writer.request();
    QByteArray options = "    CURLOPT_URL => " + expression(writer, php(), request.wholeUrl()) + ",\n";
    if (request.method == "HEAD")
        options += "    CURLOPT_NOBODY => true,\n";
    else
        options += "    CURLOPT_CUSTOMREQUEST => \"" + inPhpString(request.method) + "\",\n";
    QByteArray headers;
    for (const SnippetHeader &header : request.headers) {
        // libcurl sends an empty header for a name with a semicolon.
        const SnippetValue line = SnippetValue{{Kind::Text, header.name + (header.value.isEmpty() ? ";" : ": ")}} + header.value;
        headers += "        " + expression(writer, php(), line) + ",\n";
    }
    if (request.body.isEmpty() && request.needsLength())
        headers += "        \"Content-Length: 0\",\n";
    if (!headers.isEmpty())
        options += "    CURLOPT_HTTPHEADER => [\n" + headers + "    ],\n";
    if (!request.body.isEmpty())
        options += "    CURLOPT_POSTFIELDS => " + phpBody(writer, request.body) + ",\n";
    options += "    CURLOPT_RETURNTRANSFER => true,\n";
    return "<?php\n" + writer.comments("// ") + "$curl = curl_init();\ncurl_setopt_array($curl, [\n" + options +
           "]);\n$response = curl_exec($curl);\necho curl_getinfo($curl, CURLINFO_RESPONSE_CODE), \" \", $response, \"\\n\";\n";
}

} // namespace keydesk::snippets
