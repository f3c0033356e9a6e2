#pragma once

#include "app/http/ContentDecoder.h"
#include "app/http/HttpClient.h"
#include "app/http/Redirect.h"
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

private:
    // The key (HttpClientCallKey.cpp). The token exists only between `takeToken` and `finish`.
    Result<void> findCredential();
    Result<void> checkOrigins(const Origin &target) const;
    void readToken();
    void takeToken(Result<Secret> token);
    Result<void> checkToken() const;
    [[nodiscard]] bool isKeyOnTheWay() const { return m_named && !m_keyDropped; }
    [[nodiscard]] const Secret &token() const;

    // Cookies (HttpClientCallCookies.cpp).
    [[nodiscard]] bool usesCookies() const { return m_request.usesCookies && !m_keyDropped; }
    [[nodiscard]] PreparedRequest withCookies();
    void takeCookies();
    void tellDroppedCookies(Redirect &redirect) const;

    Result<void> checkRequest();
    void sendHop();
    void sendFound();
    void connectReply();
    void readHead();
    void readBody();
    void hopFinished();
    bool follow();
    void forgetUnsentHop();
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
    bool m_keyDropped = false; // with the jar's cookies, and for good: a hop back does not bring it back
    bool m_cookiesSent = false; // of the jar, in the current hop

    QPointer<QNetworkReply> m_reply;
    QList<QSslError> m_tlsErrors;
    ContentDecoder m_decoder;
    HttpResponse m_response;
    bool m_left = false;         // something of the current hop is on its way
    qint64 m_uploaded = 0;       // of the current hop's body, in bytes
    bool m_mayHaveLeft = false;  // unknown: QNetworkReply does not tell when an empty body has gone out
    bool m_waitsForProxy = false;
    std::optional<Result<HttpResponse>> m_outcome;
    bool m_told = false;
};

} // namespace keydesk
