#pragma once

#include "app/sandbox/Router.h"

namespace keydesk::sandbox {

class StopSignal;

/// Replies that an API client must cope with, on every service under /sandbox: a slow one, a web page instead
/// of JSON, a large one.
class TryOut
{
public:
    explicit TryOut(const StopSignal &stop);

    [[nodiscard]] const Router &routes() const { return m_routes; }

private:
    Reply slow(const Request &request) const;
    Reply large(const Request &request) const;

    const StopSignal &m_stop;
    Router m_routes;
};

/// `size` bytes of JSON ({"items":[…]}), any part of which can be made on its own; `size` ≥ 1024.
QByteArray largeJson(qint64 size, qint64 offset, qint64 length);

} // namespace keydesk::sandbox
