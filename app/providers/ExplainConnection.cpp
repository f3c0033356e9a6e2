#include "app/http/Origin.h"
#include "app/providers/ExplainParts.h"

namespace keydesk::explaining {

using namespace Qt::StringLiterals;

using Severity = Explanation::Severity;

namespace {

/// A certificate was chosen, but is shown to the environment's own host only, and the call went to another.
bool isWithheld(const CallFacts &facts)
{
    if (!facts.environment || facts.environment->connection.certificateFile.isEmpty())
        return false;
    const auto called = Origin::fromUrl(lastUrl(facts));
    const auto own = Origin::fromUrl(QUrl(facts.environment->baseUrl));
    return called && own && *called != *own;
}

Explanation withheldCertificate(const CallFacts &facts)
{
    return {u"client-certificate"_s,
            Severity::Danger,
            Text::tr("The server wants a client certificate"),
            Text::tr("%1 talks only to clients that show a certificate. %2 has one, but it is shown to that environment's own host only, %3.")
                .arg(target(facts), environmentName(facts), hostOf(QUrl(facts.environment->baseUrl))),
            {Text::tr("If the certificate is meant for this server, call it with an environment that has it as its base URL.")},
            {editHost(facts), sendAgain()}};
}

} // namespace

ExplanationAction editConnection(const QString &label, const QString &field)
{
    return {ExplanationAction::Kind::EditConnection, label, field};
}

Explanation notTrusted(const CallFacts &facts, const Error &error)
{
    using Trouble = ConnectionFacts::Trouble;
    const auto has = [&facts](Trouble trouble) {
        return !facts.trace.connections.isEmpty() && facts.trace.connections.constLast().troubles.contains(trouble);
    };
    Explanation told{u"tls"_s,
                     Severity::Danger,
                     Text::tr("The connection is not safe: the certificate was not accepted"),
                     error.message,
                     {Text::tr("Check the host's spelling and this computer's date and time.")},
                     {editHost(facts), sendAgain()}};
    if (has(Trouble::ClientCertificate) && isWithheld(facts))
        return withheldCertificate(facts);
    if (has(Trouble::ClientCertificate)) {
        told.cause = u"client-certificate"_s;
        told.title = Text::tr("The server wants another client certificate");
        told.text = sentences({error.message, nothingLeft(facts)});
        told.steps = {Text::tr("Choose the certificate that you were given for this server, with its key."), Text::tr("Send again.")};
        if (facts.environment)
            told.actions = {editConnection(Text::tr("Choose a client certificate…"), u"certificate"_s), sendAgain()};
        return told;
    }
    if (has(Trouble::Revoked)) {
        told.title = Text::tr("The connection is not safe: the certificate was revoked");
        told.steps = {Text::tr("Tell those who run the server: somebody else may have its key.")};
        told.actions = {sendAgain()};
    } else if (has(Trouble::UnknownAuthority) || has(Trouble::SelfSigned)) {
        told.steps = {Text::tr("In a company network, or for a server of your own, get the certificate of its authority as a file from whoever "
                               "runs it, and trust that file in %1.")
                          .arg(environmentName(facts)),
                      Text::tr("Otherwise somebody may be posing as the server: do not go on.")};
        if (facts.environment)
            told.actions.prepend(editConnection(Text::tr("Trust a CA file for this environment…"), u"authority"_s));
    }
    return told;
}

Explanation proxyFailed(const CallFacts &facts, const Error &error)
{
    const QString unreached = Text::tr("The call goes through a proxy, and the proxy failed or refused it; %1 was not reached.").arg(target(facts));
    const bool isOwn = facts.environment && facts.environment->connection.hasOwnProxy();
    const QString title = Text::tr("The proxy did not let the call through");
    if (isOwn)
        return {u"proxy"_s,
                Severity::Danger,
                title,
                sentences({error.message, unreached}),
                {Text::tr("Check the proxy of %1: its kind, host and port, and a user and password if it wants them.").arg(environmentName(facts))},
                {editConnection(Text::tr("Change the proxy…"), u"proxy"_s), sendAgain()}};
    return {u"proxy"_s,
            Severity::Danger,
            title,
            sentences({error.message, unreached}),
            {Text::tr("Check the proxy in Preferences: its address, and a name and password if it wants them.")},
            {openPreferences(Text::tr("Open Preferences…")), sendAgain()}};
}

/// nginx completes the handshake and says so in HTTP, in these words.
Explanation clientCertificateWanted(const CallFacts &facts, const HttpResponse &response)
{
    const bool isMissing = response.body.contains("No required SSL certificate was sent");
    const bool isRefused = !isMissing && response.body.contains("The SSL certificate error");
    if (response.status != 400 || (!isMissing && !isRefused))
        return {};
    if (!isTraced(facts))
        return {u"client-certificate"_s,
                Severity::Danger,
                isMissing ? Text::tr("The server wants a client certificate")
                          : Text::tr("The server wants another client certificate"),
                isMissing
                    ? Text::tr("%1 talks only to clients that show a certificate; none was shown to it.")
                          .arg(target(facts))
                    : Text::tr("%1 does not accept the client certificate that was shown to it.")
                          .arg(target(facts)),
                {Text::tr("Give the program that sends the call the certificate that you were given for this "
                          "server, with its key."),
                 Text::tr("Send again.")},
                {showSent()}};
    if (!facts.environment)
        return {};
    if (isMissing && isWithheld(facts))
        return withheldCertificate(facts);
    return {u"client-certificate"_s,
            Severity::Danger,
            isMissing ? Text::tr("The server wants a client certificate") : Text::tr("The server wants another client certificate"),
            isMissing ? Text::tr("%1 talks only to clients that show a certificate; none was shown to it.").arg(target(facts))
                      : Text::tr("%1 does not accept the client certificate of %2.").arg(target(facts), environmentName(facts)),
            {Text::tr("Choose the certificate that you were given for this server, with its key."), Text::tr("Send again.")},
            {editConnection(Text::tr("Choose a client certificate…"), u"certificate"_s), sendAgain()}};
}

} // namespace keydesk::explaining
