#include "ui/setup/TokenTrial.h"

#include "app/Core.h"
#include "ui/setup/SetupDraft.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace keydesk {

TokenTrial::TokenTrial(Core &core, QObject *parent)
    : QObject(parent)
    , m_core(core)
{
}

TokenTrial::~TokenTrial()
{
    if (m_call)
        m_call->cancel();
}

QString TokenTrial::hindrance(const SetupDraft &draft, const Core &core)
{
    if (sentAs(draft, core) == SetupDraft::SentAs::OAuth)
        return {}; // by fetching an access token
    const auto target = draftTarget(draft, core);
    if (!target)
        return tr("It was not tried: %1").arg(target.error().message);
    const auto origin = Origin::fromUrl(*target);
    if (!origin || !origin->isSecure())
        return tr("It was not tried: a key is never sent over plain http to another computer.");
    const Provider *provider = core.providers.find(draft.providerId);
    if (!provider || !provider->checkRequest(draft.kindId))
        return tr("It was not tried: no call is known that proves a key of this kind.");
    return {};
}

void TokenTrial::start(const SetupDraft &draft)
{
    reset();
    if (sentAs(draft, m_core) == SetupDraft::SentAs::OAuth) {
        fetchToken(draft);
        return;
    }
    const Provider *provider = m_core.providers.find(draft.providerId);
    const TokenKind *kind = provider ? provider->kind(draft.kindId) : nullptr;
    const auto target = draftTarget(draft, m_core);
    if (!kind || !target || !draft.token || !hindrance(draft, m_core).isEmpty())
        return;
    const auto origin = Origin::fromUrl(*target);
    if (!origin)
        return;
    OneTimeToken token;
    token.token = draft.token;
    token.form = formOf(draft, m_core);
    token.origins = {*origin};

    const RequestSpec &request = provider->checkRequest(draft.kindId)->request;
    QString path = request.url;
    path.remove("{{baseUrl}}"_L1);
    m_question = u"%1 %2"_s.arg(request.method, path);
    m_running = true;
    const quint64 generation = m_generation;
    m_call = m_core.keyService->tryToken(token, *provider, draft.kindId, *target, this,
                                         [this, generation](const TokenCheck &check) {
                                             if (generation != m_generation)
                                                 return;
                                             m_running = false;
                                             m_outcome = check;
                                             Q_EMIT changed();
                                         },
                                         draft.environmentId);
    Q_EMIT changed();
}

void TokenTrial::fetchToken(const SetupDraft &draft)
{
    if (!draft.token || !draft.oauth)
        return;
    m_question = u"POST "_s + draft.oauth->tokenUrl.toDisplayString(QUrl::RemoveQuery);
    m_running = true;
    m_fetch = std::make_unique<QObject>();
    m_core.oauth->tryOut(*draft.oauth, *draft.token, draft.environmentId, m_fetch.get(), [this](const Result<AccessTokenState> &fetched) {
        m_running = false;
        m_fetch.release()->deleteLater(); // which is calling this
        TokenCheck check;
        if (fetched) {
            check.verdict = ApiKey::Status::Works;
            check.note = tr("the server gave an access token. %1").arg(describe(*fetched, QDateTime::currentDateTimeUtc()));
        } else {
            check.error = fetched.error();
            check.note = fetched.error().message;
        }
        m_outcome = check;
        Q_EMIT changed();
    });
    Q_EMIT changed();
}

void TokenTrial::reset()
{
    ++m_generation;
    m_fetch.reset();
    const bool was = m_running || m_outcome;
    m_running = false;
    m_outcome.reset();
    if (m_call)
        m_call->cancel();
    m_call.clear();
    if (was)
        Q_EMIT changed();
}

QString explainCheck(int status, ApiKey::Status verdict, const std::optional<Error> &error)
{
    if (verdict == ApiKey::Status::Works)
        return {};
    if (error)
        return error->message;
    const auto say = [](const char *text) { return QCoreApplication::translate("TokenTrial", text); };
    if (verdict == ApiKey::Status::Expired)
        return say("The provider says that this token has expired. Get a new one and paste it here.");
    if (status == 401)
        return say("The provider does not know this token: it may be incomplete, replaced by a newer one, or "
                   "of another kind.");
    if (status == 403)
        return say(
            "The provider knows this token but does not allow it this call. It may lack a permission.");
    if (status == 404)
        return say("There is nothing at this address. The base URL may be wrong.");
    if (status == 429)
        return say("The provider asks to wait: too many calls were made. The token may well work.");
    if (status >= 500)
        return say("The provider has trouble of its own at the moment. The token may well work.");
    return say("This neither proves nor disproves the token.");
}

} // namespace keydesk
