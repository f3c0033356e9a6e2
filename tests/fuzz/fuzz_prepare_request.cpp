#include "app/base/Redactor.h"
#include "app/http/HeaderRules.h"
#include "app/http/PreparedRequest.h"
#include "app/http/Redirect.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>
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

bool isCleanUrl(const QByteArray &encoded)
{
    return std::ranges::all_of(encoded, [](char c) { return c > 0x20 && c < 0x7F; });
}

/// What passes as an origin has one spelling, and it is its own.
void checkOrigin(const QString &text)
{
    const auto origin = Origin::fromUrl(QUrl(text));
    if (!origin) {
        require(!origin.error().message.isEmpty());
        return;
    }
    require(Origin::fromString(origin->toString()) == *origin);
    require(origin->host() == origin->host().toLower());
    require(isCleanUrl(origin->toString().toLatin1()));
}

/// Nothing that passes can be read as another request than it is, or as one to another origin.
void checkPrepared(const PreparedRequest &request)
{
    require(isToken(request.method));
    for (const auto &[name, value] : request.headers)
        require(isToken(name) && isHeaderValue(value));
    const auto origin = Origin::fromUrl(request.url);
    require(origin.has_value());
    require(request.url.host(QUrl::FullyEncoded) == origin->host());
    const QByteArray encoded = request.url.toEncoded();
    require(isCleanUrl(encoded));
    require(Origin::fromUrl(QUrl::fromEncoded(encoded, QUrl::StrictMode)) == *origin);
}

void checkRedirect(const PreparedRequest &request, const QByteArray &location)
{
    static const Redactor redactor;
    static const KeyForm key{KeyPlacement::Header, "X-Key", {}};
    const Redirect redirect = planRedirect(request, &key, 302, location, redactor);
    if (!redirect.hop.stopped.isEmpty())
        return;
    checkPrepared(redirect.next);
    require(redirect.sameOrigin == (Origin::fromUrl(request.url) == Origin::fromUrl(redirect.next.url)));
    if (redirect.sameOrigin)
        return;
    require(redirect.hop.keyDropped && redirect.next.body.isEmpty());
    for (const auto &[name, value] : redirect.next.headers)
        require(!Redactor::isCredentialHeader(name) && !isSameHeader(name, "Host"));
}

} // namespace

/// A saved request with "baseUrl", "variables" and "location" beside its own members; anything else is taken
/// for a URL.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArray bytes(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    checkOrigin(QString::fromUtf8(bytes));
    const QJsonObject object = QJsonDocument::fromJson(bytes).object();
    const RequestSpec spec = RequestSpec::fromJson(object);
    require(RequestSpec::fromJson(spec.toJson()) == spec);
    checkOrigin(spec.url);

    Variables variables;
    for (const QJsonValue &row : object[u"variables"_s].toArray())
        variables.append({row[u"name"_s].toString(), row[u"value"_s].toString(), true});
    const auto request = prepareRequest(spec, QUrl(object[u"baseUrl"_s].toString()), variables, {});
    if (!request) {
        require(!request.error().message.isEmpty());
        return 0;
    }
    checkPrepared(*request);
    checkRedirect(*request, object[u"location"_s].toString().toUtf8());
    return 0;
}
