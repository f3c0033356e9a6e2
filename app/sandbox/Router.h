#pragma once

#include "app/sandbox/Message.h"

#include <QStringList>

#include <functional>
#include <vector>

namespace keydesk::sandbox {

/// A table of routes: method and path pattern ("/api/v1/agents/{id}") to the function that answers.
class Router
{
public:
    /// `parts` are what stands in the place of each {part}, in order.
    using Handler = std::function<Reply(const Request &request, const QStringList &parts)>;
    using Refusal = std::function<Reply(int status, const QString &message)>;

    void add(const QByteArray &method, const QString &pattern, Handler handler);
    /// HEAD is answered as GET. No such path: refusal 404; a path without this method: refusal 405 with
    /// Allow.
    [[nodiscard]] Reply dispatch(const Request &request, const Refusal &refusal) const;

private:
    struct Route
    {
        QByteArray method;
        QStringList pattern;
        Handler handler;
    };

    std::vector<Route> m_routes;
};

} // namespace keydesk::sandbox
