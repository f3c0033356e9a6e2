#include "app/providers/ExplainParts.h"

#include <algorithm>

// Mistakes with a key that the app can see from its own side, whatever the answer says.
namespace keydesk::explaining {

using namespace Qt::StringLiterals;

namespace {

using Severity = Explanation::Severity;

bool hasHeader(const SentRequest &sent, QAnyStringView name)
{
    return std::any_of(sent.headers.cbegin(), sent.headers.cend(), [&](const auto &header) {
        return QAnyStringView::compare(QLatin1StringView(header.first), name, Qt::CaseInsensitive) == 0;
    });
}

// A credential header that the user wrote: its name, empty if there is none.
QString typedHeader(const CallFacts &facts)
{
    if (facts.trace.sent.isEmpty() || facts.trace.sent.constFirst().keySent)
        return {};
    const SentRequest &first = facts.trace.sent.constFirst();
    const TokenKind *kind = wantedKind(facts);
    for (const QString &name : {u"Authorization"_s, kind ? kind->headerName : QString()}) {
        if (!name.isEmpty() && hasHeader(first, name))
            return name;
    }
    return {};
}

QString kindName(const TokenKind *kind)
{
    return kind ? inSentence(kind->name) : Text::tr("key");
}

} // namespace

Explanation doubled(const CallFacts &facts, const HttpResponse &response)
{
    if (!facts.trace.doubledScheme)
        return {};
    const QString prefix = facts.key ? facts.key->headerPrefix.trimmed() : QString();
    const QString scheme = prefix.isEmpty() ? u"Bearer"_s : prefix;
    Explanation told{u"doubled-bearer"_s,
                     Severity::Danger,
                     Text::tr("The key was refused: the word %1 went out twice").arg(scheme),
                     {},
                     {},
                     {}};
    if (const QString typed = typedHeader(facts); !typed.isEmpty()) {
        told.text =
            sentences({answered(facts, response),
                       Text::tr("The %1 header that you typed began with “%2 %2”.").arg(typed, scheme)});
        told.steps = {
            Text::tr("Remove the header and choose a key for the call; Keydesk writes the word once.")};
        told.actions = {{ExplanationAction::Kind::RemoveHeader, Text::tr("Remove the header"), typed},
                        chooseKey(),
                        showSent()};
        return told;
    }
    told.text = sentences(
        {answered(facts, response), Text::tr("The header began with “%1 %1”. The word was stored as a part "
                                             "of the token, and Keydesk writes it as well.")
                                        .arg(scheme)});
    told.steps = {Text::tr("Add the key again. Keydesk takes the word off when you paste the token.")};
    told.actions = {addKey(Text::tr("Add the key again…")), showSent()};
    return told;
}

// The calls for which no key went out, whatever the answer says.
Explanation withoutKey(const CallFacts &facts, const HttpResponse &response)
{
    const auto dropped = std::find_if(facts.trace.hops.cbegin(), facts.trace.hops.cend(),
                                      [](const RedirectHop &hop) { return hop.keyDropped; });
    if (dropped != facts.trace.hops.cend()) {
        Explanation told{u"key-dropped-on-redirect"_s,
                         Severity::Danger,
                         Text::tr("The key was left behind on a redirect"),
                         {},
                         {},
                         {}};
        told.text = sentences(
            {Text::tr("%1 sent the call on to %2 with %3. That is another host, and a key goes only to the "
                      "hosts that it is bound to, so the call arrived without it; the answer was %4.")
                 .arg(hostOf(dropped->from), hostOf(dropped->to))
                 .arg(dropped->status)
                 .arg(response.status)});
        told.steps = {Text::tr("If %1 is where the API lives now, make it the environment's base URL.")
                          .arg(hostOf(dropped->to)),
                      Text::tr("Or, if you trust it with this key, bind the key to it and call it directly."),
                      Text::tr("A key is never sent on by itself: the other host could be anybody's.")};
        told.actions = {editEnvironment()};
        const Result<Origin> other = Origin::fromUrl(dropped->to);
        if (other && other->isSecure())
            told.actions.append({ExplanationAction::Kind::BindOrigin,
                                 Text::tr("Bind the key to %1…").arg(other->toString()), other->toString()});
        told.actions.append(showSent());
        return told;
    }
    if (keyWasSent(facts) || facts.sent == CallFacts::Sent::NotKnown)
        return {};
    if (const QString name = typedHeader(facts); !name.isEmpty()) {
        if (facts.trace.doubledScheme)
            return doubled(facts, response);
        Explanation told{u"typed-header"_s,
                         Severity::Danger,
                         Text::tr("The %1 header that you typed was refused").arg(name),
                         {},
                         {},
                         {}};
        told.text = sentences(
            {answered(facts, response),
             Text::tr("The call carried a %1 header from the Headers tab instead of a key of Keydesk. A "
                      "typing mistake, a missing “Bearer ” or an old token is likely.")
                 .arg(name)});
        told.steps = {
            Text::tr("Remove the header and choose a key for the call."),
            Text::tr("Keydesk then writes the header in the form that %1 expects.").arg(providerName(facts))};
        told.actions = {{ExplanationAction::Kind::RemoveHeader, Text::tr("Remove the header"), name},
                        chooseKey(),
                        showSent()};
        return told;
    }
    if (!facts.trace.keyWithheld.isEmpty()) {
        Explanation told{
            u"key-withheld"_s, Severity::Danger, Text::tr("The call went out without its key"), {}, {}, {}};
        told.text = sentences({answered(facts, response), facts.trace.keyWithheld});
        told.steps = {Text::tr("Check the host in the URL, and what the key is bound to.")};
        told.actions = {chooseKey(), editEnvironment(), showSent()};
        return told;
    }
    if (facts.trace.keyId)
        return {}; // named and, as far as is known, sent
    const TokenKind *kind = wantedKind(facts);
    Explanation told{
        u"no-key"_s, Severity::Danger, Text::tr("The call was refused: it carried no key"), {}, {}, {}};
    if (facts.hasKeyOfWantedKind) {
        told.text = sentences(
            {answered(facts, response), Text::tr("%1 has a key for this, but the call was set to use none.")
                                            .arg(environmentName(facts))});
        told.steps = {Text::tr("Choose the key of the environment for this call."), Text::tr("Send again.")};
        told.actions = {chooseKey(), showSent()};
    } else if (!facts.environment) {
        told.text = sentences({answered(facts, response), Text::tr("No key went along with it.")});
        told.steps = {Text::tr("Choose a key for this call."), Text::tr("Send again.")};
        told.actions = {chooseKey(), addKey(Text::tr("Add a key…")), showSent()};
    } else {
        told.text =
            sentences({answered(facts, response),
                       Text::tr("There is no %1 in %2 yet.").arg(kindName(kind), environmentName(facts))});
        told.steps = {Text::tr("Add the key; Keydesk checks it before it is stored."),
                      Text::tr("Send again.")};
        told.actions = {addKey(Text::tr("Add a key…"))};
        if (!facts.otherKeys.isEmpty())
            told.actions.append(chooseKey());
        told.actions += openDashboard(facts, kind);
    }
    return told;
}

Explanation wrongKind(const CallFacts &facts, const HttpResponse &response)
{
    const TokenKind *have = kindOfKey(facts);
    const TokenKind *want = wantedKind(facts);
    if (!have || !want || facts.wantedKindId.isEmpty() || have->id == want->id)
        return {};
    Explanation told{u"wrong-kind"_s,
                     Severity::Danger,
                     Text::tr("The key was refused: it is of the wrong kind"),
                     {},
                     {},
                     {}};
    told.text = sentences(
        {answered(facts, response),
         Text::tr("This call takes the kind “%1”, and the key %2 is of the kind “%3”.")
             .arg(want->name, keyName(*facts.key), have->name),
         have->scope.isEmpty() ? QString() : Text::tr("What such a key opens: %1").arg(have->scope)});
    const bool other =
        facts.hasKeyOfWantedKind || std::any_of(facts.otherKeys.cbegin(), facts.otherKeys.cend(),
                                                [&](const ApiKey &key) { return key.kindId == want->id; });
    if (other) {
        told.steps = {Text::tr("Choose a key of the kind “%1” for this call.").arg(want->name),
                      Text::tr("Send again.")};
        told.actions = {chooseKey(), addKey(Text::tr("Add a key…")), showSent()};
    } else {
        told.steps = {Text::tr("Add a key of the kind “%1” to %2.").arg(want->name, environmentName(facts)),
                      Text::tr("Send again.")};
        told.actions = {addKey(Text::tr("Add a key…"))};
        told.actions += openDashboard(facts, want);
        told.actions.append(showSent());
    }
    return told;
}

Explanation otherEnvironment(const CallFacts &facts, const HttpResponse &response)
{
    if (!facts.environment || facts.keyUsedBy.isEmpty())
        return {};
    QStringList names;
    for (const Environment &environment : facts.keyUsedBy) {
        if (environment.id == facts.environment->id)
            return {};
        names.append(Text::tr("“%1”").arg(environment.name));
    }
    const Environment &home = facts.keyUsedBy.constFirst();
    Explanation told{u"other-environment"_s,
                     Severity::Danger,
                     Text::tr("The key was refused: it belongs to another environment"),
                     {},
                     {},
                     {}};
    told.text = sentences({answered(facts, response),
                           Text::tr("The key %1 is the key of %2, and this call went to %3. A key of one "
                                    "environment is not known in another.")
                               .arg(keyName(*facts.key), names.join(u", "_s), environmentName(facts))});
    told.steps = {
        Text::tr("Choose the key of %1 for this call.").arg(environmentName(facts)),
        Text::tr("Or, if you meant %1, switch to that environment and send again.").arg(names.constFirst())};
    const ExplanationAction swap{ExplanationAction::Kind::SwitchEnvironment,
                                 Text::tr("Switch to %1").arg(names.constFirst()),
                                 home.id.toString(QUuid::WithoutBraces)};
    told.actions = facts.hasKeyOfWantedKind ? QList<ExplanationAction>{chooseKey(), swap}
                                            : QList<ExplanationAction>{swap, addKey(Text::tr("Add a key…"))};
    told.actions.append(showSent());
    return told;
}

Explanation wronglyWritten(const CallFacts &facts, const HttpResponse &response)
{
    const TokenKind *kind = kindOfKey(facts);
    if (!kind || !facts.key)
        return {};
    if (!facts.provider->isCustom &&
        facts.key->headerName.compare(kind->headerName, Qt::CaseInsensitive) != 0) {
        Explanation told{u"wrong-header"_s,
                         Severity::Danger,
                         Text::tr("The key was refused: it went out in the wrong header"),
                         {},
                         {},
                         {}};
        told.text =
            sentences({answered(facts, response), Text::tr("The key %1 was sent as %2; %3 expects it as %4.")
                                                      .arg(keyName(*facts.key), facts.key->headerName,
                                                           facts.provider->name, kind->headerName)});
        told.steps = {Text::tr("Add the key again with the header %1.").arg(kind->headerName)};
        told.actions = {addKey(Text::tr("Add the key again…")), showSent()};
        return told;
    }
    if (beginningOf(facts.key->hint, *kind) != Beginning::Wrong)
        return {};
    Explanation told{u"wrong-prefix"_s,
                     Severity::Danger,
                     Text::tr("The key was refused: it does not begin with %1").arg(kind->prefix),
                     {},
                     {},
                     {}};
    const TokenKind *like = kindByHint(facts.key->hint, *facts.provider);
    told.text = sentences({answered(facts, response),
                           Text::tr("The key %1 is stored as “%2”, and such a token begins with %3.")
                               .arg(keyName(*facts.key), kind->name, kind->prefix),
                           like && like->id != kind->id
                               ? Text::tr("It begins as a token of the kind “%1” does.").arg(like->name)
                               : Text::tr("A part of it is missing, or it is something else.")});
    told.steps = kind->dashboardSteps.isEmpty() ? renewSteps(facts, kind) : kind->dashboardSteps;
    told.actions = {addKey(Text::tr("Paste the right key…"))};
    told.actions += openDashboard(facts, kind);
    told.actions.append(showSent());
    return told;
}

} // namespace keydesk::explaining
