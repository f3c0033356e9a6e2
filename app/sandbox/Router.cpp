#include "app/sandbox/Router.h"

using namespace Qt::StringLiterals;

namespace keydesk::sandbox {

namespace {

std::optional<QStringList> match(const QStringList &pattern, const QStringList &segments)
{
    if (pattern.size() != segments.size())
        return std::nullopt;
    QStringList parts;
    for (qsizetype i = 0; i < pattern.size(); ++i) {
        if (pattern[i].startsWith(u'{')) {
            if (segments[i].isEmpty())
                return std::nullopt;
            parts << segments[i];
        } else if (pattern[i] != segments[i]) {
            return std::nullopt;
        }
    }
    return parts;
}

} // namespace

void Router::add(const QByteArray &method, const QString &pattern, Handler handler)
{
    m_routes.push_back({method, pattern.split(u'/'), std::move(handler)});
}

Reply Router::dispatch(const Request &request, const Refusal &refusal) const
{
    const QByteArray method = request.method == "HEAD" ? QByteArray("GET") : request.method;
    const QStringList segments = request.path.split(u'/');
    QByteArrayList allowed;
    for (const Route &route : m_routes) {
        const std::optional<QStringList> parts = match(route.pattern, segments);
        if (!parts)
            continue;
        if (route.method == method)
            return route.handler(request, *parts);
        if (!allowed.contains(route.method))
            allowed << route.method;
    }
    if (allowed.isEmpty())
        return refusal(404, u"There is nothing at this path."_s);
    Reply reply =
        refusal(405, u"This path does not take the method %1."_s.arg(QString::fromLatin1(request.method)));
    reply.addHeader("Allow", allowed.join(", "));
    return reply;
}

} // namespace keydesk::sandbox
