#include "app/interchange/snippets/Generators.h"

#include <QCoreApplication>

#include <algorithm>

namespace keydesk::snippets {

namespace {

struct RustSnippetText
{
    Q_DECLARE_TR_FUNCTIONS(RustSnippet)
};

QByteArray inRustString(QByteArrayView text)
{
    return escapedAsInC(text, "\"\\", [](char32_t c) { return "\\u{" + QByteArray::number(static_cast<uint>(c), 16) + '}'; });
}

QByteArray rustEncoded(const QByteArray &value, SecretEscape encoding)
{
    if (encoding != SecretEscape::Percent && encoding != SecretEscape::Form)
        return {};
    return "&*urlencoding::encode(" + value + ')';
}

const ExpressionLanguage &rust()
{
    static const ExpressionLanguage language{
        inRustString,
        "\"",
        "\"",
        ", ",
        [](const QByteArray &variable) { return "&*std::env::var(\"" + variable + "\")?"; },
        rustEncoded,
        [](const QByteArray &value) { return "&*base64::engine::general_purpose::STANDARD.encode(" + value + ')'; },
        "[",
        "].concat()"};
    return language;
}

QByteArray rustBody(SnippetWriter &writer, const SnippetValue &body)
{
    QByteArrayList parts;
    const QList<SnippetValue> cut = cutAtFiles(body);
    for (const SnippetValue &each : cut) {
        if (hasFile(each))
            parts.append("std::fs::read(\"" + inRustString(each.first().file.toUtf8()) + "\")?");
        else
            parts.append(linedExpression(writer, rust(), each, "            ") + (cut.size() == 1 ? "" : ".as_bytes().to_vec()"));
    }
    if (parts.size() > 1)
        return "[\n            " + parts.join(",\n            ") + ",\n        ].concat()";
    // What is borrowed from a variable does not live long enough for the request.
    return parts.first().startsWith('&') ? parts.first().sliced(2) : parts.first();
}

} // namespace

QByteArray rustReqwest(SnippetWriter &writer)
{
    const SnippetRequest &request = writer.request();
    QByteArray call = "        .request(reqwest::Method::from_bytes(b\"" + inRustString(request.method) + "\")?, " +
                      expression(writer, rust(), request.wholeUrl()) + ")\n";
    for (const SnippetHeader &header : request.headers) {
        const QByteArray text = plainText(header.value);
        const bool isAscii = std::ranges::all_of(text, [](char c) { return (c & 0x80) == 0; });
        call += "        .header(\"" + inRustString(header.name) + "\", " + expression(writer, rust(), header.value) +
                (isAscii ? "" : ".as_bytes()") + ")\n";
    }
    if (!request.body.isEmpty())
        call += "        .body(" + rustBody(writer, request.body) + ")\n";
    QByteArray crates = "reqwest with the feature “blocking”";
    if (writer.anyNamed(SecretEscape::Percent) || writer.anyNamed(SecretEscape::Form))
        crates += ", urlencoding";
    if (writer.anyBase64())
        crates += ", base64";
    writer.note(RustSnippetText::tr("It needs these crates: %1.").arg(QString::fromUtf8(crates)));
    // Redirects are not followed: reqwest would take most headers along to another server.
    return writer.comments("// ") + (writer.anyBase64() ? "use base64::Engine;\n\n" : "") +
           "fn main() -> Result<(), Box<dyn std::error::Error>> {\n"
           "    let client = reqwest::blocking::Client::builder()\n        .redirect(reqwest::redirect::Policy::none())\n        .build()?;\n"
           "    let response = client\n" +
           call + "        .send()?;\n    println!(\"{} {}\", response.status().as_u16(), response.text()?);\n    Ok(())\n}\n";
}

} // namespace keydesk::snippets
