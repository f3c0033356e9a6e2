#pragma once

#include "app/http/ContentDecoder.h"
#include "app/http/HttpClient.h"
#include "app/http/Redirect.h"
#include "app/http/WebSocket.h"
#include "app/http/WireRequest.h"

#include <QElapsedTimer>
#include <QPointer>
#include <QSslError>
#include <QTimer>

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
    Result<void> checkOrigins(const Origin &target) const;
    void readToken();
    void takeToken(Result<Secret> token);
    Result<void> checkToken() const;
    [[nodiscard]] bool isKeyOnTheWay() const { return m_named && !m_keyDropped; }
    [[nodiscard]] const Secret &token() const;

    Result<void> checkRequest();
    void sendHop();
    void sendFound();
    void connectReply();
    void readHead();
    void readBody();
    void hopFinished();

    // Answers that go on (HttpClientCallStream.cpp).
    void findStream();
    void beginStream();
    void readStream(const QByteArray &arrived);
    void breakOff(const Error &error);
    void openSocket(const WireRequest &wire);
    void socketOpened();
    void socketEnded(const SocketEnd &end);

    bool follow();
    void forgetUnsentHop();
    [[nodiscard]] bool hasStarted() const { return m_reply || m_socket; }
    [[nodiscard]] bool hasLeft() const { return m_left || m_mayHaveLeft; }
    void tellUse(bool stopped);
    [[nodiscard]] Error replyError() const;
    [[nodiscard]] Error timeoutError() const;
    void stirred();
    void releaseReply();
    void finish(Result<HttpResponse> outcome);

    HttpClient &m_client;
    Options m_options;
    PreparedRequest m_request; // of the current hop, without the key's header
    Origin m_origin;
    CallTrace m_trace;
    QElapsedTimer m_clock;
    QTimer m_silence; // since the last byte

    std::optional<KeyBinding> m_named; // the key that goes along, if any
    Secret m_token;
    std::shared_ptr<const OneTimeToken> m_oneTimeToken;
    bool m_keyDropped = false; // for good: a hop back does not bring it back

    QPointer<QNetworkReply> m_reply;
    QList<QSslError> m_tlsErrors;
    ContentDecoder m_decoder;
    HttpResponse m_response;
    enum class Stream { No, Perhaps, Yes };
    Stream m_stream = Stream::No;
    WebSocket *m_socket = nullptr; // a child of this
    bool m_left = false;         // something of the current hop is on its way
    qint64 m_uploaded = 0;       // of the current hop's body, in bytes
    bool m_mayHaveLeft = false;  // unknown: QNetworkReply does not tell when an empty body has gone out
    bool m_waitsForProxy = false;
    std::optional<Result<HttpResponse>> m_outcome;
    bool m_told = false;
};

} // namespace keydesk
