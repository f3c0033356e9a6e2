#include "app/cli/commands/KeysRotate.h"

#include "app/Core.h"
#include "app/cli/Duration.h"
#include "app/cli/Options.h"
#include "app/cli/Session.h"

using namespace Qt::StringLiterals;

namespace keydesk::cli {

namespace {

constexpr QLatin1StringView keepOld("keep");
constexpr QLatin1StringView revokeNow("revoke-now");
constexpr QLatin1StringView revokeAfter("revoke-after");

/// Why the new key is not switched to, and what can be done.
Error givenUpFor(RotateKeyJob::State state, const Error &trouble)
{
    using State = RotateKeyJob::State;
    const QString words = state == State::Refused       ? KeysRotate::tr("The new key was refused. %1")
                          : state == State::Unreachable ? KeysRotate::tr("There was no answer about the new key. %1")
                          : state == State::StoreFailed ? KeysRotate::tr("The new token could not be stored. %1")
                          : state == State::Inconclusive
                              ? KeysRotate::tr("Nothing speaks against the new key, and nothing proves it; --switch-anyway takes it all the same. %1")
                              : KeysRotate::tr("The new key could not be switched to. %1");
    return {trouble.kind, words.arg(trouble.message), trouble.detail};
}

QJsonValue toJson(const RotationService &service, const std::optional<Rotation> &rotation)
{
    if (!rotation)
        return {};
    const QDateTime due = service.dueAt(*rotation);
    return QJsonObject{
        {u"revokeAt"_s, due.isValid() ? QJsonValue(due.toUTC().toString(Qt::ISODate)) : QJsonValue()},
        {u"needsYou"_s, service.needsUser(*rotation)},
        {u"words"_s, service.describe(*rotation)},
    };
}

} // namespace

KeysRotate::KeysRotate()
    : KeysCommand(u"keys rotate"_s, tr("Replaces a key by a new one, which has to prove itself before it is used."))
{
}

void KeysRotate::declare(CLI::App &app)
{
    addText(app, "key", m_name, Value::Key, tr("The key, by its name or id."));
    addFlag(app, "--paste", m_paste,
            tr("The new token was made in the provider's dashboard and is read from standard input, or typed unseen. So it is, too, where the "
               "provider's API makes none."));
    addFlag(app, "--session-stdin", m_sessionFromInput,
            tr("The session token that the provider's API wants is read from standard input, even if a stored key could be it."));
    addChoice(app, "--old", m_old, {keepOld, revokeNow, revokeAfter},
              tr("What becomes of the old key: it works until you revoke it, is revoked at once, or after a while, in which it still works."));
    addText(app, "--after", m_after, Value::Text, tr("The while of revoke-after: 30m, 12h, 7d or 2w; a day if none is named."));
    addFlag(app, "--switch-anyway", m_switchAnyway, tr("Switches, too, if nothing speaks against the new key and nothing proves it."));
}

void KeysRotate::start()
{
    if (const std::optional<Error> error = readOptions())
        return fail(*error);
    Core *core = open();
    if (!core)
        return;
    const Result<ApiKey> key = findKey(*core, m_name);
    if (!key)
        return fail(key.error());
    m_key = *key;
    m_plan = core->rotations->planFor(m_key);
    m_paste = m_paste || !m_plan.byApi;
    if (const std::optional<Error> error = hindrance(*core))
        return fail(*error);
    if (m_paste)
        return readNewToken(*core);
    signIn(*core, m_plan.session, m_plan.sessionKeys, m_sessionFromInput, [this, core](const SignIn &session) {
        m_session = session;
        rotate(*core, {m_key.id, Rotation::Method::Api, {}, false, session});
    });
}

std::optional<Error> KeysRotate::readOptions()
{
    if (m_name.isEmpty())
        return Error{Error::Kind::InvalidInput, tr("Which key is to be rotated? Name it: keydesk-cli keys rotate KEY."), {}};
    if (!m_after.isEmpty() && !m_old.isEmpty() && m_old != revokeAfter)
        return Error{Error::Kind::InvalidInput, tr("--after is for --old revoke-after."), {}};
    if (m_old.isEmpty())
        m_old = revokeAfter;
    if (!m_after.isEmpty()) {
        const Result<std::chrono::milliseconds> overlap = readDuration(m_after);
        if (!overlap)
            return overlap.error();
        m_overlap = *overlap;
    }
    return {};
}

/// What would stop it half way: better found before anything is made.
std::optional<Error> KeysRotate::hindrance(const Core &core) const
{
    if (const std::optional<Rotation> rotation = core.rotations->rotations().ofKey(m_key.id))
        return Error{Error::Kind::InvalidInput,
                     tr("“%1” is being rotated already. %2 The window of Keydesk shows it, and goes on with it.")
                         .arg(m_key.name, core.rotations->describe(*rotation)),
                     {}};
    if (m_key.status == ApiKey::Status::Revoked)
        return Error{Error::Kind::InvalidInput, tr("“%1” is revoked. Store a new key with keydesk-cli keys add.").arg(m_key.name), {}};
    if (m_paste && m_sessionFromInput)
        return Error{Error::Kind::InvalidInput, tr("The new token is read from standard input here, so the session token cannot be."), {}};
    if (m_old != revokeNow || (m_paste && m_plan.renewingEndsOld))
        return {};
    if (!m_plan.revokesByApi)
        return Error{Error::Kind::Unsupported,
                     tr("“%1” cannot be revoked through an API: it was not made here, or its provider has none for it. Take --old keep, and revoke it "
                        "in the dashboard afterwards.")
                         .arg(m_key.name),
                     {}};
    if (m_paste && m_plan.session && m_plan.sessionKeys.isEmpty())
        return Error{Error::Kind::InvalidInput,
                     tr("Revoking “%1” needs a %2, and none is stored. Take --old keep, and keydesk-cli keys revoke afterwards.")
                         .arg(m_key.name, m_plan.session->name),
                     {}};
    return {};
}

void KeysRotate::readNewToken(Core &core)
{
    Output &output = session().output();
    if (m_plan.renewingEndsOld)
        output.fact(tr("Renewing it in the dashboard ends the old token at once: whatever uses it is refused until the new one is here."));
    if (Input::isTerminal()) {
        for (qsizetype i = 0; i < m_plan.steps.size(); ++i)
            output.fact(u"%1. %2"_s.arg(i + 1).arg(m_plan.steps.at(i)));
        if (!m_plan.dashboard.isEmpty())
            output.fact(tr("Dashboard: %1").arg(m_plan.dashboard.toString()));
    }
    if (m_old == revokeNow && m_plan.session && !m_plan.sessionKeys.isEmpty())
        m_session = SignIn(m_plan.sessionKeys.first().id);
    const bool isPair = m_key.placement == KeyPlacement::Basic;
    readToken(isPair ? tr("The user name and the new password, with a colon between them:") : tr("New token:"), m_key.placement,
              [this, &core](const std::shared_ptr<const Secret> &token) {
                  core.ring->makeKnown(*token, m_key.placement);
                  rotate(core, {m_key.id, Rotation::Method::Guided, token, m_plan.renewingEndsOld});
              });
}

void KeysRotate::rotate(Core &core, RotationStart start)
{
    whenReady(core, true, [this, &core, start = std::move(start)] {
        RotateKeyJob *job = core.rotations->rotate(start);
        // Later: what is decided may end the job, which is in the midst of telling how it stands.
        connect(job, &RotateKeyJob::stateChanged, this,
                [this, waiting = QPointer(job)] {
                    if (waiting)
                        decide(*waiting);
                },
                Qt::QueuedConnection);
        watch(job, [this, &core, id = job->rotation().id](const Result<ApiKey> &outcome) {
            if (outcome)
                switched(core, id, *outcome);
            else
                fail(outcome.error());
        });
        sayWhatIsLeft(core, *job);
    });
}

/// After it was said how the job ended, if that was not well.
void KeysRotate::sayWhatIsLeft(Core &core, const KeyJob &job)
{
    connect(&job, &KeyJob::finished, this, [this, &core](const Result<ApiKey> &outcome) {
        if (!outcome && core.rotations->rotations().ofKey(m_key.id))
            session().output().fact(tr("What is left of the rotation the window of Keydesk goes on with."));
    });
}

void KeysRotate::decide(RotateKeyJob &job)
{
    using State = RotateKeyJob::State;
    if (job.state() == State::Working) {
        m_switching = false;
        return;
    }
    const bool isGood = job.state() == State::Proved || (job.state() == State::Inconclusive && m_switchAnyway);
    if (isGood && !m_switching) {
        for (const Proof &proof : job.proofs())
            session().output().fact(u"%1: %2"_s.arg(proof.environmentName, proof.note));
        m_switching = true;
        job.switchOver();
        return;
    }
    job.giveUp(givenUpFor(m_switching ? State::Working : job.state(), job.trouble().value_or(Error{Error::Kind::Refused, {}, {}})));
}

void KeysRotate::switched(Core &core, const QUuid &rotationId, const ApiKey &key)
{
    Output &output = session().output();
    m_used = key.id;
    output.fact(tr("The new key “%1” (%2) is proven and used now.").arg(key.name, key.hint));
    const std::optional<Rotation> rotation = core.rotations->rotations().find(rotationId);
    if (!rotation) {
        output.fact(tr("The old one has ended."));
        return finish(core, stoppedBy() == 0 ? static_cast<int>(ExitCode::Ok) : 128 + stoppedBy());
    }
    if (stoppedBy() == 0 && m_old == revokeNow)
        return revokeOld(core, *rotation);
    if (stoppedBy() == 0 && m_old == revokeAfter) {
        if (const Result<void> scheduled = core.rotations->schedule(rotationId, m_overlap); !scheduled) {
            output.error(scheduled.error());
            return finish(core, static_cast<int>(exitCodeFor(scheduled.error().kind)));
        }
    }
    const std::optional<Rotation> now = core.rotations->rotations().find(rotationId);
    output.fact(core.rotations->describe(now.value_or(*rotation)));
    if (now && now->left)
        output.fact(tr("The window of Keydesk sees to that while it is open."));
    finish(core, stoppedBy() == 0 ? static_cast<int>(ExitCode::Ok) : 128 + stoppedBy());
}

void KeysRotate::revokeOld(Core &core, const Rotation &rotation)
{
    KeyJob *job = core.rotations->revokeOld(rotation.id, m_session);
    if (!job) {
        session().output().error({Error::Kind::Conflict, tr("The old key is being revoked at this moment."), {}});
        return finish(core, static_cast<int>(ExitCode::Storage));
    }
    watch(job, [this, &core](const Result<ApiKey> &outcome) {
        Output &output = session().output();
        if (outcome) {
            output.fact(tr("The old key “%1” is revoked.").arg(outcome->name));
            return finish(core, static_cast<int>(ExitCode::Ok));
        }
        output.error({outcome.error().kind,
                      tr("%1 The new key is used all the same. keydesk-cli keys revoke tries it again.").arg(outcome.error().message),
                      outcome.error().detail});
        finish(core, static_cast<int>(exitCodeFor(outcome.error().kind)));
    });
    sayWhatIsLeft(core, *job);
}

void KeysRotate::finish(Core &core, int status)
{
    if (session().output().isJson()) {
        const std::optional<ApiKey> key = core.keys->find(m_used);
        const std::optional<ApiKey> old = core.keys->find(m_key.id);
        session().output().document({
            {u"key"_s, key ? QJsonValue(cli::toJson(core, *key)) : QJsonValue()},
            {u"old"_s, old ? QJsonValue(cli::toJson(core, *old)) : QJsonValue()},
            {u"overlap"_s, toJson(*core.rotations, core.rotations->rotations().ofKey(m_key.id))},
        });
    }
    end(status);
}

} // namespace keydesk::cli
