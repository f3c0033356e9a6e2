#include "app/workspace/HttpBody.h"

#include "app/http/JsonFormat.h"
#include "app/workspace/HttpEncoding.h"
#include "app/workspace/HttpFile.h"
#include "app/workspace/HttpMultipart.h"

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;
using BodyKind = RequestBody::Kind;

namespace {

const QString disabledMark = u"# @disabled "_s;

bool isSame(const QString &one, QLatin1StringView other)
{
    return one.trimmed().compare(other, Qt::CaseInsensitive) == 0;
}

QString contentTypeOf(const QList<NameValue> &headers)
{
    for (const NameValue &row : headers) {
        if (row.enabled && isSame(row.name, "content-type"_L1))
            return row.value.trimmed();
    }
    return {};
}

/// "application/json" of "Application/JSON; charset=utf-8".
QString mediaType(const QString &contentType)
{
    return contentType.section(u';', 0, 0).trimmed().toLower();
}

bool isJsonType(const QString &type)
{
    return type == "application/json"_L1 || type.endsWith("+json"_L1);
}

bool isXmlType(const QString &type)
{
    return type == "application/xml"_L1 || type == "text/xml"_L1 || type.endsWith("+xml"_L1);
}

bool isJsonText(const QString &text)
{
    const QString trimmed = text.trimmed();
    return (trimmed.startsWith(u'{') || trimmed.startsWith(u'[')) &&
           !checkJson(trimmed.toUtf8(), JsonDialect::WithVariables);
}

bool isGraphQlHeader(const NameValue &row)
{
    return row.enabled && isSame(row.name, "x-request-type"_L1) && isSame(row.value, "graphql"_L1);
}

/// Takes out the row that says exactly what the kind says, if it is the only one of its name: of two, one
/// would be left that says another kind.
void takeOut(QList<NameValue> &headers, const NameValue &implied)
{
    const auto isOfName = [&implied](const NameValue &row) {
        return row.enabled && row.name.trimmed().compare(implied.name, Qt::CaseInsensitive) == 0;
    };
    const auto found = std::ranges::find_if(headers, isOfName);
    if (std::ranges::count_if(headers, isOfName) == 1 &&
        found->value.trimmed().compare(implied.value, Qt::CaseInsensitive) == 0)
        headers.erase(found);
}

bool readForm(const QStringList &lines, HttpBodyRead &read)
{
    QList<NameValue> rows;
    int mostOfALine = 0;
    for (const QString &line : lines) {
        const QString trimmed = line.trimmed();
        if (trimmed.isEmpty())
            continue;
        if (trimmed.startsWith(disabledMark)) {
            const QString item = trimmed.sliced(disabledMark.size()).trimmed();
            auto row = readHttpItem(item.startsWith(u'&') ? item.sliced(1) : item, HttpItems::Form);
            if (!row)
                return false;
            row->enabled = false;
            rows.append(*row);
            continue;
        }
        QStringList items = splitHttpItems(line);
        if (items.size() > 1 && items.first().trimmed().isEmpty())
            items.removeFirst(); // "&name=value"
        if (items.size() > 1 && items.last().trimmed().isEmpty())
            items.removeLast(); // "name=value&"
        mostOfALine = std::max(mostOfALine, static_cast<int>(items.size()));
        for (const QString &item : std::as_const(items)) {
            const auto row = readHttpItem(item, HttpItems::Form);
            if (!row)
                return false;
            rows.append(*row);
        }
    }
    read.body.kind = BodyKind::Form;
    read.body.form = rows;
    read.layout.isItemPerLine = mostOfALine <= 1;
    return true;
}

QStringList formLines(const QList<NameValue> &rows, bool isItemPerLine)
{
    const bool anyDisabled = std::ranges::any_of(rows, [](const NameValue &row) { return !row.enabled; });
    QStringList lines;
    bool isFirst = true;
    for (const NameValue &row : rows) {
        const QString item = writeHttpItem(row, HttpItems::Form);
        if (!row.enabled) {
            lines.append(disabledMark + item);
            continue;
        }
        if (isItemPerLine || anyDisabled || lines.isEmpty())
            lines.append((isFirst ? QString() : u"&"_s) + item);
        else
            lines.last() += u'&' + item;
        isFirst = false;
    }
    return lines;
}

/// The query, and the variables behind an empty line (REST Client). A query may have empty lines itself.
void readGraphQl(const QStringList &lines, RequestBody &body)
{
    body.kind = BodyKind::GraphQl;
    int tries = 0;
    for (qsizetype at = 0; at + 1 < lines.size() && tries < 32; ++at) {
        const QString next = lines.at(at + 1).trimmed();
        if (!lines.at(at).trimmed().isEmpty() || !(next.startsWith(u'{') || next.startsWith(u'<')))
            continue;
        ++tries; // each reads the rest
        const QString rest = lines.sliced(at + 1).join(u'\n').trimmed();
        const bool isFile = !httpInclude(rest).path.isEmpty() && !rest.contains(u'\n');
        if (!isFile && !(rest.startsWith(u'{') && isJsonText(rest)))
            continue;
        body.text = lines.first(at).join(u'\n');
        body.graphQlVariables = rest;
        return;
    }
    body.text = lines.join(u'\n');
}

} // namespace

QList<NameValue> kindHeaders(BodyKind kind, const QString &boundary)
{
    const QString type = u"Content-Type"_s;
    switch (kind) {
    case BodyKind::Json:
        return {{type, u"application/json"_s, true}};
    case BodyKind::Text:
        return {{type, u"text/plain; charset=utf-8"_s, true}};
    case BodyKind::Xml:
        return {{type, u"application/xml"_s, true}};
    case BodyKind::Form:
        return {{type, u"application/x-www-form-urlencoded"_s, true}};
    case BodyKind::Multipart:
        return {{type, u"multipart/form-data; boundary="_s + boundary, true}};
    case BodyKind::GraphQl:
        return {{type, u"application/json"_s, true}, {u"X-REQUEST-TYPE"_s, u"GraphQL"_s, true}};
    case BodyKind::None:
    case BodyKind::File:
        break;
    }
    return {};
}

HttpBodyRead readHttpBody(const QList<NameValue> &headers, const QStringList &lines, bool isGraphQlMethod,
                          const QString &operation)
{
    HttpBodyRead read{{}, headers, {}};
    read.layout.isGraphQlMethod = isGraphQlMethod;
    if (lines.isEmpty())
        return read;
    const QString contentType = contentTypeOf(headers);
    const QString type = mediaType(contentType);
    const QString text = lines.join(u'\n');
    if (isGraphQlMethod || std::ranges::any_of(headers, isGraphQlHeader)) {
        readGraphQl(lines, read.body);
        read.body.graphQlOperation = operation;
    } else if (type == "multipart/form-data"_L1) {
        const QString boundary = boundaryOf(contentType);
        const auto parts = readMultipart(lines, boundary);
        read.layout.boundary = boundary;
        if (parts) {
            read.body.kind = BodyKind::Multipart;
            read.body.parts = *parts;
        } else {
            read.body.kind = BodyKind::Text;
            read.body.text = text;
        }
    } else if (const HttpInclude include = httpInclude(lines.first());
               lines.size() == 1 && !include.path.isEmpty() && !include.variables) {
        read.body.kind = BodyKind::File;
        read.body.file = include.path;
    } else if (type == "application/x-www-form-urlencoded"_L1 && readForm(lines, read)) {
        // It is done.
    } else {
        read.body.text = text;
        if (isJsonType(type) || (type.isEmpty() && isJsonText(text)))
            read.body.kind = BodyKind::Json;
        else
            read.body.kind = isXmlType(type) ? BodyKind::Xml : BodyKind::Text;
    }
    if (read.body.kind == BodyKind::Multipart)
        takeOut(read.headers, {u"Content-Type"_s, contentType, true});
    for (const NameValue &implied : kindHeaders(read.body.kind))
        takeOut(read.headers, implied);
    return read;
}

HttpBodyText writeHttpBody(const RequestBody &body, const HttpBodyLayout &layout)
{
    const auto linesOf = [](QString text) {
        text.replace("\r\n"_L1, "\n"_L1);
        text.replace(u'\r', u'\n');
        return text.isEmpty() ? QStringList() : text.split(u'\n');
    };
    switch (body.kind) {
    case BodyKind::None:
        return {};
    case BodyKind::Json:
    case BodyKind::Text:
    case BodyKind::Xml:
        return {linesOf(body.text), {}};
    case BodyKind::Form:
        return {formLines(body.form, layout.isItemPerLine), {}};
    case BodyKind::File:
        return {body.file.trimmed().isEmpty() ? QStringList() : QStringList{u"< "_s + body.file.trimmed()},
                {}};
    case BodyKind::GraphQl: {
        QStringList lines = linesOf(body.text);
        const QStringList variables = linesOf(body.graphQlVariables.trimmed());
        if (!variables.isEmpty())
            lines += QStringList{QString()} + variables;
        return {lines, {}};
    }
    case BodyKind::Multipart: {
        const QString boundary = freeBoundary(body.parts, layout.boundary);
        return {multipartLines(body.parts, boundary), boundary};
    }
    }
    return {};
}

bool needsExactBody(const QStringList &lines)
{
    if (lines.isEmpty())
        return false;
    if (lines.first().trimmed().isEmpty() || lines.last().trimmed().isEmpty())
        return true;
    return std::ranges::any_of(lines, [](const QString &line) {
        const QString trimmed = line.trimmed();
        return (trimmed.startsWith(u'#') && !trimmed.startsWith(disabledMark) &&
                !trimmed.startsWith("# @disabled-part "_L1)) ||
               trimmed.startsWith("//"_L1) || line.startsWith(u'>') || line.startsWith("<>"_L1);
    });
}

} // namespace keydesk
