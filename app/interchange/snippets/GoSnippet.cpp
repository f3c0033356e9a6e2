#include "app/http/HeaderRules.h"
#include "app/interchange/snippets/Generators.h"

#include <algorithm>

namespace keydesk::snippets {

namespace {

QByteArray inGoString(QByteArrayView text)
{
    return escapedAsInC(text, "\"\\", [](char32_t c) {
        const bool isLong = c > 0xFFFF;
        return (isLong ? "\\U" : "\\u") + QByteArray::number(static_cast<uint>(c), 16).rightJustified(isLong ? 8 : 4, '0');
    });
}

QByteArray goEncoded(const QByteArray &value, SecretEscape encoding)
{
    switch (encoding) {
    case SecretEscape::Form:
        return "url.QueryEscape(" + value + ')';
    case SecretEscape::Xml:
        return "html.EscapeString(" + value + ')';
    case SecretEscape::Json:
        return {};
    case SecretEscape::None:
    case SecretEscape::Percent:
        break;
    }
    return "strings.ReplaceAll(url.QueryEscape(" + value + "), \"+\", \"%20\")";
}

const ExpressionLanguage &go()
{
    static const ExpressionLanguage language{inGoString,
                                             "\"",
                                             "\"",
                                             " + ",
                                             [](const QByteArray &variable) { return "os.Getenv(\"" + variable + "\")"; },
                                             goEncoded,
                                             [](const QByteArray &value) { return "base64.StdEncoding.EncodeToString([]byte(" + value + "))"; },
                                             {},
                                             {}};
    return language;
}

/// The statements that make `body`, a reader.
QByteArray goBody(SnippetWriter &writer, const SnippetValue &body)
{
    const QList<SnippetValue> cut = cutAtFiles(body);
    if (cut.size() == 1 && !hasFile(body))
        return "\tbody := strings.NewReader(" + linedExpression(writer, go(), cut.first(), "\t\t") + ")\n";
    QByteArray lines = "\tvar content []byte\n";
    for (const SnippetValue &each : cut) {
        if (hasFile(each))
            lines += "\tcontent = append(content, readFile(\"" + inGoString(each.first().file.toUtf8()) + "\")...)\n";
        else
            lines += "\tcontent = append(content, " + linedExpression(writer, go(), each, "\t\t") + "...)\n";
    }
    return lines + "\tbody := bytes.NewReader(content)\n";
}

} // namespace

QByteArray goNetHttp(SnippetWriter &writer)
{
    const SnippetRequest &request = writer.request();
    const bool hasBody = !request.body.isEmpty();
    QByteArray code = hasBody ? goBody(writer, request.body) : QByteArray();
    code += "\trequest, err := http.NewRequest(\"" + inGoString(request.method) + "\", " + expression(writer, go(), request.wholeUrl()) + ", " +
            (hasBody ? "body" : "nil") + ")\n\tif err != nil {\n\t\tpanic(err)\n\t}\n";
    for (const SnippetHeader &header : request.headers) {
        const QByteArray value = expression(writer, go(), header.value);
        if (isSameHeader(header.name, "Host"))
            code += "\trequest.Host = " + value + '\n';
        else
            code += "\trequest.Header.Set(\"" + inGoString(header.name) + "\", " + value + ")\n";
    }
    // Redirects are not followed: most headers would go along to another server.
    code += "\tclient := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}\n"
            "\tresponse, err := client.Do(request)\n\tif err != nil {\n\t\tpanic(err)\n\t}\n\tdefer response.Body.Close()\n"
            "\tanswer, err := io.ReadAll(response.Body)\n\tif err != nil {\n\t\tpanic(err)\n\t}\n"
            "\tfmt.Println(response.StatusCode, string(answer))\n";
    QByteArray function;
    if (hasFile(request.body))
        function = "func readFile(path string) []byte {\n\tcontent, err := os.ReadFile(path)\n\tif err != nil {\n\t\tpanic(err)\n\t}\n\treturn "
                   "content\n}\n\n";
    const bool encodes = writer.anyNamed(SecretEscape::Percent);
    const bool namesAny = writer.anyNamed([](const SnippetPiece &) { return true; });
    QByteArrayList imports{"fmt", "io", "net/http"};
    const auto import = [&imports](bool isUsed, const char *name) {
        if (isUsed)
            imports.append(name);
    };
    import(hasFile(request.body), "bytes");
    import(writer.anyBase64(), "encoding/base64");
    import(writer.anyNamed(SecretEscape::Xml), "html");
    import(encodes || writer.anyNamed(SecretEscape::Form), "net/url");
    import(hasFile(request.body) || namesAny, "os");
    import(encodes || (hasBody && !hasFile(request.body)), "strings");
    std::sort(imports.begin(), imports.end());
    return writer.comments("// ") + "package main\n\nimport (\n\t\"" + imports.join("\"\n\t\"") + "\"\n)\n\n" + function + "func main() {\n" + code +
           "}\n";
}

} // namespace keydesk::snippets
