#include "app/catalogue/FieldCheck.h"

#include <QCoreApplication>
#include <QDate>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLocale>
#include <QRegularExpression>
#include <QUuid>

#include <cmath>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

using Place = FieldWarning::Place;
using Type = DocumentedField::Type;

constexpr qsizetype mostWarnings = 50;

struct FieldCheckText
{
    Q_DECLARE_TR_FUNCTIONS(FieldCheck)
};

/// What is wrong with a text for a documented field, without the field's name; empty: nothing.
QString textProblem(const DocumentedField &field, const QString &value)
{
    if (!field.values.isEmpty() && !field.values.contains(value))
        return FieldCheckText::tr("is none of %1").arg(field.values.mid(0, 20).join(u", "_s));
    if (field.maxLength >= 0 && value.size() > field.maxLength)
        return FieldCheckText::tr("is longer than %1 characters").arg(QLocale().toString(field.maxLength));
    if (field.minLength > 0 && value.size() < field.minLength)
        return FieldCheckText::tr("is shorter than %1 characters").arg(QLocale().toString(field.minLength));
    if (field.format == "uuid"_L1 && QUuid::fromString(value).isNull() &&
        value != "00000000-0000-0000-0000-000000000000"_L1)
        return FieldCheckText::tr("is not a UUID");
    if (field.format == "date"_L1 && !QDate::fromString(value, Qt::ISODate).isValid())
        return FieldCheckText::tr("is not a date such as 2025-01-31");
    if (field.format == "email"_L1 && !value.contains(u'@'))
        return FieldCheckText::tr("is not an e-mail address");
    return {};
}

QString numberProblem(const DocumentedField &field, double value)
{
    if (field.type == Type::Integer && std::trunc(value) != value)
        return FieldCheckText::tr("is not a whole number");
    if (field.minimum && value < *field.minimum)
        return FieldCheckText::tr("is less than %1").arg(QLocale().toString(*field.minimum));
    if (field.maximum && value > *field.maximum)
        return FieldCheckText::tr("is more than %1").arg(QLocale().toString(*field.maximum));
    return {};
}

/// A value that is written as text: in the path, the query, a header, a form.
QString writtenProblem(const DocumentedField &field, const QString &value)
{
    switch (field.type) {
    case Type::Integer:
    case Type::Number: {
        static const QRegularExpression number(uR"(^-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?$)"_s);
        if (!number.match(value).hasMatch())
            return field.type == Type::Integer ? FieldCheckText::tr("is not a whole number")
                                               : FieldCheckText::tr("is not a number");
        if (const QString problem = numberProblem(field, value.toDouble()); !problem.isEmpty())
            return problem;
        return field.values.isEmpty() || field.values.contains(value)
                   ? QString()
                   : FieldCheckText::tr("is none of %1").arg(field.values.mid(0, 20).join(u", "_s));
    }
    case Type::Boolean:
        return value == "true"_L1 || value == "false"_L1 ? QString()
                                                         : FieldCheckText::tr("is neither true nor false");
    case Type::Array: // how a list is written differs
    case Type::Object:
        return {};
    case Type::String:
    case Type::Unknown:
        break;
    }
    return textProblem(field, value);
}

bool hasType(const QJsonValue &value, Type type)
{
    switch (type) {
    case Type::String:
        return value.isString();
    case Type::Integer:
    case Type::Number:
        return value.isDouble();
    case Type::Boolean:
        return value.isBool();
    case Type::Array:
        return value.isArray();
    case Type::Object:
        return value.isObject();
    case Type::Unknown:
        break;
    }
    return true;
}

QString memberProblem(const DocumentedField &field, const QJsonValue &value)
{
    if (value.isNull()) // clears it, in many an API
        return field.need == DocumentedField::Need::Required ? FieldCheckText::tr("is required, and is null")
                                                             : QString();
    if (!hasType(value, field.type))
        return FieldCheckText::tr("should be: %1").arg(typeWords(field));
    if (value.isString()) {
        if (field.need == DocumentedField::Need::Required && value.toString().isEmpty())
            return FieldCheckText::tr("is required, and is empty");
        return textProblem(field, value.toString());
    }
    if (value.isDouble()) {
        const QString written = QString::number(value.toDouble(), 'g', QLocale::FloatingPointShortest);
        if (!field.values.isEmpty() && !field.values.contains(written))
            return FieldCheckText::tr("is none of %1").arg(field.values.mid(0, 20).join(u", "_s));
        return numberProblem(field, value.toDouble());
    }
    if (value.isArray() && field.items != Type::Unknown) {
        const QJsonArray items = value.toArray();
        for (const QJsonValue item : items) {
            if (!hasType(item, field.items))
                return FieldCheckText::tr("should be: %1").arg(typeWords(field));
            if (item.isString() && !field.values.isEmpty() && !field.values.contains(item.toString()))
                return FieldCheckText::tr("holds what is none of %1")
                    .arg(field.values.mid(0, 20).join(u", "_s));
        }
    }
    return {};
}

class Check
{
public:
    explicit Check(const Variables &variables)
        : m_variables(variables)
    {
    }

    void rows(Place place, const QList<DocumentedField> &fields, const QList<NameValue> &given)
    {
        for (const DocumentedField &field : fields) {
            bool found = false;
            for (const NameValue &row : given) {
                const bool same = place == Place::Header
                                      ? row.name.trimmed().compare(field.name, Qt::CaseInsensitive) == 0
                                      : row.name == field.name;
                if (!same || (!row.enabled && place != Place::Path))
                    continue;
                found = true;
                judge(place, field, row.value);
            }
            if (!found && field.need == DocumentedField::Need::Required)
                warn(place, field.name, FieldCheckText::tr("is required, and is missing"));
        }
    }

    void json(const QList<DocumentedField> &fields, const QString &text)
    {
        if (fields.isEmpty() || text.size() > checkedBodyLimit)
            return;
        QStringList unresolved;
        const QString filled = resolveVariables(text, m_variables, &unresolved);
        QJsonParseError error{};
        const QJsonDocument document = QJsonDocument::fromJson(filled.toUtf8(), &error);
        if (error.error != QJsonParseError::NoError || !unresolved.isEmpty())
            return; // said elsewhere
        const QJsonValue root =
            document.isArray() ? QJsonValue(document.array()) : QJsonValue(document.object());
        for (const DocumentedField &field : fields)
            walk(field, root, QStringView(field.name), {});
    }

    QList<FieldWarning> warnings;

private:
    void warn(Place place, const QString &name, const QString &problem)
    {
        if (warnings.size() < mostWarnings)
            warnings.append({place, name, u"%1 %2."_s.arg(name, problem)});
    }

    void judge(Place place, const DocumentedField &field, const QString &value)
    {
        QStringList unresolved;
        const QString filled = resolveVariables(value, m_variables, &unresolved);
        if (!unresolved.isEmpty())
            return;
        if (filled.isEmpty()) {
            if (field.need == DocumentedField::Need::Required)
                warn(place, field.name, FieldCheckText::tr("is required, and is empty"));
            return;
        }
        if (const QString problem = writtenProblem(field, filled); !problem.isEmpty())
            warn(place, field.name, problem);
    }

    /// Down the pointer, with each item of an array where it says `*`. A required member is missed only where
    /// its parent is.
    void walk(const DocumentedField &field, const QJsonValue &value, QStringView rest, const QString &place)
    {
        if (rest.isEmpty()) {
            if (const QString problem = memberProblem(field, value); !problem.isEmpty())
                warn(Place::Body, place, problem);
            return;
        }
        rest = rest.mid(1);
        const qsizetype slash = rest.indexOf(u'/');
        const QStringView part = slash < 0 ? rest : rest.first(slash);
        const QStringView next = slash < 0 ? QStringView() : rest.sliced(slash);
        if (part == u"*") {
            const QJsonArray items = value.toArray();
            for (qsizetype i = 0; i < items.size() && i < 100 && warnings.size() < mostWarnings; ++i)
                walk(field, items.at(i), next, u"%1/%2"_s.arg(place).arg(i));
            return;
        }
        if (!value.isObject())
            return;
        QString name = part.toString();
        name.replace("~1"_L1, "/"_L1).replace("~0"_L1, "~"_L1);
        const QJsonValue member = value.toObject().value(name);
        const QString here = u"%1/%2"_s.arg(place, part);
        if (!member.isUndefined())
            walk(field, member, next, here);
        else if (next.isEmpty() && field.need == DocumentedField::Need::Required)
            warn(Place::Body, here, FieldCheckText::tr("is required, and is missing"));
    }

    const Variables &m_variables;
};

} // namespace

QList<FieldWarning> checkFields(const Endpoint &endpoint, const RequestSpec &request,
                                const Variables &variables)
{
    Check check(variables);
    check.rows(Place::Path, endpoint.parts, request.pathParts);
    check.rows(Place::Query, endpoint.query, request.params);
    check.rows(Place::Header, endpoint.headers, request.headers);
    using Kind = RequestBody::Kind;
    if (endpoint.bodyKind == Kind::Json && request.body.kind == Kind::Json)
        check.json(endpoint.body, request.body.text);
    else if (endpoint.bodyKind == Kind::Form && request.body.kind == Kind::Form)
        check.rows(Place::Body, endpoint.body, request.body.form);
    return check.warnings;
}

} // namespace keydesk
