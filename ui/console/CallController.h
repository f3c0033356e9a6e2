#pragma once

#include "app/history/CallRecorder.h"
#include "app/http/RequestCheck.h"
#include "ui/console/CallContext.h"
#include "app/providers/AuthExplainer.h"

#include <QObject>
#include <QPointer>

namespace keydesk {

struct Core;

/// What the console knows about a call that ended.
struct CallOutcome : FinishedCall
{
    QString wantedKindId;
    Explanation explanation;
};

/// Makes one call at a time: request and environment → prepared request → HttpClient → explanation, history,
/// the key's journal. Knows no widget; the page knows nothing of this work.
class CallController : public QObject
{
    Q_OBJECT

public:
    enum class Phase { Idle, WaitingForKeychain, FetchingToken, Sending, Receiving };
    Q_ENUM(Phase)

    explicit CallController(Core &core, QObject *parent = nullptr);

    [[nodiscard]] bool isRunning() const { return m_call != nullptr; }
    /// What stops the request, each at its field.
    [[nodiscard]] static QList<RequestProblem> problems(const RequestSpec &request, const CallContext &context);
    /// Likewise. If empty, the call is on its way, and `finished` follows. Does nothing while a call runs.
    QList<RequestProblem> send(const RequestSpec &request, const CallContext &context);
    void cancel();
    [[nodiscard]] Phase phase() const { return m_phase; }

Q_SIGNALS:
    /// `done` and `total` count bytes of the body while Sending, decoded bytes while Receiving; total is -1 if unknown.
    void phaseChanged(keydesk::CallController::Phase phase, qint64 done, qint64 total);
    void finished(const keydesk::CallOutcome &outcome);

private:
    void tell(Phase phase, qint64 done, qint64 total);
    void finish(const Result<HttpResponse> &result);
    [[nodiscard]] Explanation explainOutcome(const CallOutcome &outcome) const;

    Core &m_core;
    QPointer<HttpCall> m_call;
    CallOutcome m_pending;
    Phase m_phase = Phase::Idle;
    bool m_keep = true; // in the history
};

} // namespace keydesk
