#pragma once

#include "app/sandbox/RateWindow.h"
#include "app/sandbox/Router.h"
#include "app/sandbox/Service.h"

#include <QHash>
#include <QJsonArray>

namespace keydesk::sandbox {

/// AISoule as aisoule.com/docs describes it: API keys for /v1, {"success":false,"error":{…}} on failure,
/// rolling rate limits (120 calls a minute, 300 for messages) told in X-RateLimit-* with every reply.
class AisouleService : public Service
{
public:
    AisouleService(SandboxState &state, const StopSignal &stop);

    [[nodiscard]] QList<KeyKind> kinds() const override;
    [[nodiscard]] QByteArray makeToken(const KeyDraft &draft, qint64 number) const override;
    [[nodiscard]] Reply error(int status, const QString &message) const override;
    [[nodiscard]] Reply invalid(const FieldErrors &errors) const override;
    [[nodiscard]] QStringList notes() const override;
    [[nodiscard]] Reply limited(const QString &path, std::chrono::seconds retryAfter) const override;
    [[nodiscard]] bool hasLimit() const override { return true; }
    bool useUpLimit(const QString &keyId) override;

protected:
    Reply call(const Request &request) override;

private:
    struct Windows
    {
        RateWindow standard;
        RateWindow messages;
    };

    Windows &windowsOf(const QString &keyId);
    Reply answer(const Request &request, const SandboxKey &key);
    Reply profile(const SandboxKey &key) const;
    Reply listContacts(const Request &request);
    Reply saveContact(const Request &request);
    Reply sendMessage(const Request &request) const;

    QMutex m_windowsMutex; // the dashboard uses them up from another thread than the one that serves a call
    QHash<QString, Windows> m_windows;
    QJsonArray m_contacts;
};

} // namespace keydesk::sandbox
