#include "app/base/JsonPointer.h"

#include <QJsonArray>
#include <QJsonObject>

#include <QLocale>

#include <cmath>
#include <optional>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

// RFC 6901 section 4: digits only, and no leading zero.
std::optional<qsizetype> arrayIndex(const QString &token)
{
    if (token.isEmpty() || token.size() > 9 || (token.size() > 1 && token.front() == u'0'))
        return {};
    qsizetype index = 0;
    for (const QChar c : token) {
        if (c < u'0' || c > u'9')
            return {};
        index = index * 10 + (c.unicode() - u'0');
    }
    return index;
}

} // namespace

QJsonValue atPointer(const QJsonValue &root, QStringView pointer)
{
    const QJsonValue nothing(QJsonValue::Undefined);
    if (pointer.isEmpty())
        return root;
    if (pointer.front() != u'/')
        return nothing;
    QJsonValue value = root;
    for (const QStringView part : pointer.mid(1).split(u'/')) {
        QString token = part.toString();
        token.replace("~1"_L1, "/"_L1).replace("~0"_L1, "~"_L1); // in this order: "~01" is "~1"
        if (value.isObject()) {
            value = value.toObject().value(token);
        } else if (value.isArray()) {
            const std::optional<qsizetype> index = arrayIndex(token);
            const QJsonArray array = value.toArray();
            if (!index || *index >= array.size())
                return nothing;
            value = array.at(*index);
        } else {
            return nothing;
        }
    }
    return value;
}

QString textAtPointer(const QJsonValue &root, QStringView pointer)
{
    const QJsonValue value = atPointer(root, pointer);
    switch (value.type()) {
    case QJsonValue::String:
        return value.toString();
    case QJsonValue::Double: {
        const double number = value.toDouble();
        if (std::trunc(number) == number && std::abs(number) < 9007199254740992.0)
            return QString::number(static_cast<qint64>(number));
        return QString::number(number, 'g', QLocale::FloatingPointShortest);
    }
    case QJsonValue::Bool:
        return value.toBool() ? u"true"_s : u"false"_s;
    default:
        return {};
    }
}

} // namespace keydesk
