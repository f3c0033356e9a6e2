#include "app/base/Redactor.h"
#include "app/http/CookieJars.h"
#include "app/http/HeaderRules.h"

#include <cstdint>
#include <cstdlib>

using namespace Qt::StringLiterals;
using namespace keydesk;

namespace {

void require(bool holds)
{
    if (!holds)
        std::abort();
}

} // namespace

/// The first line is the URL that answers, the second one the URL that is called next, each further one a Set-Cookie. Whatever they say:
/// what is kept is within the limits, goes to its own origin alone, and cannot end a header; by hand it is made again as it was.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArray input(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    const QList<QByteArray> lines = input.split('\n');
    const QUrl from(QString::fromUtf8(lines.value(0)), QUrl::TolerantMode);
    const QUrl to(QString::fromUtf8(lines.value(1)), QUrl::TolerantMode);
    Headers answer;
    for (qsizetype i = 2; i < lines.size(); ++i)
        answer.append({"Set-Cookie", lines.at(i)});

    Redactor redactor;
    CookieJars jars(redactor);
    jars.take({}, from, answer);
    const QList<Cookie> kept = jars.cookies({});
    require(kept.size() <= CookieJars::mostOfHost * 200);
    const auto origin = Origin::fromUrl(from);
    for (const Cookie &cookie : kept) {
        require(origin && cookie.origin.scheme() == origin->scheme() && cookie.origin.port() == origin->port());
        require(origin->host() == cookie.origin.host() || origin->host().endsWith(u'.' + cookie.origin.host()));
        require(!cookie.data.name().isEmpty() && cookie.data.name().size() + cookie.data.value().size() <= Cookie::largest);
        require(cookie.data.path().startsWith(u'/'));
        if (const auto again = CookieDraft::of(cookie).make())
            require(again->isSameAs(cookie));
    }
    for (const QUrl &url : {from, to}) {
        const QByteArray sent = jars.header({}, url);
        require(isHeaderValue(sent) && sent.size() <= CookieJars::mostOfHost * 200 * (Cookie::largest + 3));
        const auto target = Origin::fromUrl(url);
        require(sent.isEmpty() || (target && origin && target->scheme() == origin->scheme() && target->port() == origin->port()));
    }
    return 0;
}
