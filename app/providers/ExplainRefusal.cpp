#include "app/providers/ExplainParts.h"

#include <QLocale>

#include <algorithm>

namespace keydesk::explaining {

using namespace Qt::StringLiterals;

namespace {

using Severity = Explanation::Severity;

Explanation ended(const CallFacts &facts, const HttpResponse &response, const ErrorShape *shape)
{
    const bool saysExpired = shape && shape->id == "token-expired"_L1;
    const bool saysRevoked = shape && shape->id == "token-revoked"_L1;
    const QDateTime now =
        facts.trace.startedAt.isValid() ? facts.trace.startedAt : QDateTime::currentDateTimeUtc();
    const bool revoked =
        !saysExpired && (saysRevoked || (facts.key && facts.key->status == ApiKey::Status::Revoked));
    const bool expired = facts.key && (facts.key->status == ApiKey::Status::Expired ||
                                       (facts.key->expiresAt.isValid() && facts.key->expiresAt <= now));
    if (!saysExpired && !revoked && !expired)
        return {};
    const TokenKind *kind = isTraced(facts) ? kindOfKey(facts) : wantedKind(facts);
    Explanation told{revoked ? u"token-revoked"_s : u"token-expired"_s,
                     Severity::Danger,
                     revoked ? Text::tr("The key was refused: it has been revoked")
                             : Text::tr("The key was refused: it has expired"),
                     {},
                     {},
                     {}};
    if (shape && (saysExpired || saysRevoked))
        told.title = shape->title;
    QString known;
    if (revoked && !saysRevoked)
        known = Text::tr("The key %1 was revoked; no server accepts it again.").arg(keyName(*facts.key));
    else if (!revoked && !saysExpired && facts.key->expiresAt.isValid())
        known = Text::tr("The key %1 ran out on %2.")
                    .arg(keyName(*facts.key),
                         QLocale().toString(facts.key->expiresAt.toLocalTime().date(), QLocale::LongFormat));
    told.text = sentences({answered(facts, response), known.isEmpty() ? knownAboutKey(facts) : known});
    told.steps = saysExpired || saysRevoked ? (shape->fix.isEmpty() ? renewSteps(facts, kind) : shape->fix)
                                            : renewSteps(facts, kind);
    told.actions = {addKey(Text::tr("Paste the new key…"))};
    if (kind && kind->createdByApi)
        told.actions = {addKey(Text::tr("Create a new key…"))};
    told.actions += openDashboard(facts, kind);
    told.actions.append(showSent());
    return told;
}

// Of a call that another program sent, only its answer can tell that a key came with it.
bool mayLackKey(const CallFacts &facts, const HttpResponse &response)
{
    const QByteArray error = challengeError(response);
    return facts.sent == CallFacts::Sent::NotKnown && error != "invalid_token" &&
           error != "insufficient_scope";
}

// What the answer's own words say; a shape that only names a status has none.
bool isWorded(const ErrorShape *shape)
{
    return shape && !shape->pointer.isEmpty();
}

// A key that the server knows nothing of, as far as it says.
Explanation refused(const CallFacts &facts, const HttpResponse &response, const ErrorShape *shape)
{
    const TokenKind *kind = facts.key ? kindOfKey(facts) : wantedKind(facts);
    Explanation told{u"unauthorized"_s, Severity::Danger, Text::tr("The key was refused"), {}, {}, {}};
    QString meaning = Text::tr(
        "The server does not accept it: it is mistyped, expired, revoked, or meant for something else.");
    QStringList fix = getAgainSteps(facts, kind);
    if (facts.key && facts.key->placement == KeyPlacement::Basic)
        meaning = Text::tr("The server does not accept the user name or the password.");
    if (shape) {
        told.cause = shape->id;
        told.title = shape->title;
        meaning = shape->text;
        fix = shape->fix.isEmpty() ? fix : shape->fix;
    }
    if (told.cause == "unauthorized"_L1 && mayLackKey(facts, response)) {
        told.title = Text::tr("The call was refused: its key was not accepted, or it had none");
        if (!isWorded(shape))
            meaning = Text::tr("The answer does not say which. A key that is not accepted is mistyped, "
                               "expired, revoked, or meant for "
                               "something else.");
        fix.prepend(Text::tr("Look whether the call carries a key, in the header that the server wants."));
    }
    if (told.cause == "missing-token"_L1 && keyWasSent(facts)) {
        // The server says that there was none, and there was.
        told.title = Text::tr("The key was sent, but the server says that none arrived");
        fix = {Text::tr("Look at what was sent: the header should be the one that the API wants."),
               Text::tr("If it is, something on the way took it off: a proxy, a gateway, or a redirect "
                        "inside the server.")};
    }
    told.text = sentences({answered(facts, response), meaning, knownAboutKey(facts)});
    told.steps = fix;
    if (told.cause == "missing-token"_L1) {
        told.actions = {showSent(), chooseKey()};
        return told;
    }
    told.actions = {kind && kind->createdByApi ? addKey(Text::tr("Create a new key…"))
                                               : addKey(Text::tr("Paste the new key…"))};
    told.actions += openDashboard(facts, kind);
    if (facts.key)
        told.actions.append(checkKey());
    told.actions.append(showSent());
    return told;
}

// What went out was fetched with the key.
Explanation accessTokenRefused(const CallFacts &facts, const HttpResponse &response)
{
    Explanation told{u"access-token-refused"_s,
                     Severity::Danger,
                     Text::tr("The access token was refused"),
                     {},
                     {},
                     {fetchToken(), chooseKey(), showSent()}};
    told.text = sentences(
        {answered(facts, response),
         Text::tr("Keydesk sent an access token that it had fetched from %1 with the key %2. It may have been ended "
                  "early, or be meant for another API or scope.")
             .arg(hostOf(facts.key->oauth->tokenUrl), keyName(*facts.key))});
    told.steps = {Text::tr("Fetch a new token, then send again."),
                  Text::tr("If that is refused too, look at the scope and the audience that the API wants.")};
    return told;
}

// The key is known; it may not do this.
Explanation forbidden(const CallFacts &facts, const HttpResponse &response, const ErrorShape *shape)
{
    const TokenKind *kind = facts.key ? kindOfKey(facts) : wantedKind(facts);
    Explanation told{
        u"forbidden"_s, Severity::Danger, Text::tr("The key is valid but may not do this"), {}, {}, {}};
    QString meaning = Text::tr("The server knows who is calling and does not allow this: the key lacks a "
                               "permission, or what the call asks for belongs to somebody else.");
    told.steps = {Text::tr("Check the id in the URL."),
                  Text::tr("Use a key that has the permission, or of the account that owns this.")};
    if (shape) {
        told.cause = shape->id;
        told.title = shape->title;
        meaning = shape->text;
        if (!shape->fix.isEmpty())
            told.steps = shape->fix;
    }
    if (mayLackKey(facts, response) && !isWorded(shape)) {
        told.title = Text::tr("The server does not allow this call");
        meaning = Text::tr("The key lacks a permission, what the call asks for belongs to somebody else, or "
                           "no key went along.");
        told.steps.prepend(Text::tr("Look whether the call carries a key."));
    }
    QString abilities;
    if (facts.key && !facts.key->abilities.isEmpty() && !facts.key->abilities.contains(u"*"_s)) {
        abilities =
            Text::tr("It was given these abilities only: %1.").arg(facts.key->abilities.join(u", "_s));
        if (!shape)
            told.cause = u"missing-scope"_s;
    }
    told.text = sentences({answered(facts, response), meaning, knownAboutKey(facts), abilities});
    if (!facts.otherKeys.isEmpty())
        told.actions.append(chooseKey());
    told.actions.append(kind && kind->createdByApi ? addKey(Text::tr("Create a new key…"))
                                                   : addKey(Text::tr("Add a key…")));
    told.actions += openDashboard(facts, kind);
    told.actions.append(showSent());
    return told;
}

} // namespace

Explanation explainRefusal(const CallFacts &facts, const HttpResponse &response, const ErrorShape *shape)
{
    // 403 says that the key itself is good, so its form, age and end do not matter then.
    const bool known = response.status == 403;
    using Finder = Explanation (*)(const CallFacts &, const HttpResponse &);
    if (Explanation told = withoutKey(facts, response); !told.isEmpty())
        return told;
    if (!known && facts.key && facts.key->oauth && keyWasSent(facts))
        return accessTokenRefused(facts, response);
    if (!known) {
        if (Explanation told = ended(facts, response, shape); !told.isEmpty())
            return told;
    }
    for (const Finder find :
         {Finder(doubled), Finder(wrongKind), Finder(otherEnvironment), Finder(wronglyWritten)}) {
        if (known && (find == Finder(doubled) || find == Finder(wronglyWritten)))
            continue;
        if (Explanation told = find(facts, response); !told.isEmpty())
            return told;
    }
    if (known || (shape && (shape->id == "forbidden"_L1 || shape->id == "missing-scope"_L1)))
        return forbidden(facts, response, shape);
    return refused(facts, response, shape);
}

} // namespace keydesk::explaining
