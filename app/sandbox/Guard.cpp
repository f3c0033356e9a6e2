#include "app/sandbox/Guard.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk::sandbox {

namespace {

constexpr qsizetype mostTargetBytes = 2048;

bool isOwnAuthority(const QByteArray &authority, int port)
{
    const QByteArray suffix = ':' + QByteArray::number(port);
    const QByteArray lower = authority.toLower();
    return lower == "127.0.0.1" + suffix || lower == "localhost" + suffix;
}

bool isOwnOrigin(const QByteArray &origin, int port)
{
    return origin.startsWith("http://") && isOwnAuthority(origin.mid(7), port);
}

std::optional<Refusal> badFraming(const Head &head)
{
    if (!head.encodings.isEmpty()) {
        if (!head.lengths.isEmpty())
            return Refusal{400, u"A request has either Content-Length or Transfer-Encoding, not both."_s};
        if (head.encodings.size() > 1 || head.encodings.first().toLower() != "chunked")
            return Refusal{400, u"This Transfer-Encoding is not supported."_s};
    }
    if (head.lengths.size() > 1)
        return Refusal{400, u"There is more than one Content-Length."_s};
    if (!head.lengths.isEmpty()) {
        const QByteArray &length = head.lengths.first();
        const bool digits = !length.isEmpty() && std::all_of(length.begin(), length.end(),
                                                             [](char c) { return c >= '0' && c <= '9'; });
        if (!digits)
            return Refusal{400, u"The Content-Length is not a number."_s};
        bool fits = false;
        if (const qlonglong bytes = length.toLongLong(&fits); !fits || bytes > mostBodyBytes)
            return Refusal{413, u"The body is larger than 1 MB."_s};
    }
    return std::nullopt;
}

} // namespace

bool Head::hasBody() const
{
    return !encodings.isEmpty() || (!lengths.isEmpty() && lengths.first().toLongLong() > 0);
}

std::optional<Refusal> refusalOf(const Head &head, int port)
{
    if (head.targetSize > mostTargetBytes)
        return Refusal{414, u"The address is too long."_s};
    if (head.hosts.size() != 1)
        return Refusal{400, u"A request must have exactly one Host header."_s};
    if (!isOwnAuthority(head.hosts.first(), port))
        return Refusal{403, u"The sandbox only answers to 127.0.0.1 and localhost."_s};
    const bool changesNothing = head.method == "GET" || head.method == "HEAD" || head.method == "OPTIONS";
    const bool foreign = std::any_of(head.origins.begin(), head.origins.end(),
                                     [port](const QByteArray &origin) { return !isOwnOrigin(origin, port); });
    if (foreign && !changesNothing)
        return Refusal{403, u"This request was sent by a page of another origin."_s};
    if (std::optional<Refusal> framing = badFraming(head))
        return framing;
    if (head.contentType == "multipart/form-data")
        return Refusal{415, u"Send the body as application/json."_s};
    return std::nullopt;
}

} // namespace keydesk::sandbox
