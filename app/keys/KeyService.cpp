#include "app/keys/KeyService.h"

#include "app/base/Guarded.h"
#include "app/base/Log.h"
#include "app/interchange/CandidateGuess.h"
#include "app/keys/KeyCheck.h"
#include "app/keys/MoveKeyJobs.h"
#include "app/keys/ProofKeyJobs.h"
#include "app/keys/StoreKeyJobs.h"

#include <QLocale>
#include <QPointer>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

KeyService::KeyService(KeyStore &keys, KeyRing &ring, EnvironmentStore &environments,
                       const ProviderCatalog &providers, HttpClient &http, QObject *parent)
    : QObject(parent)
    , m_keys(keys)
    , m_ring(ring)
    , m_environments(environments)
    , m_providers(providers)
    , m_http(http)
{
}

KeyWork KeyService::work() const
{
    return {m_keys, m_ring, m_environments, m_providers, m_http};
}

KeyJob *KeyService::add(const NewKey &draft, std::shared_ptr<const Secret> token)
{
    return new AddKeyJob(work(), draft, std::move(token), this);
}

KeyJob *KeyService::create(const NewKey &draft, const SignIn &session)
{
    return new CreateKeyJob(work(), draft, session, this);
}

KeyJob *KeyService::check(const QUuid &keyId, const std::optional<QUuid> &environmentId)
{
    return new CheckKeyJob(work(), keyId, environmentId, this);
}

KeyJob *KeyService::revoke(const QUuid &keyId, const SignIn &session)
{
    return new RevokeKeyJob(work(), keyId, session, this);
}

QList<ApiKey> KeyService::sessionKeysFor(const ApiKey &key) const
{
    return keydesk::sessionKeysFor(key, work());
}

HttpCall *KeyService::tryToken(const OneTimeToken &token, const Provider &provider, const QString &kindId,
                               const QUrl &baseUrl, QObject *guard,
                               std::function<void(const TokenCheck &)> done, const std::optional<QUuid> &environmentId)
{
    const Variables variables = {{u"baseUrl"_s, baseUrl.toString(QUrl::FullyEncoded), true}};
    Result<PreparedRequest> request = checkCall(provider, kindId, baseUrl, variables, {});
    if (!request) {
        later(guard, [done = std::move(done), error = request.error()] {
            TokenCheck check;
            check.error = error;
            check.note = error.message;
            done(check);
        });
        return nullptr;
    }
    if (token.token)
        m_ring.makeKnown(*token.token, token.form.placement);
    request->oneTimeToken = std::make_shared<const OneTimeToken>(token);
    request->environmentId = environmentId;
    HttpCall *call = m_http.send(*request);
    // The catalogue may be loaded anew while the call is on its way.
    connect(call, &HttpCall::finished, guard,
            [call, request = *request, provider, kindId,
             done = std::move(done)](const Result<HttpResponse> &outcome) {
                TokenCheck check;
                check.trace = call->trace();
                if (outcome) {
                    check.status = outcome->status;
                    check.note = checkNote(request, outcome->status, check.trace.elapsed);
                    check.verdict = check.trace.keyWithheld.isEmpty() ? verdictOf(provider, kindId, *outcome)
                                                                      : ApiKey::Status::Unchecked;
                } else {
                    check.error = outcome.error();
                    check.note = outcome.error().message;
                }
                done(check);
            });
    return call;
}

/// `edit` changes the key and returns what to note in its events, if anything.
Result<void> KeyService::change(const QUuid &keyId, KeyAction action, const std::function<Result<QString>(ApiKey &key)> &edit)
{
    std::optional<ApiKey> key = m_keys.find(keyId);
    if (!key)
        return failure(Error::Kind::NotFound, tr("This key does not exist any more."));
    const ApiKey before = *key;
    const Result<QString> event = edit(*key);
    if (!event)
        return tl::unexpected(event.error());
    if (*key == before)
        return {};
    if (const Result<void> written = m_keys.update(*key); !written)
        return written;
    return event->isEmpty() ? Result<void>() : m_keys.addEvent(keyId, action, *event);
}

KeyJob *KeyService::move(const QUuid &keyId, SecretPlace to)
{
    return new MoveKeyJob(work(), keyId, to, this);
}

MoveKeysJob *KeyService::move(const QList<QUuid> &keyIds, SecretPlace to)
{
    return new MoveKeysJob(
        m_keys, keyIds, [this, to](const QUuid &id) { return move(id, to); }, this);
}

void KeyService::adopt(const QUuid &orphan, SecretPlace place, QObject *guard, KeyRing::StoreDone done)
{
    m_ring.store(place).read(
        orphan, guard, [this, service = QPointer(this), orphan, place, guard, done = std::move(done)](const Result<Secret> &token) {
            if (!service)
                return;
            if (!token) {
                done(tl::unexpected(token.error()));
                return;
            }
            m_ring.makeKnown(*token);
            const KindGuess guess = guessKind(*token, {}, {}, m_providers.all());
            if (!guess.provider || !guess.kind) {
                done(failure(Error::Kind::Unsupported, tr("There is no provider that a key could be of.")));
                return;
            }
            ApiKey key;
            key.name = tr("Found token %1").arg(tokenHint(*token));
            key.providerId = guess.provider->id;
            key.kindId = guess.kind->id;
            key.setForm(guess.kind->form());
            key.place = place;
            m_ring.adopt(orphan, key, guard, done);
        });
}

Result<void> KeyService::rename(const QUuid &keyId, const QString &name)
{
    return change(keyId, KeyAction::Renamed, [&name](ApiKey &key) -> Result<QString> {
        const QString trimmed = name.trimmed();
        if (const std::optional<QString> problem = keyNameProblem(trimmed))
            return failure(Error::Kind::InvalidInput, *problem);
        const QString before = std::exchange(key.name, trimmed);
        return tr("Renamed from “%1” to “%2”").arg(before, trimmed);
    });
}

Result<void> KeyService::bindOrigin(const QUuid &keyId, const Origin &origin)
{
    return change(keyId, KeyAction::Bound, [&origin](ApiKey &key) -> Result<QString> {
        if (origin.isNull())
            return failure(Error::Kind::InvalidInput,
                           tr("A key can be bound to an http or https address only."));
        if (!origin.isSecure())
            return failure(
                Error::Kind::InsecureTransport,
                tr("A key cannot be bound to %1: plain http to another computer can be read on the way.")
                    .arg(origin.toString()));
        if (!key.origins.contains(origin))
            key.origins.append(origin);
        return tr("Bound to %1").arg(origin.toString());
    });
}

Result<void> KeyService::unbindOrigin(const QUuid &keyId, const Origin &origin)
{
    return change(keyId, KeyAction::Unbound, [&origin](ApiKey &key) -> Result<QString> {
        key.origins.removeAll(origin);
        return tr("No longer bound to %1").arg(origin.toString());
    });
}

Result<void> KeyService::setExpiry(const QUuid &keyId, const QDateTime &expiresAt)
{
    return change(keyId, KeyAction::Edited, [&expiresAt](ApiKey &key) -> Result<QString> {
        key.expiresAt = expiresAt.toUTC();
        return expiresAt.isValid()
                   ? tr("Set to expire on %1")
                         .arg(QLocale().toString(expiresAt.toLocalTime().date(), QLocale::LongFormat))
                   : tr("Set to have no known end");
    });
}

Result<void> KeyService::setRotation(const QUuid &keyId, const std::optional<int> &days)
{
    return change(keyId, KeyAction::Edited, [&days](ApiKey &key) -> Result<QString> {
        constexpr int most = 3650;
        if (days && (*days < 0 || *days > most))
            return failure(Error::Kind::InvalidInput, tr("A key can be rotated after 1 to %1 days.").arg(most));
        key.rotateAfterDays = days;
        return !days        ? tr("Set to be rotated as its provider's keys are")
               : *days == 0 ? tr("Set never to be rotated")
                            : tr("Set to be rotated after %n day(s)", nullptr, *days);
    });
}

Result<void> KeyService::snooze(const QUuid &keyId, const QDateTime &until)
{
    return change(keyId, KeyAction::Edited, [&until](ApiKey &key) -> Result<QString> {
        key.snoozedUntil = until.toUTC();
        return until.isValid() ? tr("Reminder put off until %1")
                                     .arg(QLocale().toString(until.toLocalTime(), QLocale::ShortFormat))
                               : tr("Reminder no longer put off");
    });
}

Result<void> KeyService::remove(const QUuid &keyId)
{
    // Deleting the row deletes its places in environments; the environments in memory are told.
    if (const Result<void> removed = m_ring.remove(keyId); !removed)
        return removed;
    return m_environments.forgetKey(keyId);
}

std::optional<ApiKey> KeyService::duplicateOf(const Secret &token) const
{
    return m_keys.findByFingerprint(m_keys.fingerprint(token));
}

void KeyService::readForUser(const QUuid &keyId, KeyAction action, const QString &why, QObject *guard,
                             SecretStore::ReadDone done)
{
    m_ring.readForUser(
        keyId, guard,
        [this, service = QPointer(this), keyId, action, why, done = std::move(done)](Result<Secret> secret) {
            if (secret && service) {
                if (const Result<void> noted = m_keys.addEvent(keyId, action, why); !noted)
                    qCWarning(lcKeys) << "an event was not noted:" << noted.error().detail;
            }
            done(std::move(secret));
        });
}

void KeyService::noteUse(const QUuid &keyId, int status)
{
    noteKeyUse(m_keys, keyId, status);
}

std::optional<QString> keyNameProblem(const QString &name)
{
    constexpr qsizetype longest = 255; // the strictest limit that a provider documents, in characters
    if (name.trimmed().isEmpty())
        return KeyService::tr("A key needs a name.");
    if (name.size() > longest && name.toUcs4().size() > longest)
        return KeyService::tr("The name is too long: a key's name has at most 255 characters.");
    const bool broken = std::any_of(name.begin(), name.end(), [](QChar c) {
        // Also the signs that turn the direction of text around: a name must read as what it is.
        return c.category() == QChar::Other_Control || c.category() == QChar::Separator_Line ||
               c.category() == QChar::Separator_Paragraph || (c >= QChar(0x202a) && c <= QChar(0x202e)) ||
               (c >= QChar(0x2066) && c <= QChar(0x2069));
    });
    if (broken || !name.isValidUtf16())
        return KeyService::tr("The name holds characters that cannot be shown, such as line breaks.");
    return {};
}

} // namespace keydesk
