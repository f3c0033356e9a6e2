#include "app/keys/ProofKeyJobs.h"

#include "app/base/Log.h"
#include "app/keys/KeyCheck.h"
#include "app/keys/TokenApiCall.h"
#include "app/providers/AuthExplainer.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

tl::unexpected<Error> keyIsGone()
{
    return failure(Error::Kind::NotFound, KeyService::tr("This key does not exist any more."));
}

/// The request may have been heard, although no answer came.
bool mayHaveArrived(Error::Kind kind)
{
    switch (kind) {
    case Error::Kind::TimedOut:
    case Error::Kind::ConnectionLost:
    case Error::Kind::ProxyFailed:
    case Error::Kind::TooLarge:
    case Error::Kind::BadResponse:
        return true;
    default:
        return false;
    }
}

/// Where a provider's API begins at an origin: its base URL's path, whatever the host.
QUrl apiAt(const Origin &origin, const Provider &provider)
{
    QString path = provider.basePath;
    if (provider.sandboxService.isEmpty()) {
        const qsizetype host = provider.baseUrl.indexOf("://"_L1);
        const qsizetype slash = host < 0 ? -1 : provider.baseUrl.indexOf(u'/', host + 3);
        path = slash < 0 ? QString() : provider.baseUrl.sliced(slash);
    }
    return QUrl(origin.toString() + path);
}

/// The server, or the way to it, was at fault: worth noting on the key. A locked keychain is not.
bool isAboutTheCall(Error::Kind kind)
{
    switch (kind) {
    case Error::Kind::TimedOut:
    case Error::Kind::NameNotResolved:
    case Error::Kind::ConnectionRefused:
    case Error::Kind::ConnectionLost:
    case Error::Kind::TlsFailed:
    case Error::Kind::ProxyFailed:
    case Error::Kind::TooLarge:
    case Error::Kind::TooManyRedirects:
    case Error::Kind::BadResponse:
        return true;
    default:
        return false;
    }
}

} // namespace

// --- Check
// ---------------------------------------------------------------------------------------------------------------

CheckKeyJob::CheckKeyJob(const KeyWork &work, const QUuid &keyId, const std::optional<QUuid> &environmentId,
                         QObject *parent)
    : KeyWorkJob(work, parent)
    , m_keyId(keyId)
    , m_environmentId(environmentId)
{
}

/// The environment that was asked for, or the first that uses the key. A key that none uses is tried where it is
/// bound to: in an environment of its provider there, or else at the provider's API at that origin, which then
/// is an environment without an id.
std::optional<Environment> CheckKeyJob::placeOf(const ApiKey &key) const
{
    if (m_environmentId)
        return m_work.environments.find(*m_environmentId);
    const QList<Environment> users = m_work.environments.usedBy(key.id);
    if (!users.isEmpty())
        return users.first();
    if (key.origins.isEmpty())
        return {};
    for (const Environment &environment : m_work.environments.all()) {
        const Result<Origin> origin = Origin::fromUrl(QUrl(environment.baseUrl));
        if (environment.providerId == key.providerId && origin && key.origins.contains(*origin))
            return environment;
    }
    Environment bare;
    bare.name = key.origins.first().toString();
    bare.providerId = key.providerId;
    if (const Provider *provider = m_work.providers.find(key.providerId))
        bare.baseUrl = apiAt(key.origins.first(), *provider).toString();
    return bare;
}

void CheckKeyJob::start()
{
    const std::optional<ApiKey> key = m_work.keys.find(m_keyId);
    if (!key) {
        finish(keyIsGone());
        return;
    }
    if (!isApiKey(*key)) {
        finish(failure(Error::Kind::Unsupported, tr("“%1” is a secret of an environment and no API key: no request alone says whether it is right.")
                                                     .arg(key->name)));
        return;
    }
    const std::optional<Environment> environment = placeOf(*key);
    if (!environment) {
        finish(failure(Error::Kind::InvalidInput, tr("“%1” is bound to no address and no environment uses it, so it is "
                                                     "not known where to try it. Choose it as the key of an environment "
                                                     "first.")
                                                      .arg(key->name)));
        return;
    }
    const Provider *provider = m_work.providers.find(environment->providerId);
    if (!provider) {
        finish(failure(
            Error::Kind::NotFound,
            tr("The provider of “%1” is not known any more, so it is not known how to try a key there.")
                .arg(environment->id.isNull() ? key->name : environment->name)));
        return;
    }
    Result<PreparedRequest> request =
        checkCall(*provider, key->kindId, QUrl(environment->baseUrl), environment->sources(), key->id);
    if (!request) {
        finish(tl::unexpected(request.error()));
        return;
    }
    if (!environment->id.isNull())
        request->environmentId = environment->id;
    m_record.request = checkRequest(*provider, key->kindId);
    m_record.environment = environment;
    m_record.key = key;
    m_record.url = request->url;
    Q_EMIT progress(environment->id.isNull() ? tr("Trying “%1” at %2…").arg(key->name, environment->name)
                                             : tr("Trying “%1” in %2…").arg(key->name, environment->name));
    send(*request, [this, provider](const Result<HttpResponse> &outcome, const CallTrace &trace) {
        answered(*provider, outcome, trace);
    });
}

void CheckKeyJob::answered(const Provider &provider, const Result<HttpResponse> &outcome,
                           const CallTrace &trace)
{
    if (m_record.environment->id.isNull())
        m_record.environment.reset(); // there is none to send it again in
    m_record.trace = trace;
    if (outcome)
        m_record.response = *outcome;
    else
        m_record.error = outcome.error();
    Q_EMIT called(m_record);
    std::optional<ApiKey> key = m_work.keys.find(m_keyId); // as it is now
    if (!key) {
        finish(keyIsGone());
        return;
    }
    if (!outcome && !isAboutTheCall(outcome.error().kind)) {
        finish(tl::unexpected(outcome.error()));
        return;
    }
    TokenCheck check;
    check.trace = trace;
    key->lastCheckedAt = QDateTime::currentDateTimeUtc();
    key->lastCheckNote = outcome ? shortCheckNote(outcome->status, trace.elapsed) : outcome.error().message;
    if (outcome && trace.keyWithheld.isEmpty()) { // or else the answer says nothing about the key
        check.verdict = verdictOf(provider, key->kindId, *outcome);
        key->status = statusAfter(key->status, check.verdict);
    }
    if (outcome) {
        check.status = outcome->status;
        check.answer = *outcome;
        if (outcome->status == 429)
            check.retryAfter = std::chrono::seconds(std::max<qint64>(0, retryAfterSeconds(*outcome, key->lastCheckedAt)));
    } else {
        check.error = outcome.error();
    }
    check.note = key->lastCheckNote;
    Q_EMIT checked(check);
    if (const Result<void> written = m_work.keys.update(*key); !written) {
        finish(tl::unexpected(written.error()));
        return;
    }
    if (const Result<void> noted =
            m_work.keys.addEvent(key->id, KeyAction::Checked,
                                 m_record.environment
                                     ? tr("Checked in %1: %2").arg(m_record.environment->name, key->lastCheckNote)
                                     : tr("Checked at %1: %2")
                                           .arg(Origin::fromUrl(m_record.url).value_or(Origin()).toString(), key->lastCheckNote));
        !noted)
        qCWarning(lcKeys) << "an event was not noted:" << noted.error().detail;
    finish(outcome ? Result<ApiKey>(*key) : tl::unexpected(outcome.error()));
}

// --- Revoke
// --------------------------------------------------------------------------------------------------------------

RevokeKeyJob::RevokeKeyJob(const KeyWork &work, const QUuid &keyId, const SignIn &session, QObject *parent)
    : KeyWorkJob(work, parent)
    , m_keyId(keyId)
    , m_session(session)
{
}

void RevokeKeyJob::start()
{
    const std::optional<ApiKey> key = m_work.keys.find(m_keyId);
    if (!key) {
        finish(keyIsGone());
        return;
    }
    const Provider *provider = m_work.providers.find(key->providerId);
    const TokenApi *api = provider ? provider->tokenApi(key->kindId) : nullptr;
    if (!api || api->revokeMethod.isEmpty()) {
        finish(failure(Error::Kind::Unsupported,
                       tr("%1 cannot revoke this key through its API. Revoke it in its dashboard.")
                           .arg(provider ? provider->name : key->providerId)));
        return;
    }
    const std::optional<Environment> environment = homeOf(*key, m_work.environments);
    if (key->remoteId.isEmpty() || !environment) {
        finish(failure(
            Error::Kind::Unsupported,
            key->remoteId.isEmpty()
                ? tr("“%1” was not made here, so its number at %2 is not known. Revoke it in the dashboard.")
                      .arg(key->name, provider->name)
                : tr("No environment of %1 is left that “%2” belongs to. Revoke it in the dashboard.")
                      .arg(provider->name, key->name)));
        return;
    }
    if (!api->sessionKindId.isEmpty() && m_session.isEmpty()) {
        const TokenKind *kind = provider->kind(api->sessionKindId);
        finish(failure(Error::Kind::InvalidInput,
                       tr("%1 revokes a key only for somebody who is signed in. Paste the %2 first.")
                           .arg(provider->name, kind ? kind->name : api->sessionKindId)));
        return;
    }
    const QUrl baseUrl(environment->baseUrl);
    const Result<Origin> origin = Origin::fromUrl(baseUrl);
    if (!origin) {
        finish(tl::unexpected(origin.error()));
        return;
    }
    const PreparedRequest request = *revokeTokenRequest(
        *api, baseUrl, key->remoteId,
        authorisationOf(m_session, provider->kind(api->sessionKindId), *origin, environment->id));
    whenReadable(std::exchange(m_session, {}).keyId,
                 [this, provider, request, name = key->name](const Result<void> &unlocked) {
                     if (!unlocked) {
                         finish(tl::unexpected(unlocked.error()));
                         return;
                     }
                     Q_EMIT progress(tr("Asking %1 to revoke “%2”…").arg(provider->name, name));
                     revoke(*provider, request);
                 });
}

void RevokeKeyJob::revoke(const Provider &provider, const PreparedRequest &request)
{
    sendSignedIn(request, [this, &provider](const Result<HttpResponse> &outcome, const CallTrace &trace) {
        // What is not there (any more) is as good as revoked.
        if (outcome && (outcome->isOk() || outcome->status == 404 || outcome->status == 410)) {
            revoked();
            return;
        }
        Error error = outcome ? refusedBy(provider, *outcome, m_work.ring.redactor()) : outcome.error();
        if (outcome ? outcome->status >= 500 : mayHaveArrived(error.kind) && !trace.sent.isEmpty()) {
            noteDoubt(tr("Revoking got no clear answer; it may be revoked already"));
            error.message += u' ' + tr("The provider may have revoked the key all the same. Check tells.");
        }
        finish(tl::unexpected(error));
    });
}

/// Whether the key still works is not known any more.
void RevokeKeyJob::noteDoubt(const QString &what)
{
    std::optional<ApiKey> key = m_work.keys.find(m_keyId);
    if (!key)
        return;
    key->status = ApiKey::Status::Unchecked;
    if (const Result<void> written = m_work.keys.update(*key); !written)
        qCWarning(lcKeys) << "a status was not noted:" << written.error().detail;
    if (const Result<void> noted = m_work.keys.addEvent(key->id, KeyAction::Noted, what); !noted)
        qCWarning(lcKeys) << "an event was not noted:" << noted.error().detail;
}

/// What was asked cannot be taken back, and whether it was heard is not known.
void RevokeKeyJob::stop()
{
    if (!isCalling()) {
        KeyWorkJob::stop();
        return;
    }
    dropCall();
    noteDoubt(tr("Revoking was stopped; it may be revoked already"));
    finish(failure(Error::Kind::Cancelled,
                   tr("It was stopped, but the provider may have revoked the key already. Check tells.")));
}

void RevokeKeyJob::revoked()
{
    std::optional<ApiKey> key = m_work.keys.find(m_keyId);
    if (!key) {
        finish(keyIsGone());
        return;
    }
    key->status = ApiKey::Status::Revoked;
    if (const Result<void> written = m_work.keys.update(*key); !written) {
        finish(tl::unexpected(written.error()));
        return;
    }
    if (const Result<void> noted = m_work.keys.addEvent(key->id, KeyAction::Revoked, tr("Revoked at the provider")); !noted)
        qCWarning(lcKeys) << "an event was not noted:" << noted.error().detail;
    finish(*key);
}

} // namespace keydesk
