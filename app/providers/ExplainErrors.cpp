#include "app/providers/ExplainParts.h"

namespace keydesk::explaining {

using namespace Qt::StringLiterals;

namespace {

using Severity = Explanation::Severity;

Explanation originNotBound(const CallFacts &facts, const Error &error)
{
    Explanation told{u"origin-not-bound"_s,
                     Severity::Danger,
                     Text::tr("The key was held back: it does not belong to this host"),
                     {},
                     {},
                     {}};
    const Result<Origin> wanted = Origin::fromUrl(facts.url);
    if (wanted && facts.key) {
        QStringList origins;
        for (const Origin &origin : facts.key->origins)
            origins.append(origin.toString());
        told.text = sentences({Text::tr("The call was to go to %1.").arg(wanted->toString()),
                               origins.isEmpty()
                                   ? Text::tr("The key %1 is bound to no host yet.").arg(keyName(*facts.key))
                                   : Text::tr("The key %1 is bound to %2 and goes nowhere else.")
                                         .arg(keyName(*facts.key), origins.join(u", "_s)),
                               nothingLeft(facts)});
    } else {
        told.text = error.message;
    }
    told.steps = {Text::tr("Compare the host in the URL with the one that you mean, letter by letter."),
                  Text::tr("If it is right and you trust it with this key, bind the key to it. If not, "
                           "correct the URL or the base URL.")};
    if (wanted && wanted->isSecure())
        told.actions.append({ExplanationAction::Kind::BindOrigin,
                             Text::tr("Bind the key to %1…").arg(wanted->toString()), wanted->toString()});
    told.actions.append(chooseKey());
    told.actions.append(editHost(facts));
    return told;
}

Explanation insecure(const CallFacts &facts, const Error &error)
{
    Explanation told{u"insecure-transport"_s,
                     Severity::Danger,
                     Text::tr("The key was held back: the connection would not be encrypted"),
                     {},
                     {},
                     {}};
    told.text =
        sentences({Text::tr("The call was to go to %1 over plain http, where everybody on the way could read "
                            "the key. Keydesk sends a key over http to this computer only.")
                       .arg(target(facts)),
                   nothingLeft(facts)});
    if (const Result<Origin> wanted = Origin::fromUrl(facts.url); wanted && wanted->scheme() == "http"_L1 && wanted->isLoopback()) { // it is a proxy that would read along
        told.text = error.message;
        told.steps = {Text::tr("Write https:// in the URL or the base URL, or take the proxy out of %1.").arg(environmentName(facts))};
        told.actions = {editConnection(Text::tr("Change the proxy…"), u"proxy"_s), editHost(facts)};
        return told;
    }
    told.steps = {Text::tr("Write https:// instead of http:// in the URL or the base URL."),
                  Text::tr("Send again.")};
    told.actions = {{ExplanationAction::Kind::UseHttps, Text::tr("Use https"), {}}, editHost(facts)};
    return told;
}

Explanation keychain(const CallFacts &facts, const Error &error)
{
    using Kind = Error::Kind;
    const QString key = facts.key ? keyName(*facts.key) : Text::tr("the key");
    // Without a key it is a password of the connection, which the error names.
    const QString safe = facts.key ? Text::tr("The key is still there; nothing is lost, and nothing was sent.")
                                   : Text::tr("It is still there; nothing is lost, and nothing was sent.");
    switch (error.kind) {
    case Kind::KeychainLocked:
        return {u"keychain-locked"_s,
                Severity::Caution,
                Text::tr("The keychain is locked"),
                sentences(
                    {facts.key ? Text::tr("The token of %1 is in the system keychain, which is locked.").arg(key) : error.message, safe}),
                {Text::tr("Unlock the keychain; the system asks for its password."), Text::tr("Send again.")},
                {unlockKeychain(Text::tr("Unlock keychain")), sendAgain()}};
    case Kind::KeychainDenied:
        return {u"keychain-denied"_s,
                Severity::Danger,
                Text::tr("The keychain did not give the token out"),
                sentences({Text::tr("The system keychain refused Keydesk the token of %1. The question was "
                                    "perhaps answered with No.")
                               .arg(key),
                           safe}),
                {Text::tr("Send again and allow Keydesk to read its entry when the system asks.")},
                {sendAgain(), unlockKeychain(Text::tr("Unlock keychain"))}};
    case Kind::KeychainAbsent:
        return {u"keychain-absent"_s,
                Severity::Danger,
                Text::tr("There is no keychain on this system"),
                sentences({Text::tr("No keychain service answers, so the token of %1 cannot be read. Start "
                                    "GNOME Keyring or KWallet, or add the key for this session only.")
                               .arg(key),
                           nothingLeft(facts)}),
                {Text::tr("Start the keychain service of your desktop and send again."),
                 Text::tr("Or add the key again and keep it for this session only.")},
                {unlockKeychain(Text::tr("Try the keychain again")),
                 addKey(Text::tr("Add the key for this session…"))}};
    case Kind::KeychainSlow:
        return {u"keychain-slow"_s,
                Severity::Caution,
                Text::tr("The keychain does not answer"),
                sentences({Text::tr("Keydesk asked the system keychain for the token of %1 and got no answer "
                                    "in time. A question of the system may be hidden behind a window.")
                               .arg(key),
                           safe}),
                {Text::tr("Look for a question of the keychain and answer it."), Text::tr("Send again.")},
                {sendAgain(), unlockKeychain(Text::tr("Unlock keychain"))}};
    default:
        return {u"keychain-failed"_s,
                Severity::Danger,
                Text::tr("The keychain failed"),
                sentences({error.message, Text::tr("The token of %1 could not be read.").arg(key),
                           nothingLeft(facts)}),
                {Text::tr("Send again."),
                 Text::tr("If it goes on, look at the keychain with the system's own tool.")},
                {sendAgain(), unlockKeychain(Text::tr("Try the keychain again"))}};
    }
}

Explanation tokenMissing(const CallFacts &facts)
{
    if (!facts.key)
        return {u"key-gone"_s,
                Severity::Danger,
                Text::tr("The key of this request is no longer there"),
                sentences({Text::tr("The request names a key that was deleted."), nothingLeft(facts)}),
                {Text::tr("Choose another key for this request."), Text::tr("Send again.")},
                {chooseKey(), addKey(Text::tr("Add a key…"))}};
    const TokenKind *kind = kindOfKey(facts);
    Explanation told{
        u"token-missing"_s, Severity::Danger, Text::tr("The key's token is not where it was put"), {}, {}, {}};
    told.text =
        sentences({Text::tr("Keydesk knows the key %1, but the place that should hold its token has none.")
                       .arg(keyName(*facts.key)),
                   facts.key->place == SecretPlace::Session
                       ? Text::tr("It was kept for one session only, and that session has ended.")
                       : Text::tr("It was removed there by something else, or another keyring or an older file is in its place."),
                   nothingLeft(facts)});
    told.steps = {Text::tr("Paste the token again if you have it elsewhere.")};
    if (kind && kind->shownOnce)
        told.steps = {Text::tr("This token was shown once and cannot be shown again: make a new one.")};
    told.steps += renewSteps(facts, kind);
    told.actions = {addKey(Text::tr("Add the key again…"))};
    told.actions += openDashboard(facts, kind);
    return told;
}

} // namespace

Explanation explainError(const CallFacts &facts, const Error &error)
{
    using Kind = Error::Kind;
    const QString host = target(facts);
    const auto told = [&](const QString &cause, Severity severity, const QString &title,
                          const QStringList &text, const QStringList &steps,
                          const QList<ExplanationAction> &actions) {
        return Explanation{cause, severity, title, sentences(text), steps, actions};
    };
    switch (error.kind) {
    case Kind::Cancelled:
        return {};
    case Kind::OriginNotBound:
        return originNotBound(facts, error);
    case Kind::InsecureTransport:
        return insecure(facts, error);
    case Kind::KeychainLocked:
    case Kind::KeychainDenied:
    case Kind::KeychainAbsent:
    case Kind::KeychainSlow:
    case Kind::KeychainFailed:
        return keychain(facts, error);
    case Kind::SealedAbsent:
    case Kind::SealedLocked:
    case Kind::SealedDamaged:
    case Kind::WrongPassphrase:
        return sealedFile(facts, error);
    case Kind::NotFound:
        return tokenMissing(facts);
    case Kind::TimedOut:
        return told(
            u"timeout"_s, Severity::Caution, Text::tr("Nobody answered in time"),
            {Text::tr("%1 did not answer within the time limit. The call may have arrived all the same.")
                 .arg(host)},
            {Text::tr("Send again if sending twice does no harm."),
             Text::tr("For calls that take long, raise the time limit in Preferences.")},
            {sendAgain(), openPreferences(Text::tr("Change the time limit…"))});
    case Kind::NameNotResolved:
        if (facts.environment && facts.environment->connection.family != ConnectionSettings::Family::Any)
            return told(u"dns"_s, Severity::Danger, Text::tr("There is no such address"), {error.message},
                        {Text::tr("Check the host's spelling, or let %1 use IPv4 and IPv6.").arg(environmentName(facts))},
                        {editConnection(Text::tr("Change the addresses…"), u"family"_s), editHost(facts), sendAgain()});
        return told(u"dns"_s, Severity::Danger, Text::tr("There is no host by this name"),
                    {Text::tr("The name %1 could not be found. It is mistyped, or this computer has no "
                              "connection to the network.")
                         .arg(host)},
                    {urlNamesHost(facts)
                         ? Text::tr("Check the host's spelling in the URL of the request.")
                         : Text::tr("Check the host's spelling in the base URL of %1.").arg(environmentName(facts)),
                     Text::tr("Check the network connection, and a VPN if the host needs one.")},
                    {editHost(facts), sendAgain()});
    case Kind::ConnectionRefused: {
        const bool sandbox = facts.provider && !facts.provider->sandboxService.isEmpty();
        return told(
            u"connection-refused"_s, Severity::Danger, Text::tr("Nothing answers at this address"),
            {Text::tr("%1 refused the connection: no program listens there.").arg(host),
             sandbox ? Text::tr("This is the embedded sandbox, which runs while Keydesk runs.") : QString()},
            {urlNamesHost(facts)
                 ? Text::tr("Check the host and the port in the URL of the request.")
                 : Text::tr("Check the host and the port in the base URL of %1.").arg(environmentName(facts)),
             sandbox ? Text::tr("Restart Keydesk if the sandbox has stopped.")
                     : Text::tr("If it is a server of your own, check that it runs.")},
            {editHost(facts), sendAgain()});
    }
    case Kind::ConnectionLost:
        return told(
            u"connection-lost"_s, Severity::Caution, Text::tr("The connection broke off"),
            {Text::tr("The connection to %1 ended before the answer was complete.").arg(host), error.message},
            {Text::tr("Send again if sending twice does no harm.")}, {sendAgain(), showSent()});
    case Kind::TlsFailed:
        return notTrusted(facts, error);
    case Kind::ProxyFailed:
        return proxyFailed(facts, error);
    case Kind::TooLarge:
        return told(u"too-large"_s, Severity::Caution, Text::tr("The answer is larger than the limit"),
                    {error.message, Text::tr("Keydesk stopped reading to keep this computer's memory free.")},
                    {Text::tr("Ask for less: a smaller page, fewer fields.")}, {showSent()});
    case Kind::TooManyRedirects:
        return told(u"too-many-redirects"_s, Severity::Danger, Text::tr("The redirects do not end"),
                    {Text::tr("%1 sent the call on again and again; Keydesk gave up after %2 redirects.")
                         .arg(host)
                         .arg(facts.trace.hops.size())},
                    {Text::tr("Check the URL and the base URL: http instead of https, or a missing or "
                              "doubled slash, often cause this.")},
                    {editHost(facts), showSent()});
    case Kind::BadResponse:
        return told(
            u"bad-response"_s, Severity::Danger, Text::tr("What came back is not HTTP"),
            {error.message, Text::tr("A program answers at %1, but not as a web server would.").arg(host)},
            {Text::tr("Check the port and whether it should be https or http.")},
            {editHost(facts), showSent()});
    case Kind::NoAccessToken:
        return told(u"no-access-token"_s, Severity::Danger, Text::tr("No access token could be fetched"),
                    {error.message, Text::tr("The call itself was not sent.")},
                    {Text::tr("Correct what the server complains of: add the key again if its client ID, its secret "
                              "or its token URL is wrong.")},
                    {fetchToken(), addKey(Text::tr("Add the key again…"))});
    case Kind::InvalidInput:
    case Kind::Unsupported:
    case Kind::Duplicate:
    case Kind::Conflict:
        return told(u"cannot-be-sent"_s, Severity::Caution, Text::tr("The request cannot be sent as it is"),
                    {error.message, nothingLeft(facts)}, {Text::tr("Correct the request and send again.")},
                    {});
    case Kind::Refused:
    case Kind::StorageCorrupt:
    case Kind::StorageNewer:
    case Kind::StorageReadOnly:
    case Kind::StorageLocked:
    case Kind::DiskFull:
    case Kind::StorageFailed:
        break;
    }
    return told(u"failed"_s, Severity::Danger, Text::tr("The call failed"), {error.message}, {},
                {sendAgain()});
}

} // namespace keydesk::explaining
