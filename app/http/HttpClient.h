#pragma once

#include "app/base/Background.h"
#include "app/body/BodySpool.h"
#include "app/http/ConnectionSettings.h"
#include "app/http/CookieJars.h"
#include "app/http/HttpResponse.h"
#include "app/http/KeySent.h"
#include "app/http/Proxies.h"
#include "app/http/TokenSource.h"

#include <QNetworkProxy>
#include <QObject>

#include <chrono>
#include <functional>
#include <memory>

namespace keydesk {

class Redactor;
class WebSocket;

/// One call on its way. Owned by the HttpClient that made it; deletes itself after `finished`.
class HttpCall : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;
    /// `finished` follows with Error::Cancelled, later, never inside this call. Does nothing once finished. An answer that streams, or goes to
    /// disk, is stopped: what arrived is the answer.
    virtual void cancel() = 0;
    /// Complete when `finished` is emitted.
    [[nodiscard]] virtual const CallTrace &trace() const = 0;
    /// The connection, from `streaming` to `finished`; null for all other calls. Owned by this.
    [[nodiscard]] virtual WebSocket *webSocket() const = 0;

Q_SIGNALS:
    /// Waiting for the keychain: the call has not gone out yet, or the answer may not go to disk yet.
    void waitingForToken();
    /// Bytes of the body that have been handed to the network, of `total`. Starts anew with each hop that takes the body along.
    void uploaded(qint64 sent, qint64 total);
    /// Decoded bytes so far; total is -1 if unknown.
    void progress(qint64 received, qint64 total);
    /// The answer is one that goes on: all of it but its body. Once, before `arrived` and `finished`, whose response then has no body.
    /// Of a WebSocket: it is open.
    void streaming(const keydesk::HttpResponse &head);
    /// The answer with the first part of its body, once, if it goes to disk from here on: `spool`, empty yet, grows as `progress` tells.
    void spooling(const keydesk::HttpResponse &head);
    /// The answer but its body, once, if the request wants the body told as it arrives (`tellsPieces`): not that of a redirect that is followed.
    void answered(const keydesk::HttpResponse &head);
    /// The next decoded bytes of the body of such an answer, at most 16 MB.
    void arrived(const QByteArray &piece);
    /// Exactly once, never inside `HttpClient::send`, after cancel and timeout too. A status of 400 and more is a value.
    void finished(const keydesk::Result<keydesk::HttpResponse> &outcome);
};

/// The only place that sends anything. Redirects are followed by hand (at most 20 hops): a hop to another origin loses the key, every
/// credential header and cookie. A request that names a key gets its token put in only for an origin that the key is bound to;
/// otherwise nothing is sent and the call finishes with OriginNotBound or InsecureTransport. Cookies only for a request that wants its
/// environment's jar, and then not beyond a redirect to another origin; a Cookie header of its own goes out instead of the jar's. No cache.
///
/// Every request that names an environment is connected as that one has it: authorities, client certificate, proxy, address family. Environments
/// that differ in this share no connection.
class HttpClient : public QObject
{
    Q_OBJECT

public:
    struct Options
    {
        std::chrono::milliseconds timeout{30'000}; ///< without any byte arriving
        qint64 responseLimit = 64LL * 1024 * 1024; ///< decoded bytes that are kept in memory
        QNetworkProxy proxy{QNetworkProxy::DefaultProxy};
        QString spoolFolder{}; ///< where larger bodies go, of requests that want that; empty: nowhere
        qint64 spoolLimit = 4096LL * 1024 * 1024; ///< decoded bytes of such a body
    };

    /// So much of a body that goes to disk is in memory, too, in bytes.
    static constexpr qint64 spooledFrom = 4LL * 1024 * 1024;

    /// How an environment's calls reach their server.
    struct Connection
    {
        ConnectionSettings settings;
        Origin home; ///< of its base URL: a client certificate is shown to no other
    };
    using Connections = std::function<Connection(const QUuid &environmentId)>;

    HttpClient(TokenSource &tokens, Redactor &redactor, QObject *parent = nullptr);
    /// `systemProxy` instead of asking the system; on a thread of its own.
    HttpClient(TokenSource &tokens, Redactor &redactor, Proxies::Lookup systemProxy, QObject *parent = nullptr);
    ~HttpClient() override;

    void setOptions(const Options &options);
    [[nodiscard]] Options options() const;
    /// Asked for each call that names an environment; without it, all are connected by the defaults.
    void setConnections(Connections connections);

    /// Makes known to the redactor what may stand in a body that is about to go to disk. `done` hears how
    /// many tokens it could not read, and gets what recognises some of those in text (null if there are
    /// none): see BodySpool::start. Later, once, not after `guard` died.
    using TokensKnown = std::function<void(int unread, const BodySpool::Learn &learn)>;
    using MakeTokensKnown = std::function<void(QObject *guard, TokensKnown done)>;
    /// Asked before each such body; without it, the redactor knows what it knows.
    void setMakeTokensKnown(MakeTokensKnown make);

    HttpCall *send(const PreparedRequest &request);
    [[nodiscard]] CookieJars &cookies() { return m_cookies; }

Q_SIGNALS:
    /// A stored key has gone out: once for each hop, when that ends, however it ends. May come inside HttpCall::cancel. Who hears it does not
    /// delete this.
    void keyUsed(const keydesk::KeySent &use);

private:
    class Call;
    class Network;
    struct NetworkKey;
    using NetworkFound = std::function<void(Result<std::shared_ptr<Network>>)>;
    using SecretRead = std::function<void(Result<std::shared_ptr<const Secret>>)>;

    [[nodiscard]] Connection connectionOf(const PreparedRequest &request) const;
    /// Calls back inside the call if there is nothing to read, and not after `guard` died.
    void findNetwork(const Connection &connection, QObject *guard, NetworkFound found);
    void readSecret(const QUuid &id, const QString &what, QObject *guard, SecretRead done);
    void openNetwork(const NetworkKey &key, QObject *guard, const NetworkFound &found);

    TokenSource &m_tokens;
    Redactor &m_redactor;
    CookieJars m_cookies;
    Options m_options;
    Proxies::Lookup m_systemProxy;
    Connections m_connections;
    MakeTokensKnown m_makeTokensKnown;
    QList<std::shared_ptr<Network>> m_networks; // last used first; a call keeps its own
    Background m_background;
};

} // namespace keydesk
