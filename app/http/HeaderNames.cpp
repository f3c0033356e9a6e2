#include "app/http/HeaderNames.h"

#include <QHash>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

QStringList split(const QString &list)
{
    return list.split(u'|');
}

QStringList mediaTypes()
{
    return split(u"application/json|application/problem+json|application/ld+json|application/"
                 u"vnd.api+json|application/graphql|"
                 "application/x-ndjson|application/merge-patch+json|application/json-patch+json|application/"
                 "xml|application/soap+xml|"
                 "application/x-www-form-urlencoded|multipart/form-data|application/octet-stream|application/"
                 "pdf|application/zip|"
                 "application/gzip|application/yaml|application/protobuf|text/plain|text/plain; "
                 "charset=utf-8|text/html|text/css|"
                 "text/csv|text/xml|text/event-stream|image/png|image/jpeg|image/gif|image/webp|image/"
                 "svg+xml|audio/mpeg|audio/wav|"
                 "video/mp4"_s);
}

QHash<QString, QStringList> makeValues()
{
    const QStringList media = mediaTypes();
    return {{u"accept"_s, QStringList{u"*/*"_s} + media},
            {u"content-type"_s, media},
            {u"accept-charset"_s, {u"utf-8"_s}},
            {u"accept-encoding"_s, split(u"identity|gzip|deflate|br|gzip, deflate, br"_s)},
            {u"accept-language"_s, split(u"*|en|en-US|de|fr|es|it|pt-BR|ja|zh-CN"_s)},
            {u"cache-control"_s, split(u"no-cache|no-store|max-age=0|no-transform|only-if-cached"_s)},
            {u"connection"_s, split(u"keep-alive|close"_s)},
            {u"content-encoding"_s, split(u"gzip|deflate|br|zstd|identity"_s)},
            {u"expect"_s, {u"100-continue"_s}},
            {u"if-match"_s, {u"*"_s}},
            {u"if-none-match"_s, {u"*"_s}},
            {u"pragma"_s, {u"no-cache"_s}},
            {u"prefer"_s,
             split(u"return=minimal|return=representation|respond-async|handling=strict|handling=lenient"_s)},
            {u"range"_s, {u"bytes=0-"_s}},
            {u"te"_s, {u"trailers"_s}},
            {u"upgrade-insecure-requests"_s, {u"1"_s}},
            {u"dnt"_s, {u"1"_s}},
            {u"x-http-method-override"_s, split(u"PUT|PATCH|DELETE"_s)},
            {u"x-requested-with"_s, {u"XMLHttpRequest"_s}}};
}

} // namespace

const QStringList &requestHeaderNames()
{
    static const QStringList names = split(
        u"A-IM|Accept|Accept-Charset|Accept-Datetime|Accept-Encoding|Accept-Language|"
        "Access-Control-Request-Headers|Access-Control-Request-Method|ALPN|Alt-Used|Authorization|"
        "Cache-Control|CalDAV-Timezones|Capsule-Protocol|CDN-Loop|Connection|Content-Digest|"
        "Content-Disposition|Content-Encoding|Content-Language|Content-Length|Content-Location|"
        "Content-Range|Content-Type|Cookie|Date|Depth|Destination|DNT|DPoP|Early-Data|Expect|Forwarded|"
        "From|Host|HTTP2-Settings|Idempotency-Key|If|If-Match|If-Modified-Since|If-None-Match|If-Range|"
        "If-Schedule-Tag-Match|If-Unmodified-Since|Keep-Alive|Last-Event-ID|Link|Lock-Token|Max-Forwards|"
        "MIME-Version|OData-MaxVersion|OData-Version|Ordering-Type|Origin|OSLC-Core-Version|Overwrite|"
        "Position|Pragma|Prefer|Priority|Proxy-Authorization|Range|Referer|Repr-Digest|Schedule-Reply|"
        "Sec-Fetch-Dest|Sec-Fetch-Mode|Sec-Fetch-Site|Sec-GPC|Sec-WebSocket-Protocol|Signature|"
        "Signature-Input|SLUG|SOAPAction|TE|Timeout|Topic|traceparent|tracestate|Trailer|TTL|Upgrade|"
        "Upgrade-Insecure-Requests|Urgency|User-Agent|Via|Want-Content-Digest|Want-Repr-Digest|X-API-Key|"
        "X-Correlation-ID|X-CSRF-Token|X-Forwarded-For|X-Forwarded-Host|X-Forwarded-Proto|"
        "X-HTTP-Method-Override|X-Request-ID|X-Requested-With"_s);
    return names;
}

QStringList commonHeaderValues(const QString &name)
{
    static const QHash<QString, QStringList> values = makeValues();
    return values.value(name.trimmed().toLower());
}

} // namespace keydesk
