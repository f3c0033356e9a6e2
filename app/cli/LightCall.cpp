#include "app/cli/LightCall.h"

#include "app/http/SecretMarkers.h"

#include <QTimer>

namespace keydesk::cli {

LightCall::LightCall(const HttpClient::Options &options, QObject *parent)
    : QObject(parent)
    , m_http(*this, m_redactor)
{
    m_http.setOptions(options);
}

Result<void> LightCall::send(const RequestSpec &request, const CallContext &context)
{
    Result<PreparedRequest> prepared = prepareRequest(request, {}, context.sources, {}, context.baseFolder);
    if (!prepared)
        return tl::unexpected(prepared.error());
    if (context.oneTimeToken) {
        const Result<Origin> origin = Origin::fromUrl(prepared->url);
        if (!origin)
            return tl::unexpected(origin.error());
        auto bound = std::make_shared<OneTimeToken>(*context.oneTimeToken);
        if (bound->origins.isEmpty())
            bound->origins = {*origin};
        makeKnown(m_redactor, bound->form.placement, *bound->token);
        prepared->oneTimeToken = std::move(bound);
    }
    prepared->tellsPieces = true;
    prepared->followRedirects = context.options.followRedirects;
    if (context.options.timeoutMs)
        prepared->timeout = std::chrono::milliseconds(*context.options.timeoutMs);
    CallOutcome outcome;
    outcome.request = request;
    outcome.url = maskedMarkers(prepared->url);
    m_call = m_http.send(*prepared);
    connect(m_call, &HttpCall::answered, this, &LightCall::answered);
    connect(m_call, &HttpCall::arrived, this, &LightCall::arrived);
    connect(m_call, &HttpCall::finished, this, [this, outcome](const Result<HttpResponse> &result) { finish(outcome, result); });
    return {};
}

void LightCall::cancel()
{
    if (m_call)
        m_call->cancel();
}

void LightCall::finish(CallOutcome outcome, const Result<HttpResponse> &result)
{
    outcome.trace = m_call->trace();
    CallFacts facts;
    if (result)
        facts.response = outcome.response = *result;
    else
        facts.error = outcome.error = result.error();
    facts.urlNamesHost = true;
    facts.url = outcome.url;
    facts.trace = outcome.trace;
    outcome.explanation = explain(facts);
    Q_EMIT finished(outcome);
}

std::optional<KeyBinding> LightCall::binding(const QUuid &) const
{
    return {};
}

void LightCall::readToken(const QUuid &, QObject *guard, Done done)
{
    QTimer::singleShot(0, guard, [done = std::move(done)] {
        done(failure(Error::Kind::NotFound, tr("There is no stored key in this call.")));
    });
}

} // namespace keydesk::cli
