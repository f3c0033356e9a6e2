#include "app/http/Redirect.h"

#include "app/base/Redactor.h"
#include "app/http/HeaderRules.h"
#include "app/http/SecretMarkers.h"

#include <QCoreApplication>

#include <algorithm>

namespace keydesk {

namespace {

struct RedirectText
{
    Q_DECLARE_TR_FUNCTIONS(Redirect)
};

bool isOneOf(const QByteArray &name, std::initializer_list<QByteArrayView> names)
{
    return std::ranges::any_of(names, [&](QByteArrayView other) { return isSameHeader(name, other); });
}

/// What describes a body goes with it (Fetch: "request-body-header name").
bool isBodyHeader(const QByteArray &name)
{
    return isOneOf(
        name, {"Content-Encoding", "Content-Language", "Content-Location", "Content-Type", "Content-Length"});
}

/// What may leave the protection of TLS: it says nothing about who asks.
bool isHarmless(const QByteArray &name)
{
    return isOneOf(name, {"Accept", "Accept-Encoding", "Accept-Language", "User-Agent"});
}

bool isCredential(const std::pair<QByteArray, QByteArray> &header, const QByteArray &keyHeader,
                  const Redactor &redactor)
{
    return Redactor::isCredentialHeader(header.first) ||
           isOneOf(header.first, {"Authorization", "Proxy-Authorization", "Cookie"}) ||
           isSameHeader(header.first, keyHeader) || hasSecretMarker(header.second) || redactor.redact(header.second).hits > 0;
}

void changeMethod(Redirect &redirect, int status)
{
    PreparedRequest &next = redirect.next;
    const bool post = (status == 301 || status == 302) && next.method == "POST";
    const bool other = status == 303 && next.method != "GET" && next.method != "HEAD";
    if (!post && !other)
        return;
    next.method = "GET";
    redirect.hop.bodyDropped = !next.body.isEmpty();
    next.body.clear();
    next.headers.removeIf([](const auto &header) { return isBodyHeader(header.first); });
}

void dropHeaders(Redirect &redirect, const KeyForm *key, bool downgrade, const Redactor &redactor)
{
    RedirectHop &hop = redirect.hop;
    const QByteArray keyHeader = key && key->placement != KeyPlacement::Query ? key->name : QByteArray();
    redirect.next.headers.removeIf([&](const auto &header) {
        // Host was typed for the first server; at the next one it would ask for another site.
        const bool drop = isCredential({header.first, header.second}, keyHeader, redactor) ||
                          isSameHeader(header.first, "Host") || (downgrade && !isHarmless(header.first));
        if (drop)
            hop.droppedHeaders.append(header.first);
        return drop;
    });
    hop.keyDropped = key != nullptr;
    if (!keyHeader.isEmpty())
        hop.droppedHeaders.append(keyHeader);
}

/// A user name and a password in a URL are never used, and not shown either.
QUrl withoutUserInfo(QUrl url)
{
    url.setUserInfo({});
    return url;
}

} // namespace

bool isRedirect(int status)
{
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

Redirect planRedirect(const PreparedRequest &request, const KeyForm *key, int status,
                      const QByteArray &location, const Redactor &redactor)
{
    Redirect redirect;
    redirect.next = request;
    RedirectHop &hop = redirect.hop;
    hop.status = status;
    hop.from = request.url;
    hop.methodBefore = request.method;
    hop.methodAfter = request.method;

    const QUrl reference(QString::fromUtf8(location.trimmed()), QUrl::TolerantMode);
    QUrl target = request.url.resolved(reference);
    hop.to = withoutUserInfo(target);
    // Before any change to `target`: each makes a QUrl forget that it was invalid.
    const auto origin = Origin::fromUrl(target);
    if (!origin || !reference.isValid() || !isHeaderValue(location)) {
        hop.stopped = origin
                          ? RedirectText::tr("The redirect's target is not a URL. It was not followed.")
                          : RedirectText::tr("The redirect was not followed. %1").arg(origin.error().message);
        return redirect;
    }
    target.setFragment({});
    target.setHost(origin->host(), QUrl::StrictMode);
    if (origin->isDefaultPort())
        target.setPort(-1);
    // Many servers carry the query over. The key is put in anew where it may go, and has no business elsewhere.
    if (key && key->placement == KeyPlacement::Query)
        target = withoutQueryItem(target, key->name);
    redirect.next.url = hop.to = target;

    const auto before = Origin::fromUrl(request.url);
    redirect.sameOrigin = before && *before == *origin;
    changeMethod(redirect, status);
    hop.methodAfter = redirect.next.method;
    if (redirect.sameOrigin)
        return redirect;
    // The body was meant for the first server. It may hold a password or a token to be exchanged, and no
    // header rule takes that out; nobody agreed to give it to the second. So the answer is shown as it is,
    // and the user decides.
    if (!redirect.next.body.isEmpty()) {
        hop.stopped = RedirectText::tr(
                          "The redirect leads to another origin, %1, and would take the body along. It was "
                          "not followed.")
                          .arg(origin->toString());
        return redirect;
    }
    if (redactor.redact(target.toEncoded()).hits > 0) {
        hop.stopped =
            RedirectText::tr("The redirect leads to another origin, %1, and would take a secret along in its "
                             "address. It was not followed.")
                .arg(origin->toString());
        return redirect;
    }
    dropHeaders(redirect, key,
                before && before->scheme() == QLatin1String("https") &&
                    origin->scheme() == QLatin1String("http"),
                redactor);
    return redirect;
}

} // namespace keydesk
