#include "app/sandbox/Paging.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk::sandbox {

int queryNumber(const Request &request, const QString &name, int fallback, int least, int most,
                FieldErrors &errors)
{
    const std::optional<QString> text = request.queryValue(name);
    if (!text)
        return fallback;
    bool isNumber = false;
    const int number = text->toInt(&isNumber);
    if (isNumber && number >= least && number <= most)
        return number;
    errors.append(
        {name, u"The %1 field must be a whole number from %2 to %3."_s.arg(QString(name).replace(u'_', u' '))
                   .arg(least)
                   .arg(most)});
    return fallback;
}

QJsonArray slice(const QJsonArray &items, qint64 offset, qint64 limit)
{
    QJsonArray part;
    const qint64 end = std::min<qint64>(items.size(), offset + limit);
    for (qint64 i = offset; i < end; ++i)
        part.append(items[static_cast<qsizetype>(i)]);
    return part;
}

} // namespace keydesk::sandbox
