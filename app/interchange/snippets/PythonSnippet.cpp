#include "app/interchange/snippets/Generators.h"

#include <QCoreApplication>

#include <algorithm>

namespace keydesk::snippets {

namespace {

struct PythonSnippetText
{
    Q_DECLARE_TR_FUNCTIONS(PythonSnippet)
};

using Kind = SnippetPiece::Kind;

bool isAscii(const QByteArray &text)
{
    return std::ranges::all_of(text, [](char c) { return (c & 0x80) == 0; });
}

QByteArray pythonCode(char32_t c)
{
    const bool isLong = c > 0xFFFF;
    return (isLong ? "\\U" : "\\u") + QByteArray::number(static_cast<uint>(c), 16).rightJustified(isLong ? 8 : 4, '0');
}

QByteArray inPythonString(QByteArrayView text)
{
    return escapedAsInC(text, "\"\\", pythonCode);
}

QByteArray pythonEncoded(const QByteArray &value, SecretEscape encoding)
{
    switch (encoding) {
    case SecretEscape::Form:
        return "urllib.parse.quote_plus(" + value + ')';
    case SecretEscape::Json:
        return "json.dumps(" + value + ", ensure_ascii=False)[1:-1]";
    case SecretEscape::Xml:
        return "xml.sax.saxutils.escape(" + value + ')';
    case SecretEscape::None:
    case SecretEscape::Percent:
        break;
    }
    return "urllib.parse.quote(" + value + ", safe=\"\")";
}

const ExpressionLanguage &python()
{
    static const ExpressionLanguage language{inPythonString,
                                             "\"",
                                             "\"",
                                             " + ",
                                             [](const QByteArray &variable) { return "os.environ[\"" + variable + "\"]"; },
                                             pythonEncoded,
                                             [](const QByteArray &value) { return "base64.b64encode((" + value + ").encode()).decode()"; },
                                             "(",
                                             ")"};
    return language;
}

QByteArray pythonFile(const QByteArray &path)
{
    return "open(\"" + inPythonString(path) + "\", \"rb\").read()";
}

QByteArray pythonBody(SnippetWriter &writer, const SnippetValue &body)
{
    QByteArrayList parts;
    const QList<SnippetValue> cut = cutAtFiles(body);
    for (const SnippetValue &each : cut) {
        if (hasFile(each)) {
            parts.append(pythonFile(each.first().file.toUtf8()));
            continue;
        }
        const QByteArray made = linedExpression(writer, python(), each, cut.size() > 1 ? "            " : "        ");
        parts.append((made.startsWith('(') || made.startsWith('"') ? made : '(' + made + ')') + ".encode()");
    }
    return parts.size() == 1 ? parts.first() : "b\"\".join([\n        " + parts.join(",\n        ") + ",\n    ])";
}

} // namespace

QByteArray pythonRequests(SnippetWriter &writer)
{
    const SnippetRequest &request = writer.request();
    QByteArray call = "response = requests.request(\n    \"" + inPythonString(request.method) + "\",\n    " +
                      expression(writer, python(), request.wholeUrl()) + ",\n";
    if (!request.headers.isEmpty()) {
        call += "    headers={\n";
        for (const SnippetHeader &header : request.headers) {
            const QByteArray value = expression(writer, python(), header.value);
            // Text in a header would be Latin-1.
            const QByteArray bytes = isAscii(plainText(header.value)) ? QByteArray() : ".encode()";
            call += "        \"" + inPythonString(header.name) + "\": " + value + bytes + ",\n";
        }
        call += "    },\n";
    }
    if (!request.body.isEmpty())
        call += "    data=" + pythonBody(writer, request.body) + ",\n";
    // Redirects are not followed: requests would take most headers along to another server.
    call += "    allow_redirects=False,\n)\nprint(response.status_code, response.text)\n";
    noteBrackets(writer);
    if (request.header("Authorization"))
        writer.note(PythonSnippetText::tr("requests takes the credentials of ~/.netrc instead of the header "
                                          "Authorization, if the host is in there."));
    QByteArray imports;
    const auto import = [&imports](bool isUsed, const char *module) {
        if (isUsed)
            imports += "import " + QByteArray(module) + '\n';
    };
    import(writer.anyBase64(), "base64");
    import(writer.anyNamed(SecretEscape::Json), "json");
    import(writer.anyNamed([](const SnippetPiece &piece) { return piece.kind == Kind::Secret;
}), "os");
import(writer.anyNamed(SecretEscape::Percent) || writer.anyNamed(SecretEscape::Form), "urllib.parse");
import(writer.anyNamed(SecretEscape::Xml), "xml.sax.saxutils");
return writer.comments("# ") + (imports.isEmpty() ? imports : imports + '\n') + "import requests\n\n" + call;
} // namespace keydesk::snippets

} // namespace keydesk::snippets
