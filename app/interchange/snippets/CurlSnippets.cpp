#include "app/http/HeaderRules.h"
#include "app/interchange/snippets/FormParts.h"
#include "app/interchange/snippets/Generators.h"
#include "app/interchange/snippets/ShellWords.h"

#include <QCoreApplication>

#include <algorithm>
#include <functional>
#include <limits>

namespace keydesk::snippets {

namespace {

struct CurlSnippetsText
{
    Q_DECLARE_TR_FUNCTIONS(CurlSnippets)
};

using Kind = SnippetPiece::Kind;
using Word = std::function<QByteArray(const SnippetValue &)>;

SnippetValue text(const QByteArray &bytes)
{
    return {{Kind::Text, bytes}};
}

SnippetValue joined(const QByteArray &before, const SnippetValue &value, const QByteArray &after = {})
{
    SnippetValue whole = value;
    if (!whole.isEmpty() && whole.first().kind == Kind::Text)
        whole.first().text.prepend(before);
    else
        whole.prepend({Kind::Text, before});
    if (!after.isEmpty() && whole.last().kind == Kind::Text)
        whole.last().text += after;
    else if (!after.isEmpty())
        whole.append({Kind::Text, after});
    return whole;
}

/// Within the quotes of --form.
QByteArray inFormQuotes(QByteArray bytes)
{
    return bytes.replace('\\', "\\\\").replace('"', "\\\"");
}

/// Whether --form can say it: its first = ends the name.
bool isFormPart(const SnippetPart &part)
{
    const QByteArray type = part.contentType.toLower().replace(' ', "").replace('\t', "");
    for (const char *option : {";headers=", ";filename=", ";encoder=", ";type="}) { // curl would take it for its own
        if (type.contains(option))
            return false;
    }
    return !part.hasOtherHeaders && !part.name.contains('=') &&
           (isPlainText(part.content) || hasFile(part.content) || (part.contentType.isNull() && part.fileName.isNull())) &&
           (!hasFile(part.content) || !part.fileName.isNull());
}

class Curl
{
public:
    Curl(SnippetWriter &writer, Word word)
        : m_writer(writer)
        , m_word(std::move(word))
    {
    }

    /// `-X POST 'https://…'`, `-H '…'` and so on: each stands in a line of its own.
    QByteArrayList arguments(const QByteArray &bodyFromPipe, qsizetype longestLine)
    {
        const SnippetRequest &request = m_writer.request();
        m_parts = formParts(request);
        if (m_parts && !std::ranges::all_of(*m_parts, isFormPart))
            m_parts.reset();
        QByteArrayList lines{urlLine()};
        if (request.queryKey) {
            lines.append("--url-query " + m_word(joined(request.queryKey->name + '=', {{Kind::Secret, {}, request.queryKey->secret}})));
            m_writer.note(CurlSnippetsText::tr(
                "--url-query encodes the key's parameter; it needs curl 7.87 or later."));
        }
        for (const SnippetHeader &header : request.headers)
            addHeader(lines, header);
        if (request.body.isEmpty() && request.needsLength())
            lines.append("-H " + m_word(text("Content-Length: 0")));
        addBody(lines, bodyFromPipe);
        if (lines.join(' ').size() > longestLine)
            m_writer.limit(CurlSnippetsText::tr(
                "Windows does not take a command as long as this one. Put the body into a file."));
        if (!request.secrets.isEmpty())
            m_writer.note(CurlSnippetsText::tr(
                "While curl runs, other programs of this user can see its arguments, the token among them."));
        return lines;
    }

private:
    QByteArray urlLine()
    {
        const SnippetRequest &request = m_writer.request();
        const bool sendsBody = !request.body.isEmpty();
        QByteArray line;
        if (request.method == "HEAD")
            line += "-I ";
        else if (request.method != (sendsBody ? "POST" : "GET"))
            line += "-X " + m_word(text(request.method)) + ' ';
        const QByteArray url = plainText(request.url);
        if (url.contains('[') || url.contains('{'))
            line += "-g ";
        if (url.contains("/./") || url.contains("/../") || url.endsWith("/.") || url.endsWith("/.."))
            line += "--path-as-is ";
        return line + m_word(request.url);
    }

    void addHeader(QByteArrayList &lines, const SnippetHeader &header)
    {
        if (m_parts && isSameHeader(header.name, "Content-Type"))
            return; // curl writes its own, with the boundary
        if (const SnippetValue *pair = basicPair(header))
            lines.append("-u " + m_word(*pair));
        else if (header.value.isEmpty())
            lines.append("-H " + m_word(text(header.name + ';')));
        else
            lines.append("-H " + m_word(joined(header.name + ": ", header.value)));
    }

    void addBody(QByteArrayList &lines, const QByteArray &bodyFromPipe)
    {
        const SnippetValue &body = m_writer.request().body;
        if (m_parts) {
            for (const SnippetPart &part : *m_parts)
                lines.append(formPart(part));
        } else if (body.size() == 1 && hasFile(body)) {
            lines.append("--data-binary " + m_word(text('@' + body.first().file.toUtf8())));
        } else if (!bodyFromPipe.isEmpty() && (hasFile(body) || isTooLongForArgument(body))) {
            lines.append(bodyFromPipe);
        } else if (hasFile(body)) {
            m_writer.limit(CurlSnippetsText::tr("The body is put together from text and files in a way that "
                                                "curl cannot be told here: it is left out."));
        } else if (!body.isEmpty()) {
            lines.append("--data-raw " + m_word(body));
        }
    }

    QByteArray formPart(const SnippetPart &part)
    {
        const bool isFile = hasFile(part.content);
        if (!isFile && part.contentType.isNull() && part.fileName.isNull())
            return "--form-string " + m_word(joined(part.name + '=', part.content));
        const QByteArray content =
            isFile ? '@' + ('"' + inFormQuotes(part.content.first().file.toUtf8()) + '"') : '"' + inFormQuotes(plainText(part.content)) + '"';
        QByteArray form = part.name + '=' + content;
        if (!part.contentType.isNull())
            form += ";type=" + part.contentType;
        if (!part.fileName.isNull())
            form += ";filename=\"" + inFormQuotes(part.fileName) + '"';
        return "-F " + m_word(text(form));
    }

    SnippetWriter &m_writer;
    Word m_word;
    std::optional<QList<SnippetPart>> m_parts;
};

} // namespace

QByteArray curlBash(SnippetWriter &writer)
{
    BashWords words(writer);
    Curl curl(writer, [&words](const SnippetValue &value) { return words.word(value); });
    const QByteArrayList arguments = curl.arguments("--data-binary @-", std::numeric_limits<qsizetype>::max());
    const SnippetValue &body = writer.request().body;
    const bool isPiped = arguments.contains("--data-binary @-");
    const QByteArray pipe = isPiped ? words.bodyCommands(body) + " |\n" : QByteArray();
    return writer.comments("# ") + words.functions() + pipe + "curl " + arguments.join(" \\\n  ") + '\n';
}

QByteArray curlPowerShell(SnippetWriter &writer)
{
    Curl curl(writer, [&writer](const SnippetValue &value) { return powerShellWord(writer, value); });
    const QByteArray command = "curl.exe " + curl.arguments({}, 32'000).join(" `\n  ") + '\n';
    if (!command.contains("\\\"") && !command.contains("\\`\""))
        return writer.comments("# ") + command;
    // From 7.3 on PowerShell would quote the quotes in arguments once more.
    QByteArray indented = command.chopped(1);
    return writer.comments("# ") + "& {\n  $PSNativeCommandArgumentPassing = 'Legacy'\n  " + indented + "\n}\n";
}

QByteArray curlCmd(SnippetWriter &writer)
{
    Curl curl(writer, [&writer](const SnippetValue &value) { return cmdWord(writer, value); });
    const QByteArray command = "curl " + curl.arguments({}, 8'000).join(" ^\n  ") + '\n';
    return writer.comments("rem ") + command;
}

} // namespace keydesk::snippets
