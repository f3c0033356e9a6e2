#include "app/workspace/HttpRequest.h"

#include "app/http/PathParts.h"
#include "app/workspace/HttpEncoding.h"
#include "app/workspace/HttpParts.h"

#include <QCoreApplication>

#include <algorithm>
#include <iterator>

namespace keydesk {

using namespace Qt::StringLiterals;
using Kind = HttpLine::Kind;

namespace {

struct HttpRequestText
{
    Q_DECLARE_TR_FUNCTIONS(HttpRequest)
};

QString lineText(const HttpFile &file, QByteArrayView bytes)
{
    return file.isUtf8() ? QString::fromUtf8(bytes) : QString::fromLatin1(bytes);
}

QString fileName(const HttpFile &file)
{
    return file.path().isEmpty() ? HttpRequestText::tr("the file") : file.path();
}

tl::unexpected<Error> unsupported(const HttpFile &file, const HttpBlock &block, const QString &what)
{
    return failure(Error::Kind::Unsupported, HttpRequestText::tr("%1 It stays in %2, line %3, as it is.")
                                                 .arg(what, fileName(file))
                                                 .arg(block.requestLine + 1));
}

Result<void> checkSupported(const HttpFile &file, const HttpBlock &block, const QString &url)
{
    switch (block.protocol) {
    case HttpBlock::Protocol::Grpc:
        return unsupported(file, block, HttpRequestText::tr("Keydesk does not speak gRPC."));
    case HttpBlock::Protocol::RSocket:
        return unsupported(file, block, HttpRequestText::tr("Keydesk does not speak RSocket."));
    case HttpBlock::Protocol::Curl:
        return unsupported(file, block,
                           HttpRequestText::tr("A cURL command in a file with requests is not sent."));
    case HttpBlock::Protocol::Http:
    case HttpBlock::Protocol::WebSocket:
        break;
    }
    if (url == "*"_L1)
        return unsupported(
            file, block,
            HttpRequestText::tr(
                "A request to “*” asks about a whole server; Keydesk sends requests to URLs."));
    return {};
}

/// "30", "30 s", "500 ms", "2 m"; seconds if no unit is named (JetBrains).
std::optional<int> milliseconds(const QString &text)
{
    const qsizetype digits = std::distance(
        text.begin(), std::find_if_not(text.begin(), text.end(), [](QChar c) { return c.isDigit(); }));
    bool isNumber = false;
    const int number = text.first(digits).toInt(&isNumber);
    const QString unit = text.sliced(digits).trimmed();
    const int factor = unit == "ms"_L1                    ? 1
                       : unit == "m"_L1                   ? 60'000
                       : unit.isEmpty() || unit == "s"_L1 ? 1000
                                                          : 0;
    if (!isNumber || factor == 0 || number > 24 * 3600 * 1000 / factor)
        return std::nullopt;
    return number * factor;
}

class RequestReader
{
public:
    RequestReader(const HttpFile &file, int request)
        : m_file(file)
        , m_block(file.request(request))
        , m_index(request)
    {
    }

    Result<HttpRequest> read()
    {
        const HttpParts parts = httpParts(m_file, m_block);
        if (const auto supported = checkSupported(m_file, m_block, parts.query.url); !supported)
            return tl::unexpected(supported.error());
        RequestSpec &spec = m_read.spec;
        spec.name = m_file.name(m_index);
        spec.method = m_file.method(m_index);
        spec.url = parts.query.url;
        spec.pathParts = rowsOf(parts.pathParts);
        spec.params = rowsOf(parts.query.rows);
        const HttpBodyRead body =
            readHttpBody(rowsOf(parts.headers), parts.bodyLines, parts.isGraphQlMethod, parts.operation);
        spec.headers = body.headers;
        spec.body = body.body;
        spec.key = keyFromText(parts.keyText);
        m_read.reference = m_file.reference(m_index);
        for (int line = m_block.firstLine; line < m_block.lastLine; ++line)
            readLine(line);
        return std::move(m_read);
    }

private:
    void readLine(int line)
    {
        const HttpLine &at = m_file.lines().at(static_cast<std::size_t>(line));
        if ((at.kind == Kind::Annotation || at.kind == Kind::Comment) && readExpectation(line))
            return;
        if (at.kind == Kind::Annotation && line < m_block.headersEnd) {
            const HttpAnnotation annotation = httpAnnotation(m_file.bytes(at));
            readOption(annotation.name.toByteArray(), lineText(m_file, annotation.value));
            return;
        }
        const bool isFirst = line == m_block.firstLine ||
                             m_file.lines().at(static_cast<std::size_t>(line) - 1).kind != at.kind;
        if (at.kind == Kind::Script && isFirst)
            note(line, HttpRequestText::tr("The script before the request is kept, and not run."));
        else if (at.kind == Kind::Handler && isFirst)
            note(line, HttpRequestText::tr("The response handler is kept, and not run."));
        else if (at.kind == Kind::Output)
            note(line, HttpRequestText::tr(
                           "The answer is not written to this file; save it from the answer's pane."));
        else if (at.kind == Kind::Directive)
            note(line,
                 HttpRequestText::tr("Other files are not imported or run from here; the line is kept."));
        else if (at.kind == Kind::Other)
            note(line, HttpRequestText::tr("This line means nothing here; it is kept."));
    }

    /// Also below the body, where other annotations mean nothing: what is expected of the answer reads well there.
    bool readExpectation(int line)
    {
        const QByteArrayView bytes = m_file.bytes(m_file.lines().at(static_cast<std::size_t>(line)));
        const HttpAnnotation annotation = httpAnnotation(bytes);
        if (annotation.name != expectAnnotation)
            return false;
        const qsizetype before = annotation.value.isEmpty() ? bytes.size() : annotation.value.data() - bytes.data();
        m_read.expectations.append({line + 1,
                                    static_cast<int>(lineText(m_file, bytes.first(before)).size()) + 1,
                                    lineText(m_file, annotation.value)});
        return true;
    }

    void readOption(const QByteArray &name, const QString &value)
    {
        HttpOptions &options = m_read.options;
        if (name == "no-redirect")
            options.followRedirects = false;
        else if (name == "no-cookie-jar")
            options.keepCookies = false;
        else if (name == "no-log")
            options.keepLog = false;
        else if (name == "no-auto-encoding")
            options.encodeUrl = false;
        else if (name == "note")
            options.confirm = true;
        else if (name == "timeout")
            options.timeoutMs = milliseconds(value);
        else if (name == "connection-timeout")
            options.connectionTimeoutMs = milliseconds(value);
        else if (name == "prompt" && !value.isEmpty())
            options.prompts.append({value.section(u' ', 0, 0), value.section(u' ', 1).trimmed()});
    }

    void note(int line, const QString &text) { m_read.notes.append({line + 1, 1, text}); }

    const HttpFile &m_file;
    const HttpBlock &m_block;
    const int m_index;
    HttpRequest m_read;
};

QList<NameValue> trimmedRows(const QList<NameValue> &rows)
{
    QList<NameValue> kept;
    for (const NameValue &row : rows) {
        if (!row.name.trimmed().isEmpty() || !row.value.trimmed().isEmpty())
            kept.append({row.name.trimmed(), row.value.trimmed(), row.enabled});
    }
    return kept;
}

QList<NameValue> filledRows(const QList<NameValue> &rows)
{
    QList<NameValue> kept;
    for (const NameValue &row : rows) {
        if (!row.name.isEmpty() || !row.value.isEmpty())
            kept.append(row);
    }
    return kept;
}

} // namespace

Result<HttpRequest> readHttpRequest(const HttpFile &file, int request)
{
    return RequestReader(file, request).read();
}

RequestSpec canonicalRequest(const RequestSpec &spec)
{
    RequestSpec same;
    same.name = spec.name.simplified();
    same.method = spec.method.trimmed().isEmpty() ? u"GET"_s : spec.method.trimmed();
    const HttpUrlParts url = splitHttpUrl(spec.url.trimmed());
    same.url = url.url;
    same.params = url.params + filledRows(spec.params);
    for (const NameValue &row : pathPartRows(same.url, spec.pathParts)) {
        if (!row.value.trimmed().isEmpty())
            same.pathParts.append({row.name, row.value.trimmed(), true});
    }
    same.key = keyFromText(keyText(spec.key));

    RequestBody body = spec.body;
    body.form = filledRows(body.form);
    const HttpBodyText text = writeHttpBody(body, {});
    QList<NameValue> headers = trimmedRows(spec.headers);
    if (!text.lines.isEmpty()) {
        for (const NameValue &implied : kindHeaders(body.kind, text.boundary)) {
            const bool isThere = std::ranges::any_of(headers, [&implied](const NameValue &row) {
                return row.enabled && row.name.compare(implied.name, Qt::CaseInsensitive) == 0;
            });
            if (!isThere)
                headers.append(implied);
        }
    }
    const HttpBodyRead read = readHttpBody(headers, text.lines, false, body.graphQlOperation.trimmed());
    same.headers = read.headers;
    same.body = read.body;
    return same;
}

QList<NameValue> fileVariables(const HttpFile &file)
{
    QList<NameValue> variables;
    for (const HttpLine &line : file.lines()) {
        if (line.kind != Kind::Variable)
            continue;
        const HttpAssignment assignment = httpAssignment(file.bytes(line));
        const QString name = lineText(file, assignment.name);
        const QString value = lineText(file, assignment.value);
        const auto known = std::ranges::find(variables, name, &NameValue::name);
        if (known == variables.end())
            variables.append({name, value, true});
        else
            known->value = value;
    }
    return variables;
}

} // namespace keydesk
