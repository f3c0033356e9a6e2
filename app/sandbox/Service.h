#pragma once

#include "app/sandbox/Fields.h"
#include "app/sandbox/HttpServer.h"
#include "app/sandbox/Modes.h"
#include "app/sandbox/SandboxKey.h"

#include <QMutex>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

namespace keydesk::sandbox {

class Dashboard;
class SandboxState;
class StopSignal;
class TryOut;

/// A kind of key that a service gives out.
struct KeyKind
{
    QString id;
    QString title;
    bool hasEnvironment = false;
    QStringList abilities; ///< to offer; empty: the kind has none
    std::chrono::seconds lifetime{0}; ///< of one for which nothing else is wished; 0: for ever
    qsizetype shownCharacters = 0;    ///< see KeyDraft
    bool onDashboard = true;          ///< false: comes with another kind, and is not made by hand
};

/// One of the three systems: its API, its dashboard and the pages to try things out with. `handle` may be
/// called from any thread.
class Service : public RequestHandler
{
public:
    Service(const QString &id, const QString &title, SandboxState &state, const StopSignal &stop);
    ~Service() override;
    Service(const Service &) = delete;
    Service &operator=(const Service &) = delete;

    [[nodiscard]] QString id() const { return m_id; }
    [[nodiscard]] QString title() const { return m_title; }

    Reply handle(const Request &request) final;
    void answered(const QByteArray &method, const QString &path, int status) final;

    /// Hears of each answer, from any thread; the tokens that the service gave out are redacted in the path. Before it is served.
    using Observer = std::function<void(const QByteArray &method, const QString &path, int status)>;
    void observe(Observer observer) { m_observer = std::move(observer); }

    /// The first one is the main kind.
    [[nodiscard]] virtual QList<KeyKind> kinds() const = 0;
    [[nodiscard]] virtual QByteArray makeToken(const KeyDraft &draft, qint64 number) const = 0;
    [[nodiscard]] virtual Reply invalid(const FieldErrors &errors) const = 0;
    /// 429 without its headers. `path` is what was called.
    [[nodiscard]] virtual Reply limited(const QString &path, std::chrono::seconds retryAfter) const;
    /// What to know when calling this API, for the dashboard: plain sentences.
    [[nodiscard]] virtual QStringList notes() const = 0;
    /// Uses up the rate limit of a key; false if the service has none.
    virtual bool useUpLimit(const QString &keyId);
    [[nodiscard]] virtual bool hasLimit() const { return false; }
    [[nodiscard]] Modes &modes() { return m_modes; }
    [[nodiscard]] const Modes &modes() const { return m_modes; }

protected:
    /// Answers a call of the API. One at a time: the sample data needs no further lock.
    virtual Reply call(const Request &request) = 0;

    /// The key of a request's token, whatever its status; nothing without a well-formed token that the
    /// sandbox gave out.
    std::optional<SandboxKey> keyOf(const Bearer &bearer);

    SandboxState &m_state;

private:
    Reply answer(const Request &request);
    /// What the mode makes of this call; nothing if it is to be answered.
    std::optional<Reply> misbehave(const Request &request);

    const QString m_id;
    const QString m_title;
    const StopSignal &m_stop;
    Observer m_observer;
    Modes m_modes;
    QMutex m_mutex;
    std::unique_ptr<Dashboard> m_dashboard;
    std::unique_ptr<TryOut> m_tryOut;
};

} // namespace keydesk::sandbox
