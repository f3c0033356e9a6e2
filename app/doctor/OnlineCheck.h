#pragma once

#include "app/base/Redactor.h"
#include "app/doctor/Finding.h"
#include "app/environments/Environment.h"
#include "app/http/HttpClient.h"
#include "app/providers/ProviderCatalog.h"

#include <QObject>
#include <QSet>

namespace keydesk {

/// Asks each environment's server whether it is there: a HEAD of its base URL, without a key, by the
/// environment's own connection. No token is read for it: where a client certificate has a passphrase or a
/// proxy a password, it is said instead. UI thread.
class OnlineCheck : public QObject, private TokenSource
{
    Q_OBJECT

public:
    /// `providers` must outlive this. `options.timeout`: of each server.
    OnlineCheck(const QList<Environment> &environments, const ProviderCatalog &providers,
                const HttpClient::Options &options, QObject *parent = nullptr);

    void start();

Q_SIGNALS:
    void found(const keydesk::Finding &finding);
    /// Once, later than `start`.
    void finished();

private:
    [[nodiscard]] std::optional<KeyBinding> binding(const QUuid &keyId) const override;
    void readToken(const QUuid &keyId, QObject *guard, Done done) override;
    void goOn();
    bool ask(const Environment &environment);
    void answered(const Environment &environment, const CallTrace &trace, const Result<HttpResponse> &result);
    void failed(const Environment &environment, const CallTrace &trace, const Error &error);

    const QList<Environment> m_environments;
    const ProviderCatalog &m_providers;
    Redactor m_redactor;
    HttpClient m_http;
    qsizetype m_next = 0;
    int m_running = 0;
};

} // namespace keydesk
