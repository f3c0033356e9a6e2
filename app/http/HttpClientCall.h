#pragma once

#include "app/http/ContentDecoder.h"
#include "app/http/HopClock.h"
#include "app/http/HttpNetwork.h"
#include "app/http/Redirect.h"
#include "app/http/SecretMarkers.h"
#include "app/http/WebSocket.h"
#include "app/http/WireRequest.h"

#include <QElapsedTimer>
#include <QPointer>
#include <QSslError>
#include <QTimer>

class QHostInfo;
class QNetworkReply;

namespace keydesk {

/// One call, hop after hop: check the origin, fetch the token, send, read within limits, follow redirects.
/// Ends through `finish` only.
class HttpClient::Call final : public HttpCall
{
public:
    Call(HttpClient &client, const PreparedRequest &request);
    ~Call() override;

    void start();
    void cancel() override;
    [[nodiscard]] const CallTrace &trace() const override { return m_trace; }
    [[nodiscard]] WebSocket *webSocket() const override { return m_response.status > 0 ? m_socket : nullptr; }

private:
    // The key (HttpClientCallKey.cpp). The token exists only between `takeToken` and `finish`.
    Result<void> findCredential();
    [[nodiscard]] Result<void> checkTransport(const Origin &target, const QString &secretName) const;
    Result<void> checkOrigins(const Origin &target, const KeyBinding &binding) const;
    void readToken();
    void sayIfKeychainWaits();
    void takeToken(Result<Secret> token);
    Result<void> checkToken() const;
    [[nodiscard]] bool isKeyOnTheWay() const { return m_named && !m_keyDropped; }
    [[nodiscard]] const Secret &token() const;
    // Secret variables (likewise).
    [[nodiscard]] Result<void> checkSecrets();
    void readSecrets();

    // The way to the server (HttpClientCallReach.cpp).
    void connectNetwork();
    void findAddress();
    void takeAddress(const QHostInfo &found);
    void prepareWay(WireRequest &wire);
    void goToAddress(QNetworkRequest &request) const;
    void takeTlsErrors(const QList<QSslError> &errors);
    void noteHandshake();
    void noteConnection(bool isEstablished);
    [[nodiscard]] QString ownProxy() const;
    [[nodiscard]] Error connectionError() const;

    // Cookies (HttpClientCallCookies.cpp).
    [[nodiscard]] bool usesCookies() const { return m_request.usesCookies && !m_keyDropped; }
    [[nodiscard]] PreparedRequest withCookies();
    void takeCookies();
    void tellDroppedCookies(Redirect &redirect) const;

    Result<void> checkRequest();
    void stirred();
    void sendHop();
    void sendFound();
    void connectReply();
    void readHead();
    void readBody();
    void hopFinished();
    bool follow();

    // Answers that go on (HttpClientCallStream.cpp).
    void findStream();
    void beginStream();
    void readStream(const QByteArray &arrived);
    [[nodiscard]] bool tellsPieces() const;
    [[nodiscard]] bool mayBeSilent() const;
    void readPieces();
    void tellPiece(const QByteArray &arrived);
    void tellWhole();
    void breakOff(const Error &error);
    void openSocket(const WireRequest &wire);
    void socketOpened();
    void socketEnded(const SocketEnd &end);

    // Bodies that go to disk (HttpClientCallSpool.cpp).
    [[nodiscard]] bool mayBeSpooled() const;
    [[nodiscard]] bool isShown() const;
    void prepareSpool();
    void keepBegin(const QString &why);
    void beginSpool(const BodySpool::Learn &learn);
    void readToSpool();
    void endSpool(const QString &why);
    void stopSpool();
    void spoolGrew();
    void spoolEnded();

    // What a call tells at its end (HttpClientCallEnd.cpp).
    void forgetUnsentHop();
    [[nodiscard]] bool hasStarted() const { return m_reply || m_socket; }
    [[nodiscard]] bool hasLeft() const { return m_left || m_mayHaveLeft; }
    void tellUse(bool stopped);
    [[nodiscard]] Error replyError() const;
    [[nodiscard]] Error timeoutError() const;
    void releaseReply();
    void finish(Result<HttpResponse> outcome);

    // Times (HttpClientCallTiming.cpp).
    void enterNetwork();
    void watchPhases();
    void keepTiming(bool isWhole);

    HttpClient &m_client;
    Options m_options;
    PreparedRequest m_request; // of the current hop, without the key's header
    Origin m_origin;
    const Connection m_connection;
    std::shared_ptr<Network> m_network;            // null until it is found
    QNetworkProxy m_proxy{QNetworkProxy::NoProxy}; // of the current hop
    QString m_address; // that the current hop goes to; empty: whichever the network layer takes
    CallTrace m_trace;
    QElapsedTimer m_clock;
    HopClock m_hop;
    QTimer m_silence; // since the last byte

    std::optional<KeyBinding> m_named; // the key that goes along, if any
    Secret m_token;
    std::shared_ptr<const OneTimeToken> m_oneTimeToken;
    SecretValues m_secrets;
    bool m_keyDropped = false;  // with the jar's cookies, and for good: a hop back does not bring it back
    bool m_cookiesSent = false; // of the jar, in the current hop

    QPointer<QNetworkReply> m_reply;
    QList<QSslError> m_tlsErrors;
    ContentDecoder m_decoder;
    QByteArray m_piece; // read last, of an answer whose body is told as it arrives
    HttpResponse m_response;
    enum class Stream { No, Perhaps, Yes };
    Stream m_stream = Stream::No;
    WebSocket *m_socket = nullptr; // a child of this
    bool m_left = false;           // something of the current hop is on its way
    qint64 m_uploaded = 0;         // of the current hop's body, in bytes
    qint64 m_uploadSize = 0;       // of it with its secrets
    bool m_mayBeSilent = false;    // it goes on: no byte may come for as long as it likes
    bool m_headTold = false;       // of an answer whose body is told as it arrives
    bool m_mayHaveLeft = false;    // unknown: QNetworkReply does not tell when an empty body has gone out
    bool m_waitsForProxy = false;
    bool m_waitsForKeychain = false; // before anything has gone out
    BodySpool *m_spool = nullptr;    // a child of this
    bool m_isArriving = false;       // and more of it comes
    bool m_waitsForTokens = false;   // before anything is written: nothing is read meanwhile
    std::optional<Result<HttpResponse>> m_outcome;
    bool m_told = false;
};

} // namespace keydesk
