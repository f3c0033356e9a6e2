#include "app/catalogue/Catalogue.h"

#include "app/http/PathParts.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

struct CatalogueText
{
    Q_DECLARE_TR_FUNCTIONS(Catalogue)
};

QList<NameValue> rows(const QList<DocumentedField> &fields)
{
    QList<NameValue> made;
    for (const DocumentedField &field : fields) {
        const QString value =
            field.example.isEmpty() && !field.values.isEmpty() ? field.values.constFirst() : field.example;
        made.append(
            {field.name, value, field.need == DocumentedField::Need::Required || field.isSentByDefault});
    }
    return made;
}

/// The path of a URL as written, without what follows it.
QStringView pathOf(QStringView url)
{
    const auto *const end =
        std::find_if(url.cbegin(), url.cend(), [](QChar c) { return c == u'?' || c == u'#'; });
    return url.first(end - url.cbegin());
}

QString wordsOf(DocumentedField::Type type)
{
    switch (type) {
    case DocumentedField::Type::String:
        return CatalogueText::tr("text");
    case DocumentedField::Type::Integer:
        return CatalogueText::tr("whole number");
    case DocumentedField::Type::Number:
        return CatalogueText::tr("number");
    case DocumentedField::Type::Boolean:
        return CatalogueText::tr("true or false");
    case DocumentedField::Type::Array:
        return CatalogueText::tr("list");
    case DocumentedField::Type::Object:
        return CatalogueText::tr("object");
    case DocumentedField::Type::Unknown:
        break;
    }
    return {};
}

} // namespace

QString typeWords(const DocumentedField &field)
{
    if (field.type == DocumentedField::Type::Array && field.items != DocumentedField::Type::Unknown)
        return CatalogueText::tr("list of: %1").arg(wordsOf(field.items));
    const QString words = wordsOf(field.type);
    return field.format.isEmpty() || words.isEmpty() ? words
                                                     : CatalogueText::tr("%1 (%2)").arg(words, field.format);
}

QString fieldText(const DocumentedField &field)
{
    QStringList lines;
    const QString type = typeWords(field);
    switch (field.need) {
    case DocumentedField::Need::Required:
        lines << (type.isEmpty() ? CatalogueText::tr("Required.")
                                 : CatalogueText::tr("Required: %1.").arg(type));
        break;
    case DocumentedField::Need::Optional:
        lines << (type.isEmpty() ? CatalogueText::tr("Optional.")
                                 : CatalogueText::tr("Optional: %1.").arg(type));
        break;
    case DocumentedField::Need::Unknown:
        lines << (type.isEmpty()
                      ? CatalogueText::tr("The documentation does not say whether it is required.")
                      : CatalogueText::tr("A %1; the documentation does not say whether it is required.")
                            .arg(type));
    }
    if (!field.values.isEmpty())
        lines << CatalogueText::tr("One of: %1.").arg(field.values.join(u", "_s));
    const QLocale locale;
    if (!field.limits.isEmpty())
        lines << CatalogueText::tr("Limits: %1.").arg(field.limits);
    else if (field.minimum && field.maximum)
        lines << CatalogueText::tr("From %1 to %2.")
                     .arg(locale.toString(*field.minimum), locale.toString(*field.maximum));
    else if (field.minimum)
        lines << CatalogueText::tr("%1 or more.").arg(locale.toString(*field.minimum));
    else if (field.maximum)
        lines << CatalogueText::tr("%1 or less.").arg(locale.toString(*field.maximum));
    if (field.limits.isEmpty() && field.maxLength >= 0)
        lines << CatalogueText::tr("At most %1 characters.").arg(locale.toString(field.maxLength));
    if (!field.about.isEmpty())
        lines << field.about;
    return lines.join(u'\n');
}

RequestSpec readyRequest(const Endpoint &endpoint)
{
    RequestSpec request;
    request.name = endpoint.name;
    request.method = endpoint.method;
    request.url = endpoint.path;
    request.pathParts = rows(endpoint.parts);
    request.params = rows(endpoint.query);
    request.headers = rows(endpoint.headers);
    request.body.kind = endpoint.bodyKind;
    request.body.text = endpoint.bodyText;
    if (endpoint.bodyKind == RequestBody::Kind::Form)
        request.body.form = rows(endpoint.body);
    if (endpoint.bodyKind == RequestBody::Kind::Multipart) {
        for (const NameValue &row : rows(endpoint.body))
            request.body.parts.append({row.name, row.value, {}, {}, {}, {}, row.enabled});
    }
    request.key.mode = endpoint.takesKey ? KeyChoice::Mode::Automatic : KeyChoice::Mode::None;
    request.key.kindId = endpoint.kindId;
    return request;
}

bool covers(const Endpoint &endpoint, const QString &method, const QString &url)
{
    if (!endpoint.canBeCalled() || endpoint.method.compare(method, Qt::CaseInsensitive) != 0)
        return false;
    const auto wanted = QStringView(endpoint.path).split(u'/', Qt::SkipEmptyParts);
    const auto given = pathOf(url).split(u'/', Qt::SkipEmptyParts);
    return std::equal(
        wanted.cbegin(), wanted.cend(), given.cbegin(), given.cend(),
        [](QStringView part, QStringView filled) { return part.contains(u'{') || part == filled; });
}

const Endpoint *Catalogue::find(const RequestSpec &request) const
{
    const QStringView path = pathOf(request.url);
    const Endpoint *first = nullptr;
    for (const Endpoint &endpoint : endpoints) {
        if (endpoint.path != path || !endpoint.canBeCalled() ||
            endpoint.method.compare(request.method, Qt::CaseInsensitive) != 0)
            continue;
        if (endpoint.name == request.name)
            return &endpoint;
        if (!first)
            first = &endpoint;
    }
    return first;
}

} // namespace keydesk
