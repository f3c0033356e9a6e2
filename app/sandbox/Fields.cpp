#include "app/sandbox/Fields.h"

#include <QJsonArray>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace keydesk::sandbox {

namespace {

bool areDigits(QStringView text)
{
    return std::all_of(text.begin(), text.end(), [](QChar c) { return c >= u'0' && c <= u'9'; });
}

} // namespace

Fields::Fields(const QJsonObject &object, const QString &prefix)
    : m_object(object)
    , m_prefix(prefix)
{
}

QString Fields::label(const QString &name) const
{
    return u"The %1 field"_s.arg(QString(m_prefix + name).replace(u'_', u' '));
}

void Fields::refuse(const QString &name, const QString &message)
{
    m_errors.append({m_prefix + name, message});
}

std::optional<QJsonValue> Fields::value(const QString &name, Presence presence)
{
    const QJsonValue found = m_object.value(name);
    if (!found.isUndefined() && !found.isNull())
        return found;
    if (presence == Presence::Required)
        refuse(name, label(name) + u" is required."_s);
    return std::nullopt;
}

QString Fields::text(const QString &name, Presence presence, qsizetype most)
{
    const std::optional<QJsonValue> found = value(name, presence);
    if (!found)
        return {};
    if (!found->isString()) {
        refuse(name, label(name) + u" must be a string."_s);
        return {};
    }
    const QString text = found->toString();
    if (presence == Presence::Required && text.trimmed().isEmpty())
        refuse(name, label(name) + u" is required."_s);
    else if (text.size() > most)
        refuse(name, u"%1 must not be greater than %2 characters."_s.arg(label(name)).arg(most));
    else
        return text;
    return {};
}

QString Fields::oneOf(const QString &name, Presence presence, const QStringList &choices)
{
    const qsizetype before = m_errors.size();
    const QString chosen = text(name, presence, 255);
    const QJsonValue given = m_object.value(name);
    if (m_errors.size() != before || given.isUndefined() || given.isNull())
        return {};
    if (choices.contains(chosen))
        return chosen;
    refuse(name, label(name) + u" must be one of: "_s + choices.join(u", ") + u'.');
    return {};
}

std::optional<double> Fields::number(const QString &name, Presence presence, double least, double most)
{
    const std::optional<QJsonValue> found = value(name, presence);
    if (!found)
        return std::nullopt;
    if (!found->isDouble()) {
        refuse(name, label(name) + u" must be a number."_s);
        return std::nullopt;
    }
    const double number = found->toDouble();
    if (number >= least && number <= most)
        return number;
    refuse(name, u"%1 must be between %2 and %3."_s.arg(label(name)).arg(least).arg(most));
    return std::nullopt;
}

std::optional<int> Fields::integer(const QString &name, Presence presence, int least, int most)
{
    const std::optional<double> found = number(name, presence, least, most);
    if (!found)
        return std::nullopt;
    if (std::floor(*found) == *found)
        return static_cast<int>(*found);
    refuse(name, label(name) + u" must be an integer."_s);
    return std::nullopt;
}

std::optional<bool> Fields::flag(const QString &name)
{
    const std::optional<QJsonValue> found = value(name, Presence::Optional);
    if (!found)
        return std::nullopt;
    if (found->isBool())
        return found->toBool();
    refuse(name, label(name) + u" must be true or false."_s);
    return std::nullopt;
}

QJsonObject Fields::object(const QString &name, Presence presence)
{
    const std::optional<QJsonValue> found = value(name, presence);
    if (found && !found->isObject())
        refuse(name, label(name) + u" must be an object."_s);
    return found ? found->toObject() : QJsonObject();
}

QJsonArray Fields::array(const QString &name, Presence presence)
{
    const std::optional<QJsonValue> found = value(name, presence);
    if (found && !found->isArray())
        refuse(name, label(name) + u" must be an array."_s);
    return found ? found->toArray() : QJsonArray();
}

std::optional<QStringList> Fields::texts(const QString &name, qsizetype most)
{
    if (!value(name, Presence::Optional))
        return std::nullopt;
    const qsizetype before = m_errors.size();
    const QJsonArray items = array(name, Presence::Optional);
    if (m_errors.size() != before)
        return std::nullopt;
    if (items.size() > most) {
        refuse(name, u"%1 must not have more than %2 items."_s.arg(label(name)).arg(most));
        return std::nullopt;
    }
    QStringList texts;
    for (const QJsonValue &item : items) {
        const QString text = item.toString();
        if (text.isEmpty() || text.size() > 255) {
            refuse(name, label(name) + u" must hold strings of 1 to 255 characters."_s);
            return std::nullopt;
        }
        texts << text;
    }
    return texts;
}

bool isE164(const QString &number)
{
    return number.size() >= 8 && number.size() <= 16 && number.startsWith(u'+') && number[1] != u'0' &&
           areDigits(QStringView(number).mid(1));
}

bool isDigitsNumber(const QString &number)
{
    return number.size() >= 7 && number.size() <= 15 && number[0] != u'0' && areDigits(number);
}

} // namespace keydesk::sandbox
