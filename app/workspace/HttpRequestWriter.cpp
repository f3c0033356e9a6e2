#include "app/workspace/HttpRequestWriter.h"

#include "app/workspace/HttpEncoding.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;
using Kind = HttpLine::Kind;

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(HttpRequestWriter)
};

QList<NameValue> rowsOf(const QList<HttpRow> &rows)
{
    QList<NameValue> values;
    for (const HttpRow &row : rows)
        values.append(row.row);
    return values;
}

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

QString HttpRequestWriter::itemText(const NameValue &row) const
{
    const auto known = std::ranges::find_if(m_parts.query.rows, [&row](const HttpRow &old) {
        return old.row.name == row.name && old.row.value == row.value;
    });
    return known == m_parts.query.rows.end() ? writeHttpItem(row, HttpItems::Query) : known->text;
}

QStringList HttpRequestWriter::itemLines(const RequestSpec &wanted) const
{
    QStringList lines;
    bool hasQuery = queryBegin(wanted.url) >= 0;
    for (const NameValue &row : wanted.params) {
        const QString item = (hasQuery ? u'&' : u'?') + itemText(row);
        lines.append(row.enabled ? item : u"# @disabled "_s + item);
        hasQuery = hasQuery || row.enabled;
    }
    return lines;
}

void HttpRequestWriter::target(const RequestSpec &was, const RequestSpec &wanted)
{
    const bool isUrlAlone = !m_block.target.isEmpty() && m_file.decode(m_block.target.first()) == was.url;
    const qsizetype requestEnd = m_file.lines().at(static_cast<std::size_t>(m_block.requestLine)).end;
    const bool isVersionBelow = m_block.version.begin > requestEnd;
    if (m_parts.query.isLineEach && !m_parts.query.rows.isEmpty() && !wanted.params.isEmpty() && isUrlAlone &&
        !isVersionBelow && !wanted.url.isEmpty()) {
        if (was.url != wanted.url)
            m_edits.replace(m_block.target.first(), encode(wanted.url));
        targetLines(wanted);
        return;
    }
    wholeTarget(wanted);
}

/// Each parameter is a line, so that a change of one is a change of one line.
void HttpRequestWriter::targetLines(const RequestSpec &wanted)
{
    RequestSpec old;
    old.url = wanted.url;
    old.params = rowsOf(m_parts.query.rows);
    const QStringList before = itemLines(old);
    QList<HttpRow> rows;
    for (qsizetype i = 0; i < before.size(); ++i)
        rows.append({{before.at(i), {}, true}, m_parts.query.rows.at(i).lines, {}, {}});
    QList<NameValue> after;
    for (const QString &line : itemLines(wanted))
        after.append({line, {}, true});
    const QByteArrayView first =
        QByteArrayView(m_file.text()).sliced(rows.first().lines.begin, rows.first().lines.size());
    qsizetype indent = 0;
    while (indent < first.size() && (first.at(indent) == ' ' || first.at(indent) == '\t'))
        ++indent;
    const QByteArray space = indent > 0 ? first.first(indent).toByteArray() : QByteArray(4, ' ');
    m_edits.rows(rows, after, m_block.requestLine + 1,
                 [&](const NameValue &row) { return space + encode(row.name); });
}

void HttpRequestWriter::wholeTarget(const RequestSpec &wanted)
{
    const HttpLine &line = m_file.lines().at(static_cast<std::size_t>(m_block.requestLine));
    const bool isInline =
        std::ranges::all_of(wanted.params, [](const NameValue &row) { return row.enabled; });
    const QStringList items = itemLines(wanted);
    QString url = wanted.url;
    if (isInline)
        url += items.join(QString());
    QString version = m_file.decode(m_block.version);
    if (!version.isEmpty())
        version.prepend(u' ');
    QByteArrayList below;
    if (!isInline) {
        for (const QString &item : items)
            below.append(encode(u"    "_s + item));
        // The version ends the last line of the URL, whatever is switched off behind it.
        qsizetype last = below.size() - 1;
        while (last >= 0 && !wanted.params.at(last).enabled)
            --last;
        if (last >= 0)
            below[last] += encode(version);
        else
            url += version;
    } else {
        url += version;
    }
    const qsizetype begin = !m_block.target.isEmpty() && m_block.target.first().begin <= line.end
                                ? m_block.target.first().begin
                            : m_block.method.isEmpty() ? line.begin
                                                       : m_block.method.end;
    const bool needsSpace = begin == m_block.method.end && !m_block.method.isEmpty();
    m_edits.replace({begin, line.end}, (needsSpace && !url.isEmpty() ? " " : "") + encode(url));
    for (int at = m_block.requestLine + 1; at < m_block.headersEnd; ++at) {
        const HttpLine &old = m_file.lines().at(static_cast<std::size_t>(at));
        const HttpAnnotation annotation = httpAnnotation(m_file.bytes(old));
        const bool isDisabled = old.kind == Kind::Annotation &&
                                annotation.name == disabledAnnotation.toLatin1() &&
                                (annotation.value.startsWith('?') || annotation.value.startsWith('&'));
        if (isDisabled || old.kind == Kind::Continuation)
            m_edits.remove({old.begin, old.next});
    }
    m_edits.insertLines(m_block.requestLine + 1, below);
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

void HttpRequestWriter::newBody(const QByteArrayList &lines)
{
    QByteArrayList all = lines;
    if (!isOfKind(m_block.headersEnd, Kind::Blank)) {
        all.prepend(QByteArray());
        if (m_block.headersEnd < static_cast<int>(m_file.lines().size()))
            all.append(QByteArray());
        m_edits.insertLines(m_block.headersEnd, all);
        return;
    }
    const int place = m_block.headersEnd + 1;
    const bool isAtEnd = place >= static_cast<int>(m_file.lines().size());
    if (!isAtEnd && !isOfKind(place, Kind::Blank))
        all.append(QByteArray());
    m_edits.insertLines(place, all);
}

/// In an exact body nothing can be told from the body: what stands there beside it would become part of it.
bool HttpRequestWriter::checkExact()
{
    for (int line = m_block.headersEnd; line < m_block.lastLine; ++line) {
        const HttpLine &at = m_file.lines().at(static_cast<std::size_t>(line));
        const bool isBody = at.kind == Kind::Body || at.kind == Kind::Include || at.kind == Kind::Blank ||
                            httpAnnotation(m_file.bytes(at)).name.startsWith("disabled");
        if (isBody)
            continue;
        m_error = Error{Error::Kind::InvalidInput,
                        Text::tr("The body has lines that look like comments or scripts, and line %1 of the "
                                 "file is one, which could "
                                 "not be told from them. Put the body into a file of its own.")
                            .arg(line + 1),
                        {}};
        return false;
    }
    return true;
}

/// Equal lines at the beginning and at the end stay, comments between them too.
void HttpRequestWriter::body(const QStringList &lines)
{
    const QByteArrayList wanted = encode(lines);
    if (!m_block.hasBody()) {
        if (needsExactBody(lines) && !m_block.exactBody && !checkExact())
            return;
        if (!wanted.isEmpty())
            newBody(wanted);
        return;
    }
    if (wanted.isEmpty()) {
        m_edits.replaceLines(m_block.bodyBegin,
                             m_block.bodyEnd + (isOfKind(m_block.bodyEnd, Kind::Blank) ? 1 : 0), {});
        return;
    }
    const bool becomesExact = !m_block.exactBody && needsExactBody(lines);
    if (becomesExact && !checkExact())
        return;
    QList<int> places;
    QByteArrayList before;
    for (int line = m_block.bodyBegin; line < m_block.bodyEnd; ++line) {
        const HttpLine &at = m_file.lines().at(static_cast<std::size_t>(line));
        const bool isOurs = httpAnnotation(m_file.bytes(at)).name.startsWith("disabled");
        const bool isComment =
            (at.kind == Kind::Comment || at.kind == Kind::Annotation) && !isOurs && !m_block.exactBody;
        if (isComment && !becomesExact)
            continue;
        places.append(line);
        before.append(m_file.bytes(at).toByteArray());
    }
    qsizetype begin = 0;
    while (begin < std::min(before.size(), wanted.size()) && before.at(begin) == wanted.at(begin))
        ++begin;
    qsizetype tail = 0;
    while (tail < std::min(before.size(), wanted.size()) - begin &&
           before.at(before.size() - 1 - tail) == wanted.at(wanted.size() - 1 - tail))
        ++tail;
    const int first = begin > 0 ? places.at(begin - 1) + 1 : m_block.bodyBegin;
    const int last = tail > 0 ? places.at(places.size() - tail) : m_block.bodyEnd;
    QByteArrayList replacement;
    for (int line = first; line < last; ++line) {
        if (!places.contains(line))
            replacement.append(m_file.bytes(m_file.lines().at(static_cast<std::size_t>(line))).toByteArray());
    }
    replacement += wanted.sliced(begin, wanted.size() - tail - begin);
    m_edits.replaceLines(first, last, replacement);
    if (!becomesExact)
        return;
    // Nothing may stand between the headers and an exact body but one empty line, nor more than that behind
    // it.
    m_edits.replaceLines(m_block.headersEnd + 1, m_block.bodyBegin, {});
    const bool isLast = m_block.lastLine == static_cast<int>(m_file.lines().size());
    const int kept = isLast ? m_block.bodyEnd : std::min(m_block.lastLine, m_block.bodyEnd + 1);
    if (kept < m_block.lastLine)
        m_edits.replaceLines(kept, m_block.lastLine, {});
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
