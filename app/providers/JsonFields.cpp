#include "app/providers/JsonFields.h"

#include <QCoreApplication>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

// A text of a provider file is shown in one line or one paragraph. Control characters and bidi overrides
// could make it say something else.
bool isPlain(const QString &text)
{
    return std::all_of(text.cbegin(), text.cend(), [](QChar c) {
        const char16_t u = c.unicode();
        if (u >= 0x20 && u < 0x7f) // nearly all
            return true;
        return u >= 0xa0 && !(u >= 0x202a && u <= 0x202e) && !(u >= 0x2066 && u <= 0x2069);
    });
}

QString shown(const QString &name)
{
    QString plain = name.left(60);
    std::replace_if(
        plain.begin(), plain.end(), [](QChar c) { return !c.isPrint(); }, QChar(u'?'));
    return plain;
}

} // namespace

QString JsonFields::tr(const char *text)
{
    return QCoreApplication::translate("ProviderReader", text);
}

JsonFields::JsonFields(const QJsonObject &object, const QString &place, QString *problem)
    : m_object(object)
    , m_place(place)
    , m_problem(problem)
{
}

bool JsonFields::has(const QString &name) const
{
    const QJsonValue value = m_object.value(name);
    return !value.isUndefined() && !value.isNull();
}

QString JsonFields::place(const QString &name) const
{
    return m_place.isEmpty() ? name : m_place + u'.' + name;
}

void JsonFields::complainAt(const QString &where, const QString &what)
{
    if (m_problem->isEmpty())
        *m_problem = u"%1: %2"_s.arg(where, what);
}

QString JsonFields::notA(const QJsonValue &value, const QString &wanted)
{
    switch (value.type()) {
    case QJsonValue::Bool:
        return tr("should be %1, and is true or false").arg(wanted);
    case QJsonValue::Double:
        return tr("should be %1, and is a number").arg(wanted);
    case QJsonValue::String:
        return tr("should be %1, and is a text").arg(wanted);
    case QJsonValue::Array:
        return tr("should be %1, and is a list").arg(wanted);
    case QJsonValue::Object:
        return tr("should be %1, and is an object").arg(wanted);
    default:
        return tr("should be %1, and is null").arg(wanted);
    }
}

QJsonValue JsonFields::take(const QString &name)
{
    const QJsonValue value = m_object.value(name);
    if (value.isUndefined())
        return value;
    if (!m_asked.contains(name))
        m_asked.append(name);
    return value.isNull() ? QJsonValue(QJsonValue::Undefined) : value;
}

QString JsonFields::textOf(const QString &name, const QJsonValue &value, const QString &otherwise)
{
    if (value.isUndefined())
        return otherwise;
    const QString found = value.toString();
    if (!value.isString())
        complain(name, notA(value, tr("a text")));
    else if (!isPlain(found))
        complain(name, tr("holds a line break or another control character"));
    return found;
}

QString JsonFields::text(const QString &name, const QString &otherwise)
{
    return textOf(name, take(name), otherwise);
}

QString JsonFields::requiredText(const QString &name)
{
    const QJsonValue value = take(name);
    const QString found = textOf(name, value, {});
    if (value.isUndefined())
        complain(name, tr("is missing"));
    else if (found.trimmed().isEmpty())
        complain(name, tr("is empty"));
    return found;
}

bool JsonFields::flag(const QString &name, bool otherwise)
{
    const QJsonValue value = take(name);
    if (!value.isUndefined() && !value.isBool())
        complain(name, notA(value, tr("true or false")));
    return value.toBool(otherwise);
}

int JsonFields::number(const QString &name, int otherwise, int least, int most)
{
    const QJsonValue value = take(name);
    if (value.isUndefined())
        return otherwise;
    const double found = value.toDouble(static_cast<double>(least) - 1);
    if (!value.isDouble())
        complain(name, notA(value, tr("a number")));
    else if (found != static_cast<double>(value.toInt(least - 1)) || found < least || found > most)
        complain(name, tr("should be a whole number from %1 to %2").arg(least).arg(most));
    return value.toInt(otherwise);
}

QJsonArray JsonFields::array(const QString &name)
{
    const QJsonValue value = take(name);
    if (!value.isUndefined() && !value.isArray())
        complain(name, notA(value, tr("a list")));
    return value.toArray();
}

QStringList JsonFields::texts(const QString &name)
{
    QStringList found;
    const QJsonArray items = array(name);
    found.reserve(items.size());
    for (qsizetype i = 0; i < items.size(); ++i) {
        const auto where = [&] { return u"%1[%2]"_s.arg(place(name)).arg(i); };
        const QJsonValue item = items[i];
        found.append(item.toString());
        if (!item.isString())
            complainAt(where(), notA(item, tr("a text")));
        else if (!isPlain(found.last()))
            complainAt(where(), tr("holds a line break or another control character"));
    }
    return found;
}

QList<int> JsonFields::numbers(const QString &name, int least, int most)
{
    QList<int> found;
    const QJsonArray items = array(name);
    for (qsizetype i = 0; i < items.size(); ++i) {
        const int value = items[i].toInt(least - 1);
        if (value < least || value > most)
            complainAt(u"%1[%2]"_s.arg(place(name)).arg(i),
                       tr("should be a whole number from %1 to %2").arg(least).arg(most));
        found.append(value);
    }
    return found;
}

QJsonValue JsonFields::any(const QString &name)
{
    return take(name);
}

QJsonObject JsonFields::object(const QString &name)
{
    const QJsonValue value = take(name);
    if (!value.isUndefined() && !value.isObject())
        complain(name, notA(value, tr("an object")));
    return value.toObject();
}

void JsonFields::finish()
{
    if (m_asked.size() == m_object.size())
        return;
    for (auto it = m_object.constBegin(); it != m_object.constEnd(); ++it) {
        const QString member = it.key();
        if (!m_asked.contains(member) && member != "$comment"_L1 && member != "sources"_L1)
            complain(shown(member), tr("is not a member that Keydesk knows"));
    }
}

} // namespace keydesk
