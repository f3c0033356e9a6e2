#include "app/interchange/postman/PostmanBody.h"

#include "app/interchange/collection/LocalReads.h"
#include "app/workspace/HttpEncoding.h"

#include <QCoreApplication>

namespace keydesk::postman {

using namespace Qt::StringLiterals;
using Kind = RequestBody::Kind;

namespace {

struct PostmanBodyText
{
    Q_DECLARE_TR_FUNCTIONS(Postman)
};

NameValue headerOf(const QString &line)
{
    const qsizetype colon = line.indexOf(u':');
    return {line.left(colon).trimmed(), colon < 0 ? QString() : line.sliced(colon + 1).trimmed(), true};
}

QString contentTypeOf(const QList<NameValue> &headers)
{
    for (const NameValue &row : headers) {
        if (row.enabled && row.name.trimmed().compare("content-type"_L1, Qt::CaseInsensitive) == 0)
            return row.value.section(u';', 0, 0).trimmed().toLower();
    }
    return {};
}

class BodyReader
{
public:
    BodyReader(RequestSpec &spec, const QString &place, Notes &notes)
        : m_spec(spec)
        , m_place(placeOf(place, PostmanBodyText::tr("body")))
        , m_notes(notes)
    {
    }

    void read(SpecNode body, bool isPruned)
    {
        readMode(body);
        if (m_spec.body.kind == Kind::None)
            return;
        if (isDisabled(body)) {
            m_spec.body = {};
            m_notes.notExpressed(m_place,
                                 PostmanBodyText::tr("It is switched off in Postman, and was left out."));
        } else if (isPruned) {
            m_spec.body = {};
            m_notes.notExpressed(m_place,
                                 PostmanBodyText::tr("Postman does not send it with %1, and it was left out.")
                                     .arg(m_spec.method.left(20)));
        }
    }

private:
    void readMode(SpecNode body)
    {
        const QString mode = body["mode"].text();
        if (mode == "raw"_L1)
            readRaw(valueText(body["raw"]), body["options"]["raw"]["language"].text());
        else if (mode == "urlencoded"_L1)
            readForm(body["urlencoded"]);
        else if (mode == "formdata"_L1)
            readParts(body["formdata"]);
        else if (mode == "file"_L1)
            readFile(body["file"]);
        else if (mode == "graphql"_L1)
            readGraphQl(body["graphql"]);
        else if (!mode.isEmpty() && mode != "none"_L1)
            m_notes.notExpressed(m_place, PostmanBodyText::tr("Its mode “%1” is not known; it was left out.")
                                              .arg(oneLine(mode).left(40)));
    }

    void readRaw(const QString &raw, const QString &language)
    {
        if (raw.isEmpty())
            return;
        m_spec.body.text = plain(raw);
        const QString type = contentTypeOf(m_spec.headers);
        if (language == "json"_L1 || (language.isEmpty() && (type == "application/json"_L1 || type.endsWith("+json"_L1))))
            m_spec.body.kind = Kind::Json;
        else if (language == "xml"_L1 || (language.isEmpty() && (type.endsWith("/xml"_L1) || type.endsWith("+xml"_L1))))
            m_spec.body.kind = Kind::Xml;
        else
            m_spec.body.kind = Kind::Text;
        const QString implied = language == "html"_L1         ? u"text/html"_s
                                : language == "javascript"_L1 ? u"application/javascript"_s
                                                              : QString();
        if (type.isEmpty() && !implied.isEmpty())
            m_spec.headers.append({u"Content-Type"_s, implied, true});
    }

    void readForm(SpecNode form)
    {
        m_spec.body.kind = Kind::Form;
        if (form.isText()) {
            for (const QString &item : splitHttpItems(form.text())) {
                if (const auto row = readHttpItem(item, HttpItems::Form))
                    m_spec.body.form.append({row->name, variables(row->value), true});
                else if (!item.isEmpty())
                    m_spec.body.form.append({variables(item.section(u'=', 0, 0)), variables(item.section(u'=', 1)), true});
            }
            return;
        }
        for (SpecNode row = form.first(); row.isThere(); row = row.next()) {
            if (row.isMap())
                m_spec.body.form.append({variables(valueText(row["key"])), variables(valueText(row["value"])), !isDisabled(row)});
        }
    }

    void readParts(SpecNode parts)
    {
        m_spec.body.kind = Kind::Multipart;
        for (SpecNode row = parts.first(); row.isThere(); row = row.next()) {
            if (!row.isMap())
                continue;
            RequestPart part;
            part.name = oneLine(variables(valueText(row["key"])));
            part.contentType = oneLine(variables(valueText(row["contentType"])));
            part.fileName = oneLine(variables(valueText(row["fileName"])));
            part.enabled = !isDisabled(row);
            if (row["type"].text() != "file"_L1) {
                part.value = plain(valueText(row["value"]));
                m_spec.body.parts.append(part);
                continue;
            }
            const SpecNode files = row["src"];
            bool isAny = false;
            for (SpecNode file = files.isList() ? files.first() : files; file.isScalar(); file = files.isList() ? file.next() : SpecNode()) {
                part.file = oneLine(variables(file.text()));
                m_spec.body.parts.append(part);
                isAny = true;
            }
            if (!isAny) {
                m_spec.body.parts.append(part);
                m_notes.changed(m_place, PostmanBodyText::tr(
                                             "The field “%1” is to be a file, but none is named; choose one.")
                                             .arg(part.name.left(80)));
            }
        }
    }

    void readFile(SpecNode file)
    {
        if (file.isMap() && file["content"].isText()) {
            readRaw(file["content"].text(), {});
            return;
        }
        m_spec.body.kind = Kind::File;
        const QString path = file.isMap() ? valueText(file["src"]) : file.text();
        if (!path.isEmpty())
            m_spec.body.file = oneLine(variables(path));
    }

    void readGraphQl(SpecNode graphQl)
    {
        m_spec.body.kind = Kind::GraphQl;
        // 2.0 wrote all of it as a text.
        m_spec.body.text = plain(graphQl.isText() ? graphQl.text() : graphQl["query"].text());
        m_spec.body.graphQlVariables = plain(valueText(graphQl["variables"]));
        m_spec.body.graphQlOperation = oneLine(graphQl["operationName"].text());
        if (m_spec.body.text.isEmpty() && m_spec.body.graphQlVariables.isEmpty())
            m_spec.body = {};
    }

    [[nodiscard]] QString variables(const QString &text) { return withVariables(text, m_place, m_notes); }

    /// A line "< path" would be the content of a file here, and is plain text in Postman: nobody who gives a collection away is to have
    /// a file of this computer sent.
    QString plain(const QString &text)
    {
        QString result = variables(text);
        if (keepFromIncluding(result))
            m_notes.changed(m_place,
                            PostmanBodyText::tr(
                                "A line begins with “<” and would name a file; a space was put before it."));
        return result;
    }

    RequestSpec &m_spec;
    QString m_place;
    Notes &m_notes;
};

} // namespace

QList<NameValue> readHeaders(SpecNode header, const QString &place, Notes &notes)
{
    QList<NameValue> rows;
    const auto add = [&](NameValue row) {
        const QString name = oneLine(row.name);
        const QString value = oneLine(row.value);
        const QString here = placeOf(place, PostmanBodyText::tr("header %1").arg(name));
        if (name != row.name || value != row.value)
            notes.changed(here,
                          PostmanBodyText::tr("A line break or control character in it became a space."));
        if (!name.isEmpty() || !value.isEmpty())
            rows.append({withVariables(name, here, notes), withVariables(value, here, notes), row.enabled});
    };
    if (header.isText()) {
        for (const QString &line : header.text().split(u'\n')) {
            if (!line.trimmed().isEmpty())
                add(headerOf(line));
        }
        return rows;
    }
    for (SpecNode row = header.first(); row.isThere(); row = row.next()) {
        if (row.isText())
            add(headerOf(row.text()));
        else if (row.isMap())
            add({valueText(row["key"]), valueText(row["value"]), !isDisabled(row)});
    }
    return rows;
}

void readBody(SpecNode body, bool isPruned, RequestSpec &spec, const QString &place, Notes &notes)
{
    BodyReader(spec, place, notes).read(body, isPruned);
}

} // namespace keydesk::postman
