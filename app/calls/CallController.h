#pragma once

#include "app/calls/CallContext.h"
#include "app/calls/CallParts.h"
#include "app/history/FinishedCall.h"
#include "app/http/RequestCheck.h"
#include "app/http/WebSocket.h"
#include "app/providers/AuthExplainer.h"

#include <QObject>
#include <QPointer>

namespace keydesk {

class StreamLog;

/// What is known about a call that ended.
struct CallOutcome : FinishedCall
{
    QString wantedKindId;
    Explanation explanation;
    std::shared_ptr<StreamLog> stream; ///< of an answer that went on
};

/// An answer that goes on, while it does.
struct RunningStream
{
    HttpResponse head;
    std::shared_ptr<StreamLog> log;
    QPointer<WebSocket> socket; ///< null for events and lines
    QStringList drafts;         ///< messages that the request brings along
    QString sent;               ///< what went out, as text
};

/// An answer that goes to disk, while it arrives.
struct ArrivingAnswer
{
    HttpResponse head; ///< with the first part of its body, and a spool that grows
    QString sent;      ///< what went out, as text
};

/// Makes one call at a time: request and environment → prepared request → HttpClient → explanation, history,
/// the key's journal. The console, runs and the command line send through it. Asks nobody: consent (`needsConsent`) and what
/// annotations ask for come before `send`. UI thread.
class CallController : public QObject
{
    Q_OBJECT

public:
    enum class Phase { Idle, WaitingForKeychain, FetchingToken, Sending, Receiving, Streaming };
    Q_ENUM(Phase)

    explicit CallController(const CallParts &parts, QObject *parent = nullptr);
    ~CallController() override; ///< ends an answer that goes on, or arrives

    /// From now on an answer that goes on is followed (`streaming`), and WebSockets can be opened. For who shows them.
    void followStreams() { m_followsStreams = true; }
    /// From now on the body of each answer is told as it arrives, however long it is (`answered`, `arrived`).
    void tellPieces() { m_tellsPieces = true; }
    /// From now on bodies that are too large for memory go to disk (`spooling`). For who shows them.
    void spoolBodies() { m_spoolsBodies = true; }
    [[nodiscard]] bool isRunning() const { return m_call != nullptr; }
    /// What stops the request, each at its field.
    [[nodiscard]] static QList<RequestProblem> problems(const RequestSpec &request, const CallContext &context);
    /// Likewise. If empty, the call is on its way, and `finished` follows. Does nothing while a call runs.
    QList<RequestProblem> send(const RequestSpec &request, const CallContext &context);
    void cancel();
    [[nodiscard]] Phase phase() const { return m_phase; }
    /// While Streaming.
    [[nodiscard]] const std::optional<RunningStream> &stream() const { return m_stream; }
    /// While it does; the phase is Receiving.
    [[nodiscard]] const std::optional<ArrivingAnswer> &arriving() const { return m_arriving; }
    /// What has come of its answer stays when it is cancelled.
    [[nodiscard]] bool keepsWhatCame() const { return m_stream || m_arriving; }

Q_SIGNALS:
    void streaming(); ///< `stream` is there; `finished` follows when it ends
    void spooling();  ///< likewise `arriving`

    /// `done` and `total` count bytes of the body while Sending, decoded bytes while Receiving; total is -1 if unknown.
    void phaseChanged(keydesk::CallController::Phase phase, qint64 done, qint64 total);
    void answered(const keydesk::HttpResponse &head); ///< see HttpCall
    void arrived(const QByteArray &piece);
    void finished(const keydesk::CallOutcome &outcome);

private:
    void tell(Phase phase, qint64 done, qint64 total);
    void startStream(const HttpResponse &head);
    void endStream(CallOutcome &outcome);
    void startArriving();
    void finish(const Result<HttpResponse> &result);
    [[nodiscard]] Explanation explainOutcome(const CallOutcome &outcome) const;

    const CallParts m_parts;
    QPointer<HttpCall> m_call;
    CallOutcome m_pending;
    Phase m_phase = Phase::Idle;
    bool m_keep = true; // in the history
    bool m_followsStreams = false;
    bool m_tellsPieces = false;
    bool m_spoolsBodies = false;
    bool m_isStopped = false; // by us
    std::optional<RunningStream> m_stream;
    std::optional<ArrivingAnswer> m_arriving;
    std::optional<HttpResponse> m_spooled; // the head of an answer that is about to arrive
    std::optional<SocketEnd> m_socketEnd;
    QStringList m_drafts;
};

} // namespace keydesk
