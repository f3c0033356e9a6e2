#include "app/cli/commands/KeysRevoke.h"

#include "app/Core.h"
#include "app/cli/Options.h"
#include "app/cli/SavedRequests.h"
#include "app/cli/Session.h"
#include "app/keys/rotation/RevokeOldJob.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace keydesk::cli {

namespace {

/// Where somebody can do it who is signed in there.
QString dashboardWords(const TokenKind *kind, const QUrl &address)
{
    QStringList words;
    if (kind && !kind->dashboardPath.isEmpty())
        words << KeysRevoke::tr("In the dashboard: %1.").arg(kind->dashboardPath);
    if (!address.isEmpty())
        words << address.toString();
    return words.join(u' ');
}

} // namespace

KeysRevoke::KeysRevoke()
    : KeysCommand(u"keys revoke"_s, tr("Ends a key at its provider, at once and for good."))
{
}

void KeysRevoke::declare(CLI::App &app)
{
    addText(app, "key", m_name, Value::Key, tr("The key, by its name or id."));
    addFlag(app, "--yes", m_yes, tr("Revokes it without asking, which is needed where there is no terminal."));
    addFlag(app, "--session-stdin", m_sessionFromInput,
            tr("The session token that the provider's API wants is read from standard input, even if a stored key could be it."));
    addFlag(app, "--done-in-dashboard", m_doneInDashboard,
            tr("You have revoked it in the dashboard: nothing is sent, and the rotation that it is the old key of is over."));
}

void KeysRevoke::start()
{
    if (m_name.isEmpty())
        return fail({Error::Kind::InvalidInput, tr("Which key is to be revoked? Name it: keydesk-cli keys revoke KEY."), {}});
    Core *core = open();
    if (!core)
        return;
    const Result<ApiKey> key = findKey(*core, m_name);
    if (!key)
        return fail(key.error());
    m_key = *key;
    std::optional<Rotation> rotation = core->rotations->rotations().ofKey(m_key.id);
    if (m_key.status == ApiKey::Status::Revoked && !rotation) {
        session().output().fact(tr("“%1” is revoked already.").arg(m_key.name));
        return finish(*core);
    }
    if (rotation && rotation->isSwitched() && rotation->newKeyId == m_key.id)
        rotation.reset(); // it is a key like any other, and the window tells what that means for its rotation
    if (m_doneInDashboard)
        return noteDoneInDashboard(*core, rotation);
    if (const std::optional<Error> error = hindrance(*core, rotation))
        return fail(*error);
    if (rotation)
        m_rotation = rotation->id;
    core->history->requestsNaming(m_key.id, this, [this, core](const Result<QStringList> &requests) { advise(*core, requests); });
}

std::optional<Error> KeysRevoke::hindrance(const Core &core, const std::optional<Rotation> &rotation) const
{
    if (rotation && !rotation->isSwitched())
        return Error{Error::Kind::InvalidInput,
                     tr("“%1” is being rotated. %2 Finish that in the window of Keydesk first.").arg(m_key.name, core.rotations->describe(*rotation)),
                     {}};
    const Provider *provider = core.providers.find(m_key.providerId);
    if (canRevokeByApi(m_key, provider))
        return {};
    const QString words = tr("“%1” can be revoked only where it was made. Keydesk did not create this token, or %2 has no interface for revoking it.")
                              .arg(m_key.name, provider ? provider->name : m_key.providerId);
    const QString where = dashboardWords(provider ? provider->kind(m_key.kindId) : nullptr, core.rotations->planFor(m_key).dashboard);
    return Error{Error::Kind::Unsupported, where.isEmpty() ? words : words + u' ' + where, {}};
}

void KeysRevoke::noteDoneInDashboard(Core &core, const std::optional<Rotation> &rotation)
{
    if (!rotation || !rotation->isSwitched())
        return fail({Error::Kind::InvalidInput, tr("“%1” is not the old key of a rotation. keydesk-cli keys check tells whether it still works.").arg(m_key.name), {}});
    whenReady(core, true, [this, &core, id = rotation->id] {
        if (const Result<void> noted = core.rotations->noteRevoked(id); !noted)
            return fail(noted.error());
        session().output().fact(tr("“%1” is noted as revoked, and its rotation is over.").arg(m_key.name));
        finish(core);
    });
}

void KeysRevoke::advise(Core &core, const Result<QStringList> &sentRequests)
{
    const Result<QList<UsageRow>> usage = core.usage->of(m_key.id);
    for (const Result<void> &read : {usage.map([](const auto &) {}), sentRequests.map([](const auto &) {})}) {
        if (!read)
            session().output().fact(tr("Not everything could be read that uses it. %1").arg(read.error().message));
    }
    m_requests = savedRequestsNaming(core, m_key.id) + sentRequests.value_or(QStringList());
    m_requests.removeDuplicates();
    m_advice = revokeAdvice(m_key, usage.value_or(QList<UsageRow>()), core.environments->all(), m_requests, core.usage->now());

    Output &output = session().output();
    const Provider &provider = *core.providers.find(m_key.providerId);
    output.fact(tr("%1 will refuse the token %2 at once and for good.").arg(provider.name, m_key.hint));
    if (m_advice.level != RevokeAdvice::Level::Safe)
        output.fact(tr("Calls with it will be refused until another key takes its place."));
    output.fact(m_advice.verdict + u". "_s + m_advice.text());
    // The sentence leaves out what is too many for one.
    for (const QString &place : std::as_const(m_advice.places))
        output.fact(tr("  environment %1").arg(place));
    for (const QString &request : std::as_const(m_requests))
        output.fact(tr("  request %1").arg(request));
    ask(core);
}

void KeysRevoke::ask(Core &core)
{
    const TokenKind *kind = sessionKind(*core.providers.find(m_key.providerId), m_key.kindId);
    const auto goOn = [this, &core, kind] {
        signIn(core, kind, core.keyService->sessionKeysFor(m_key), m_sessionFromInput, [this, &core](const SignIn &session) {
            whenReady(core, true, [this, &core, session] { revoke(core, session); });
        });
    };
    if (m_yes)
        return goOn();
    if (!Input::isTerminal())
        return fail({Error::Kind::InvalidInput, tr("Nothing was revoked: there is no terminal to ask at. --yes revokes “%1” without asking.").arg(m_key.name), {}});
    input().confirm(tr("Revoke “%1”? [y/N]").arg(m_key.name), [this, goOn](bool yes) {
        if (yes)
            return goOn();
        fail({Error::Kind::Cancelled, tr("Nothing was revoked."), {}});
    });
}

void KeysRevoke::revoke(Core &core, const SignIn &session)
{
    KeyJob *job = m_rotation.isNull() ? core.keyService->revoke(m_key.id, session) : core.rotations->revokeOld(m_rotation, session);
    if (!job)
        return fail({Error::Kind::Conflict, tr("The rotation of “%1” went on meanwhile. Look at it in the window of Keydesk.").arg(m_key.name), {}});
    watch(job, [this, &core](const Result<ApiKey> &outcome) {
        if (!outcome)
            return fail(outcome.error());
        this->session().output().fact(tr("“%1” is revoked. It is listed until you delete it in the window of Keydesk.").arg(outcome->name));
        finish(core);
    });
}

void KeysRevoke::finish(Core &core)
{
    if (session().output().isJson()) {
        const std::optional<ApiKey> key = core.keys->find(m_key.id);
        session().output().document({
            {u"key"_s, key ? QJsonValue(toJson(core, *key)) : QJsonValue()},
            {u"usedBy"_s, QJsonArray::fromStringList(m_advice.places)},
            {u"requests"_s, QJsonArray::fromStringList(m_requests)},
        });
    }
    end(ExitCode::Ok);
}

} // namespace keydesk::cli
