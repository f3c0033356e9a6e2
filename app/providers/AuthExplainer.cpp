#include "app/providers/AuthExplainer.h"

#include "app/providers/ExplainParts.h"

#include <algorithm>
#include <array>

namespace keydesk {

using namespace Qt::StringLiterals;
using namespace explaining;

namespace {

using Severity = Explanation::Severity;

// What a provider's file says is about the key, and so may have a better reason in what the app knows.
bool isAboutKey(const HttpResponse &response, const ErrorShape *shape)
{
    static constexpr std::array ids{"missing-token"_L1, "unauthorized"_L1,  "token-expired"_L1,
                                    "token-revoked"_L1, "missing-scope"_L1, "forbidden"_L1};
    if (shape)
        return std::any_of(ids.begin(), ids.end(), [&](QLatin1StringView id) { return shape->id == id; });
    return response.status == 401 || response.status == 403;
}

Explanation fromShape(const CallFacts &facts, const HttpResponse &response, const ErrorShape &shape)
{
    Explanation told{shape.id, Severity::Caution, shape.title, {}, shape.fix, {showSent()}};
    told.text = sentences({answered(facts, response), shape.text});
    return told;
}

Explanation plain(const QString &cause, const QString &title, const CallFacts &facts,
                  const HttpResponse &response, const QString &text, const QStringList &steps,
                  const QList<ExplanationAction> &actions)
{
    return {cause, Severity::Caution, title, sentences({answered(facts, response), text}), steps, actions};
}

QDateTime answeredAt(const CallFacts &facts)
{
    const QDateTime started = facts.trace.startedAt;
    return started.isValid() ? started.addMSecs(facts.trace.elapsed.count() / 1000) : QDateTime::currentDateTimeUtc();
}

/// To wait and send again is offered for this long at most.
constexpr qint64 longestOfferedWait = 10 * 60;

QString takesCallsAgain(qint64 wait)
{
    const QString text = Text::tr("It takes calls again in %1.").arg(duration(wait));
    return wait > longestOfferedWait ? sentences({text, Text::tr("That is too long to wait for here: send the request again then.")}) : text;
}

QList<ExplanationAction> sendAfter(qint64 wait)
{
    if (wait > longestOfferedWait)
        return {showSent()};
    return {sendAgain(std::max<qint64>(0, wait)), showSent()};
}

Explanation rateLimited(const CallFacts &facts, const HttpResponse &response, const ErrorShape *shape)
{
    Explanation told =
        shape ? fromShape(facts, response, *shape)
              : plain(u"rate-limited"_s, Text::tr("Too many calls in a short time"), facts, response,
                      isTraced(facts)
                          ? Text::tr("The server takes only so many calls in a while. The key is fine.")
                          : Text::tr("The server takes only so many calls in a while."),
                      {Text::tr("Wait, then send again.")}, {});
    const qint64 wait = retryAfterSeconds(response, answeredAt(facts));
    told.text = sentences({told.text, wait > 0 ? takesCallsAgain(wait)
                                               : Text::tr("It does not say for how long to wait.")});
    if (wait == 0)
        told.text = sentences({shape ? fromShape(facts, response, *shape).text : answered(facts, response),
                               Text::tr("It takes calls again now.")});
    told.actions = sendAfter(wait);
    return told;
}

Explanation serverError(const CallFacts &facts, const HttpResponse &response, const ErrorShape *shape)
{
    Explanation told =
        shape ? fromShape(facts, response, *shape)
              : plain(u"server-error"_s, Text::tr("The server failed"), facts, response, {}, {}, {});
    if (!shape) {
        const bool gateway = response.status >= 502 && response.status <= 504;
        told.text = sentences(
            {told.text, gateway ? Text::tr("That comes from a gateway in front of the server: what is behind "
                                           "it is down, overloaded or too slow.")
                                : Text::tr("Something went wrong on the server. Neither the key nor the "
                                           "request is at fault, as far as the answer says.")});
        told.steps = {Text::tr("Send it again in a moment, if sending twice does no harm."),
                      Text::tr("If it goes on, tell the provider the time and the address of the call.")};
    }
    const qint64 wait = retryAfterSeconds(response, answeredAt(facts));
    if (wait > 0)
        told.text = sentences({told.text, takesCallsAgain(wait)});
    told.actions = sendAfter(wait);
    return told;
}

QString checkAddress(const CallFacts &facts)
{
    return facts.environment ? Text::tr("Check the base URL of %1.").arg(environmentName(facts))
                             : Text::tr("Check the host, and what the path begins with.");
}

ExplanationAction editAddress(const CallFacts &facts)
{
    return facts.environment ? editEnvironment() : editHost(facts);
}

Explanation htmlAnswer(const CallFacts &facts, const HttpResponse &response)
{
    Explanation told =
        plain(u"html-not-json"_s, Text::tr("A web page came back instead of data"), facts, response,
              Text::tr("The answer is HTML, which is for browsers. The address is probably that of the "
                       "website and not of the API, or a sign-in page or a proxy answered in its place."),
              {checkAddress(facts),
               isTraced(facts) ? Text::tr("Look at the page in the Body tab; it often says who answered.")
                               : Text::tr("Look at the page; it often says who answered.")},
              {editAddress(facts), showSent()});
    if (!facts.trace.hops.isEmpty())
        told.text =
            sentences({told.text, Text::tr("The call was redirected to %1.").arg(hostOf(response.url))});
    return told;
}

// The methods of the Allow header; only letters, for the header is foreign.
QString allowedMethods(const HttpResponse &response)
{
    QStringList methods;
    for (const QByteArray &method : response.header("Allow").left(200).toUpper().split(',')) {
        const QByteArray name = method.trimmed();
        if (!name.isEmpty() && name.size() <= 16 &&
            std::all_of(name.begin(), name.end(), [](char c) { return c >= 'A' && c <= 'Z'; }))
            methods.append(QString::fromLatin1(name));
    }
    return methods.isEmpty() ? QString() : Text::tr("It takes: %1.").arg(methods.join(u", "_s));
}

Explanation otherStatus(const CallFacts &facts, const HttpResponse &response)
{
    switch (response.status) {
    case 404:
    case 410:
        return plain(u"not-found"_s, Text::tr("There is nothing at this address"), facts, response,
                     Text::tr("The path or an id in it is wrong, or it was deleted. Some servers say this "
                              "also when a key may not see something."),
                     {Text::tr("Check the path and the ids in the URL."), checkAddress(facts)},
                     {showSent(), editAddress(facts)});
    case 405:
        return plain(u"method-not-allowed"_s, Text::tr("The address does not take this method"), facts,
                     response, allowedMethods(response),
                     {Text::tr("Choose another method, or check the path.")}, {showSent()});
    case 407:
        return plain(
            u"proxy"_s, Text::tr("The proxy wants a name and a password"), facts, response,
            Text::tr("This answer is the proxy's; the server was not reached."),
            {isTraced(facts)
                 ? Text::tr("Set the proxy's name and password in Preferences.")
                 : Text::tr("Give the proxy's name and password to the program that sends the call.")},
            {openPreferences(Text::tr("Open Preferences…"))});
    case 408:
        return plain(u"timeout"_s, Text::tr("The server stopped waiting"), facts, response, {},
                     {Text::tr("Send again if sending twice does no harm.")}, {sendAgain(), showSent()});
    case 413:
        return plain(u"request-refused"_s, Text::tr("The request is too large for the server"), facts,
                     response, {}, {Text::tr("Send less at once.")}, {showSent()});
    case 415:
        return plain(u"request-refused"_s, Text::tr("The server does not take this kind of body"), facts,
                     response, Text::tr("The Content-Type header does not name a format that it knows."),
                     {Text::tr("Choose another kind of body, JSON for most APIs.")}, {showSent()});
    default:
        return plain(u"request-refused"_s, Text::tr("The server did not accept the request"), facts, response,
                     Text::tr("The answer does not say that the key is at fault."),
                     {isTraced(facts)
                          ? Text::tr("Read the answer in the Body tab; it usually names what is wrong.")
                          : Text::tr("Read the body of the answer; it usually names what is wrong."),
                      Text::tr("Correct the request and send again.")},
                     {showSent()});
    }
}

Explanation explainResponse(const CallFacts &facts, const HttpResponse &response)
{
    const bool html = isHtml(response);
    const bool knownApi = facts.provider && !facts.provider->isCustom;
    if (response.status < 400) {
        if (response.truncated && !response.spool) // beside what is on disk it is said why it ends
            return plain(
                u"too-large"_s, Text::tr("The answer is larger than the limit"), facts, response,
                Text::tr(
                    "Keydesk kept the first part and stopped reading, to keep this computer's memory free."),
                {Text::tr("Ask for less: a smaller page, fewer fields.")}, {showSent()});
        return response.isOk() && html && knownApi ? htmlAnswer(facts, response) : Explanation{};
    }
    if (Explanation told = clientCertificateWanted(facts, response); !told.isEmpty())
        return told;
    const ErrorShape *shape = facts.provider ? shapeOf(*facts.provider, response) : nullptr;
    // A shape that only names a status says nothing about a page that a proxy or a website wrote.
    if (html && shape && shape->pointer.isEmpty())
        shape = nullptr;
    if (response.status == 429)
        return rateLimited(facts, response, shape);
    if (response.status >= 500 && !(shape && isAboutKey(response, shape)))
        return serverError(facts, response, shape);
    const bool bodySpeaks = shape && !shape->pointer.isEmpty();
    if (response.status == 404 && !bodySpeaks) {
        if (Explanation told = explainBaseUrl(facts, response); !told.isEmpty())
            return told;
    }
    if (isAboutKey(response, shape)) {
        Explanation told = explainRefusal(facts, response, shape);
        // Without a reason that the app knows of, a page is the better sign than the status.
        return html && !shape && knownApi && (told.cause == "unauthorized"_L1 || told.cause == "forbidden"_L1)
                   ? htmlAnswer(facts, response)
                   : told;
    }
    if (shape)
        return fromShape(facts, response, *shape);
    if (html && knownApi && response.status != 407)
        return htmlAnswer(facts, response);
    return otherStatus(facts, response);
}

} // namespace

Explanation explain(const CallFacts &facts)
{
    if (facts.error)
        return explainError(facts, *facts.error);
    return facts.response ? explainResponse(facts, *facts.response) : Explanation{};
}

} // namespace keydesk
