#include "app/http/RequestSpec.h"

#include <utility>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

template <typename Value>
using Names = std::initializer_list<std::pair<Value, QLatin1StringView>>;

constexpr Names<RequestBody::Kind> bodyKinds{
    {RequestBody::Kind::None, "none"_L1}, {RequestBody::Kind::Json, "json"_L1},
    {RequestBody::Kind::Text, "text"_L1}, {RequestBody::Kind::Xml, "xml"_L1},
    {RequestBody::Kind::Form, "form"_L1}, {RequestBody::Kind::Multipart, "multipart"_L1},
    {RequestBody::Kind::File, "file"_L1}, {RequestBody::Kind::GraphQl, "graphql"_L1}};
constexpr Names<KeyChoice::Mode> keyModes{{KeyChoice::Mode::Automatic, "automatic"_L1},
                                          {KeyChoice::Mode::None, "none"_L1},
                                          {KeyChoice::Mode::Chosen, "chosen"_L1}};

template <typename Value>
QString nameOf(Value value, const Names<Value> &names)
{
    for (const auto &[candidate, name] : names) {
        if (candidate == value)
            return name;
    }
    return {};
}

template <typename Value>
Value valueOf(const QString &text, const Names<Value> &names, Value fallback)
{
    for (const auto &[value, name] : names) {
        if (text == name)
            return value;
    }
    return fallback;
}

void insertText(QJsonObject &object, const QString &name, const QString &text)
{
    if (!text.isEmpty())
        object.insert(name, text);
}

QJsonArray partsToJson(const QList<RequestPart> &parts)
{
    QJsonArray array;
    for (const RequestPart &part : parts) {
        QJsonObject object{{u"name"_s, part.name}};
        insertText(object, u"value"_s, part.value);
        insertText(object, u"file"_s, part.file);
        insertText(object, u"fileName"_s, part.fileName);
        insertText(object, u"contentType"_s, part.contentType);
        if (!part.headers.isEmpty())
            object.insert(u"headers"_s, rowsToJson(part.headers));
        if (!part.enabled)
            object.insert(u"enabled"_s, false);
        array.append(object);
    }
    return array;
}

QList<RequestPart> partsFromJson(const QJsonValue &value)
{
    QList<RequestPart> parts;
    for (const QJsonValue element : value.toArray()) {
        if (element.isObject())
            parts.append({element[u"name"_s].toString(), element[u"value"_s].toString(),
                          element[u"file"_s].toString(), element[u"fileName"_s].toString(),
                          element[u"contentType"_s].toString(), rowsFromJson(element[u"headers"_s]),
                          element[u"enabled"_s].toBool(true)});
    }
    return parts;
}

QJsonObject bodyToJson(const RequestBody &body)
{
    QJsonObject object{{u"kind"_s, nameOf(body.kind, bodyKinds)}};
    insertText(object, u"text"_s, body.text);
    insertText(object, u"graphQlVariables"_s, body.graphQlVariables);
    insertText(object, u"graphQlOperation"_s, body.graphQlOperation);
    insertText(object, u"file"_s, body.file);
    if (!body.form.isEmpty())
        object.insert(u"form"_s, rowsToJson(body.form));
    if (!body.parts.isEmpty())
        object.insert(u"parts"_s, partsToJson(body.parts));
    return object;
}

RequestBody bodyFromJson(const QJsonObject &object)
{
    RequestBody body;
    body.kind = valueOf(object[u"kind"_s].toString(), bodyKinds, body.kind);
    body.text = object[u"text"_s].toString();
    body.graphQlVariables = object[u"graphQlVariables"_s].toString();
    body.graphQlOperation = object[u"graphQlOperation"_s].toString();
    body.file = object[u"file"_s].toString();
    body.form = rowsFromJson(object[u"form"_s]);
    body.parts = partsFromJson(object[u"parts"_s]);
    return body;
}

QJsonObject keyToJson(const KeyChoice &key)
{
    QJsonObject object{{u"mode"_s, nameOf(key.mode, keyModes)}};
    if (!key.keyId.isNull())
        object.insert(u"keyId"_s, key.keyId.toString(QUuid::WithoutBraces));
    if (!key.kindId.isEmpty())
        object.insert(u"kindId"_s, key.kindId);
    return object;
}

} // namespace

QJsonArray rowsToJson(const QList<NameValue> &rows)
{
    QJsonArray array;
    for (const NameValue &row : rows) {
        QJsonObject object{{u"name"_s, row.name}, {u"value"_s, row.value}};
        if (!row.enabled)
            object.insert(u"enabled"_s, false);
        array.append(object);
    }
    return array;
}

QList<NameValue> rowsFromJson(const QJsonValue &value)
{
    QList<NameValue> rows;
    for (const QJsonValue element : value.toArray()) {
        if (element.isObject())
            rows.append({element[u"name"_s].toString(), element[u"value"_s].toString(),
                         element[u"enabled"_s].toBool(true)});
    }
    return rows;
}

QJsonObject RequestSpec::toJson() const
{
    QJsonObject object{{u"name"_s, name},
                       {u"method"_s, method},
                       {u"url"_s, url},
                       {u"params"_s, rowsToJson(params)},
                       {u"headers"_s, rowsToJson(headers)},
                       {u"body"_s, bodyToJson(body)},
                       {u"key"_s, keyToJson(key)}};
    if (!pathParts.isEmpty())
        object.insert(u"pathParts"_s, rowsToJson(pathParts));
    return object;
}

RequestSpec RequestSpec::fromJson(const QJsonObject &object)
{
    RequestSpec spec;
    spec.name = object[u"name"_s].toString();
    spec.method = object[u"method"_s].toString(spec.method);
    spec.url = object[u"url"_s].toString();
    spec.pathParts = rowsFromJson(object[u"pathParts"_s]);
    spec.params = rowsFromJson(object[u"params"_s]);
    spec.headers = rowsFromJson(object[u"headers"_s]);
    spec.body = bodyFromJson(object[u"body"_s].toObject());
    const QJsonObject key = object[u"key"_s].toObject();
    spec.key.mode = valueOf(key[u"mode"_s].toString(), keyModes, spec.key.mode);
    spec.key.keyId = QUuid::fromString(key[u"keyId"_s].toString());
    spec.key.kindId = key[u"kindId"_s].toString();
    return spec;
}

} // namespace keydesk
