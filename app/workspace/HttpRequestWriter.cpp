#include "app/workspace/HttpRequestWriter.h"

#include "app/workspace/HttpEncoding.h"

#include <QRegularExpression>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;
using Kind = HttpLine::Kind;

namespace {

bool isSameName(const NameValue &one, const NameValue &other)
{
    return one.name.compare(other.name, Qt::CaseInsensitive) == 0;
}

} // namespace

HttpRequestWriter::HttpRequestWriter(const HttpFile &file, int request)
    : m_file(file)
    , m_block(file.request(request))
    , m_parts(httpParts(file, m_block))
    , m_layout(readHttpBody(rowsOf(m_parts.headers), m_parts.bodyLines, m_parts.isGraphQlMethod, {}).layout)
    , m_edits(file)
{
}

QByteArray HttpRequestWriter::encode(const QString &text)
{
    const Result<QByteArray> bytes = m_file.encode(text);
    if (!bytes && !m_error)
        m_error = bytes.error();
    return bytes.value_or(QByteArray());
}

QByteArrayList HttpRequestWriter::encode(const QStringList &lines)
{
    QByteArrayList all;
    for (const QString &line : lines)
        all.append(encode(line));
    return all;
}

bool HttpRequestWriter::isOfKind(int line, Kind kind) const
{
    return line < m_block.lastLine && m_file.lines().at(static_cast<std::size_t>(line)).kind == kind;
}

/// The first of the comments that stand right above the request.
int HttpRequestWriter::headLine() const
{
    int line = m_block.requestLine;
    while (line > m_block.firstLine &&
           (isOfKind(line - 1, Kind::Comment) || isOfKind(line - 1, Kind::Annotation) ||
            isOfKind(line - 1, Kind::Script)))
        --line;
    return line;
}

void HttpRequestWriter::name(const QString &wanted)
{
    const HttpLine &first = m_file.lines().at(static_cast<std::size_t>(m_block.firstLine));
    const bool hasSeparator = first.kind == Kind::Separator;
    const QString separator = m_file.decode(first);
    static const QRegularExpression title(u"^#+[ \\t]*(?<title>.*?)\\s*$"_s);
    const auto match = title.match(separator);
    const bool hasTitle = hasSeparator && match.capturedLength(u"title") > 0;
    int nameLine = -1;
    for (int line = m_block.firstLine; line < m_block.headersEnd && nameLine < 0; ++line) {
        if (isOfKind(line, Kind::Annotation) &&
            httpAnnotation(m_file.bytes(m_file.lines().at(static_cast<std::size_t>(line)))).name == "name")
            nameLine = line;
    }
    static const QRegularExpression word(u"^\\w+$"_s);
    if (nameLine >= 0 && !hasTitle && (wanted.isEmpty() || word.match(wanted).hasMatch())) {
        annotation(nameLine, u"name"_s, wanted);
    } else if (hasSeparator) {
        const qsizetype marks =
            std::ranges::find_if_not(separator, [](QChar c) { return c == u'#'; }) - separator.begin();
        m_edits.replace({first.begin + marks, first.end},
                        wanted.isEmpty() ? QByteArray() : ' ' + encode(wanted));
        if (wanted.isEmpty() && nameLine >= 0)
            annotation(nameLine, u"name"_s, {});
    } else if (!wanted.isEmpty()) {
        m_edits.insertLines(headLine(), {encode(u"### "_s + wanted)});
    }
}

void HttpRequestWriter::method(const RequestSpec &wanted)
{
    const QByteArray text = encode(wanted.method);
    if (!m_block.method.isEmpty())
        m_edits.replace(m_block.method, text);
    else if (!m_block.target.isEmpty())
        m_edits.replace({m_block.target.first().begin, m_block.target.first().begin}, text + ' ');
}

/// The rows of the table, and those that say the body's kind where they stood, or at the end.
void HttpRequestWriter::headers(const RequestSpec &was, const RequestSpec &wanted, const QString &boundary)
{
    const bool sameKind = was.body.kind == wanted.body.kind;
    const QList<NameValue> before = rowsOf(m_parts.headers);
    QList<NameValue> after = wanted.headers;
    QList<NameValue> implied = kindHeaders(wanted.body.kind, boundary);
    if (m_layout.isGraphQlMethod && wanted.body.kind == RequestBody::Kind::GraphQl)
        implied.clear();
    // Rows of the old file that the table does not show, and at which place.
    QList<NameValue> unshown = before;
    for (const NameValue &row : was.headers)
        unshown.removeOne(row);
    for (const NameValue &row : std::as_const(implied)) {
        const auto known =
            std::ranges::find_if(unshown, [&row](const NameValue &old) { return isSameName(old, row); });
        const bool isShown = std::ranges::any_of(
            after, [&row](const NameValue &each) { return each.enabled && isSameName(each, row); });
        if (isShown || (sameKind && known == unshown.end()))
            continue;
        const bool keepsText =
            known != unshown.end() && (sameKind || known->value.compare(row.value, Qt::CaseInsensitive) == 0);
        const NameValue written =
            keepsText && (wanted.body.kind != RequestBody::Kind::Multipart || boundary == m_layout.boundary)
                ? *known
                : row;
        const qsizetype place = known != unshown.end() ? before.indexOf(*known) : after.size();
        after.insert(std::min(place, after.size()), written);
    }
    if (before == after)
        return;
    m_edits.rows(m_parts.headers, after,
                 m_block.headersEnd == m_block.lastLine ? m_block.lastLine : m_block.headersEnd,
                 [this](const NameValue &row) {
                     const QString text =
                         row.name + u':' + (row.value.isEmpty() ? QString() : u' ' + row.value);
                     return encode(row.enabled ? text : u"# @disabled "_s + text);
                 });
}

/// Sets, changes or (empty) takes away a comment that says something about the request.
void HttpRequestWriter::annotation(int line, const QString &name, const QString &value)
{
    if (line < 0) {
        if (!value.isEmpty())
            m_edits.insertLines(m_block.requestLine, {encode(u"# @"_s + name + u' ' + value)});
        return;
    }
    const HttpLine &at = m_file.lines().at(static_cast<std::size_t>(line));
    if (value.isEmpty()) {
        m_edits.remove({at.begin, at.next});
        return;
    }
    const QByteArrayView bytes = m_file.bytes(at);
    const QByteArrayView old = httpAnnotation(bytes).value;
    if (old.isEmpty()) {
        m_edits.replace({at.end, at.end}, ' ' + encode(value));
        return;
    }
    const qsizetype begin = at.begin + (old.data() - bytes.data());
    m_edits.replace({begin, begin + old.size()}, encode(value));
}

Result<QByteArray> HttpRequestWriter::finished() const
{
    if (m_error)
        return tl::unexpected(*m_error);
    return m_edits.apply();
}

Result<QByteArray> HttpRequestWriter::rename(const QString &wanted)
{
    name(wanted.simplified());
    return finished();
}

Result<QByteArray> HttpRequestWriter::write(const HttpRequest &was, const RequestSpec &spec)
{
    const RequestSpec before = canonicalRequest(was.spec);
    const RequestSpec wanted = canonicalRequest(spec);
    if (before.name != wanted.name)
        name(wanted.name);
    const bool leavesGraphQl = m_layout.isGraphQlMethod && wanted.body.kind != RequestBody::Kind::GraphQl;
    if (before.method != wanted.method || leavesGraphQl)
        method(wanted);
    if (before.url != wanted.url || before.params != wanted.params)
        target(was.spec, wanted);
    const HttpBodyText text = writeHttpBody(wanted.body, m_layout);
    headers(was.spec, wanted, text.boundary);
    if (before.body != wanted.body)
        body(text.lines);
    if (!m_block.exactBody && before.body != wanted.body && needsExactBody(text.lines))
        annotation(-1, u"body"_s, u"exact"_s);
    if (before.pathParts != wanted.pathParts)
        m_edits.rows(m_parts.pathParts, wanted.pathParts, m_block.requestLine, [this](const NameValue &row) {
            return encode(u"# @path "_s + row.name + u" = "_s + row.value);
        });
    if (before.key != wanted.key)
        annotation(m_parts.keyLine, u"key"_s, keyText(wanted.key));
    if (m_parts.operation != wanted.body.graphQlOperation)
        annotation(m_parts.operationLine, u"graphql-operation"_s, wanted.body.graphQlOperation);
    return finished();
}

} // namespace keydesk
