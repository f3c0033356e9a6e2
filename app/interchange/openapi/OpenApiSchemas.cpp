#include "app/interchange/openapi/OpenApiSchemas.h"

#include "app/http/JsonFormat.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

namespace keydesk::openapi {

using namespace Qt::StringLiterals;

namespace {

using Type = DocumentedField::Type;

constexpr qsizetype mostMembers = 300;
constexpr qsizetype mostValues = 200;

struct OpenApiSchemasText
{
    Q_DECLARE_TR_FUNCTIONS(OpenApi)
};

QString indent(qsizetype depth)
{
    return QString(2 * depth, u' ');
}

QString escapedPointer(QString name)
{
    return name.replace("~"_L1, "~0"_L1).replace("/"_L1, "~1"_L1);
}

QString sampleText(Type type, const QString &format, const std::optional<double> &minimum)
{
    switch (type) {
    case Type::Integer:
    case Type::Number:
        return QString::number(minimum ? std::ceil(*minimum) : 0, 'g', 15);
    case Type::Boolean:
        return u"false"_s;
    case Type::String:
        if (format == "uuid"_L1)
            return u"00000000-0000-0000-0000-000000000000"_s;
        if (format == "date"_L1)
            return u"2025-01-31"_s;
        if (format == "date-time"_L1)
            return u"2025-01-31T12:00:00Z"_s;
        if (format == "email"_L1)
            return u"name@example.com"_s;
        return {};
    default:
        return {};
    }
}

std::optional<double> numberOf(SpecNode node)
{
    if (!node.isNumber())
        return {};
    bool ok = false;
    const double number = node.text().toDouble(&ok);
    return ok && std::isfinite(number) ? std::optional<double>(number) : std::nullopt;
}

int lengthOf(SpecNode node, int otherwise)
{
    const auto number = numberOf(node);
    return number && *number >= 0 && *number <= 1'000'000'000 ? static_cast<int>(*number) : otherwise;
}

/// `#/a/b` as a reference writes it.
QByteArray decoded(std::string_view fragment)
{
    return QByteArray::fromPercentEncoding(
        QByteArray(fragment.data(), static_cast<qsizetype>(fragment.size())));
}

} // namespace

bool Schemas::spend(const QString &place)
{
    if (m_cancelled)
        return false;
    if (m_steps > 0) {
        --m_steps;
        return true;
    }
    m_report.add(
        OpenApiSchemasText::tr("%1: the schema is very large; Keydesk shows a part of it.").arg(place));
    return false;
}

SpecNode Schemas::lookUp(const QByteArray &pointer) const
{
    if (pointer.isEmpty())
        return m_root;
    if (!pointer.startsWith('/'))
        return {};
    SpecNode at = m_root;
    const QList<QByteArray> parts = pointer.mid(1).split('/');
    for (QByteArray part : parts) {
        part.replace("~1", "/").replace("~0", "~");
        if (at.isList()) {
            bool ok = false;
            int index = part.toInt(&ok);
            at = ok && index >= 0 ? at.first() : SpecNode();
            for (; at.isThere() && index > 0; --index)
                at = at.next();
        } else {
            at = at[{part.constData(), static_cast<std::size_t>(part.size())}];
        }
        if (!at.isThere())
            return {};
    }
    return at;
}

SpecNode Schemas::resolve(SpecNode node, const QString &place)
{
    for (int hops = 0; hops < 32; ++hops) {
        const SpecNode reference = node["$ref"];
        if (!reference.isText())
            return node;
        const std::string_view written = reference.bytes();
        const QString shown = m_texts.words(reference.text(), place, 120);
        if (!written.starts_with('#')) {
            m_report.add(OpenApiSchemasText::tr(
                             "%1, line %2: “%3” is in another file or on the web, and was not fetched.")
                             .arg(place, QString::number(reference.line()), shown));
            return {};
        }
        const QByteArray pointer = decoded(written.substr(1));
        const auto known = m_found.constFind(pointer);
        const SpecNode target = known == m_found.cend() ? lookUp(pointer) : *known;
        if (known == m_found.cend())
            m_found.insert(pointer, target);
        if (!target.isThere()) {
            m_report.add(OpenApiSchemasText::tr("%1, line %2: the file has nothing at “%3”.")
                             .arg(place, QString::number(reference.line()), shown));
            return {};
        }
        node = target;
    }
    m_report.add(OpenApiSchemasText::tr("%1, line %2: the references go round in a circle.")
                     .arg(place, QString::number(node.line())));
    return {};
}

DocumentedField::Type Schemas::typeOf(SpecNode schema)
{
    SpecNode type = schema["type"];
    if (type.isList()) { // OpenAPI 3.1: several, one of them mostly "null"
        type = type.first();
        if (type.bytes() == "null")
            type = type.next();
    }
    const std::string_view word = type.bytes();
    if (word == "string" || word == "file")
        return Type::String;
    if (word == "integer")
        return Type::Integer;
    if (word == "number")
        return Type::Number;
    if (word == "boolean")
        return Type::Boolean;
    if (word == "array" || schema["items"].isMap())
        return Type::Array;
    if (word == "object" || schema["properties"].isMap())
        return Type::Object;
    return Type::Unknown;
}

/// What the schema itself says to fill in.
SpecNode Schemas::given(SpecNode schema)
{
    for (const std::string_view name : {"example", "default", "const"}) {
        if (const SpecNode value = schema[name]; value.isThere() && !value.isNull())
            return value;
    }
    if (const SpecNode several = schema["examples"]; several.isList() && several.first().isThere())
        return several.first();
    return schema["enum"].first();
}

QString Schemas::scalarText(SpecNode value, const QString &place) const
{
    if (value.isList())
        return scalarText(value.first(), place);
    return value.isScalar() ? m_texts.value(value.text(), place) : QString();
}

DocumentedField Schemas::field(const QString &name, SpecNode schema, SpecNode example, const QString &place)
{
    DocumentedField field;
    field.name = name;
    schema = resolve(schema, place);
    for (int depth = 0; depth < deepest; ++depth) { // the first of several that may stand there
        SpecNode inner;
        for (const std::string_view word : {"allOf", "oneOf", "anyOf"}) {
            if (!inner.isThere() && typeOf(schema) == Type::Unknown)
                inner = schema[word].first();
        }
        if (!inner.isThere() || !spend(place))
            break;
        schema = resolve(inner, place);
    }
    field.type = typeOf(schema);
    if (field.type == Type::Array) {
        const SpecNode items = resolve(schema["items"], place);
        field.items = typeOf(items);
        for (SpecNode value = items["enum"].first(); value.isThere() && field.values.size() < mostValues;
             value = value.next())
            field.values.append(scalarText(value, place));
    }
    field.format = m_texts.words(schema["format"].text(), place, 40);
    for (SpecNode value = schema["enum"].first(); value.isThere() && field.values.size() < mostValues;
         value = value.next())
        field.values.append(scalarText(value, place));
    if (const SpecNode only = schema["const"]; only.isScalar())
        field.values = {scalarText(only, place)};
    field.values.removeAll(QString());
    field.minimum = numberOf(schema["minimum"]);
    field.maximum = numberOf(schema["maximum"]);
    field.minLength = lengthOf(schema["minLength"], 0);
    field.maxLength = lengthOf(schema["maxLength"], -1);
    field.about = m_texts.words(schema["description"].text(), place);
    if (const SpecNode pattern = schema["pattern"]; pattern.isText())
        field.about =
            QString(field.about + u' ' +
                    OpenApiSchemasText::tr("Pattern: %1").arg(m_texts.words(pattern.text(), place, 200)))
                .trimmed();
    if (example.isThere()) {
        field.example = scalarText(example, place);
    } else {
        const SpecNode own = given(schema);
        field.example = scalarText(own, place);
        field.isSentByDefault =
            !field.example.isEmpty() && own == schema["default"] && !schema["example"].isThere();
    }
    return field;
}

void Schemas::collect(SpecNode schema, Properties &properties, int depth, const QString &place)
{
    if (depth > deepest || !spend(place))
        return;
    for (SpecNode part = schema["allOf"].first(); part.isThere(); part = part.next())
        collect(resolve(part, place), properties, depth + 1, place);
    for (const std::string_view word : {"oneOf", "anyOf"}) {
        if (const SpecNode first = schema[word].first(); first.isThere())
            collect(resolve(first, place), properties, depth + 1, place);
    }
    for (SpecNode name = schema["required"].first(); name.isThere(); name = name.next())
        properties.required.insert(name.text());
    for (SpecNode member = schema["properties"].first(); member.isThere(); member = member.next()) {
        if (!spend(place))
            return;
        const QString name = member.keyText();
        const SpecNode target = resolve(member, place);
        if (name.isEmpty() || target["readOnly"].isTrue())
            continue;
        const auto same =
            std::ranges::find(properties.all, name, [](const auto &property) { return property.first; });
        if (same != properties.all.end())
            same->second = target;
        else if (properties.all.size() < mostMembers)
            properties.all.append({name, target});
    }
}

void Schemas::writeValue(SpecNode value, QString &text, int depth, const QString &place)
{
    if (depth > SpecTree::deepest || !spend(place)) {
        text += u"null"_s;
        return;
    }
    switch (value.kind()) {
    case SpecTree::Kind::Map:
    case SpecTree::Kind::List: {
        const bool isMap = value.isMap();
        SpecNode member = value.first();
        if (!member.isThere()) {
            text += isMap ? u"{}"_s : u"[]"_s;
            return;
        }
        text += isMap ? u"{\n"_s : u"[\n"_s;
        for (; member.isThere(); member = member.next()) {
            text += indent(depth + 1);
            if (isMap)
                text += quotedJson(member.keyText()) + u": "_s;
            writeValue(member, text, depth + 1, place);
            text += member.next().isThere() ? u",\n"_s : u"\n"_s;
        }
        text += indent(depth) + (isMap ? u'}' : u']');
        return;
    }
    case SpecTree::Kind::Text:
        text += m_texts.mayBeKept(value.text(), place) ? quotedJson(value.text()) : u"\"\""_s;
        return;
    case SpecTree::Kind::Number: {
        const std::string_view written = value.bytes();
        // YAML has numbers that JSON has not: +1, 1., 007.
        text += checkJson(QByteArray(written.data(), static_cast<qsizetype>(written.size())))
                    ? quotedJson(value.text())
                    : value.text();
        return;
    }
    case SpecTree::Kind::Boolean:
        text += value.text();
        return;
    case SpecTree::Kind::Null:
        text += u"null"_s;
    }
}

void Schemas::writeExample(SpecNode schema, QString &text, QList<SpecNode> &open, const QString &place)
{
    const qsizetype depth = open.size();
    if (const SpecNode value = given(schema); value.isThere()) {
        writeValue(value, text, static_cast<int>(depth), place);
        return;
    }
    const Type type = typeOf(schema);
    // A schema that holds itself: the example stops here.
    if (open.contains(schema) || depth > deepest || !spend(place)) {
        text += type == Type::Array ? u"[]"_s : u"{}"_s;
        return;
    }
    const bool isArray = type == Type::Array;
    if (isArray) {
        const SpecNode items = resolve(schema["items"], place);
        if (!items.isThere()) {
            text += u"[]"_s;
            return;
        }
        open.append(schema);
        text += u"[\n"_s + indent(depth + 1);
        writeExample(items, text, open, place);
        text += u'\n' + indent(depth) + u']';
        open.removeLast();
        return;
    }
    Properties properties;
    if (type == Type::Object || type == Type::Unknown)
        collect(schema, properties, 0, place);
    if (type == Type::Object || !properties.all.isEmpty()) {
        open.append(schema);
        QStringList members;
        for (const auto &[name, member] : std::as_const(properties.all)) {
            if (!properties.required.contains(name) && !given(member).isThere())
                continue;
            QString line = indent(depth + 1) + quotedJson(name) + u": "_s;
            writeExample(member, line, open, place);
            members.append(line);
        }
        open.removeLast();
        text +=
            members.isEmpty() ? u"{}"_s : u"{\n"_s + members.join(u",\n"_s) + u'\n' + indent(depth) + u'}';
        return;
    }
    if (type == Type::Unknown) {
        // A choice of plain values.
        for (const std::string_view word : {"allOf", "oneOf", "anyOf"}) {
            if (const SpecNode first = resolve(schema[word].first(), place); first.isThere()) {
                open.append(schema);
                writeExample(first, text, open, place);
                open.removeLast();
                return;
            }
        }
        text += u"null"_s;
        return;
    }
    const QString sample = sampleText(type, schema["format"].text(), numberOf(schema["minimum"]));
    text += type == Type::String ? quotedJson(sample) : sample;
}

QString Schemas::exampleText(SpecNode schema, const QString &place)
{
    QString text;
    QList<SpecNode> open;
    writeExample(resolve(schema, place), text, open, place);
    return text;
}

QString Schemas::valueText(SpecNode value, const QString &place)
{
    QString text;
    writeValue(value, text, 0, place);
    return text;
}

void Schemas::addMembers(SpecNode schema, const QString &pointer, QList<SpecNode> &open,
                         QList<DocumentedField> &fields, const QString &place)
{
    schema = resolve(schema, place);
    if (!schema.isThere() || open.contains(schema) || open.size() > deepest / 2 ||
        fields.size() >= mostMembers || !spend(place))
        return;
    open.append(schema);
    if (typeOf(schema) == Type::Array) {
        addMembers(schema["items"], pointer + u"/*"_s, open, fields, place);
    } else {
        Properties properties;
        collect(schema, properties, 0, place);
        for (const auto &[name, member] : std::as_const(properties.all)) {
            if (fields.size() >= mostMembers)
                break;
            const QString written = escapedPointer(name);
            if (m_texts.words(written, place, 200) != written || name == "*"_L1)
                continue; // it could not be told from another one
            const QString own = pointer + u'/' + written;
            DocumentedField each = field(own, member, {}, place);
            each.need = properties.required.contains(name) ? DocumentedField::Need::Required
                                                           : DocumentedField::Need::Optional;
            each.example.clear(); // it stands in the body's text
            each.isSentByDefault = false;
            fields.append(each);
            addMembers(member, own, open, fields, place);
        }
    }
    open.removeLast();
}

QList<DocumentedField> Schemas::members(SpecNode schema, const QString &place)
{
    QList<DocumentedField> fields;
    QList<SpecNode> open;
    addMembers(schema, {}, open, fields, place);
    return fields;
}

QList<DocumentedField> Schemas::formFields(SpecNode schema, const QString &place)
{
    Properties properties;
    collect(resolve(schema, place), properties, 0, place);
    QList<DocumentedField> fields;
    for (const auto &[name, member] : std::as_const(properties.all)) {
        DocumentedField each = field(m_texts.words(name, place, 200), member, {}, place);
        each.need = properties.required.contains(name) ? DocumentedField::Need::Required
                                                       : DocumentedField::Need::Optional;
        if (!each.name.isEmpty())
            fields.append(each);
    }
    return fields;
}

} // namespace keydesk::openapi
