#include "app/http/HeaderRules.h"
#include "app/interchange/snippets/Generators.h"

#include <algorithm>

namespace keydesk::snippets {

namespace {

QByteArray inCSharpString(QByteArrayView text)
{
    return escapedAsInC(text, "\"\\", utf16Code);
}

QByteArray cSharpEncoded(const QByteArray &value, SecretEscape encoding)
{
    switch (encoding) {
    case SecretEscape::Json:
        return "System.Text.Json.JsonEncodedText.Encode(" + value + ").ToString()";
    case SecretEscape::Xml:
        return "System.Security.SecurityElement.Escape(" + value + ')';
    case SecretEscape::Form:
        return "Uri.EscapeDataString(" + value + ").Replace(\"%20\", \"+\")";
    case SecretEscape::None:
    case SecretEscape::Percent:
        break;
    }
    return "Uri.EscapeDataString(" + value + ')';
}

const ExpressionLanguage &cSharp()
{
    static const ExpressionLanguage language{inCSharpString,
                                             "\"",
                                             "\"",
                                             " + ",
                                             [](const QByteArray &variable) { return "Environment.GetEnvironmentVariable(\"" + variable + "\")"; },
                                             cSharpEncoded,
                                             [](const QByteArray &value) { return "Convert.ToBase64String(Encoding.UTF8.GetBytes(" + value + "))"; },
                                             {},
                                             {}};
    return language;
}

/// HttpClient keeps these with the content.
bool isOfContent(const QByteArray &name)
{
    static const QList<QByteArray> names{"allow",       "content-disposition", "content-encoding", "content-language", "content-location",
                                         "content-md5", "content-range",       "content-type",     "expires",          "last-modified"};
    return names.contains(name.toLower());
}

QByteArray contentOf(SnippetWriter &writer, const SnippetValue &body)
{
    QByteArrayList parts;
    for (const SnippetValue &each : cutAtFiles(body)) {
        if (hasFile(each))
            parts.append("File.ReadAllBytes(\"" + inCSharpString(each.first().file.toUtf8()) + "\")");
        else
            parts.append("Encoding.UTF8.GetBytes(" + linedExpression(writer, cSharp(), each, "    ") + ')');
    }
    if (parts.isEmpty())
        return "Array.Empty<byte>()";
    return parts.size() == 1 ? parts.first() : "new[]\n{\n    " + parts.join(",\n    ") + ",\n}.SelectMany(part => part).ToArray()";
}

} // namespace

QByteArray cSharpHttpClient(SnippetWriter &writer)
{
    const SnippetRequest &request = writer.request();
    const auto isAscii = [](const SnippetHeader &header) {
        const QByteArray text = plainText(header.value);
        return std::ranges::all_of(text, [](char c) { return (c & 0x80) == 0; });
    };
    // Redirects are not followed: HttpClient would take most headers along to another server.
    QByteArray handler = "AllowAutoRedirect = false";
    if (!std::ranges::all_of(request.headers, isAscii))
        handler += ", RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8";
    QByteArray code = "using var client = new HttpClient(new SocketsHttpHandler { " + handler + " });\n" +
                      "using var request = new HttpRequestMessage(new HttpMethod(\"" + inCSharpString(request.method) + "\"), " +
                      expression(writer, cSharp(), request.wholeUrl()) + ");\n";
    const bool hasContent =
        !request.body.isEmpty() || std::ranges::any_of(request.headers, [](const SnippetHeader &header) { return isOfContent(header.name); });
    if (hasContent)
        code += "request.Content = new ByteArrayContent(" + contentOf(writer, request.body) + ");\n";
    for (const SnippetHeader &header : request.headers)
        code += QByteArray(isOfContent(header.name) ? "request.Content" : "request") + ".Headers.TryAddWithoutValidation(\"" +
                inCSharpString(header.name) + "\", " + expression(writer, cSharp(), header.value) + ");\n";
    code += "using var response = await client.SendAsync(request);\n"
            "Console.WriteLine($\"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}\");\n";
    return writer.comments("// ") + "using System;\n" + (hasFile(request.body) ? "using System.IO;\nusing System.Linq;\n" : "") +
           "using System.Net.Http;\nusing System.Text;\n\n" + code;
}

} // namespace keydesk::snippets
