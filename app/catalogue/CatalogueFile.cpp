#include "app/catalogue/CatalogueFile.h"

#include "app/providers/JsonFields.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSet>

#include <utility>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

struct CatalogueFileText
{
    Q_DECLARE_TR_FUNCTIONS(CatalogueFile)
};

template <typename Value>
using Names = std::initializer_list<std::pair<Value, QLatin1StringView>>;

using Type = DocumentedField::Type;
using BodyKind = RequestBody::Kind;

constexpr Names<Type> types{{Type::String, "string"_L1}, {Type::Integer, "integer"_L1},
                            {Type::Number, "number"_L1}, {Type::Boolean, "boolean"_L1},
                            {Type::Array, "array"_L1},   {Type::Object, "object"_L1}};
constexpr Names<BodyKind> bodyKinds{
    {BodyKind::Json, "json"_L1}, {BodyKind::Text, "text"_L1},           {BodyKind::Xml, "xml"_L1},
    {BodyKind::Form, "form"_L1}, {BodyKind::Multipart, "multipart"_L1}, {BodyKind::File, "file"_L1}};

template <typename Value>
Value valueOf(JsonFields &fields, const QString &name, const QString &text, const Names<Value> &names,
              Value none)
{
    if (text.isEmpty())
        return none;
    for (const auto &[value, word] : names) {
        if (text == word)
            return value;
    }
    fields.complain(name, CatalogueFileText::tr("is not a word that Keydesk knows here"));
    return none;
}

template <typename Value>
QString wordOf(Value value, const Names<Value> &names)
{
    for (const auto &[candidate, word] : names) {
        if (candidate == value)
            return word;
    }
    return {};
}

class Reader
{
public:
    Catalogue read(JsonFields &fields)
    {
        Catalogue catalogue;
        catalogue.id = fields.requiredText(u"id"_s);
        catalogue.name = fields.requiredText(u"name"_s);
        catalogue.docsUrl = fields.text(u"docs"_s);
        catalogue.baseUrl = fields.text(u"base_url"_s);
        fields.forEach(u"groups"_s, [&](JsonFields &group) {
            const QString name = group.requiredText(u"name"_s);
            group.forEach(u"endpoints"_s, [&](JsonFields &item) {
                Endpoint endpoint = readEndpoint(item);
                endpoint.group = name;
                catalogue.endpoints.append(std::move(endpoint));
            });
        });
        fields.finish();
        return catalogue;
    }

    explicit Reader(QString &problem)
        : m_problem(problem)
    {
    }

private:
    /// One copy for texts that repeat.
    QString shared(const QString &text) { return *m_pool.insert(text); }

    DocumentedField readField(JsonFields &item)
    {
        DocumentedField field;
        field.name = shared(item.requiredText(u"name"_s));
        field.type = valueOf(item, u"type"_s, item.text(u"type"_s), types, Type::Unknown);
        field.items = valueOf(item, u"items"_s, item.text(u"items"_s), types, Type::Unknown);
        field.format = shared(item.text(u"format"_s));
        if (item.has(u"required"_s))
            field.need = item.flag(u"required"_s, false) ? DocumentedField::Need::Required
                                                         : DocumentedField::Need::Optional;
        field.isSentByDefault = item.has(u"default"_s);
        field.example = shared(item.text(u"default"_s));
        field.example = shared(item.text(u"example"_s, field.example));
        for (const QString &value : item.texts(u"values"_s))
            field.values.append(shared(value));
        field.limits = shared(item.text(u"limits"_s));
        field.minimum = readNumber(item, u"minimum"_s);
        field.maximum = readNumber(item, u"maximum"_s);
        field.minLength = item.number(u"min_length"_s, 0, 0, 1'000'000'000);
        field.maxLength = item.number(u"max_length"_s, -1, 0, 1'000'000'000);
        field.about = shared(item.text(u"about"_s));
        return field;
    }

    static std::optional<double> readNumber(JsonFields &item, const QString &name)
    {
        const QJsonValue value = item.any(name);
        if (value.isUndefined())
            return {};
        if (!value.isDouble())
            item.complain(name, CatalogueFileText::tr("should be a number"));
        return value.toDouble();
    }

    QList<DocumentedField> readFields(JsonFields &item, const QString &name)
    {
        QList<DocumentedField> fields;
        item.forEach(name, [&](JsonFields &each) { fields.append(readField(each)); });
        return fields;
    }

    Endpoint readEndpoint(JsonFields &item)
    {
        Endpoint endpoint;
        endpoint.name = item.requiredText(u"name"_s);
        endpoint.method = shared(item.text(u"method"_s));
        endpoint.path = item.text(u"path"_s);
        endpoint.notes = item.text(u"notes"_s, item.text(u"missing"_s));
        if (endpoint.path.isEmpty() && endpoint.notes.isEmpty())
            item.complain(u"path"_s, CatalogueFileText::tr("is missing, and so is the reason for that"));
        endpoint.kindId = shared(item.text(u"kind"_s));
        endpoint.takesKey = endpoint.kindId != "none"_L1;
        if (!endpoint.takesKey)
            endpoint.kindId.clear();
        endpoint.auth = shared(item.text(u"auth"_s));
        endpoint.parts = readFields(item, u"parts"_s);
        endpoint.query = readFields(item, u"query"_s);
        endpoint.headers = readFields(item, u"headers"_s);
        endpoint.source = shared(item.text(u"source"_s));
        endpoint.isDeprecated = item.flag(u"deprecated"_s, false);
        if (item.has(u"body"_s)) {
            JsonFields body(item.object(u"body"_s), item.place(u"body"_s), &m_problem);
            endpoint.bodyKind =
                valueOf(body, u"kind"_s, body.requiredText(u"kind"_s), bodyKinds, BodyKind::None);
            body.flag(u"made"_s, false);
            endpoint.bodyText = body.texts(u"lines"_s).join(u'\n');
            endpoint.body = readFields(body, u"fields"_s);
            body.finish();
        }
        return endpoint;
    }

    QString &m_problem;
    QSet<QString> m_pool;
};

QJsonObject written(const DocumentedField &field)
{
    QJsonObject object{{u"name"_s, field.name}};
    const auto put = [&object](const QString &name, const QString &text) {
        if (!text.isEmpty())
            object.insert(name, text);
    };
    put(u"type"_s, wordOf(field.type, types));
    put(u"items"_s, wordOf(field.items, types));
    put(u"format"_s, field.format);
    if (field.need != DocumentedField::Need::Unknown)
        object.insert(u"required"_s, field.need == DocumentedField::Need::Required);
    if (field.isSentByDefault)
        object.insert(u"default"_s, field.example);
    else
        put(u"example"_s, field.example);
    if (!field.values.isEmpty())
        object.insert(u"values"_s, QJsonArray::fromStringList(field.values));
    put(u"limits"_s, field.limits);
    if (field.minimum)
        object.insert(u"minimum"_s, *field.minimum);
    if (field.maximum)
        object.insert(u"maximum"_s, *field.maximum);
    if (field.minLength > 0)
        object.insert(u"min_length"_s, field.minLength);
    if (field.maxLength >= 0)
        object.insert(u"max_length"_s, field.maxLength);
    put(u"about"_s, field.about);
    return object;
}

void putFields(QJsonObject &object, const QString &name, const QList<DocumentedField> &fields)
{
    if (fields.isEmpty())
        return;
    QJsonArray array;
    for (const DocumentedField &field : fields)
        array.append(written(field));
    object.insert(name, array);
}

QJsonObject written(const Endpoint &endpoint)
{
    QJsonObject object{{u"name"_s, endpoint.name}};
    const auto put = [&object](const QString &name, const QString &text) {
        if (!text.isEmpty())
            object.insert(name, text);
    };
    put(u"method"_s, endpoint.method);
    put(u"path"_s, endpoint.path);
    put(u"kind"_s, endpoint.takesKey ? endpoint.kindId : u"none"_s);
    put(u"auth"_s, endpoint.auth);
    putFields(object, u"parts"_s, endpoint.parts);
    putFields(object, u"query"_s, endpoint.query);
    putFields(object, u"headers"_s, endpoint.headers);
    if (endpoint.bodyKind != BodyKind::None) {
        QJsonObject body{{u"kind"_s, wordOf(endpoint.bodyKind, bodyKinds)}};
        if (!endpoint.bodyText.isEmpty())
            body.insert(u"lines"_s, QJsonArray::fromStringList(endpoint.bodyText.split(u'\n')));
        putFields(body, u"fields"_s, endpoint.body);
        object.insert(u"body"_s, body);
    }
    put(u"notes"_s, endpoint.notes);
    put(u"source"_s, endpoint.source);
    if (endpoint.isDeprecated)
        object.insert(u"deprecated"_s, true);
    return object;
}

} // namespace

Result<Catalogue> readCatalogue(const QByteArray &json)
{
    if (json.size() > catalogueFileLimit)
        return failure(Error::Kind::TooLarge, CatalogueFileText::tr("The file is larger than 64 MB."));
    QJsonParseError error{};
    const QJsonDocument document = QJsonDocument::fromJson(json, &error);
    if (error.error != QJsonParseError::NoError) {
        const QByteArray before = json.left(error.offset);
        return failure(Error::Kind::InvalidInput,
                       CatalogueFileText::tr("The file is not JSON: line %1, column %2: %3")
                           .arg(QString::number(before.count('\n') + 1),
                                QString::number(before.size() - before.lastIndexOf('\n')),
                                error.errorString()));
    }
    if (!document.isObject())
        return failure(Error::Kind::InvalidInput,
                       CatalogueFileText::tr("The file should hold one JSON object."));
    QString problem;
    JsonFields fields(document.object(), {}, &problem);
    Catalogue catalogue = Reader(problem).read(fields);
    if (!problem.isEmpty())
        return failure(Error::Kind::InvalidInput, problem);
    return catalogue;
}

QByteArray writeCatalogue(const Catalogue &catalogue)
{
    QJsonArray groups;
    for (qsizetype at = 0; at < catalogue.endpoints.size();) {
        const QString group = catalogue.endpoints.at(at).group;
        QJsonArray endpoints;
        for (; at < catalogue.endpoints.size() && catalogue.endpoints.at(at).group == group; ++at)
            endpoints.append(written(catalogue.endpoints.at(at)));
        groups.append(QJsonObject{{u"name"_s, group}, {u"endpoints"_s, endpoints}});
    }
    const QJsonObject object{{u"id"_s, catalogue.id},
                             {u"name"_s, catalogue.name},
                             {u"docs"_s, catalogue.docsUrl},
                             {u"base_url"_s, catalogue.baseUrl},
                             {u"groups"_s, groups}};
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

} // namespace keydesk
