#include "app/http/HeaderRules.h"
#include "app/interchange/snippets/Generators.h"
#include "app/interchange/snippets/ShellWords.h"

#include <QCoreApplication>

#include <algorithm>

namespace keydesk::snippets {

namespace {

struct ShellSnippetsText
{
    Q_DECLARE_TR_FUNCTIONS(ShellSnippets)
};

using Kind = SnippetPiece::Kind;

SnippetValue joined(const QByteArray &before, const SnippetValue &value)
{
    return SnippetValue{{Kind::Text, before}} + value;
}

void noteArguments(SnippetWriter &writer, const QString &program)
{
    if (!writer.request().secrets.isEmpty())
        writer.note(
            ShellSnippetsText::tr(
                "While %1 runs, other programs of this user can see its arguments, the token among them.")
                .arg(program));
}

/// HTTPie takes a backslash away before the characters that separate names from values.
bool losesBackslash(const QByteArray &text)
{
    for (qsizetype at = text.indexOf('\\'); at >= 0; at = text.indexOf('\\', at + 2)) {
        if (at + 1 < text.size() && std::string_view(":;=@").find(text.at(at + 1)) != std::string_view::npos)
            return true;
    }
    return false;
}

QByteArray httpieHeader(SnippetWriter &writer, BashWords &words, const SnippetHeader &header)
{
    if (const SnippetValue *pair = basicPair(header))
        return "--auth=" + words.word(*pair);
    const QByteArray text = plainText(header.value);
    if (header.value.isEmpty())
        return words.word(header.name + ';');
    if (losesBackslash(text))
        writer.limit(
            ShellSnippetsText::tr("HTTPie drops the backslash before a : ; = or @ in the value of %1.")
                .arg(QString::fromLatin1(header.name)));
    // Behind the colon an @ would name a file, and = a part of JSON.
    const bool isSeparator = header.value.first().kind == Kind::Text && !text.isEmpty() && (text.front() == '@' || text.front() == '=');
    return words.word(joined(header.name + (isSeparator ? ":\\" : ":"), header.value));
}

} // namespace

QByteArray httpie(SnippetWriter &writer)
{
    const SnippetRequest &request = writer.request();
    BashWords words(writer);
    const bool isPiped = hasFile(request.body) || isTooLongForArgument(request.body);
    QByteArrayList lines;
    if (!isPiped)
        lines.append("--ignore-stdin");
    QByteArrayList items;
    for (const SnippetHeader &header : request.headers) {
        const QByteArray made = httpieHeader(writer, words, header);
        (made.startsWith("--auth=") ? lines : items).append(made);
    }
    const QByteArray url = plainText(request.url);
    if (url.contains("/./") || url.contains("/../"))
        lines.append("--path-as-is");
    if (!isPiped && !request.body.isEmpty())
        lines.append("--raw=" + words.word(request.body));
    lines.append(words.word(request.method) + ' ' + words.word(request.url));
    if (request.queryKey)
        items.prepend(
            words.word({{Kind::Text, QByteArray::fromPercentEncoding(request.queryKey->name) + "=="}, {Kind::Secret, {}, request.queryKey->secret}}));
    noteBrackets(writer);
    noteArguments(writer, QStringLiteral("HTTPie"));
    const QByteArray pipe = isPiped ? words.bodyCommands(request.body) + " |\n" : QByteArray();
    return writer.comments("# ") + words.functions() + pipe + "http " + (lines + items).join(" \\\n  ") + '\n';
}

QByteArray wget(SnippetWriter &writer)
{
    const SnippetRequest &request = writer.request();
    BashWords words(writer);
    // Redirects are not followed: the headers would go along to another server.
    QByteArrayList lines{"-q -O - --content-on-error --max-redirect=0"};
    if (request.method == "HEAD")
        lines = {"-q -S --spider --max-redirect=0"};
    else if (request.method != "GET" || !request.body.isEmpty())
        lines.append("--method=" + words.word(request.method));
    for (const SnippetHeader &header : request.headers)
        lines.append("--header=" + words.word(joined(header.name + (header.value.isEmpty() ? ":" : ": "), header.value)));
    QByteArray before;
    QByteArray after;
    if (request.body.size() == 1 && hasFile(request.body)) {
        lines.append("--body-file=" + words.word(request.body.first().file.toUtf8()));
    } else if (hasFile(request.body) || isTooLongForArgument(request.body)) {
        // wget reads no body from a pipe, and puts none together.
        before = "body=$(mktemp)\n" + words.bodyCommands(request.body) + " >\"$body\"\n";
        lines.append("--body-file=\"$body\"");
        after = "rm -- \"$body\"\n";
        writer.limit(ShellSnippetsText::tr("wget puts no multipart body together and reads none from a pipe: "
                                           "the body is written to a temporary file first."));
    } else if (!request.body.isEmpty()) {
        lines.append("--body-data=" + words.word(request.body));
    } else if (request.needsLength()) {
        lines.append("--header='Content-Length: 0'");
    }
    lines.append(words.word(request.wholeUrl()));
    noteArguments(writer, QStringLiteral("wget"));
    return writer.comments("# ") + words.functions() + before + "wget " + lines.join(" \\\n  ") + '\n' + after;
}

} // namespace keydesk::snippets
