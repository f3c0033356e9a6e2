#include "app/cli/commands/KeysAdd.h"

#include "app/Core.h"
#include "app/cli/Options.h"
#include "app/cli/Session.h"
#include "app/interchange/CandidateGuess.h"
#include "app/keys/KeyForRequest.h"
#include "app/keys/SecretPlaces.h"
#include "app/providers/TokenFormat.h"

using namespace Qt::StringLiterals;

namespace keydesk::cli {

namespace {

/// The kind that was named, or else the one that the token looks like, or the only one that there is.
Result<const TokenKind *> kindOf(const Provider &provider, const QString &named, const Secret &token)
{
    if (const TokenKind *kind = provider.kind(named))
        return kind;
    if (named.isEmpty()) {
        Provider asReal = provider; // a sandbox's tokens look like those of the provider that it plays, whom the guess would prefer
        asReal.sandboxService.clear();
        const QList<Provider> only{asReal}; // which the guess points into
        const KindGuess guess = guessKind(token, {}, {}, only);
        if (const TokenKind *kind = guess.isSure && guess.kind ? provider.kind(guess.kind->id) : nullptr)
            return kind;
        if (provider.kinds.size() == 1)
            return &provider.kinds.first();
    }
    QStringList ids;
    for (const TokenKind &kind : provider.kinds)
        ids << kind.id;
    return failure(Error::Kind::InvalidInput, named.isEmpty()
                                                  ? KeysAdd::tr("It cannot be told what kind of key this is. Name it with --kind: %1.").arg(ids.join(", "_L1))
                                                  : KeysAdd::tr("%1 has no kind “%2”. There are: %3.").arg(provider.name, named, ids.join(", "_L1)));
}

} // namespace

KeysAdd::KeysAdd()
    : KeysCommand(u"keys add"_s, tr("Stores a token as a key of an environment. The token is read from standard input, or typed unseen."))
{
}

void KeysAdd::declare(CLI::App &app)
{
    addText(app, "-e,--environment", m_environmentName, Value::Environment,
            tr("The environment that the key is for, and whose address it is bound to; the current one if none is named."));
    addText(app, "--name", m_name, Value::Text, tr("The name of the key."));
    addText(app, "--kind", m_kind, Value::Text, tr("What kind of key it is, by its id at the provider; else it is told by the token."));
    addFlag(app, "--check", m_check, tr("Try the token first with the provider's cheapest call, and store it only if it is accepted."));
}

void KeysAdd::start()
{
    Core *core = open();
    if (!core)
        return;
    const Result<Environment> environment = findEnvironment(*core, m_environmentName);
    if (!environment)
        return fail(environment.error());
    m_environment = *environment;
    const Provider *provider = core->providers.find(m_environment.providerId);
    if (!provider)
        return fail({Error::Kind::NotFound, tr("The provider of “%1” is not known any more.").arg(m_environment.name), {}});
    if (const std::optional<QString> problem = keyNameProblem(m_name))
        return fail({Error::Kind::InvalidInput, tr("%1 Give it with --name.").arg(*problem), {}});
    const TokenKind *kind = provider->kind(m_kind);
    readToken(tr("Token:"), kind ? kind->form().placement : KeyPlacement::Header,
              [this, core](std::shared_ptr<const Secret> token) { tokenRead(*core, std::move(token)); });
}

void KeysAdd::tokenRead(Core &core, std::shared_ptr<const Secret> token)
{
    core.ring->makeKnown(*token);
    const Provider &provider = *core.providers.find(m_environment.providerId);
    const Result<const TokenKind *> kind = kindOf(provider, m_kind, *token);
    if (!kind)
        return fail(kind.error());
    for (const TokenFinding &finding : checkToken(*token, provider, (*kind)->id, core.providers.all())) {
        if (finding.level == TokenFinding::Level::Warning)
            session().output().fact(finding.text);
    }
    NewKey draft;
    draft.name = m_name;
    draft.providerId = provider.id;
    draft.kindId = (*kind)->id;
    draft.environmentId = m_environment.id;
    draft.form = (*kind)->form();
    whenReady(core, true, [this, &core, draft, token = std::move(token)] {
        if (core.ring->defaultPlace() == SecretPlace::Session)
            return fail({Error::Kind::KeychainAbsent,
                         core.keychain->describe() + u' ' + tr("A command keeps no token in memory, so nothing was stored."), {}});
        if (m_check)
            tryFirst(core, draft, token);
        else
            store(core, draft, token);
    });
}

void KeysAdd::tryFirst(Core &core, NewKey draft, std::shared_ptr<const Secret> token)
{
    const Result<Origin> origin = Origin::fromUrl(QUrl(m_environment.baseUrl));
    if (!origin)
        return fail(origin.error());
    const auto tried = [this, &core, draft, token](const TokenCheck &check) mutable {
        if (check.error)
            return fail(*check.error);
        session().output().fact(check.note);
        if (isRefused(check.verdict))
            return fail({Error::Kind::Refused, tr("The token was refused, so it was not stored."), {}});
        draft.verdict = TokenVerdict{check.verdict, check.note, QDateTime::currentDateTimeUtc()};
        store(core, draft, token);
    };
    core.keyService->tryToken({token, *draft.form, {*origin}}, *core.providers.find(draft.providerId), draft.kindId, QUrl(m_environment.baseUrl), this,
                              tried, m_environment.id);
}

void KeysAdd::store(Core &core, const NewKey &draft, const std::shared_ptr<const Secret> &token)
{
    watch(core.keyService->add(draft, token), [this, &core](const Result<ApiKey> &outcome) {
        if (!outcome)
            return fail(outcome.error());
        Output &output = session().output();
        output.fact(tr("“%1” (%2): %3.").arg(outcome->name, outcome->hint, storedWords(outcome->place)));
        if (output.isJson())
            output.document({{u"key"_s, toJson(core, *outcome)}});
        end(ExitCode::Ok);
    });
}

} // namespace keydesk::cli
