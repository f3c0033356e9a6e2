#include "app/http/HeaderRules.h"
#include "app/providers/ExplainParts.h"

#include <algorithm>
#include <array>

namespace keydesk {

using namespace Qt::StringLiterals;
using namespace explaining;

namespace {

/// The schemes (RFC 9110 section 11.1) that the answer asks for, if they are of IANA's list: another word may
/// be anything.
QStringList schemes(const HttpResponse &response)
{
    static constexpr std::array known{"Basic",  "Bearer",    "Digest", "DPoP",         "GNAP", "HOBA",
                                      "Mutual", "Negotiate", "OAuth",  "PrivateToken", "vapid"};
    QStringList found;
    for (const auto &[name, value] : response.headers) {
        if (!isSameHeader(name, "WWW-Authenticate"))
            continue;
        const QByteArray first = value.split(' ').constFirst();
        const auto scheme = std::ranges::find_if(
            known, [&](const char *each) { return first.compare(each, Qt::CaseInsensitive) == 0; });
        if (scheme != known.end() && !found.contains(QLatin1StringView(*scheme)))
            found.append(QString::fromLatin1(*scheme));
    }
    return found;
}

} // namespace

QList<Evidence> evidence(const CallFacts &facts)
{
    if (!facts.response)
        return {};
    const HttpResponse &response = *facts.response;
    const QString phrase = QString::fromLatin1(reasonPhrase(response.status));
    QList<Evidence> found{
        {u"status"_s, phrase.isEmpty() ? Text::tr("The status is %1.").arg(response.status)
                                       : Text::tr("The status is %1, %2.").arg(response.status).arg(phrase)}};
    const ErrorShape *shape =
        facts.provider && response.status >= 400 ? shapeOf(*facts.provider, response) : nullptr;
    if (shape && !shape->pointer.isEmpty())
        found.append(
            {u"body"_s, shape->equals.isEmpty()
                            ? Text::tr("The body has %1.").arg(shape->pointer)
                            : Text::tr("In the body, %1 is “%2”.").arg(shape->pointer, shape->equals)});
    if (const QStringList wanted = schemes(response); !wanted.isEmpty())
        found.append({u"challenge"_s, Text::tr("The server asks for %1.").arg(wanted.join(", "_L1))});
    if (const QByteArray error = challengeError(response); !error.isEmpty())
        found.append({u"challenge"_s, Text::tr("Its challenge says %1.").arg(QString::fromLatin1(error))});
    if (const qint64 wait = retryAfterSeconds(response, QDateTime::currentDateTimeUtc());
        wait >= 0 && response.status >= 400)
        found.append({u"retry-after"_s,
                      Text::tr("It names the time until it takes calls again: %1.").arg(duration(wait))});
    if (isHtml(response))
        found.append({u"html"_s, Text::tr("The body is a web page.")});
    return found;
}

} // namespace keydesk
