#include "app/cli/KeysCommand.h"

#include "app/Core.h"
#include "app/cli/Session.h"
#include "app/keys/SecretPlaces.h"
#include "app/providers/TokenFormat.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace keydesk::cli {

namespace {

QJsonValue timeValueOf(const QDateTime &time)
{
    return time.isValid() ? QJsonValue(time.toUTC().toString(Qt::ISODate)) : QJsonValue();
}

QString placeWordOf(SecretPlace place)
{
    switch (place) {
    case SecretPlace::Session:
        return u"session"_s;
    case SecretPlace::SealedFile:
        return u"sealedFile"_s;
    case SecretPlace::SystemKeychain:
        break;
    }
    return u"keychain"_s;
}

} // namespace

void KeysCommand::interrupt(const CaughtSignal &signal)
{
    if (!m_job) {
        Command::interrupt(signal);
        return;
    }
    // What it began is taken back first, or said.
    m_signal = signal.number;
    m_job->cancel();
}

Core *KeysCommand::open()
{
    const Result<Core *> opened = session().core();
    if (opened)
        return *opened;
    fail(opened.error());
    return nullptr;
}

void KeysCommand::whenReady(Core &core, bool changes, std::function<void()> goOn)
{
    if (changes) {
        if (const Result<void> held = core.changing->holdWhileChanging(); !held)
            return fail(held.error());
    }
    // The sealed file has been looked for since the graph was opened.
    for (SecretStore *store : {core.keychain.get(), static_cast<SecretStore *>(core.sealed.get())}) {
        if (store->state() != SecretStore::State::Unknown)
            continue;
        connect(
            store, &SecretStore::stateChanged, this, [this, &core, goOn = std::move(goOn)] { whenReady(core, false, goOn); },
            static_cast<Qt::ConnectionType>(Qt::SingleShotConnection | Qt::QueuedConnection));
        if (store == core.keychain.get())
            core.keychain->probe();
        return;
    }
    goOn();
}

void KeysCommand::watch(KeyJob *job, Ended ended)
{
    m_job = job;
    connect(job, &KeyJob::progress, this, [this](const QString &what) { session().output().fact(what); });
    connect(job, &KeyJob::finished, this, [this, ended = std::move(ended)](const Result<ApiKey> &outcome) {
        m_job.clear();
        if (m_signal == 0 || outcome) {
            ended(outcome);
            return;
        }
        session().output().error(outcome.error());
        end(128 + m_signal);
    });
}

void KeysCommand::readToken(const QString &prompt, KeyPlacement placement, std::function<void(std::shared_ptr<const Secret>)> goOn)
{
    m_input.secret(prompt, [this, placement, goOn = std::move(goOn)](const Result<Secret> &typed) {
        if (!typed)
            return fail(typed.error());
        CleanedToken cleaned = cleanToken(*typed, placement);
        for (const QString &removed : cleaned.removed)
            session().output().fact(removed);
        if (!canBeSent(cleaned.token, placement))
            return fail({Error::Kind::InvalidInput,
                         placement == KeyPlacement::Basic
                             ? tr("This is not a user name and a password with a colon between them, or it holds control characters.")
                             : tr("This cannot be a token: it is empty, too long, or holds characters that HTTP cannot carry."),
                         {}});
        goOn(std::make_shared<const Secret>(std::move(cleaned.token)));
    });
}

void KeysCommand::signIn(Core &core, const TokenKind *kind, const QList<ApiKey> &stored, bool fromInput, std::function<void(const SignIn &)> goOn)
{
    if (!kind)
        return goOn(SignIn());
    if (!fromInput && !stored.isEmpty()) {
        session().output().fact(tr("Signing in with the stored key “%1” (%2).").arg(stored.first().name, stored.first().hint));
        return goOn(SignIn(stored.first().id));
    }
    readToken(tr("%1, used once and not kept:").arg(kind->name), KeyPlacement::Header,
              [&core, goOn = std::move(goOn)](const std::shared_ptr<const Secret> &token) {
                  core.ring->makeKnown(*token);
                  goOn(SignIn(token));
              });
}

QString statusWord(ApiKey::Status status)
{
    switch (status) {
    case ApiKey::Status::Works:
        return u"works"_s;
    case ApiKey::Status::Refused:
        return u"refused"_s;
    case ApiKey::Status::Expired:
        return u"expired"_s;
    case ApiKey::Status::Revoked:
        return u"revoked"_s;
    case ApiKey::Status::Missing:
        return u"missing"_s;
    case ApiKey::Status::Unchecked:
        break;
    }
    return u"unchecked"_s;
}

QStringList placesOfUse(const Core &core, const QUuid &keyId)
{
    QStringList names;
    for (const Environment &environment : core.environments->usedBy(keyId))
        names << environment.name;
    return names;
}

QJsonObject toJson(const Core &core, const ApiKey &key)
{
    QStringList origins;
    for (const Origin &origin : key.origins)
        origins << origin.toString();
    return {
        {u"id"_s, key.id.toString(QUuid::WithoutBraces)},
        {u"name"_s, key.name},
        {u"provider"_s, key.providerId},
        {u"kind"_s, key.kindId},
        {u"hint"_s, key.hint},
        {u"status"_s, statusWord(key.status)},
        {u"place"_s, placeWordOf(key.place)},
        {u"environments"_s, QJsonArray::fromStringList(placesOfUse(core, key.id))},
        {u"origins"_s, QJsonArray::fromStringList(origins)},
        {u"abilities"_s, QJsonArray::fromStringList(key.abilities)},
        {u"createdAt"_s, timeValueOf(key.createdAt)},
        {u"lastUsedAt"_s, timeValueOf(key.lastUsedAt)},
        {u"expiresAt"_s, timeValueOf(key.expiresAt)},
        {u"lastCheckedAt"_s, timeValueOf(key.lastCheckedAt)},
        {u"lastCheckNote"_s, key.lastCheckNote},
    };
}

} // namespace keydesk::cli
