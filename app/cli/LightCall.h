#pragma once

#include "app/base/Redactor.h"
#include "app/calls/CallContext.h"
#include "app/calls/CallController.h"
#include "app/http/HttpClient.h"

#include <QObject>
#include <QPointer>

namespace keydesk::cli {

/// One call that needs nothing that is stored: no environment, no key but one for this call alone, no history. It opens neither database
/// nor keychain, so that it costs hardly more than the transfer.
class LightCall : public QObject, private TokenSource
{
    Q_OBJECT

public:
    explicit LightCall(const HttpClient::Options &options, QObject *parent = nullptr);

    [[nodiscard]] Redactor &redactor() { return m_redactor; }
    /// The signals follow, and `finished` at the end; or an Error says what stops the request. A one-time token of `context` that is bound
    /// to no origin goes to the origin of the URL.
    Result<void> send(const RequestSpec &request, const CallContext &context);
    void cancel();

Q_SIGNALS:
    void answered(const keydesk::HttpResponse &head);
    void arrived(const QByteArray &piece);
    void finished(const keydesk::CallOutcome &outcome);

private:
    [[nodiscard]] std::optional<KeyBinding> binding(const QUuid &keyId) const override;
    void readToken(const QUuid &keyId, QObject *guard, Done done) override;
    void finish(CallOutcome outcome, const Result<HttpResponse> &result);

    Redactor m_redactor;
    HttpClient m_http;
    QPointer<HttpCall> m_call;
};

} // namespace keydesk::cli
