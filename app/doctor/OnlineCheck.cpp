#include "app/doctor/OnlineCheck.h"

#include "app/base/Guarded.h"
#include "app/doctor/SystemCheck.h"
#include "app/providers/AuthExplainer.h"

#include <QLocale>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

using State = Finding::State;

const QString onlineId = u"online"_s;
constexpr int atOnce = 8;
constexpr qint64 soon = 14; // days

/// Its connection without what would have to be read from a secret store. A client certificate is not needed
/// to find out who answers.
ConnectionSettings withoutSecrets(ConnectionSettings settings)
{
    settings.passphraseId = {};
    settings.certificateFile.clear();
    settings.keyFile.clear();
    return settings;
}

} // namespace

OnlineCheck::OnlineCheck(const QList<Environment> &environments, const ProviderCatalog &providers,
                         const HttpClient::Options &options, QObject *parent)
    : QObject(parent)
    , m_environments(environments)
    , m_providers(providers)
    , m_http(*this, m_redactor)
{
    m_http.setOptions(options);
    m_http.setConnections([this](const QUuid &id) {
        const auto environment = std::ranges::find(m_environments, id, &Environment::id);
        return HttpClient::Connection{withoutSecrets(environment->connectionInUse()), {}};
    });
}

void OnlineCheck::start()
{
    later(this, [this] { goOn(); });
}

void OnlineCheck::goOn()
{
    while (m_running < atOnce && m_next < m_environments.size()) {
        if (ask(m_environments.at(m_next++)))
            ++m_running;
    }
    if (m_running == 0)
        Q_EMIT finished();
}

/// False if nothing was sent.
bool OnlineCheck::ask(const Environment &environment)
{
    const Result<QUrl> url = checkBaseUrl(environment.baseUrl);
    if (!url)
        return false; // said by checkEnvironments
    if (!environment.connection.proxyPasswordId.isNull() && environment.connection.hasOwnProxy()) {
        Q_EMIT found({onlineId, State::Note,
                      tr("%1 was not asked: its proxy wants a password, and no secret is read here.")
                          .arg(environment.name),
                      tr("Check one of its keys instead: keydesk-cli keys check")});
        return false;
    }
    PreparedRequest request;
    request.method = "HEAD";
    request.url = *url;
    request.followRedirects = false;
    request.environmentId = environment.id;
    HttpCall *call = m_http.send(request);
    connect(call, &HttpCall::finished, this, [this, call, environment](const Result<HttpResponse> &result) {
        --m_running;
        answered(environment, call->trace(), result);
        goOn();
    });
    return true;
}

void OnlineCheck::answered(const Environment &environment, const CallTrace &trace,
                           const Result<HttpResponse> &result)
{
    if (!result)
        return failed(environment, trace, result.error());
    const ConnectionFacts connection = trace.connections.value(trace.connections.size() - 1);
    const QString how = connection.isEncrypted() ? connection.protocol : tr("no TLS");
    Q_EMIT found({onlineId,
                  State::Ok,
                  tr("%1: %2 answers (%3, %4 ms).")
                      .arg(environment.name, connection.origin.toString(), how)
                      .arg(std::chrono::duration_cast<std::chrono::milliseconds>(trace.elapsed).count()),
                  {}});
    const QDateTime now = QDateTime::currentDateTimeUtc();
    if (!connection.chain.isEmpty() && now.daysTo(connection.chain.first().until) < soon)
        Q_EMIT found(
            {onlineId, State::Note,
             tr("%1: the certificate of %2 ends on %3.")
                 .arg(environment.name, connection.origin.host(),
                      QLocale().toString(connection.chain.first().until.date(), QLocale::ShortFormat)),
             tr("Tell those who run the server.")});
    const QDateTime there = httpDate(result->header("Date"));
    if (there.isValid() && result->header("Age").isEmpty()) {
        for (const Finding &finding : checkOffset(connection.origin.host(), there.secsTo(now)))
            Q_EMIT found(finding);
    }
}

void OnlineCheck::failed(const Environment &environment, const CallTrace &trace, const Error &error)
{
    const Provider *provider = m_providers.find(environment.providerId);
    const bool isSandbox = provider && !provider->sandboxService.isEmpty();
    if (isSandbox && error.kind == Error::Kind::ConnectionRefused) {
        Q_EMIT found({onlineId,
                      State::Note,
                      tr("%1: the sandbox does not run. It does while Keydesk's window is open.")
                          .arg(environment.name),
                      {}});
        return;
    }
    CallFacts facts;
    facts.provider = provider;
    facts.environment = environment;
    facts.url = QUrl(environment.baseUrl);
    facts.trace = trace;
    facts.error = error;
    const Explanation explanation = explain(facts);
    Q_EMIT found({onlineId, State::Problem, u"%1: %2"_s.arg(environment.name, error.message),
                  explanation.steps.isEmpty() ? tr("Check the base URL and this computer's connection.")
                                              : explanation.steps.join(u' ')});
}

std::optional<KeyBinding> OnlineCheck::binding(const QUuid &) const
{
    return {};
}

void OnlineCheck::readToken(const QUuid &, QObject *guard, Done done)
{
    later(guard,
          [done = std::move(done)] { done(failure(Error::Kind::NotFound, tr("No key goes along here."))); });
}

} // namespace keydesk
