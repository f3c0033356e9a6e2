#include "app/filter/MemberNames.h"

#include "app/http/JsonWalker.h"

#include <QSet>

namespace keydesk {

QStringList memberNames(const QByteArray &json)
{
    QStringList names;
    QSet<QByteArray> seen;
    auto sink = [&](json::Part part, const char *from, const char *to) {
        if (part != json::Part::Name)
            return true;
        const QByteArray name(from + 1, to - from - 2); // without its quotes
        if (!name.contains('\\') && !seen.contains(name)) {
            seen.insert(name);
            names << QString::fromUtf8(name);
        }
        return names.size() < mostMemberNames;
    };
    json::Walker(json, JsonDialect::Strict, sink).walk();
    return names;
}

} // namespace keydesk
